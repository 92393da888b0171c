"""What we have seen, what we have lost, and what we cannot see: the header's honest numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edr_tui.model.event import (
    AnyEvent,
    EventsLost,
    ProcessExec,
    ProcessSnapshot,
    ProcessStart,
    RequestAnswered,
    SensorStatus,
)
from edr_tui.model.process import Image

DECODER, PIPE = "decoder", "pipe"
# What ends the name of a blind spot that is a better sensor which does not run.
PASSED_OVER = " sensor"


class SourceHealth(StrEnum):
    """How the stream of events is doing."""

    STARTING = "starting"
    LIVE = "live"
    SILENT = "silent"  # nothing for longer than its status interval allows
    RESTARTING = "restarting"  # it ended against our will; back-off until the next try
    ENDED = "ended"  # a recording's end, --duration, or given up


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The stream's health, since when (ns since the epoch), and a sentence where there is one."""

    health: SourceHealth
    since_ns: int
    reason: str | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The ledger at one moment. Counts are since the console started.

    lost: stage -> events lost there. undecoded: lines that were no documents; as far as events were
        missing in their place, these are in lost too, as of the decoder.
    argv_known of argv_total: images whose command line was known, of all that were told.
    counters, blind, interval_ns: the sensor's own last words (model.event.SensorStatus).
    """

    events: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)
    undecoded: int = 0
    argv_known: int = 0
    argv_total: int = 0
    running: int = 0
    exited_kept: int = 0
    evicted: int = 0
    edges_broken: int = 0
    exits_not_seen: int = 0
    alerts_closed: int = 0
    sensor: str | None = None
    sensor_health: str | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    blind: Mapping[str, str] = field(default_factory=dict)
    interval_ns: int | None = None

    @property
    def lost_total(self) -> int:
        """Events lost at all stages."""
        return sum(self.lost.values()) + max(0, self.undecoded - self.lost.get(DECODER, 0))

    @property
    def passed_over(self) -> Mapping[str, str]:
        """The better sensors that do not run -> the sentence why, as the one that runs tells it."""
        return {
            what.removesuffix(PASSED_OVER): why
            for what, why in self.blind.items()
            if what.endswith(PASSED_OVER)
        }

    @property
    def argv_share(self) -> float | None:
        """The share of images with a known command line, 0 to 1; None before the first."""
        return self.argv_known / self.argv_total if self.argv_total else None


class Ledger:
    """Counts what passes. One writer: the engine."""

    def __init__(self) -> None:
        self.events = 0
        self.undecoded = 0
        self.lost: dict[str, int] = {}
        self.argv_known = 0
        self.argv_total = 0
        self.status: SensorStatus | None = None
        self.read = 0
        self._due = 1
        self._unread = 0

    def next_stream(self) -> None:
        """A new sensor speaks, and counts from 1."""
        self._due = 1
        self._unread = 0

    def unread(self, lines: int) -> None:
        """So many lines came of which nothing could be read."""
        self.undecoded += lines
        self._unread += lines

    def follow(self, event: AnyEvent) -> tuple[EventsLost, ...]:
        """What is missing in a sensor's own stream before this event, and nobody has told; it is counted.

        Every event has a number, and what the sensor itself lost it tells. Else what is missing was
        among the lines that could not be read (decoder), or never came (pipe).
        """
        self.read += 1
        due, self._due = self._due, event.sequence + 1
        missing = event.sequence - due
        if isinstance(event, EventsLost) and event.first is not None and event.last is not None:
            missing -= max(0, min(event.last, event.sequence - 1) - max(event.first, due) + 1)
        if missing <= 0:
            return ()
        unread = min(missing, self._unread)
        self._unread -= unread
        parts = ((DECODER, unread), (PIPE, missing - unread))
        found = tuple(_missing(event, stage, count, due) for stage, count in parts if count)
        for lost in found:
            self._lose(lost)
        return found

    def count(self, event: AnyEvent) -> None:
        """Take one event into account."""
        match event:
            case EventsLost():
                self._lose(event)
                return
            case SensorStatus():
                self.status = event
                return
            case RequestAnswered():
                return
            case ProcessSnapshot() | ProcessStart() | ProcessExec() if not event.process.kernel_thread:
                # A fork shows its parent's image, which was counted.
                self._count_argv(event.process.image)
        self.events += 1

    def _lose(self, lost: EventsLost) -> None:
        self.lost[lost.stage] = self.lost.get(lost.stage, 0) + lost.count

    def _count_argv(self, image: Image) -> None:
        if image.inherited:
            return
        self.argv_total += 1
        self.argv_known += image.command_line is not None


def _missing(before: AnyEvent, stage: str, count: int, first: int) -> EventsLost:
    """The loss as an event of its own, where it was noticed: before the event that came in its place."""
    return EventsLost(
        at_ns=before.at_ns,
        sequence=before.sequence - 1,
        provider=before.provider,
        host=before.host,
        stage=stage,
        count=count,
        first=first,
        last=before.sequence - 1,
    )
