"""A running process as the sensor remembers it, made into a record only when somebody asks for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from edr_tui.ecs.lines import Ended, Own, Parts
from edr_tui.model.process import NOTHING_UNKNOWN, Image, Parent, ProcessRecord, Provenance
from edr_tui.sensors.system import UNSUPPORTED

OF_PARENT = "process.parent."
_CODE_UNKNOWN = {"process.exit_code": UNSUPPORTED}


class Identity(NamedTuple):
    """A process: its pid, its start in clock ticks since boot, and its pidfs inode where there is one."""

    pid: int
    ticks: int
    inode: int | None


class Mould(NamedTuple):
    """What the children of one process have alike after their fork.

    forker: that process. record: that of the first of them. parts: how its line is written.
    """

    forker: Identity
    record: ProcessRecord
    parts: Parts


class Origin(NamedTuple):
    """What is known of a process before an exec, and not told by it.

    unknown: why parts of its parent are absent.
    """

    entity_id: str
    pid: int
    start_ns: int | None
    parent: Parent | None
    provenance: Provenance
    group_id: str | None
    cgroup_id: int | None
    container_id: str | None
    unknown: Mapping[str, str]


class Watched:
    """A running process. read_ns: execs until then (ns since boot) are in the record already.

    Most processes run exec or end before anybody asks for the record that their fork gave them, so
    that it is made when it is asked for.
    """

    __slots__ = ("_mould", "_own", "_record", "identity", "read_ns")

    def __init__(
        self,
        identity: Identity,
        record: ProcessRecord | None,
        read_ns: int = 0,
        *,
        own: Own | None = None,
        mould: Mould | None = None,
    ) -> None:
        self.identity = identity
        self.read_ns = read_ns
        self._record = record
        self._own = own
        self._mould = mould

    @property
    def record(self) -> ProcessRecord:
        """What is known of it."""
        if self._record is None:
            assert self._own is not None
            assert self._mould is not None
            self._record = _cast(self._mould, self._own)
        return self._record

    @record.setter
    def record(self, record: ProcessRecord) -> None:
        self._record = record

    @property
    def lasting(self) -> ProcessRecord | None:
        """The record, if it has been made."""
        return self._record

    @property
    def origin(self) -> Origin:
        """What stays of it through an exec."""
        if self._record is None and self._own is not None and self._mould is not None:
            of_mould = origin_of(self._mould.record)
            return of_mould._replace(
                entity_id=self._own.entity_id, pid=self._own.pid, start_ns=self._own.start_ns
            )
        return origin_of(self.record)

    def end(self, end_ns: int, status: int | None) -> Ended:
        """How it ended. status: as wait(2) gives it; None if unknown."""
        signal = None if status is None else status & 0x7F or None
        code = None if status is None or signal else status >> 8 & 0xFF
        unknown = NOTHING_UNKNOWN if status is not None else _CODE_UNKNOWN
        record = self._record
        if record is None and self._own is not None and self._mould is not None:
            entity_id, pid, name, start_ns, _ = self._own
            executable = self._mould.record.image.executable
        else:
            record = self.record
            entity_id, pid, start_ns = record.entity_id, record.pid, record.start_ns
            name, executable = record.image.name, record.image.executable
        return Ended(entity_id, pid, name, executable, start_ns, end_ns, code, signal, unknown)


def origin_of(record: ProcessRecord) -> Origin:
    """What stays of a record through an exec."""
    unknown = record.unknown
    if unknown:
        unknown = {name: why for name, why in unknown.items() if name.startswith(OF_PARENT)}
    return Origin(
        record.entity_id,
        record.pid,
        record.start_ns,
        record.parent,
        record.provenance,
        record.group_id,
        record.cgroup_id,
        record.container_id,
        unknown,
    )


def after_fork(
    forker: ProcessRecord, own: Own, parent: Parent | None, kernel_thread: bool, unknown: Mapping[str, str]
) -> ProcessRecord:
    """The record of a new process: its own are name, start and parent, all else is its forker's."""
    old = forker.image
    return ProcessRecord(
        entity_id=own.entity_id,
        pid=own.pid,
        image=Image(
            name=own.name,
            executable=old.executable,
            invoked=old.invoked,
            args=old.args,
            command_line=old.command_line,
            command_line_length=old.command_line_length,
            command_line_sha256=old.command_line_sha256,
            env_vars=old.env_vars,
            sockets=old.sockets,
            inherited=not kernel_thread,
            since_ns=own.since_ns,
        ),
        start_ns=own.start_ns,
        parent=parent,
        provenance=Provenance.SEEN,
        user=forker.user,
        effective_user=forker.effective_user,
        group_id=forker.group_id,
        login_uid=forker.login_uid,
        working_directory=forker.working_directory,
        tty=forker.tty,
        session_leader_pid=forker.session_leader_pid,
        cgroup_id=forker.cgroup_id,
        container_id=forker.container_id,
        kernel_thread=kernel_thread,
        unknown=unknown,
    )


def _cast(mould: Mould, own: Own) -> ProcessRecord:
    """The record of a process whose fork told what is its own, and whose forker all else."""
    image = replace(mould.record.image, name=own.name, since_ns=own.since_ns)
    return replace(mould.record, entity_id=own.entity_id, pid=own.pid, start_ns=own.start_ns, image=image)
