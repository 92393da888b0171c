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

    lost: stage -> events lost there. undecoded: lines that were no documents.
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
        return sum(self.lost.values()) + self.undecoded

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

    def count(self, event: AnyEvent) -> None:
        """Take one event into account."""
        match event:
            case EventsLost():
                self.lost[event.stage] = self.lost.get(event.stage, 0) + event.count
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

    def _count_argv(self, image: Image) -> None:
        if image.inherited:
            return
        self.argv_total += 1
        self.argv_known += image.command_line is not None
