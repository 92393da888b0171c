"""A running process as the sensor remembers it, made into a record only when somebody asks for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from edr_tui.ecs.lines import Ended, Own, Parts
from edr_tui.model.process import Parent, ProcessRecord, Provenance

OF_PARENT = "process.parent."


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

    def end(self, end_ns: int, status: int) -> Ended:
        """How it ended. status: as wait(2) gives it."""
        signal = status & 0x7F
        code = None if signal else status >> 8 & 0xFF
        record = self._record
        if record is None and self._own is not None and self._mould is not None:
            entity_id, pid, name, start_ns, _ = self._own
            executable = self._mould.record.image.executable
        else:
            record = self.record
            entity_id, pid, start_ns = record.entity_id, record.pid, record.start_ns
            name, executable = record.image.name, record.image.executable
        return Ended(entity_id, pid, name, executable, start_ns, end_ns, code, signal or None)


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
        record.cgroup_id,
        record.container_id,
        unknown,
    )


def _cast(mould: Mould, own: Own) -> ProcessRecord:
    """The record of a process whose fork told what is its own, and whose forker all else."""
    image = replace(mould.record.image, name=own.name, since_ns=own.since_ns)
    return replace(mould.record, entity_id=own.entity_id, pid=own.pid, start_ns=own.start_ns, image=image)
