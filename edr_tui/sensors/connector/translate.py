"""What the connector's events mean: pids become processes, threads are counted, ends are told apart.

The kernel names processes by pid alone; which process that is follows from the order of events. It also
tells of threads what it tells of processes: a leader that ends is not yet its process's end.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from edr_tui.model.process import ProcessRecord
from edr_tui.sensors import command_line, procfs
from edr_tui.sensors.connector import messages
from edr_tui.sensors.connector.at_once import ARGV_BYTES, AtExec, AtFork
from edr_tui.sensors.connector.frames import Heard
from edr_tui.sensors.connector.messages import Numbers
from edr_tui.sensors.kernel.details import SlowDetails
from edr_tui.sensors.kernel.handover import Read
from edr_tui.sensors.kernel.records import Changed, Exec, Exit, Fork, Record, Who
from edr_tui.sensors.kernel.tree import Clock, KernelTree
from edr_tui.sensors.kernel.watched import Identity
from edr_tui.sensors.linux import LinuxSystem
from edr_tui.sensors.records import Found
from edr_tui.sensors.system import DENIED, GONE, LATE, UNSUPPORTED

_KTHREADD = 2
_NEVER_SET = 0xFFFFFFFF
_COUNTED = {messages.PTRACE: "ptraces", messages.COREDUMP: "coredumps"}


class _Ids(NamedTuple):
    """Control group (0 if unknown), real user and group, effective user and group."""

    cgroup: int
    uid: int | None
    gid: int | None
    euid: int | None
    egid: int | None


@dataclass(slots=True)
class _Leaderless:
    """A process whose leader has ended while other threads go on. code: None if it cannot be known."""

    at_ns: int
    code: int | None


class Translator:
    """Turns events into records, in the order in which they came. One thread uses it."""

    def __init__(self, tree: KernelTree, clock: Clock, system: LinuxSystem, details: SlowDetails) -> None:
        self.counters = dict.fromkeys(
            ("user_changes", "sessions", "renames", "ptraces", "coredumps", "execs_untold"), 0
        )
        self._tree = tree
        self._clock = clock
        self._system = system
        self._details = details
        # Threads besides the leader, of processes all of whose threads were told.
        self._threads: dict[int, int] = {}
        self._leaderless: dict[int, _Leaderless] = {}
        # During a handover: who was found, and who was forked since, before the tree knows of them.
        self._found: dict[int, Who] = {}
        self._forked: dict[int, Who] = {}

    def record(self, heard: Heard) -> Record | None:
        """What an event tells of a process; None if that is nothing. Raises BadMessage."""
        told = messages.numbers(heard.body)
        at_ns = told.at_ns + _suspended_ns()
        match told.what:
            case messages.FORK:
                return self._fork(told, at_ns, heard.at_fork or AtFork())
            case messages.EXEC:
                return self._exec(told.second, at_ns, heard.at_exec or AtExec())
            case messages.EXIT:
                return self._exit(told, at_ns)
            case messages.UID | messages.GID | messages.SID | messages.COMM:
                return self._changed(told, at_ns, heard.body)
            case messages.PTRACE | messages.COREDUMP:
                self.counters[_COUNTED[told.what]] += 1
        return None

    def met(self, scanned: Sequence[tuple[Found, Read]]) -> None:
        """A snapshot was read: the events since its beginning follow, and then joined()."""
        for found, _ in scanned:
            sight, inode = found.met
            self._found[sight.pid] = self._who_of(Identity(sight.pid, sight.start, inode))

    def joined(self) -> None:
        """The tree knows now who was found, and what they have done since."""
        self._found.clear()
        self._forked.clear()

    def lost(self) -> None:
        """Events are missing: no count of threads can be trusted any more."""
        self._threads.clear()

    def overdue(self) -> list[Exit]:
        """The ends of those whose last thread has gone without a word."""
        gone = [pid for pid in self._leaderless if not self._lives(pid, None)]
        return [self._ended(pid, left.at_ns, left.code) for pid in gone if (left := self._leaderless[pid])]

    def _fork(self, told: Numbers, at_ns: int, read: AtFork) -> Fork | None:
        _, _, _, _, parent, child_thread, child = told
        if child_thread != child:
            if child in self._threads:
                self._threads[child] += 1
            return None
        forker = self._who(parent, at_ns) or Who(0, None, parent, None)
        known = self._tree.find(self._tree.identity(forker)) if forker.start_ns else None
        stat = self._stat(read.stat, at_ns)
        start_ns = at_ns
        if stat is not None:
            # The clock of starts is coarser: the start stays within its tick.
            first = self._clock.since_boot(stat.start_ticks)
            start_ns = max(first, min(at_ns, self._clock.since_boot(stat.start_ticks + 1) - 1))
        process = Who(start_ns, read.inode if stat is not None else None, child, None)
        found = self._found.get(child)
        if process.inode is None and found is not None and self._same_start(found, at_ns):
            process = found  # the snapshot came to it in time
        process = self._not_known_yet(process)
        self._threads[child] = 0
        self._leaderless.pop(child, None)
        self._forked[child] = process
        if known is not None:
            name, kernel_thread = known.record.image.name, known.record.kernel_thread
        else:
            name, kernel_thread = _name(stat), parent == _KTHREADD
        if stat is not None:
            kernel_thread = bool(stat.flags & procfs.PF_KTHREAD)
        return Fork(at_ns, process, name, kernel_thread, forker)

    def _exec(self, pid: int, at_ns: int, read: AtExec) -> Exec | None:
        self._leaderless.pop(pid, None)
        self._threads[pid] = 0  # an exec ends all threads but one
        who = self._who(pid, at_ns)
        stat = self._stat(read.stat, at_ns)
        if who is None and stat is not None:
            who = self._who_of(Identity(pid, stat.start_ticks, read.inode))
        if who is None:
            self.counters["execs_untold"] += 1
            return None
        watched = self._tree.find(self._tree.identity(who))
        before = None if watched is None else watched.record
        line = None
        if isinstance(read.argv, bytes):
            cut = len(read.argv) + 1 if len(read.argv) >= ARGV_BYTES else None
            line = command_line.from_cmdline(read.argv, expected=_arg_bytes(stat) or cut)
        ids = self._ids(who, before, read)
        session, tty = _terminal(stat, before)
        preloads = read.preloads if isinstance(read.preloads, tuple) else ()
        sockets = read.sockets if isinstance(read.sockets, tuple) else ()
        return Exec(
            at_ns=at_ns,
            process=who._replace(uid=ids.uid),
            name=_name(stat),
            kernel_thread=False,
            parent=self._parent(stat, at_ns),
            cgroup=ids.cgroup,
            euid=ids.euid,
            gid=ids.gid,
            egid=ids.egid,
            login_uid=_login_uid(read.login_uid, before),
            session=session,
            tty=tty,
            sockets=sockets,
            invoked=None,
            executable=_text(read.executable),
            directory=_text(read.directory),
            preloads=tuple(map(_decoded, preloads)),
            preloads_whole=True,
            command_line=line,
            unknown=_unknown(read, stat),
        )

    def _exit(self, told: Numbers, at_ns: int) -> Exit | None:
        thread, pid, code = told.first, told.second, told.third
        others = self._threads.get(pid)
        if thread != pid:
            if others:
                self._threads[pid] = others - 1
            left = self._leaderless.get(pid)
            if left is None:
                return None
            left.at_ns = at_ns
            left.code = _code_of_two(left.code, code)
            return self._ended(pid, at_ns, left.code) if others == 1 else None
        if others or (others is None and self._lives(pid, at_ns)):
            self._leaderless[pid] = _Leaderless(at_ns, code)
            return None
        return self._ended(pid, at_ns, code)

    def _ended(self, pid: int, at_ns: int, code: int | None) -> Exit:
        self._threads.pop(pid, None)
        self._leaderless.pop(pid, None)
        who = self._who(pid, at_ns) or Who(0, None, pid, None)
        self._forked.pop(pid, None)
        return Exit(at_ns, who, None, code)

    def _changed(self, told: Numbers, at_ns: int, body: bytes) -> Changed | None:
        who = self._who(told.second, at_ns)
        if told.first != told.second or who is None:
            return None
        match told.what:
            case messages.UID:
                self.counters["user_changes"] += 1
                return Changed(at_ns, who, uid=told.third, euid=told.fourth)
            case messages.GID:
                return Changed(at_ns, who, gid=told.third)
            case messages.SID:
                self.counters["sessions"] += 1
                return Changed(at_ns, who, session=told.second)
        self.counters["renames"] += 1
        return Changed(at_ns, who, name=_decoded(messages.comm(body)))

    def _who(self, pid: int, at_ns: int | None) -> Who | None:
        """The process that had a pid at that time."""
        forked = self._forked.get(pid)
        if forked is not None:
            return forked
        found = self._found.get(pid)
        if found is not None and (at_ns is None or found.start_ns <= at_ns):
            return found
        watched = self._tree.known.get(pid)
        return None if watched is None else self._who_of(watched.identity)

    def _who_of(self, identity: Identity) -> Who:
        return Who(self._clock.since_boot(identity.ticks), identity.inode, identity.pid, None)

    def _not_known_yet(self, who: Who) -> Who:
        """The same, or a tick later: a pid may come back within a tick, which shows in its inode alone."""
        while (identity := self._tree.identity(who)) and (
            self._tree.has_left(identity) or self._tree.find(identity) is not None
        ):
            who = who._replace(start_ns=self._clock.since_boot(identity.ticks + 1))
        return who

    def _same_start(self, found: Who, at_ns: int) -> bool:
        ticks = self._clock.ticks(at_ns)
        return ticks - 1 <= self._clock.ticks(found.start_ns) <= ticks

    def _stat(self, raw: bytes | int | None, at_ns: int) -> procfs.Stat | None:
        """What was read, if it is of the process of that time: a pid may have gone to a later one."""
        if not isinstance(raw, bytes):
            return None
        try:
            stat = procfs.parse_stat(raw)
        except ValueError:
            return None
        return stat if stat.start_ticks <= self._clock.ticks(at_ns) else None

    def _lives(self, pid: int, at_ns: int | None) -> bool:
        """Whether a process whose leader has ended still has threads."""
        who = self._who(pid, at_ns)
        sight = self._system.look(pid, None)
        if who is None or sight is None or sight.ended:
            return False
        return sight.start == self._tree.identity(who).ticks

    def _parent(self, stat: procfs.Stat | None, at_ns: int) -> Who:
        if stat is None or not stat.ppid:
            return Who(0, None, 0, None)
        return self._who(stat.ppid, at_ns) or Who(0, None, stat.ppid, None)

    def _ids(self, who: Who, before: ProcessRecord | None, read: AtExec) -> _Ids:
        """As they were read, or followed through the events."""
        if read.credentials is not None:
            return _Ids(*read.credentials)
        cgroup = 0
        if before is None or before.user is None:
            details = self._details.read(who.pid, self._tree.identity(who).ticks)
            if isinstance(details, str):
                return _Ids(0, None, None, None, None)
            user, effective = details.user, details.effective_user
        else:
            user, effective, cgroup = before.user, before.effective_user, before.cgroup_id or 0
        uid = _number(None if user is None else user.id)
        return _Ids(cgroup, uid, None, uid if effective is None else _number(effective.id), None)


def _suspended_ns() -> int:
    """What the clock of events (monotonic) lacks against the clock of starts (boot time)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def _code_of_two(leader: int | None, last: int) -> int | None:
    """How a process ended whose leader ended before its last thread: exit_group's code, or the leader's."""
    if last or leader == last:
        return last
    return None


