"""Where a snapshot and the kernel's records meet: no process lost, doubled, or given a wrong parent.

The records that come while the snapshot is taken are kept back, and told after it. What they tell is
left out of the snapshot: whoever was forked meanwhile is told by its fork, with its true parent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edr_tui.model.process import ProcessRecord
from edr_tui.sensors import procfs
from edr_tui.sensors.deadline import DeadlineReads
from edr_tui.sensors.kernel.records import Exec, Exit, Fork, Record
from edr_tui.sensors.kernel.tree import KernelTree
from edr_tui.sensors.kernel.watched import Identity, Watched, origin_of
from edr_tui.sensors.linux import LinuxSystem
from edr_tui.sensors.records import Found, parents_first, record_of, same_program, with_new_image
from edr_tui.sensors.system import DETAIL_FIELDS, LATE, Details, Met, Sight

_AT_ONCE = 64  # processes read between two looks at the ring buffer


@dataclass(frozen=True, slots=True)
class Read:
    """The details of a process, and when they were read, ns since boot."""

    details: Details
    from_ns: int
    until_ns: int


class Scanner:
    """Reads every running process once, without holding any."""

    def __init__(self, system: LinuxSystem) -> None:
        self._system = system
        self._reads = DeadlineReads(self._read)

    def scan(self, between: Callable[[], None]) -> list[tuple[Found, Read]]:
        """Every process that is there, parents first; between is called every now and then."""
        found: list[Found] = []
        for count, pid in enumerate(self._system.pids(), 1):
            met = self._system.meet(pid)
            self._system.forget(pid)
            if met is not None and not _ended(met.sight):
                found.append(Found(met, 0))
            if count % _AT_ONCE == 0:
                between()
        order = parents_first(found)
        read: list[tuple[Found, Read]] = []
        for first in range(0, len(order), _AT_ONCE):
            some = order[first : first + _AT_ONCE]
            for one, answer in zip(some, self._reads.all([one.met for one in some]), strict=True):
                now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
                late = Read(Details(unknown=dict.fromkeys(DETAIL_FIELDS, LATE)), now, now)
                read.append((one, answer or late))
            between()
        return [(one, answer) for one, answer in read if self._still(one.met)]

    def stuck(self) -> int:
        """How many reads hang at this moment."""
        return self._reads.stuck()

    def close(self) -> None:
        """Let the thread end, if it does not hang."""
        self._reads.close()

    def _read(self, met: Met) -> Read:
        began = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        details = self._system.details(met.sight)
        return Read(details, began, time.clock_gettime_ns(time.CLOCK_BOOTTIME))

    def _still(self, met: Met) -> bool:
        """Whether what was read is of that process: it is still there."""
        now = self._system.look(met.sight.pid, met.sight)
        return now is not None and now.start == met.sight.start and not _ended(now)


def _ended(sight: Sight) -> bool:
    """Whether it has passed its exit, and may only still be seen."""
    if sight.ended or not sight.raw:
        return sight.ended
    stat = procfs.parse_stat(sight.raw)
    return bool(stat.flags & procfs.PF_EXITING) and stat.threads <= 1


class Handover:
    """Brings a scan and the records of its time into the tree."""

    def __init__(self, tree: KernelTree, system: LinuxSystem, backlog: Sequence[Record]) -> None:
        self._tree = tree
        self._system = system
        self._forked: set[Identity] = set()
        self._exited: set[Identity] = set()
        self._execs: dict[Identity, list[Exec]] = {}
        for record in backlog:
            identity = tree.identity(record.process)
            match record:
                case Fork():
                    self._forked.add(identity)
                case Exec():
                    self._execs.setdefault(identity, []).append(record)
                case Exit():
                    self._exited.add(identity)

    def apply(self, scanned: Sequence[tuple[Found, Read]]) -> int:
        """Let the tree know what was scanned; returns how many known processes were gone unseen."""
        there: set[Identity] = set()
        for found, read in scanned:
            sight = found.met.sight
            identity = Identity(sight.pid, sight.start, found.met.inode)
            if identity in self._forked or self._tree.has_left(identity):
                continue
            there.add(identity)
            watched = self._tree.find(identity)
            if watched is None:
                self._meet(identity, sight, read)
            elif identity not in self._execs:
                self._compare(watched, sight, read)
        gone = [
            watched.identity
            for watched in self._tree.known.values()
            if watched.identity not in there and watched.identity not in self._exited
        ]
        for identity in gone:
            self._tree.forget(identity.pid)
        return len(gone)

    def _meet(self, identity: Identity, sight: Sight, read: Read) -> None:
        parent = self._tree.known.get(sight.ppid)
        if parent is not None and parent.identity.ticks > sight.start:
            parent = None
        record = record_of(
            self._tree.key(identity),
            sight,
            read.details,
            start_ns=self._system.start_ns(sight),
            since_ns=None,
            parent=None if parent is None else parent.record,
        )
        record, read_ns = self._with_execs(identity, record, read)
        self._tree.watch(identity, record, read_ns)

    def _with_execs(self, identity: Identity, record: ProcessRecord, read: Read) -> tuple[ProcessRecord, int]:
        """The record with those execs of the backlog that came before it was read, and when that was."""
        read_ns = read.from_ns
        for exec_ in self._execs.get(identity, ()):
            between = read.from_ns < exec_.at_ns <= read.until_ns
            after = self._tree.after_exec(exec_, origin_of(record)) if exec_.at_ns <= read.until_ns else None
            if after is not None and (not between or same_program(after.image, read.details)):
                record, read_ns = after, max(read_ns, exec_.at_ns)
        return record, read_ns

    def _compare(self, watched: Watched, sight: Sight, read: Read) -> None:
        """An exec that nobody told shows in what runs now."""
        record = watched.record
        details = read.details
        unknown = details.executable is None and details.command_line is None
        if sight.kernel_thread or unknown or same_program(record.image, details):
            return
        if record.image.args is None and record.image.executable == details.executable:
            return  # its command line was not remembered, for its length
        at_ns = self._tree.wall_ns(read.from_ns)
        self._tree.changed(watched, with_new_image(record, sight, details, at_ns))
        watched.read_ns = read.from_ns
