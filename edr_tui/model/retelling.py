"""A second telling of the same process: what is new in it, and what stays as it was first seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edr_tui.model.event import ProcessExec, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Image, Process, ProcessRecord

IMAGES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Retold:
    """The node with what the telling added. image: it has put a new image in place."""

    process: Process
    image: bool


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
    fresh = node.image != image if isinstance(event, ProcessExec) else _contradicts(node.image, image)
    if node.kernel_thread:
        fresh = False  # kworkers take the name of their work; they never exec
    known_user = record.user is not None
    merged = replace(
        node,
        images=_with_image(node.images, image) if fresh else (*node.images[:-1], _filled(node.image, image)),
        execs=node.execs + fresh,
        start_ns=node.start_ns if node.start_ns is not None else record.start_ns,
        user=record.user if known_user else node.user,
        effective_user=record.effective_user if known_user else node.effective_user,
        working_directory=record.working_directory or node.working_directory,
        tty=record.tty or node.tty,
        session_leader_pid=record.session_leader_pid or node.session_leader_pid,
        exit=None,
        unknown=record.unknown if fresh else _still_unknown(node, record),
    )
    return Retold(merged, fresh)


def _contradicts(old: Image, new: Image) -> bool:
    """Whether a look tells of another image; what either does not know contradicts nothing."""
    pairs = (
        (old.name, new.name),
        (old.executable, new.executable),
        (old.args, new.args),
        (old.command_line, new.command_line),
    )
    return any(was is not None and now is not None and was != now for was, now in pairs)


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
    if len(images) < IMAGES_KEPT:
        return (*images, image)
    return (images[0], *images[2:], image)


def _still_unknown(node: Process, record: ProcessRecord) -> Mapping[str, str]:
    """What neither telling knew."""
    both = {field: reason for field, reason in node.unknown.items() if field in record.unknown}
    return node.unknown if len(both) == len(node.unknown) else both
