"""Losses and statuses -> Document; the events of processes are written by lines.py."""

from __future__ import annotations

from functools import lru_cache

from msgspec import UNSET

from edr_tui.ecs import timestamp
from edr_tui.ecs.documents import (
    ECS_VERSION,
    BootPart,
    Document,
    EcsPart,
    EdrPart,
    ErrorPart,
    EventPart,
    HostPart,
    LostPart,
    OsPart,
    RequestPart,
    SensorPart,
    SnapshotPart,
)
from edr_tui.ecs.optional import maybe
from edr_tui.model.event import EventsLost, Host, RequestAnswered, SensorStatus

ECS = EcsPart(ECS_VERSION)

What = tuple[str, tuple[str, ...], tuple[str, ...], str]
_LOST: What = ("metric", ("host",), ("info",), "events_lost")
_STATUS: What = ("metric", ("host",), ("info",), "sensor_status")


def event_document(event: EventsLost | SensorStatus | RequestAnswered) -> Document:
    """The document of an event that is about no process."""
    match event:
        case EventsLost():
            lost = LostPart(event.stage, event.count, maybe(event.first), maybe(event.last))
            return _base(event, _LOST, EdrPart(lost=lost))
        case SensorStatus():
            return _base(event, _STATUS, EdrPart(sensor=_sensor_part(event)))
        case RequestAnswered():
            return _answer_document(event)


def _answer_document(event: RequestAnswered) -> Document:
    what = ("state", ("process",), ("info",), event.action)
    edr = EdrPart(
        request=RequestPart(maybe(event.request_id)),
        inspection=maybe(event.inspection),
        signalled=maybe(event.signalled),
    )
    document = _base(event, what, edr)
    document.event.outcome = "success" if event.fault is None else "failure"
    if event.fault is not None:
        document.error = ErrorPart(event.fault)
    return document


def _base(event: EventsLost | SensorStatus | RequestAnswered, what: What, edr: EdrPart) -> Document:
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
