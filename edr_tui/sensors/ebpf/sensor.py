"""The eBPF sensor: reads the kernel's ring buffer, and keeps the books of what found no room in it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from edr_tui.sensors.base import Report, Stream
from edr_tui.sensors.ebpf.canary import Canary
from edr_tui.sensors.ebpf.details import SlowDetails
from edr_tui.sensors.ebpf.handover import Handover, Scanner
from edr_tui.sensors.ebpf.loader import Programs
from edr_tui.sensors.ebpf.records import BadRecord, Record, parse
from edr_tui.sensors.ebpf.tree import Clock, KernelTree
from edr_tui.sensors.hidden import HiddenSearch, HiddenWatch
from edr_tui.sensors.linux import LinuxSystem

STAGE = "kernel"
_AT_ONCE = 1024  # records taken in one turn
# A turn takes what has gathered since the last: that is cheaper than to be woken for each.
_GATHER_S = 0.02
_WAIT_S = 0.2
_BOOKS_S = 0.4  # between two looks at the kernel's counts: a loss is told within a second
_REPAIR_AFTER_S = 0.3
_LONGEST_PAUSE_S = 60.0
_CALM_S = 10.0
# What reading /proc keeps from a poll sensor, but not from this one.
_ONLY_POLLING = ("exec in other users' processes",)


class EbpfSensor:
    """Tells every fork, exec and exit. One thread runs it; report() may come from another."""

    name = "ebpf"

    def __init__(
        self,
        system: LinuxSystem,
        programs: Programs,
        canary: Canary | None = None,
        hidden: HiddenWatch | None = None,
    ) -> None:
        self._system = system
        self._programs = programs
        self._canary = canary or Canary()
        self._details = SlowDetails(system)
        self._scanner = Scanner(system)
        clock = Clock(system.booted_ns, system.ticks_per_s)
        self._tree = KernelTree(system.boot, clock, self._details, inodes=system.has_inodes)
        self._seen = self._bad = self._lost = self._scans = self._gone = 0
        self._failed_total = 0
        self._failed: dict[str, int] = {}
        self._books_due = 0.0
        self._scanned_ns = 0
        self._revealed: dict[int, str] = {}
        self._repair_at: float | None = None
        self._pause_s = _REPAIR_AFTER_S
        self._last_loss = 0.0
        self._backlog: list[bytes] = []
        self._hidden = hidden or HiddenWatch(HiddenSearch())

    def run(self, stream: Stream, stop: threading.Event) -> None:
        """A snapshot, then what the kernel tells, until stop is set."""
        self._snapshot(stream)
        if self._system.lists_all:
            self._hidden.start(lambda: list(self._tree.known))
        while not stop.is_set():
            self.turn(stream)
            if self._programs.wait(_WAIT_S) and stop.wait(_GATHER_S):
                return

    def turn(self, stream: Stream) -> None:
        """Tell what is there; look after the books, the canary and repairs when they are due."""
        if not self._scans:
            self._snapshot(stream)
        take = self._tree.take
        for raw in self._programs.take(_AT_ONCE):
            record = self._parsed(raw)
            if record is not None:
                take(record, stream)
        now = time.monotonic()
        if now >= self._books_due:
            self._books_due = now + _BOOKS_S
            self._keep_books(stream, now)
            self._canary.tend()
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
        if self._programs.failed_execs_unseen is not None:
            blind["failed execs"] = f"they are not counted: {self._programs.failed_execs_unseen}"
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
            "execs_failed": self._failed_total,
            **{f"execs_failed_{name}": count for name, count in self._failed.items()},
        }
        return Report(health="limited" if limited else "ok", counters=counters, blind=blind)

    def close(self) -> None:
        """Unload the programs and let go of everything. Not while another thread is in run()."""
        self._hidden.stop()
        self._programs.close()
        self._details.close()
        self._scanner.close()
        self._system.close()

    def _parsed(self, raw: bytes) -> Record | None:
        """The record, None for one that is not told: the canary's, or one that cannot be read."""
        self._seen += 1
        try:
            record = parse(raw)
        except BadRecord:
            self._bad += 1
            return None
        canary = self._canary
        return None if record.process.pid == canary.pid and canary.own(record) else record

    def _snapshot(self, stream: Stream) -> None:
        """Scan while the kernel's records are kept back; tell the snapshot, then them."""
        self._scans += 1
        self._backlog = []
        own = self._canary.pid
        scanned = [one for one in self._scanner.scan(self._keep_back) if one[0].met.sight.pid != own]
        self._keep_back()
        backlog = [record for record in map(self._parsed, self._backlog) if record is not None]
        self._backlog = []
        gone = Handover(self._tree, self._system, backlog).apply(scanned)
        self._gone += gone
        self._tell_running(stream)
        for record in backlog:
            self._tree.take(record, stream)

    def _keep_back(self) -> None:
        while taken := self._programs.take(_AT_ONCE):
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
        counts = self._programs.counts()
        if counts.failed != self._failed_total:
            self._failed_total = counts.failed
            self._failed = self._programs.failed_execs()
        lost = counts.lost + counts.missed
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
