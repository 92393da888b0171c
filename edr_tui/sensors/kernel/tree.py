"""The running processes by the kernel's word: each fork, exec and exit is told as it comes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from edr_tui.ecs.lines import Own, exit_line, joined_line, parts_of, record_line
from edr_tui.model.process import (
    Image,
    Parent,
    ProcessKey,
    ProcessRecord,
    Provenance,
    Tty,
    User,
)
from edr_tui.sensors.base import Stream
from edr_tui.sensors.kernel.details import SlowDetails
from edr_tui.sensors.kernel.records import Changed, Exec, Exit, Fork, Record, Who
from edr_tui.sensors.kernel.watched import OF_PARENT, Identity, Mould, Origin, Watched, after_fork
from edr_tui.sensors.procfs import tty_named
from edr_tui.sensors.records import parent_of
from edr_tui.sensors.system import GONE, TRUNCATED
from edr_tui.sensors.thrift import Thrift

_NS = 1_000_000_000
# Of so many processes what all their children have alike is kept as it is written, if it is no longer.
_MOULDS_KEPT = 4096
_MOULD_LENGTH = 2048
# A process that has passed its exit may still be seen in /proc; so many are remembered against that.
_LEFT_KEPT = 65_536
_NO_IMAGE = Image()
_IMAGE_FIELDS = ("process.command_line", "process.executable", "process.working_directory")


class Clock(NamedTuple):
    """booted_ns: the boot, ns since the epoch. ticks_per_s: what /proc counts starts in."""

    booted_ns: int
    ticks_per_s: int

    def since_boot(self, ticks: int) -> int:
        """The first ns since boot of a clock tick."""
        return -(-ticks * _NS // self.ticks_per_s)

    def ticks(self, ns: int) -> int:
        """A time since boot in the clock ticks that /proc/PID/stat shows for it."""
        return ns * self.ticks_per_s // _NS


class KernelTree:
    """Takes the kernel's records and tells what they mean. One thread uses it.

    inodes: whether identities carry the pidfs inode, as the snapshot's do.
    """

    def __init__(self, boot: str, clock: Clock, details: SlowDetails, *, inodes: bool) -> None:
        self.known: dict[int, Watched] = {}  # in the order in which they were told: parents first
        self.counters = dict.fromkeys(
            ("forks", "execs", "exits", "exits_unknown", "argv_cut", "argv_unknown"), 0
        )
        self._boot = boot
        self._clock = clock
        self._ticks_per_s, self._booted_ns = clock.ticks_per_s, clock.booted_ns
        self._details = details
        self._inodes = inodes
        self._thrift = Thrift()
        self._moulds: dict[int, Mould] = {}  # by the pid of the forker
        self._left: OrderedDict[Identity, None] = OrderedDict()

    def take(self, record: Record, stream: Stream) -> None:
        """Tell one record of the kernel, unless the snapshot has told the same."""
        # In the order of their numbers; a match would ask the last ones too.
        if isinstance(record, Fork):
            self._fork(record, stream)
        elif isinstance(record, Exec):
            self._exec(record, stream)
        elif isinstance(record, Exit):
            self._exit(record, stream)
        else:
            self._changed(record)

    def identity(self, who: Who) -> Identity:
        """The identity of a process as the kernel names it."""
        start_ns, inode, pid, _ = who
        ticks = start_ns * self._ticks_per_s // _NS
        identity: Identity = tuple.__new__(Identity, (pid, ticks, inode if self._inodes else None))
        return identity

    def entity_id(self, identity: Identity) -> str:
        """What documents call it, as ProcessKey spells it."""
        pid, ticks, inode = identity
        text = f"{self._boot}-{pid:x}-{ticks:x}"
        return text if inode is None else f"{text}-{inode:x}"

    def key(self, identity: Identity) -> ProcessKey:
        """The identity as the model has it."""
        return ProcessKey(self._boot, identity.pid, identity.ticks, identity.inode)

    def find(self, identity: Identity) -> Watched | None:
        """The running process of that identity."""
        watched = self.known.get(identity.pid)
        return watched if watched is not None and watched.identity == identity else None

    def running(self) -> Iterator[ProcessRecord]:
        """What was known when the first was asked for, each as it is when it is asked for itself."""
        for watched in list(self.known.values()):
            if self.known.get(watched.identity.pid) is watched:
                yield watched.record

    def has_left(self, identity: Identity) -> bool:
        """Whether its exit was told."""
        return identity in self._left

    def watch(self, identity: Identity, record: ProcessRecord, read_ns: int = 0) -> None:
        """Remember a running process, in place of an older holder of its pid."""
        self.forget(identity.pid)
        self.known[identity.pid] = Watched(identity, self._thrift.keep(record), read_ns)

    def forget(self, pid: int) -> None:
        """Remember it no more."""
        watched = self.known.pop(pid, None)
        if watched is not None:
            self._let_go(watched)

    def changed(self, watched: Watched, record: ProcessRecord) -> None:
        """It has a new image; its place in the order stays."""
        self._let_go(watched)
        watched.record = self._thrift.keep(record)

    def _let_go(self, watched: Watched) -> None:
        """Neither its record counts any more, nor what its children would have of it."""
        if watched.lasting is not None:
            self._thrift.drop(watched.lasting)
        self._moulds.pop(watched.identity.pid, None)

    def wall_ns(self, ns: int) -> int:
        """A time since boot as ns since the epoch."""
        return self._booted_ns + ns

    def _fork(self, fork: Fork, stream: Stream) -> None:
        identity = self.identity(fork.process)
        if self.find(identity) is not None:
            return
        start_ns = self._booted_ns + fork.process.start_ns
        self.counters["forks"] += 1
        forker = self.identity(fork.forker)
        mould = self._moulds.get(forker.pid)
        if mould is None or mould.forker != forker or mould.record.kernel_thread != fork.kernel_thread:
            record = self._forked(fork, identity, start_ns)
            self.watch(identity, record)
            parts = parts_of(record)
            if self.find(forker) is not None and sum(map(len, parts)) <= _MOULD_LENGTH:
                if len(self._moulds) >= _MOULDS_KEPT:
                    self._moulds.clear()
                self._moulds[forker.pid] = Mould(forker, record, parts)
            own = Own(record.entity_id, record.pid, fork.name, start_ns, start_ns)
        else:
            own = Own(self.entity_id(identity), identity.pid, fork.name, start_ns, start_ns)
            self.forget(identity.pid)
            self.known[identity.pid] = Watched(identity, None, own=own, mould=mould)
            parts = mould.parts
        stream.write(lambda heads, number: joined_line(heads.start, start_ns, number, own, parts))

    def _forked(self, fork: Fork, identity: Identity, start_ns: int) -> ProcessRecord:
        """The record of a new process: its own are name, start and parent, all else is its forker's."""
        forker = self.find(self.identity(fork.forker))
        unknown: dict[str, str] = {}
        if forker is None:
            user = self._user(fork.process.uid, "user", unknown)
            before = ProcessRecord(entity_id="", pid=0, image=_NO_IMAGE, user=user)
            parent = self._bare_parent(fork.forker)
        else:
            before = forker.record
            if before.unknown:
                unknown = {k: why for k, why in before.unknown.items() if not k.startswith(OF_PARENT)}
            parent = parent_of(before, unknown)
        if not fork.kernel_thread and (forker is None or before.kernel_thread):
            unknown |= {"process.executable": GONE, "process.command_line": GONE}
        own = Own(self.entity_id(identity), identity.pid, fork.name, start_ns, start_ns)
        return after_fork(before, own, parent, fork.kernel_thread, unknown)

    def _exec(self, exec_: Exec, stream: Stream) -> None:
        identity = self.identity(exec_.process)
        watched = self.find(identity)
        if watched is not None and exec_.at_ns <= watched.read_ns:
            return
        record = self.after_exec(exec_, None if watched is None else watched.origin)
        if watched is None:
            self.watch(identity, record)
        else:
            self.changed(watched, record)
        self.counters["execs"] += 1
        at_ns = self.wall_ns(exec_.at_ns)
        stream.write(lambda heads, number: record_line(heads.exec, at_ns, number, record))

    def _exit(self, exit_: Exit, stream: Stream) -> None:
        identity = self.identity(exit_.process)
        watched = self.find(identity)
        if watched is None:
            # It was told already, by the other one of two threads that ended together; or its fork was lost.
            self.counters["exits_unknown"] += not self.has_left(identity)
            return
        self.forget(identity.pid)
        self._left[identity] = None
        if len(self._left) > _LEFT_KEPT:
            self._left.popitem(last=False)
        at_ns = self.wall_ns(exit_.at_ns)
        end = watched.end(at_ns, exit_.status)
        self.counters["exits"] += 1
        stream.write(lambda heads, number: exit_line(heads.exit, at_ns, number, end))

    def _changed(self, changed: Changed) -> None:
        """What later documents say of it is what it has become."""
        watched = self.find(self.identity(changed.process))
        if watched is None:
            return
        record = watched.record
        unknown = dict(record.unknown)
        changes: dict[str, Any] = {}
        if changed.name is not None:
            changes["image"] = replace(record.image, name=changed.name)
        if changed.uid is not None:
            changes["user"] = self._user(changed.uid, "user", unknown)
            other = changed.euid != changed.uid
            changes["effective_user"] = self._user(changed.euid, "user.effective", unknown) if other else None
        if changed.gid is not None:
            changes["group_id"] = str(changed.gid)
        if changed.session is not None:
            changes |= {"session_leader_pid": changed.session, "tty": None}
        self.changed(watched, replace(record, unknown=unknown, **changes))

    def _user(self, uid: int | None, field: str, unknown: dict[str, str]) -> User | None:
        """The user of a uid; if there is none, or its name is late, unknown says so."""
        unknown.pop(f"{field}.id", None)
        unknown.pop(f"{field}.name", None)
        if uid is None:
            unknown[f"{field}.id"] = GONE
            return None
        return self._details.user(uid, f"{field}.name", unknown)

    def after_exec(self, exec_: Exec, origin: Origin | None) -> ProcessRecord:
        """The record of a process after an exec; origin: None if it was not known until then."""
        before = self._unforked(exec_) if origin is None else origin
        unknown = dict(before.unknown)
        user = self._user(exec_.process.uid, "user", unknown)
        effective = None
        if exec_.euid != exec_.process.uid:
            effective = self._user(exec_.euid, "user.effective", unknown)
        image, directory = self._image(exec_, unknown)
        return ProcessRecord(
            entity_id=before.entity_id,
            pid=before.pid,
            image=image,
            start_ns=before.start_ns,
            parent=before.parent,
            provenance=before.provenance,
            user=user,
            effective_user=effective,
            group_id=before.group_id if exec_.gid is None else str(exec_.gid),
            login_uid=None if exec_.login_uid is None else str(exec_.login_uid),
            working_directory=directory,
            tty=None if exec_.tty is None else _tty(*exec_.tty),
            session_leader_pid=exec_.session,
            cgroup_id=exec_.cgroup or None,
            container_id=self._container(exec_, before),
            kernel_thread=exec_.kernel_thread,
            unknown=unknown,
        )

    def _container(self, exec_: Exec, before: Origin) -> str | None:
        found = self._details.container(exec_.cgroup, exec_.process.pid)
        # Where containers have groups of version 1, only /proc knows: what it said holds for the children.
        same = before.cgroup_id in (None, exec_.cgroup)
        return before.container_id if found is None and same else found

    def _image(self, exec_: Exec, unknown: dict[str, str]) -> tuple[Image, str | None]:
        """The image, and the working directory; what the kernel's record lacks is read from /proc at once."""
        line, executable, directory = exec_.command_line, exec_.executable, exec_.directory
        # One that the kernel's record holds whole, and only a document does not, has its hash.
        cut = line is not None and line.unknown is not None and line.sha256 is None
        self.counters["argv_cut"] += line is not None and line.unknown is not None
        reasons = exec_.unknown
        if reasons is None and (line is None or cut or executable is None or directory is None):
            read = self._details.read(*self.identity(exec_.process)[:2])
            reasons = dict.fromkeys(_IMAGE_FIELDS, read) if isinstance(read, str) else {}
            if not isinstance(read, str):
                executable = executable or read.executable
                directory = directory or read.working_directory
                if read.command_line is not None and (line is None or cut):
                    line = read.command_line
        unknown |= reasons or {}
        for field, value in zip(_IMAGE_FIELDS, (line, executable, directory), strict=True):
            if value is None:
                unknown.setdefault(field, GONE)
            else:
                unknown.pop(field, None)
        self.counters["argv_unknown"] += line is None
        if line is not None and line.unknown is not None:
            unknown["process.command_line"] = line.unknown
        if not exec_.preloads_whole:
            unknown["process.env_vars"] = TRUNCATED
        image = Image(
            name=exec_.name,
            executable=executable,
            invoked=exec_.invoked,
            args=None if line is None else line.args,
            command_line=None if line is None else line.text,
            command_line_length=None if line is None else line.length,
            command_line_sha256=None if line is None else line.sha256,
            env_vars=exec_.preloads,
            sockets=exec_.sockets,
            since_ns=self.wall_ns(exec_.at_ns),
        )
        return image, directory

    def _unforked(self, exec_: Exec) -> Origin:
        """A process whose fork was not seen: its parent is that of this moment, which may have adopted it."""
        parent = self.find(self.identity(exec_.parent)) if exec_.parent.start_ns else None
        unknown: dict[str, str] = {}
        return Origin(
            entity_id=self.entity_id(self.identity(exec_.process)),
            pid=exec_.process.pid,
            start_ns=self.wall_ns(exec_.process.start_ns),
            parent=self._bare_parent(exec_.parent) if parent is None else parent_of(parent.record, unknown),
            provenance=Provenance.INFERRED,
            group_id=None,
            cgroup_id=None,
            container_id=None,
            unknown=unknown,
        )

    def _bare_parent(self, who: Who) -> Parent | None:
        """A parent of which only the kernel's word is known."""
        if who.pid == 0:
            return None
        if not who.start_ns:
            return Parent(pid=who.pid)
        return Parent(
            entity_id=self.entity_id(self.identity(who)), pid=who.pid, start_ns=self.wall_ns(who.start_ns)
        )


def _tty(major: int, minor: int) -> Tty:
    return Tty(major=major, minor=minor, name=tty_named(major, minor))
