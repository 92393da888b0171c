"""What a sensor is: it senses in a thread of its own, and hands what it finds to a Stream."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from edr_tui.ecs.lines import Ended as Ended
from edr_tui.ecs.lines import Heads
from edr_tui.model.inspection import Inspection, Signalled
from edr_tui.model.process import ProcessRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The sensor's own part of its status (model.event.SensorStatus says what the fields mean)."""

    health: str
    counters: Mapping[str, int] = field(default_factory=dict)
    blind: Mapping[str, str] = field(default_factory=dict)
    interval_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request, as model.event.RequestAnswered tells it."""

    action: str
    request_id: str | None
    fault: str | None = None
    inspection: Inspection | None = None
    signalled: Signalled | None = None


class Missing(NamedTuple):
    """What a sensor lacks here: a sentence that says why it cannot run, and one that says what to do."""

    sentence: str
    advice: str


class SensorUnavailable(Exception):
    """One sentence that says why a sensor cannot run here; advice says what to do, where that is known."""

    def __init__(self, sentence: str, advice: str | None = None) -> None:
        super().__init__(sentence)
        self.advice = advice


class Stream(Protocol):
    """Where a sensor tells what it found, in the order in which it shall be read. It never waits.

    at_ns: ns since the epoch, as contract says for each kind of event.
    """

    def snapshot(self, records: Iterable[ProcessRecord], at_ns: int) -> bool:
        """Begin to tell every running process, parents first: as many as find room.

        records is asked for the others later, in resume(). True if none waits to be told.
        """

    def resume(self, at_ns: int) -> bool:
        """Go on with a snapshot that has begun. True if none waits to be told."""

    def started(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a new process."""

    def found(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a running process once more: something new is known of it."""

    def executed(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a new image of a process."""

    def exited(self, end: Ended, at_ns: int) -> None:
        """Tell an end."""

    def write(self, line_of: Callable[[Heads, int], bytes]) -> int:
        """Tell an event by the line that line_of writes of its sequence number, which is returned.

        line_of is not called while there is no room: what it would write is lost.
        """

    def events_lost(self, stage: str, count: int) -> None:
        """Tell that so many events are missing that were lost before they came here; repair follows."""

    def snapshot_wanted(self) -> bool:
        """Whether a new snapshot is due, after a loss."""


class Sensor(Protocol):
    """One way to learn of processes. Adding one: a file here, and a line in choose.py."""

    @property
    def name(self) -> str:
        """The event.provider of its documents."""

    def run(self, stream: Stream, stop: threading.Event) -> None:
        """Tell a snapshot, then what changes, until stop is set. Runs in a thread of its own."""

    def report(self) -> Report:
        """How it is doing. Called from another thread at any time, also while run() is stuck."""

    def close(self) -> None:
        """Let go of everything, once run() has returned."""
