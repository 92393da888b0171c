"""Document -> event. Raises ValueError with a sentence where a document is not one of ours."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict, TypeVar

from msgspec import UnsetType

from edr_tui.ecs import timestamp
from edr_tui.ecs.documents import Document, EdrPart, HostPart, OsPart, ProcessPart, SensorPart
from edr_tui.ecs.optional import known, time_or_none
from edr_tui.model.event import (
    AnyEvent,
    EventsLost,
    Host,
    ProcessExec,
    ProcessExit,
    ProcessSnapshot,
    ProcessStart,
    RequestAnswered,
    SensorStatus,
    SnapshotSpan,
)
from edr_tui.model.process import (
    NOTHING_UNKNOWN,
    Image,
    Parent,
    ProcessRecord,
    Provenance,
    Tty,
    User,
)

PartT = TypeVar("PartT")
_SHARED_LENGTH = 256  # a longer text is not worth remembering


class _About(TypedDict):
    at_ns: int
    sequence: int
    provider: str
    host: Host


def event_of(document: Document) -> AnyEvent:
    """The event that a document tells."""
    event = document.event
    about = _About(
        at_ns=timestamp.from_text(document.timestamp),
        sequence=present(event.sequence, "event.sequence"),
        provider=event.provider,
        host=host_of(document.host),
    )
    edr = EdrPart() if isinstance(document.edr, UnsetType) else document.edr
    match event.action:
        case "process_snapshot":
            return ProcessSnapshot(**about, process=_record(document, edr), repair=edr.repair)
        case "process_started":
            return ProcessStart(**about, process=_record(document, edr))
        case "process_exec":
            return ProcessExec(**about, process=_record(document, edr))
        case "process_exited":
            return _exit(about, document, edr)
        case "events_lost":
            lost = present(edr.lost, "edr.lost")
            return EventsLost(
                **about, stage=lost.stage, count=lost.count, first=known(lost.first), last=known(lost.last)
            )
        case "sensor_status":
            return _status(about, present(edr.sensor, "edr.sensor"))
        case action if event.kind == "state":
            return _answer(about, action, document, edr)
        case action:
            raise ValueError(f"event.action {action[:40]!r} is not one of ours")


def _answer(about: _About, action: str, document: Document, edr: EdrPart) -> RequestAnswered:
    request = present(edr.request, "edr.request")
    message = None if isinstance(document.error, UnsetType) else known(document.error.message)
    failed = document.event.outcome != "success"
    return RequestAnswered(
        **about,
        action=action,
        request_id=known(request.id),
        fault=(message or "no reason is given") if failed else None,
        inspection=known(edr.inspection),
        signalled=known(edr.signalled),
    )


def present(part: PartT | UnsetType, name: str) -> PartT:
    """The part, or ValueError naming what is missing."""
    if isinstance(part, UnsetType):
        raise ValueError(f"{name} is missing")
    return part


def host_of(part: HostPart | UnsetType) -> Host:
    """The host of a document; one value for the many documents of one host."""
    if isinstance(part, UnsetType):
        return Host()
    os = OsPart() if isinstance(part.os, UnsetType) else part.os
    boot_id = None if isinstance(part.boot, UnsetType) else known(part.boot.id)
    return _known_host(
        known(part.id), known(part.name), boot_id, known(os.type), known(os.version), known(part.architecture)
    )


@lru_cache(maxsize=64)
def _known_host(
    id_: str | None,
    name: str | None,
    boot_id: str | None,
    os_type: str | None,
    os_version: str | None,
    architecture: str | None,
) -> Host:
    return Host(
        id=id_,
        name=name,
        boot_id=boot_id,
        os_type=os_type,
        os_version=os_version,
        architecture=architecture,
    )


def _record(document: Document, edr: EdrPart) -> ProcessRecord:
    process = present(document.process, "process")
    return ProcessRecord(
        entity_id=process.entity_id,
        pid=process.pid,
        image=_image(process, edr),
        start_ns=time_or_none(process.start),
        parent=_parent(process),
        provenance=_provenance(edr),
        user=_user(document),
        effective_user=_effective_user(document),
        group_id=_group_id(document),
        login_uid=_shared(known(edr.login_uid)),
        cgroup_id=known(edr.cgroup_id),
        container_id=None
        if isinstance(document.container, UnsetType)
        else _shared(known(document.container.id)),
        working_directory=_shared(known(process.working_directory)),
        tty=_tty(process, edr),
        session_leader_pid=None
        if isinstance(process.session_leader, UnsetType)
        else known(process.session_leader.pid),
        kernel_thread=edr.kernel_thread,
        hidden=known(edr.hidden),
        unknown=edr.unknown or NOTHING_UNKNOWN,
    )


def _image(process: ProcessPart, edr: EdrPart) -> Image:
    cut = None if isinstance(edr.command_line, UnsetType) else edr.command_line
    args = known(process.args)
    return Image(
        name=_shared(known(process.name)),
        executable=_shared(known(process.executable)),
        invoked=_shared(known(edr.invoked)),
        args=None if args is None else tuple(map(_same, args)),
        command_line=known(process.command_line),
        command_line_length=None if cut is None else known(cut.length),
        command_line_sha256=None if cut is None else known(cut.sha256),
        original_file_name=None
        if isinstance(process.pe, UnsetType)
        else known(process.pe.original_file_name),
        env_vars=process.env_vars,
        sockets=edr.sockets,
        inherited=edr.inherited,
        since_ns=time_or_none(edr.image_since),
    )


def _parent(process: ProcessPart) -> Parent | None:
    part = process.parent
    if isinstance(part, UnsetType):
        return None
    return _known_parent(
        known(part.entity_id),
        known(part.pid),
        known(part.name),
        known(part.executable),
        known(part.command_line),
        known(part.start),
    )


@lru_cache(maxsize=1024)
def _known_parent(
    entity_id: str | None,
    pid: int | None,
    name: str | None,
    executable: str | None,
    command_line: str | None,
    start: str | None,
) -> Parent:
    """One value for all the children of one parent."""
    return Parent(
        entity_id=entity_id,
        pid=pid,
        name=name,
        executable=executable,
        command_line=command_line,
        start_ns=None if start is None else timestamp.from_text(start),
    )


def _shared(text: str | None) -> str | None:
    """The text, if there is one: one value for the many documents that repeat it."""
    return None if text is None else _same(text)


def _same(text: str) -> str:
    return _remembered(text) if len(text) <= _SHARED_LENGTH else text


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return text


@lru_cache(maxsize=1024)
def _known_user(id_: str | None, name: str | None) -> User:
    return User(id=id_, name=name)


def _provenance(edr: EdrPart) -> Provenance:
    if isinstance(edr.provenance, UnsetType):
        return Provenance.UNKNOWN
    try:
        return Provenance(edr.provenance)
    except ValueError:
        raise ValueError(f"edr.provenance {edr.provenance[:40]!r} is not seen, inferred or unknown") from None


def _user(document: Document) -> User | None:
    part = document.user
    if isinstance(part, UnsetType):
        return None
    user = _known_user(known(part.id), known(part.name))
    return None if user == User() else user


def _effective_user(document: Document) -> User | None:
    if isinstance(document.user, UnsetType) or isinstance(document.user.effective, UnsetType):
        return None
    part = document.user.effective
    return _known_user(known(part.id), known(part.name))


def _group_id(document: Document) -> str | None:
    if isinstance(document.user, UnsetType) or isinstance(document.user.group, UnsetType):
        return None
    return _shared(known(document.user.group.id))


def _tty(process: ProcessPart, edr: EdrPart) -> Tty | None:
    if isinstance(process.tty, UnsetType):
        return None
    device = process.tty.char_device
    major, minor = (
        (None, None) if isinstance(device, UnsetType) else (known(device.major), known(device.minor))
    )
    return Tty(major=major, minor=minor, name=None if isinstance(edr.tty, UnsetType) else known(edr.tty.name))


def _exit(about: _About, document: Document, edr: EdrPart) -> ProcessExit:
    process = present(document.process, "process")
    return ProcessExit(
        **about,
        entity_id=process.entity_id,
        pid=process.pid,
        name=known(process.name),
        executable=known(process.executable),
        start_ns=time_or_none(process.start),
        end_ns=time_or_none(process.end),
        exit_code=known(process.exit_code),
        exit_signal=known(edr.exit_signal),
        unknown=edr.unknown or NOTHING_UNKNOWN,
    )


def _status(about: _About, sensor: SensorPart) -> SensorStatus:
    span = sensor.snapshot
    return SensorStatus(
        **about,
        sensor=sensor.name,
        health=sensor.health,
        counters=sensor.counters,
        blind=sensor.blind,
        interval_ns=known(sensor.interval_ns),
        snapshot=None
        if isinstance(span, UnsetType)
        else SnapshotSpan(first=span.first, last=span.last, count=span.count),
    )
