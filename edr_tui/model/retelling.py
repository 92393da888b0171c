"""A second telling of the same process: what is new in it, and what stays as it was first seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edr_tui.model.event import ProcessExec, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Image, Process, ProcessRecord

IMAGES_KEPT = 64
LINE_OF_THE_PAST = 1_024
"""So many characters are kept of command lines that no process runs any more, where there are too many."""


@dataclass(frozen=True, slots=True)
class Retold:
    """The node with what the telling added.

    image: it has put a new image in place. hidden: it hides, which was not known.
    """

    process: Process
    image: bool
    hidden: bool


def lightened(image: Image) -> Image:
    """The image with at most LINE_OF_THE_PAST characters of its command line, and its true length."""
    line, args = image.command_line, image.args
    if weight(image) <= LINE_OF_THE_PAST:
        return image
    kept, room = [], LINE_OF_THE_PAST
    for arg in args or ():
        if room <= 0:
            break
        kept.append(arg[:room])
        room -= len(arg) + 1
    return replace(
        image,
        args=None if args is None else tuple(kept),
        command_line=None if line is None else line[:LINE_OF_THE_PAST],
        command_line_length=image.command_line_length or (None if line is None else len(line)),
    )


def weight(image: Image) -> int:
    """How many characters its command line takes, an argument at least one."""
    return max(len(image.command_line or ""), sum(len(arg) + 1 for arg in image.args or ()))


def image_of(record: ProcessRecord, at_ns: int) -> Image:
    """The record's image, with the time at which it was noticed if none is told."""
    return record.image if record.image.since_ns is not None else replace(record.image, since_ns=at_ns)


def retell(node: Process, event: ProcessSnapshot | ProcessStart | ProcessExec) -> Retold:
    """Merge what an event tells of a known process into its node; the node lives by that word.

    First facts stay: the start, the parent, the images that it ran. What the second telling does
    not know overwrites nothing.
    """
    record = event.process
    image = image_of(record, event.at_ns)
    if isinstance(event, ProcessExec):
        fresh = node.image != image
    else:
        # kworkers take the name of their work; they never exec
        fresh = not node.kernel_thread and _another_program(node.image, image)
    known_user = record.user is not None
    merged = replace(
        node,
        images=_with_image(node.images, image) if fresh else (*node.images[:-1], _filled(node.image, image)),
        execs=node.execs + fresh,
        start_ns=node.start_ns if node.start_ns is not None else record.start_ns,
        user=record.user if known_user else node.user,
        effective_user=record.effective_user if known_user else node.effective_user,
        group_id=record.group_id or node.group_id,
        login_uid=record.login_uid or node.login_uid,
        working_directory=record.working_directory or node.working_directory,
        tty=record.tty or node.tty,
        session_leader_pid=record.session_leader_pid or node.session_leader_pid,
        cgroup_id=record.cgroup_id or node.cgroup_id,
        container_id=record.container_id or node.container_id,
        hidden=node.hidden or record.hidden,
        exit=None,
        unknown=record.unknown if fresh else _still_unknown(node, record),
    )
    return Retold(merged, fresh, record.hidden is not None and node.hidden is None)


def _another_program(old: Image, new: Image) -> bool:
    """Whether a second look finds another program there.

    Arguments alone prove nothing: servers write their state over them. Neither does what one of
    the looks could not read.
    """
    if old.executable is not None and new.executable is not None:
        return old.executable != new.executable
    return old.name is not None and new.name is not None and old.name != new.name


def _filled(old: Image, new: Image) -> Image:
    """The old image with what only the second look could read."""
    filled = replace(
        old,
        name=old.name if old.name is not None else new.name,
        executable=old.executable if old.executable is not None else new.executable,
        invoked=old.invoked if old.invoked is not None else new.invoked,
        args=old.args if old.args is not None else new.args,
        command_line=old.command_line if old.command_line is not None else new.command_line,
    )
    return old if filled == old else filled


def _with_image(images: tuple[Image, ...], image: Image) -> tuple[Image, ...]:
    past = (*images[:-1], lightened(images[-1]))
    return (*past, image) if len(past) < IMAGES_KEPT else (past[0], *past[2:], image)


def _still_unknown(node: Process, record: ProcessRecord) -> Mapping[str, str]:
    """What neither telling knew."""
    both = {field: reason for field, reason in node.unknown.items() if field in record.unknown}
    return node.unknown if len(both) == len(node.unknown) else both
