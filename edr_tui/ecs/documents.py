"""The shape of the documents: ECS 9 field names, plus edr.* for what ECS has no name for.

A field that is there is known; absent fields are unknown, with the reason in edr.unknown.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from edr_tui.model.inspection import Inspection, Signalled

ECS_VERSION = "9.0.0"

Pid = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Count = Annotated[int, Meta(ge=0)]
Maybe = UnsetType


class Part(Struct, omit_defaults=True):
    """One object inside a document; what is unset is left out."""


class EcsPart(Part):
    """ecs.*"""

    version: str


class EventPart(Part, kw_only=True):
    """event.*"""

    kind: str
    category: tuple[str, ...]
    type: tuple[str, ...]
    action: str
    provider: str
    sequence: Count | Maybe = UNSET
    severity: int | Maybe = UNSET
    outcome: str | Maybe = UNSET


class OsPart(Part):
    """host.os.*"""

    type: str | Maybe = UNSET
    version: str | Maybe = UNSET


class BootPart(Part):
    """host.boot.*"""

    id: str | Maybe = UNSET


class HostPart(Part):
    """host.*"""

    id: str | Maybe = UNSET
    name: str | Maybe = UNSET
    boot: BootPart | Maybe = UNSET
    os: OsPart | Maybe = UNSET
    architecture: str | Maybe = UNSET


class NamedPart(Part):
    """An id with its name: user.effective, user.group."""

    id: str | Maybe = UNSET
    name: str | Maybe = UNSET


class UserPart(Part):
    """user.*"""

    id: str | Maybe = UNSET
    name: str | Maybe = UNSET
    effective: NamedPart | Maybe = UNSET
    group: NamedPart | Maybe = UNSET


class ParentPart(Part):
    """process.parent.*"""

    entity_id: str | Maybe = UNSET
    pid: Pid | Maybe = UNSET
    name: str | Maybe = UNSET
    executable: str | Maybe = UNSET
    command_line: str | Maybe = UNSET
    start: str | Maybe = UNSET


class CharDevicePart(Part):
    """process.tty.char_device.*"""

    major: Count | Maybe = UNSET
    minor: Count | Maybe = UNSET


class TtyPart(Part):
    """process.tty.*"""

    char_device: CharDevicePart | Maybe = UNSET


class LeaderPart(Part):
    """process.session_leader.*"""

    pid: Pid | Maybe = UNSET


class PePart(Part):
    """process.pe.*"""

    original_file_name: str | Maybe = UNSET


class ProcessPart(Part, kw_only=True):
    """process.*"""

    entity_id: str
    pid: Pid
    name: str | Maybe = UNSET
    executable: str | Maybe = UNSET
    args: tuple[str, ...] | Maybe = UNSET
    args_count: Count | Maybe = UNSET
    command_line: str | Maybe = UNSET
    env_vars: tuple[str, ...] = ()
    working_directory: str | Maybe = UNSET
    start: str | Maybe = UNSET
    end: str | Maybe = UNSET
    exit_code: int | Maybe = UNSET
    tty: TtyPart | Maybe = UNSET
    session_leader: LeaderPart | Maybe = UNSET
    parent: ParentPart | Maybe = UNSET
    pe: PePart | Maybe = UNSET


class LostPart(Part):
    """edr.lost.*"""

    stage: str
    count: Count
    first: Count | Maybe = UNSET
    last: Count | Maybe = UNSET


class SnapshotPart(Part):
    """edr.sensor.snapshot.*: the sequence numbers of a snapshot that was told whole."""

    first: Count
    last: Count
    count: Count


class SensorPart(Part, kw_only=True):
    """edr.sensor.*"""

    name: str
    health: str
    counters: dict[str, int] = field(default_factory=dict)
    blind: dict[str, str] = field(default_factory=dict)
    interval_ns: Count | Maybe = UNSET
    snapshot: SnapshotPart | Maybe = UNSET


class CommandLinePart(Part):
    """edr.command_line.*: the true length in characters and the sha256 of one that was cut."""

    length: Count | Maybe = UNSET
    sha256: str | Maybe = UNSET


class EdrTtyPart(Part):
    """edr.tty.*"""

    name: str | Maybe = UNSET


class WhyPart(Part, kw_only=True):
    """edr.why[].*"""

    selection: str
    field: str
    test: str
    pattern: str
    value: str
    entity_id: str | Maybe = UNSET


class AncestorPart(Part, kw_only=True):
    """edr.ancestry[].*: root first; folded counts the generations left out above this one."""

    entity_id: str
    pid: Pid
    name: str | Maybe = UNSET
    executable: str | Maybe = UNSET
    command_line: str | Maybe = UNSET
    start: str | Maybe = UNSET
    user: str | Maybe = UNSET
    folded: Count = 0


class RequestPart(Part):
    """edr.request.*: the request that is answered."""

    id: str | Maybe = UNSET


class ErrorPart(Part):
    """error.*"""

    message: str | Maybe = UNSET


class EdrAlertPart(Part, kw_only=True):
    """edr.alert.*"""

    id: str
    level: str
    count: Count
    state: str
    first: str
    last: str
    decoded: str | Maybe = UNSET


class EdrPart(Part, kw_only=True):
    """edr.*: ours."""

    unknown: dict[str, str] = field(default_factory=dict)
    repair: bool = False
    provenance: str | Maybe = UNSET
    kernel_thread: bool = False
    hidden: str | Maybe = UNSET
    invoked: str | Maybe = UNSET
    inherited: bool = False
    sockets: tuple[int, ...] = ()
    login_uid: str | Maybe = UNSET
    cgroup_id: Count | Maybe = UNSET
    image_since: str | Maybe = UNSET
    command_line: CommandLinePart | Maybe = UNSET
    tty: EdrTtyPart | Maybe = UNSET
    exit_signal: Count | Maybe = UNSET
    lost: LostPart | Maybe = UNSET
    sensor: SensorPart | Maybe = UNSET
    alert: EdrAlertPart | Maybe = UNSET
    request: RequestPart | Maybe = UNSET
    inspection: Inspection | Maybe = UNSET
    signalled: Signalled | Maybe = UNSET
    ancestry: tuple[AncestorPart, ...] = ()
    chain_start: str | Maybe = UNSET
    why: tuple[WhyPart, ...] = ()


class ContainerPart(Part):
    """container.*"""

    id: str | Maybe = UNSET


class RulePart(Part, kw_only=True):
    """rule.*"""

    id: str
    name: str
    description: str | Maybe = UNSET
    author: str | Maybe = UNSET
    reference: tuple[str, ...] = ()
    license: str | Maybe = UNSET
    ruleset: str | Maybe = UNSET


class TechniquePart(Part):
    """threat.technique.*: ids, and names in the same order where the rule set knows them."""

    id: tuple[str, ...] = ()
    name: tuple[str, ...] = ()


class TacticPart(Part):
    """threat.tactic.*"""

    name: tuple[str, ...] = ()


class ThreatPart(Part):
    """threat.*"""

    framework: str | Maybe = UNSET
    technique: TechniquePart | Maybe = UNSET
    tactic: TacticPart | Maybe = UNSET


class Document(Struct, omit_defaults=True, kw_only=True, rename={"timestamp": "@timestamp"}):
    """One line."""

    timestamp: str
    ecs: EcsPart
    event: EventPart
    host: HostPart | Maybe = UNSET
    process: ProcessPart | Maybe = UNSET
    user: UserPart | Maybe = UNSET
    container: ContainerPart | Maybe = UNSET
    rule: RulePart | Maybe = UNSET
    threat: ThreatPart | Maybe = UNSET
    message: str | Maybe = UNSET
    error: ErrorPart | Maybe = UNSET
    edr: EdrPart | Maybe = UNSET
