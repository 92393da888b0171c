"""The events that a sensor tells, as frozen values. One event is one ECS document (edr_tui.ecs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edr_tui.model.inspection import Inspection, Signalled
from edr_tui.model.process import NOTHING_UNKNOWN, ProcessRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The host that an event comes from. boot_id is new with every boot."""

    id: str | None = None
    name: str | None = None
    boot_id: str | None = None
    os_type: str | None = None  # linux, windows, macos
    os_version: str | None = None
    architecture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event says.

    at_ns: ns since the epoch, UTC: when it happened, or was noticed.
    sequence: from 1 within a stream; a gap is a loss.
    provider: the sensor (poll, connector, ebpf) or the recording that it comes from.
    """

    at_ns: int
    sequence: int
    provider: str
    host: Host


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSnapshot(Event):
    """A process found running: at the start, or, with repair, when a loss was mended."""

    process: ProcessRecord
    repair: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStart(Event):
    """A new process: its fork, or, for a polling sensor, the first time it was seen."""

    process: ProcessRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessExec(Event):
    """A process has put a new image in place of the old one; its identity stays."""

    process: ProcessRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessExit(Event):
    """A process has ended. end_ns is None where only its absence was noticed."""

    entity_id: str
    pid: int
    name: str | None = None
    executable: str | None = None
    start_ns: int | None = None
    end_ns: int | None = None
    exit_code: int | None = None
    exit_signal: int | None = None
    unknown: Mapping[str, str] = field(default_factory=lambda: NOTHING_UNKNOWN)


ProcessEvent = ProcessSnapshot | ProcessStart | ProcessExec | ProcessExit


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsLost(Event):
    """count events are missing. stage: where (sensor_queue, decode, ...).

    first and last bound the lost sequence numbers, where they are known.
    """

    stage: str
    count: int
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSpan:
    """The sequence numbers of a snapshot that was told whole: who is not in it has ended."""

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorStatus(Event):
    """The sensor's word once a second, also when idle.

    health: ok, or limited with blind saying why. counters: name -> count since the start
    (documented in docs/sensors.md). blind: what this sensor cannot see -> the reason.
    snapshot: the last snapshot that was told whole, None before the first.
    """

    sensor: str
    health: str
    counters: Mapping[str, int] = field(default_factory=dict)
    blind: Mapping[str, str] = field(default_factory=dict)
    interval_ns: int | None = None
    snapshot: SnapshotSpan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered(Event):
    """The sensor's answer to a request (model.request). Never recorded, never shipped.

    action: inspect, signal, or request where that could not be read. request_id: None likewise.
    fault: a sentence that says why it failed; None where it did not. inspection, signalled: what was
    found out, and what was done.
    """

    action: str
    request_id: str | None
    fault: str | None = None
    inspection: Inspection | None = None
    signalled: Signalled | None = None


AnyEvent = ProcessEvent | EventsLost | SensorStatus | RequestAnswered
