"""Process events -> lines, written directly: what a sensor tells thousands of times a second.

Each line is what documents.Document would be written as, byte for byte; a test holds the two
together. What does not change from line to line is written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple

from edr_tui.ecs.plain import plain_json
from edr_tui.ecs.timestamp import to_text
from edr_tui.ecs.to_document import ECS, What, host_part
from edr_tui.model.event import Host, ProcessEvent, ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from edr_tui.model.process import NOTHING_UNKNOWN, Image, Parent, ProcessRecord, Tty, User

SNAPSHOT: What = ("event", ("process",), ("info",), "process_snapshot")
START: What = ("event", ("process",), ("start",), "process_started")
EXEC: What = ("event", ("process",), ("change",), "process_exec")
EXIT: What = ("event", ("process",), ("end",), "process_exited")


class Head(NamedTuple):
    """What stands in a line between its time and its sequence number, and from there to the process."""

    before: str
    after: str


class Heads(NamedTuple):
    """The heads of one provider on one host, by what is told."""

    snapshot: Head
    start: Head
    exec: Head
    exit: Head


class Own(NamedTuple):
    """What in a record's line is the process's own."""

    entity_id: str
    pid: int
    name: str | None
    start_ns: int | None
    since_ns: int | None


class Ended(NamedTuple):
    """What is told of an end, as model.event.ProcessExit explains it."""

    entity_id: str
    pid: int
    name: str | None = None
    executable: str | None = None
    start_ns: int | None = None
    end_ns: int | None = None
    exit_code: int | None = None
    exit_signal: int | None = None
    unknown: Mapping[str, str] = NOTHING_UNKNOWN


class Parts(NamedTuple):
    """All else in a record's line: the same for all children that a process forks.

    body: from the name to process.start. origin: from there to edr.image_since. rest: from there on.
    """

    body: str
    origin: str
    rest: str


@lru_cache(maxsize=64)
def heads_of(provider: str, host: Host) -> Heads:
    """The heads of all process events of a provider on a host."""
    told = plain_json(host_part(host))
    return Heads(*(_head(what, provider, told) for what in (SNAPSHOT, START, EXEC, EXIT)))


def _head(what: What, provider: str, host: str) -> Head:
    kind, category, type_, action = what
    told = f'"kind":"{kind}","category":["{category[0]}"],"type":["{type_[0]}"],"action":"{action}"'
    before = f'","ecs":{plain_json(ECS)},"event":{{{told},"provider":{quoted(provider)},"sequence":'
    return Head(before, f'}},"host":{host},"process":{{"entity_id":')


def event_line(event: ProcessEvent) -> bytes:
    """The line of a process event, with its newline."""
    heads = heads_of(event.provider, event.host)
    match event:
        case ProcessExit():
            return exit_line(heads.exit, event.at_ns, event.sequence, end_of(event))
        case ProcessSnapshot():
            return record_line(heads.snapshot, event.at_ns, event.sequence, event.process, event.repair)
        case ProcessStart():
            return record_line(heads.start, event.at_ns, event.sequence, event.process)
        case ProcessExec():
            return record_line(heads.exec, event.at_ns, event.sequence, event.process)


def end_of(event: ProcessExit) -> Ended:
    """What an exit tells."""
    return Ended(
        event.entity_id,
        event.pid,
        event.name,
        event.executable,
        event.start_ns,
        event.end_ns,
        event.exit_code,
        event.exit_signal,
        event.unknown,
    )


def record_line(head: Head, at_ns: int, sequence: int, record: ProcessRecord, repair: bool = False) -> bytes:
    """The line of a start, an exec or a snapshot."""
    own = Own(record.entity_id, record.pid, record.image.name, record.start_ns, record.image.since_ns)
    return joined_line(head, at_ns, sequence, own, parts_of(record, repair=repair))


def joined_line(head: Head, at_ns: int, sequence: int, own: Own, parts: Parts) -> bytes:
    """The line of a record of which the parts are known."""
    entity_id, pid, called, start_ns, since_ns = own
    at = to_text(at_ns)
    start = "" if start_ns is None else f',"start":"{at if start_ns == at_ns else to_text(start_ns)}"'
    since = "" if since_ns is None else f',"image_since":"{at if since_ns == at_ns else to_text(since_ns)}"'
    name = "" if called is None else f',"name":{quoted(called)}'
    return (
        f'{{"@timestamp":"{at}{head.before}{sequence}{head.after}{quoted(entity_id)},"pid":{pid}'
        f"{name}{parts.body}{start}{parts.origin}{since}{parts.rest}\n"
    ).encode("ascii")


def parts_of(record: ProcessRecord, *, repair: bool = False) -> Parts:
    """The parts of a record's line."""
    image, tty = record.image, record.tty
    body = _body(image)
    if record.working_directory is not None:
        body += f',"working_directory":{quoted(record.working_directory)}'
    origin = "" if tty is None else f',"tty":{{"char_device":{{{_device(tty)}}}}}'
    if record.session_leader_pid is not None:
        origin += f',"session_leader":{{"pid":{record.session_leader_pid}}}'
    if record.parent is not None:
        origin += f',"parent":{{{parent_text(record.parent)}}}'
    if image.original_file_name is not None:
        origin += f',"pe":{{"original_file_name":{quoted(image.original_file_name)}}}'
    origin += f"}}{_user(record.user, record.effective_user, record.group_id)}"
    if record.container_id is not None:
        origin += f',"container":{{"id":{quoted(record.container_id)}}}'
    return Parts(body, f'{origin},"edr":{{{_edr(record, repair)}', _rest(image, tty))


