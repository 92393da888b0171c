"""Pure: what was read of a process -> the record that is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edr_tui.model.process import Image, Parent, ProcessKey, ProcessRecord, Provenance
from edr_tui.sensors.system import GONE, Details, Met, Sight

# Its own command line takes 64 KiB of a document, and its arguments the same once more; with as much
# as this of its parent's it stays well below the 1 MiB that a reader accepts as one line.
_PARENT_COMMAND_LINE = 8 * 1024
_TRUNCATED = "truncated"


@dataclass(slots=True)
class Found:
    """A process found in this tick. details is None until they are read."""

    met: Met
    at_ns: int
    details: Details | None = None


def parents_first(found: Sequence[Found]) -> list[Found]:
    """Those found, by start and pid, but each after its parent, whatever their numbers say."""
    by_pid = {one.met.sight.pid: one for one in found}
    waiting = dict.fromkeys(sorted(by_pid, key=lambda pid: (by_pid[pid].met.sight.start, pid)))
    order: list[Found] = []
    while waiting:
        chain = [next(iter(waiting))]
        del waiting[chain[0]]
        while (ppid := by_pid[chain[-1]].met.sight.ppid) in waiting:
            del waiting[ppid]
            chain.append(ppid)
        order.extend(by_pid[pid] for pid in reversed(chain))
    return order


def record_of(
    key: ProcessKey,
    sight: Sight,
    details: Details,
    *,
    start_ns: int,
    since_ns: int | None,
    parent: ProcessRecord | None,
) -> ProcessRecord:
    """The record of a process at first sight.

    since_ns: when its image was put in place, or noticed. parent: the record of its ppid's process, if known.
    """
    unknown = dict(details.unknown)
    known_parent: Parent | None = None
    if sight.ppid > 0 and sight.ppid != sight.pid:
        if parent is None:
            known_parent = Parent(pid=sight.ppid)
            unknown["process.parent.entity_id"] = GONE
        else:
            known_parent = parent_of(parent, unknown)
    return ProcessRecord(
        entity_id=key.entity_id,
        pid=sight.pid,
        image=image_of(sight, details, since_ns),
        start_ns=start_ns,
        parent=known_parent,
        # Nobody saw the fork: the parent is whom the system named when the process was first read.
        provenance=Provenance.UNKNOWN if parent is None else Provenance.INFERRED,
        user=details.user,
        effective_user=details.effective_user,
        working_directory=details.working_directory,
        tty=details.tty,
        session_leader_pid=details.session_leader_pid,
        login_uid=details.login_uid,
        container_id=details.container_id,
        hidden=details.hidden,
        kernel_thread=sight.kernel_thread,
        unknown=unknown,
    )


def image_of(sight: Sight, details: Details, since_ns: int | None) -> Image:
    """The program that a process runs, and since when."""
    line = details.command_line
    return Image(
        name=sight.name,
        executable=details.executable,
        args=None if line is None else line.args,
        command_line=None if line is None else line.text,
        command_line_length=None if line is None else line.length,
        command_line_sha256=None if line is None else line.sha256,
        since_ns=since_ns,
    )


def with_new_image(record: ProcessRecord, sight: Sight, details: Details, at_ns: int) -> ProcessRecord:
    """The record after an exec: identity, start and parent stay, all else is read anew."""
    kept = {name: why for name, why in record.unknown.items() if name.startswith("process.parent.")}
    return replace(
        record,
        image=image_of(sight, details, at_ns),
        user=details.user,
        effective_user=details.effective_user,
        working_directory=details.working_directory,
        tty=details.tty,
        session_leader_pid=details.session_leader_pid,
        login_uid=details.login_uid,
        container_id=details.container_id,
        kernel_thread=sight.kernel_thread,
        unknown={**kept, **details.unknown},
    )


def same_program(image: Image, details: Details) -> bool:
    """Whether an image has the executable and command line that were read now."""
    line = details.command_line
    now = (details.executable, None if line is None else line.args)
    return (image.executable, image.args) == now


def parent_of(record: ProcessRecord, unknown: dict[str, str]) -> Parent:
    """The parent as its children tell it; if that is cut, unknown says so."""
    image = record.image
    line = image.command_line
    if line is not None and len(line) > _PARENT_COMMAND_LINE:
        line = line[:_PARENT_COMMAND_LINE]
        unknown["process.parent.command_line"] = _TRUNCATED
    return Parent(
        entity_id=record.entity_id,
        pid=record.pid,
        name=image.name,
        executable=image.executable,
        command_line=line,
        start_ns=record.start_ns,
    )
