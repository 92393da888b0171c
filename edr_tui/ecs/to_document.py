"""Event -> Document: which ECS field each fact goes to."""

from __future__ import annotations

from functools import lru_cache

from msgspec import UNSET, UnsetType

from edr_tui.ecs import timestamp
from edr_tui.ecs.documents import (
    ECS_VERSION,
    BootPart,
    CharDevicePart,
    CommandLinePart,
    Document,
    EcsPart,
    EdrPart,
    EdrTtyPart,
    ErrorPart,
    EventPart,
    HostPart,
    LeaderPart,
    LostPart,
    NamedPart,
    OsPart,
    ParentPart,
    PePart,
    ProcessPart,
    RequestPart,
    SensorPart,
    SnapshotPart,
    TtyPart,
    UserPart,
)
from edr_tui.ecs.optional import maybe, maybe_time
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
)
from edr_tui.model.process import Parent, ProcessRecord, User

ECS = EcsPart(ECS_VERSION)

_What = tuple[str, tuple[str, ...], tuple[str, ...], str]
_SNAPSHOT: _What = ("event", ("process",), ("info",), "process_snapshot")
_START: _What = ("event", ("process",), ("start",), "process_started")
_EXEC: _What = ("event", ("process",), ("change",), "process_exec")
_EXIT: _What = ("event", ("process",), ("end",), "process_exited")
_LOST: _What = ("metric", ("host",), ("info",), "events_lost")
_STATUS: _What = ("metric", ("host",), ("info",), "sensor_status")


def event_document(event: AnyEvent) -> Document:
    """The document of an event."""
    match event:
        case ProcessSnapshot():
            return _process_document(event, _SNAPSHOT, repair=event.repair)
        case ProcessStart():
            return _process_document(event, _START)
        case ProcessExec():
            return _process_document(event, _EXEC)
        case ProcessExit():
            return _exit_document(event)
        case EventsLost():
            lost = LostPart(event.stage, event.count, maybe(event.first), maybe(event.last))
            return _base(event, _LOST, edr=EdrPart(lost=lost))
        case SensorStatus():
            return _base(event, _STATUS, edr=EdrPart(sensor=_sensor_part(event)))
        case RequestAnswered():
            return _answer_document(event)


def _answer_document(event: RequestAnswered) -> Document:
    what = ("state", ("process",), ("info",), event.action)
    edr = EdrPart(
        request=RequestPart(maybe(event.request_id)),
        inspection=maybe(event.inspection),
        signalled=maybe(event.signalled),
    )
    document = _base(event, what, edr=edr)
    document.event.outcome = "success" if event.fault is None else "failure"
    if event.fault is not None:
        document.error = ErrorPart(event.fault)
    return document


def _base(
    event: AnyEvent,
    what: _What,
    *,
    process: ProcessPart | UnsetType = UNSET,
    user: UserPart | UnsetType = UNSET,
    edr: EdrPart | UnsetType = UNSET,
) -> Document:
    kind, category, type_, action = what
    return Document(
        timestamp=timestamp.to_text(event.at_ns),
        ecs=ECS,
        event=EventPart(
            kind=kind,
            category=category,
            type=type_,
            action=action,
            provider=event.provider,
            sequence=event.sequence,
        ),
        host=host_part(event.host),
        process=process,
        user=user,
        edr=edr,
    )


@lru_cache(maxsize=64)
def host_part(host: Host) -> HostPart:
    """host.*; one value for the many documents of one host."""
    return HostPart(
        id=maybe(host.id),
        name=maybe(host.name),
        boot=UNSET if host.boot_id is None else BootPart(host.boot_id),
        os=OsPart(maybe(host.os_type), maybe(host.os_version)),
        architecture=maybe(host.architecture),
    )


def _process_document(
    event: ProcessSnapshot | ProcessStart | ProcessExec,
    what: _What,
    *,
    repair: bool = False,
) -> Document:
    record = event.process
    image = record.image
    tty = record.tty
    process = ProcessPart(
        entity_id=record.entity_id,
        pid=record.pid,
        name=maybe(image.name),
        executable=maybe(image.executable),
        args=maybe(image.args),
        args_count=UNSET if image.args is None else len(image.args),
        command_line=maybe(image.command_line),
        env_vars=image.env_vars,
        working_directory=maybe(record.working_directory),
        start=maybe_time(record.start_ns),
        tty=UNSET if tty is None else TtyPart(CharDevicePart(maybe(tty.major), maybe(tty.minor))),
        session_leader=UNSET if record.session_leader_pid is None else LeaderPart(record.session_leader_pid),
        parent=UNSET if record.parent is None else _parent_part(record.parent),
        pe=UNSET if image.original_file_name is None else PePart(image.original_file_name),
    )
    edr = EdrPart(
        unknown=dict(record.unknown),
        repair=repair,
        provenance=record.provenance.value,
        kernel_thread=record.kernel_thread,
        invoked=maybe(image.invoked),
        inherited=image.inherited,
        sockets=image.sockets,
        login_uid=maybe(record.login_uid),
        cgroup_id=maybe(record.cgroup_id),
        image_since=maybe_time(image.since_ns),
        command_line=UNSET
        if image.command_line_length is None
        else CommandLinePart(image.command_line_length, maybe(image.command_line_sha256)),
        tty=UNSET if tty is None or tty.name is None else EdrTtyPart(tty.name),
    )
    return _base(event, what, process=process, user=_user_part(record), edr=edr)


def _parent_part(parent: Parent) -> ParentPart:
    return ParentPart(
        entity_id=maybe(parent.entity_id),
        pid=maybe(parent.pid),
        name=maybe(parent.name),
        executable=maybe(parent.executable),
        command_line=maybe(parent.command_line),
        start=maybe_time(parent.start_ns),
    )


def _user_part(record: ProcessRecord) -> UserPart | UnsetType:
    effective, group_id = record.effective_user, record.group_id
    if record.user is None and effective is None and group_id is None:
        return UNSET
    real = record.user or User()
    return UserPart(
        id=maybe(real.id),
        name=maybe(real.name),
        effective=UNSET if effective is None else NamedPart(maybe(effective.id), maybe(effective.name)),
        group=UNSET if group_id is None else NamedPart(group_id),
    )


def _exit_document(event: ProcessExit) -> Document:
    process = ProcessPart(
        entity_id=event.entity_id,
        pid=event.pid,
        name=maybe(event.name),
        executable=maybe(event.executable),
        start=maybe_time(event.start_ns),
        end=maybe_time(event.end_ns),
        exit_code=maybe(event.exit_code),
    )
    return _base(
        event,
        _EXIT,
        process=process,
        edr=EdrPart(unknown=dict(event.unknown), exit_signal=maybe(event.exit_signal)),
    )


def _sensor_part(event: SensorStatus) -> SensorPart:
    span = event.snapshot
    return SensorPart(
        name=event.sensor,
        health=event.health,
        counters=dict(event.counters),
        blind=dict(event.blind),
        interval_ns=maybe(event.interval_ns),
        snapshot=UNSET if span is None else SnapshotPart(span.first, span.last, span.count),
    )