def _terminal(
    stat: procfs.Stat | None, before: ProcessRecord | None
) -> tuple[int | None, tuple[int, int] | None]:
    """Session, and the terminal's major and minor."""
    if stat is not None:
        session = stat.session if stat.session > 0 else None
        return session, procfs.tty_name(stat.tty)[:2] if stat.tty else None
    if before is None:
        return None, None
    tty = before.tty
    if tty is None or tty.major is None or tty.minor is None:
        return before.session_leader_pid, None
    return before.session_leader_pid, (tty.major, tty.minor)


def _login_uid(raw: bytes | int | None, before: ProcessRecord | None) -> int | None:
    if isinstance(raw, bytes):
        uid = _number(raw.decode("ascii", "replace").strip())
        return None if uid == _NEVER_SET else uid
    return None if before is None else _number(before.login_uid)


def _unknown(read: AtExec, stat: procfs.Stat | None) -> dict[str, str]:
    """Why a field is not known."""
    unknown: dict[str, str] = {}
    for field, answer in (
        ("process.command_line", read.argv),
        ("process.executable", read.executable),
        ("process.working_directory", read.directory),
        ("process.env_vars", read.preloads),
        ("edr.sockets", read.sockets),
    ):
        if not isinstance(answer, (bytes, tuple)):
            unknown[field] = LATE if answer is None else _reason(answer)
        elif answer == b"":
            unknown[field] = GONE
    if stat is None:
        unknown["process.name"] = GONE
    return unknown


def _reason(number: int) -> str:
    match number:
        case errno.EACCES | errno.EPERM:
            return DENIED
        case errno.ENOENT | errno.ESRCH | errno.EBADF:
            return GONE
    return UNSUPPORTED


def _arg_bytes(stat: procfs.Stat | None) -> int | None:
    if stat is None or not 0 < stat.arg_start <= stat.arg_end:
        return None
    return stat.arg_end - stat.arg_start


def _name(stat: procfs.Stat | None) -> str | None:
    return None if stat is None else _decoded(stat.name)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def _text(raw: bytes | int | None) -> str | None:
    return _decoded(raw) if isinstance(raw, bytes) and raw else None


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
