"""A sensor that hears the kernel: takes what it tells, and keeps the books of what was lost on the way."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from edr_tui.sensors.base import Report, Stream
from edr_tui.sensors.hidden import HiddenSearch, HiddenWatch
from edr_tui.sensors.kernel.canary import Canary
from edr_tui.sensors.kernel.details import SlowDetails
from edr_tui.sensors.kernel.handover import Handover, Read, Scanner
from edr_tui.sensors.kernel.records import BadRecord, Record
from edr_tui.sensors.kernel.tree import Clock, KernelTree
from edr_tui.sensors.linux import LinuxSystem
from edr_tui.sensors.records import Found

STAGE = "kernel"
_AT_ONCE = 1024  # records taken in one turn
# A turn takes what has gathered since the last: that is cheaper than to be woken for each.
_GATHER_S = 0.02
_WAIT_S = 0.2
_BOOKS_S = 0.4  # between two looks at the kernel's counts: a loss is told within a second
_REPAIR_AFTER_S = 0.3
_LONGEST_PAUSE_S = 60.0
_CALM_S = 10.0
# What reading /proc keeps from a poll sensor, but not from one of these.
_ONLY_POLLING = ("exec in other users' processes",)

RawT = TypeVar("RawT")


class KernelSensor(ABC, Generic[RawT]):
    """Tells every fork, exec and exit. One thread runs it; report() may come from another.

    A sensor of this kind says how its records are had (RawT is one as it comes), and what they mean.
    """

    name: str

    def __init__(
        self, system: LinuxSystem, canary: Canary | None = None, hidden: HiddenWatch | None = None
    ) -> None:
        self._system = system
        self._canary = canary or Canary()
        self._details = SlowDetails(system)
        self._scanner = Scanner(system)
        self._clock = Clock(system.booted_ns, system.ticks_per_s)
        self._tree = KernelTree(system.boot, self._clock, self._details, inodes=system.has_inodes)
        self._seen = self._bad = self._lost = self._scans = self._gone = 0
        self._books_due = 0.0
        self._scanned_ns = 0
        self._repair_at: float | None = None
        self._pause_s = _REPAIR_AFTER_S
        self._last_loss = 0.0
        self._backlog: list[RawT] = []
        self._hidden = hidden or HiddenWatch(HiddenSearch())
        self._revealed: Mapping[int, str] = {}

    @abstractmethod
    def _wait(self, seconds: float) -> bool:
        """Whether records are there, after at most so long."""

    @abstractmethod
    def _take(self, most: int) -> Sequence[RawT]:
        """At most so many records, in order; fewer only if no more are there. Never waits."""

    @abstractmethod
    def _understand(self, raw: RawT) -> Record | None:
        """What a record means; None for one that is not told. Raises BadRecord."""

    @abstractmethod
    def _count_losses(self) -> int:
        """How many records were lost until now."""

    @abstractmethod
    def _release(self) -> None:
        """Let go of the kernel."""

    def _met(self, scanned: Sequence[tuple[Found, Read]]) -> None:
        """A snapshot was read; what was kept back meanwhile is understood now."""

    def _joined(self) -> None:
        """What was kept back is told."""

    def _tend(self, stream: Stream) -> None:
        """What else is due every now and then."""

    def _counters(self) -> Mapping[str, int]:
        """Counters of its own."""
        return {}

    def _blind(self) -> Mapping[str, str]:
        """Blind spots of its own, which do not make it limited."""
        return {}

    def run(self, stream: Stream, stop: threading.Event) -> None:
        """A snapshot, then what the kernel tells, until stop is set."""
        self._snapshot(stream)
        if self._system.lists_all:
            self._hidden.start(lambda: list(self._tree.known))
        while not stop.is_set():
            self.turn(stream)
            if self._wait(_WAIT_S) and stop.wait(_GATHER_S):
                return

    def turn(self, stream: Stream) -> None:
        """Tell what is there; look after the books, the canary and repairs when they are due."""
        if not self._scans:
            self._snapshot(stream)
        take = self._tree.take
        for raw in self._take(_AT_ONCE):
            record = self._parsed(raw)
            if record is not None:
                take(record, stream)
        now = time.monotonic()
        if now >= self._books_due:
            self._books_due = now + _BOOKS_S
            self._keep_books(stream, now)
            self._canary.tend()
            self._tend(stream)
            self._tell_hidden(stream)
        if self._repair_at is not None and now >= self._repair_at:
            self._repair_at = None
            self._snapshot(stream)
        elif stream.resume(self._scanned_ns) and stream.snapshot_wanted() and self._repair_at is None:
            self._tell_running(stream)

    def report(self) -> Report:
        """Counters and blind spots; docs/sensors.md explains each."""
        blind = {name: why for name, why in self._system.blind().items() if name not in _ONLY_POLLING}
        limited = self._system.limited()
        if self._canary.silent is not None:
            blind["canary"] = self._canary.silent
            limited = True
        if stuck := self._details.stuck() + self._scanner.stuck():
            blind["stuck processes"] = f"reading the details of {stuck} processes hangs"
            limited = True
        if self._hidden.failed is not None:
            blind["hidden processes"] = self._hidden.failed
            limited = True
        blind |= self._blind()
        counters = {
            **self._tree.counters,
            "processes": len(self._tree.known),
            "records": self._seen,
            "records_bad": self._bad,
            "kernel_lost": self._lost,
            "snapshots": self._scans,
            "exits_not_seen": self._gone,
            "canaries_sent": self._canary.sent,
            "canaries_returned": self._canary.returned,
            **self._counters(),
        }
        return Report(health="limited" if limited else "ok", counters=counters, blind=blind)

    def close(self) -> None:
        """Let go of everything. Not while another thread is in run()."""
        self._hidden.stop()
        self._release()
        self._details.close()
        self._scanner.close()
        self._system.close()

    def _parsed(self, raw: RawT) -> Record | None:
        """The record, None for one that is not told: the canary's, or one that cannot be read."""
        self._seen += 1
        try:
            record = self._understand(raw)
        except BadRecord:
            self._bad += 1
            return None
        if record is None or (record.process.pid == self._canary.pid and self._canary.own(record)):
            return None
        return record

    def _snapshot(self, stream: Stream) -> None:
        """Scan while the kernel's records are kept back; tell the snapshot, then them."""
        self._scans += 1
        self._backlog = []
        own = self._canary.pid
        scanned = [one for one in self._scanner.scan(self._keep_back) if one[0].met.sight.pid != own]
        self._keep_back()
        self._met(scanned)
        backlog = [record for record in map(self._parsed, self._backlog) if record is not None]
        self._backlog = []
        gone = Handover(self._tree, self._system, backlog).apply(scanned)
        self._gone += gone
        self._tell_running(stream)
        for record in backlog:
            self._tree.take(record, stream)
        self._joined()

    def _keep_back(self) -> None:
        while taken := self._take(_AT_ONCE):
            self._backlog += taken
            if len(taken) < _AT_ONCE:
                return

    def _tell_hidden(self, stream: Stream) -> None:
        """Tell who has been found to hide since the last look."""
        found = self._hidden.found()
        if found is self._revealed:
            return
        self._revealed = found
        self._system.reveal(found)
        for pid, evidence in found.items():
            watched = self._tree.known.get(pid)
            if watched is None:
                self._repair_at = time.monotonic()  # a snapshot, which now reads it too
            elif watched.record.hidden is None:
                record = replace(watched.record, hidden=evidence)
                self._tree.changed(watched, record)
                stream.found(record, time.time_ns())

    def _tell_running(self, stream: Stream) -> None:
        self._scanned_ns = time.time_ns()
        stream.snapshot(self._tree.running(), self._scanned_ns)

    def _keep_books(self, stream: Stream, now: float) -> None:
        lost = self._count_losses()
        if lost == self._lost:
            if now - self._last_loss > _CALM_S:
                self._pause_s = _REPAIR_AFTER_S
            return
        stream.events_lost(STAGE, lost - self._lost)
        self._lost = lost
        self._last_loss = now
        if self._repair_at is None:
            # Soon at first; where losses go on, a snapshot must not be what costs the next ones.
            self._repair_at = now + self._pause_s
            self._pause_s = min(max(self._pause_s * 2, 1.0), _LONGEST_PAUSE_S)
