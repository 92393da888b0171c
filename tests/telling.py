"""Events in few words, for tests: a host's story told by its sensor."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from edr_tui.model.alert import Alert, Ancestor, RuleReference, Severity, alert_id
from edr_tui.model.event import (
    Host,
    ProcessExec,
    ProcessExit,
    ProcessSnapshot,
    ProcessStart,
    SensorStatus,
    SnapshotSpan,
)
from edr_tui.model.process import Image, Parent, ProcessKey, ProcessRecord, Provenance, User

SECOND = 1_000_000_000
EPOCH = 1_764_000_000 * SECOND
WEB1 = Host(
    id="0123456789abcdef0123456789abcdef",
    name="web1",
    boot_id="6f1c2a34-0b1d-4c55-8e0e-2f77aa31c9d4",
    os_type="linux",
    os_version="6.18.0",
    architecture="x86_64",
)
BOOT = "6f1c2a340b1d"


class Teller:
    """Makes events with a growing sequence; time is in seconds since an epoch of its own."""

    def __init__(self, host: Host = WEB1, provider: str = "poll", inodes: bool = True) -> None:
        self.host = host
        self.provider = provider
        self.inodes = inodes
        self._sequence = itertools.count(1)
        self._inode = itertools.count(5000)
        self.last_sequence = 0

    def _about(self, at: float) -> dict:
        self.last_sequence = next(self._sequence)
        return {
            "at_ns": EPOCH + round(at * SECOND),
            "sequence": self.last_sequence,
            "provider": self.provider,
            "host": self.host,
        }

    def record(
        self,
        pid: int,
        parent: ProcessRecord | None = None,
        *,
        at: float = 0,
        name: str | None = "sh",
        executable: str | None = None,
        args: Sequence[str] | None = None,
        user: str | None = "root",
        provenance: Provenance = Provenance.INFERRED,
        entity_id: str | None = None,
        **more: object,
    ) -> ProcessRecord:
        """What a sensor knows of one process that started `at`."""
        inode = next(self._inode) if self.inodes else None
        key = ProcessKey(BOOT, pid, round(at * 100), inode)
        words = tuple(args) if args is not None else (name,) if name is not None else None
        return ProcessRecord(
            entity_id=entity_id or key.entity_id,
            pid=pid,
            image=Image(
                name=name,
                executable=executable if executable is not None or name is None else f"/usr/bin/{name}",
                args=words,
                command_line=None if words is None else " ".join(words),
            ),
            start_ns=EPOCH + round(at * SECOND),
            parent=None if parent is None else parent_of(parent),
            provenance=Provenance.UNKNOWN if parent is None else provenance,
            user=None if user is None else User(id=None, name=user),
            **more,
        )

    def snapshot(self, record: ProcessRecord, at: float = 0, repair: bool = False) -> ProcessSnapshot:
        return ProcessSnapshot(**self._about(at), process=record, repair=repair)

    def start(self, record: ProcessRecord, at: float = 1) -> ProcessStart:
        return ProcessStart(**self._about(at), process=record)

    def exec(self, record: ProcessRecord, at: float = 1) -> ProcessExec:
        return ProcessExec(**self._about(at), process=record)

    def exit(self, record: ProcessRecord, at: float = 1, code: int | None = 0, **more: object) -> ProcessExit:
        return ProcessExit(
            **self._about(at),
            entity_id=record.entity_id,
            pid=record.pid,
            name=record.image.name,
            exit_code=code,
            **more,
        )

    def status(self, at: float = 1, span: SnapshotSpan | None = None, **more: object) -> SensorStatus:
        return SensorStatus(**self._about(at), sensor=self.provider, health="ok", snapshot=span, **more)


def parent_of(record: ProcessRecord) -> Parent:
    """The parent part that a child's record carries."""
    return Parent(
        entity_id=record.entity_id,
        pid=record.pid,
        name=record.image.name,
        executable=record.image.executable,
        command_line=record.image.command_line,
        start_ns=record.start_ns,
    )


def alert_about(
    entity_id: str,
    *,
    at: float = 1,
    rule: str = "rule-1",
    level: Severity = Severity.HIGH,
    ancestry: Sequence[Ancestor] = (),
    chain_start: str | None = None,
    **more: object,
) -> Alert:
    """An alert about one process; alerts of the same rule join."""
    return Alert(
        id=alert_id(rule, "parent", "image", "user"),
        rule=RuleReference(id=rule, name="Web server starts a shell", level=level),
        message="nginx started sh: Web server starts a shell",
        entity_id=entity_id,
        ancestry=(*ancestry, Ancestor(entity_id=entity_id, pid=11, name="sh")),
        chain_start=chain_start or entity_id,
        host=WEB1,
        first_ns=EPOCH + round(at * SECOND),
        last_ns=EPOCH + round(at * SECOND),
        **more,
    )
