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
from edr_tui.model.process import Image, Parent, ProcessRecord, Tty, User

SNAPSHOT: What = ("event", ("process",), ("info",), "process_snapshot")
START: What = ("event", ("process",), ("start",), "process_started")
EXEC: What = ("event", ("process",), ("change",), "process_exec")
EXIT: What = ("event", ("process",), ("end",), "process_exited")


class Head(NamedTuple):
    """What stands in a line before its sequence number, after its time; and after that, before the process."""

    before: str
    after: str


class Heads(NamedTuple):
    """The heads of one provider on one host, by what is told."""

    snapshot: Head
    start: Head
    exec: Head
    exit: Head


class Parts(NamedTuple):
    """A record's line without identity, name and times: the same for all that a process forks alike.

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
            return _exit_line(heads.exit, event)
        case ProcessSnapshot():
            head = heads.snapshot
        case ProcessStart():
            head = heads.start
        case ProcessExec():
            head = heads.exec
    record = event.process
    parts = parts_of(record, repair=isinstance(event, ProcessSnapshot) and event.repair)
    return record_line(head, event.at_ns, event.sequence, record, parts)


def record_line(head: Head, at_ns: int, sequence: int, record: ProcessRecord, parts: Parts) -> bytes:
    """The line of a record whose parts are known."""
    image = record.image
    at, start_ns, since_ns = to_text(at_ns), record.start_ns, image.since_ns
    start = "" if start_ns is None else f',"start":"{at if start_ns == at_ns else to_text(start_ns)}"'
    since = "" if since_ns is None else f',"image_since":"{at if since_ns == at_ns else to_text(since_ns)}"'
    name = "" if image.name is None else f',"name":{quoted(image.name)}'
    return (
        f'{{"@timestamp":"{at}{head.before}{sequence}{head.after}{quoted(record.entity_id)},"pid":{record.pid}'
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
    origin += f"}}{_user(record)}"
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
    for name in ("name", "executable", "command_line"):
        if (text := getattr(parent, name)) is not None:
            told.append(f'"{name}":{quoted(text)}')
    if parent.start_ns is not None:
        told.append(f'"start":"{to_text(parent.start_ns)}"')
    return ",".join(told)


def _user(record: ProcessRecord) -> str:
    user, effective, group_id = record.user, record.effective_user, record.group_id
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


def _exit_line(head: Head, event: ProcessExit) -> bytes:
    at = to_text(event.at_ns)
    text = f'{{"@timestamp":"{at}{head.before}{event.sequence}{head.after}{quoted(event.entity_id)}'
    text += f',"pid":{event.pid}'
    if event.name is not None:
        text += f',"name":{quoted(event.name)}'
    if event.executable is not None:
        text += f',"executable":{quoted(event.executable)}'
    if event.start_ns is not None:
        text += f',"start":"{to_text(event.start_ns)}"'
    if event.end_ns is not None:
        text += f',"end":"{at if event.end_ns == event.at_ns else to_text(event.end_ns)}"'
    if event.exit_code is not None:
        text += f',"exit_code":{event.exit_code}'
    edr = "" if not event.unknown else f'"unknown":{_object(event.unknown)}'
    if event.exit_signal is not None:
        edr += f'{"," if edr else ""}"exit_signal":{event.exit_signal}'
    return f'{text}}},"edr":{{{edr}}}}}\n'.encode("ascii")


def _object(texts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{quoted(name)}:{quoted(text)}' for name, text in texts.items())}}}"