def _body(image: Image) -> str:
    body = "" if image.executable is None else f',"executable":{quoted(image.executable)}'
    if image.args is not None:
        body += f',"args":[{",".join(map(quoted, image.args))}],"args_count":{len(image.args)}'
    if image.command_line is not None:
        body += f',"command_line":{quoted(image.command_line)}'
    if image.env_vars:
        body += f',"env_vars":[{",".join(map(quoted, image.env_vars))}]'
    return body


def _device(tty: Tty) -> str:
    told = (("major", tty.major), ("minor", tty.minor))
    return ",".join(f'"{name}":{number}' for name, number in told if number is not None)


@lru_cache(maxsize=256)
def parent_text(parent: Parent) -> str:
    """What stands within process.parent."""
    told = []
    if parent.entity_id is not None:
        told.append(f'"entity_id":{quoted(parent.entity_id)}')
    if parent.pid is not None:
        told.append(f'"pid":{parent.pid}')
    if parent.name is not None:
        told.append(f'"name":{quoted(parent.name)}')
    if parent.executable is not None:
        told.append(f'"executable":{quoted(parent.executable)}')
    if parent.command_line is not None:
        told.append(f'"command_line":{quoted(parent.command_line)}')
    if parent.start_ns is not None:
        told.append(f'"start":"{to_text(parent.start_ns)}"')
    return ",".join(told)


@lru_cache(maxsize=256)
def _user(user: User | None, effective: User | None, group_id: str | None) -> str:
    if user is None and effective is None and group_id is None:
        return ""
    told = [] if user is None else _named(user)
    if effective is not None:
        told.append(f'"effective":{{{",".join(_named(effective))}}}')
    if group_id is not None:
        told.append(f'"group":{{"id":{quoted(group_id)}}}')
    return f',"user":{{{",".join(told)}}}'


def _named(user: User) -> list[str]:
    told = (("id", user.id), ("name", user.name))
    return [f'"{name}":{quoted(text)}' for name, text in told if text is not None]


def _edr(record: ProcessRecord, repair: bool) -> str:
    image = record.image
    text = "" if not record.unknown else f'"unknown":{_object(record.unknown)},'
    if repair:
        text += '"repair":true,'
    text += f'"provenance":"{record.provenance.value}"'
    if record.kernel_thread:
        text += ',"kernel_thread":true'
    if record.hidden is not None:
        text += f',"hidden":{quoted(record.hidden)}'
    if image.invoked is not None:
        text += f',"invoked":{quoted(image.invoked)}'
    if image.inherited:
        text += ',"inherited":true'
    if image.sockets:
        text += f',"sockets":[{",".join(map(str, image.sockets))}]'
    if record.login_uid is not None:
        text += f',"login_uid":{quoted(record.login_uid)}'
    if record.cgroup_id is not None:
        text += f',"cgroup_id":{record.cgroup_id}'
    return text


def _rest(image: Image, tty: Tty | None) -> str:
    rest = ""
    if image.command_line_length is not None:
        digest = "" if image.command_line_sha256 is None else f',"sha256":{quoted(image.command_line_sha256)}'
        rest = f',"command_line":{{"length":{image.command_line_length}{digest}}}'
    if tty is not None and tty.name is not None:
        rest += f',"tty":{{"name":{quoted(tty.name)}}}'
    return f"{rest}}}}}"


def exit_line(head: Head, at_ns: int, sequence: int, end: Ended) -> bytes:
    """The line of an end."""
    at = to_text(at_ns)
    name = "" if end.name is None else f',"name":{quoted(end.name)}'
    executable = "" if end.executable is None else f',"executable":{quoted(end.executable)}'
    start = "" if end.start_ns is None else f',"start":"{to_text(end.start_ns)}"'
    ended = "" if end.end_ns is None else f',"end":"{at if end.end_ns == at_ns else to_text(end.end_ns)}"'
    code = "" if end.exit_code is None else f',"exit_code":{end.exit_code}'
    edr = "" if not end.unknown else f'"unknown":{_object(end.unknown)}'
    if end.exit_signal is not None:
        edr += f'{"," if edr else ""}"exit_signal":{end.exit_signal}'
    return (
        f'{{"@timestamp":"{at}{head.before}{sequence}{head.after}{quoted(end.entity_id)},"pid":{end.pid}'
        f'{name}{executable}{start}{ended}{code}}},"edr":{{{edr}}}}}\n'
    ).encode("ascii")


def _object(texts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{quoted(name)}:{quoted(text)}' for name, text in texts.items())}}}"
