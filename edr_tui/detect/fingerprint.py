"""What rules can see of a subject, as a key: subjects with one key match the same rules."""

from __future__ import annotations

from collections.abc import Hashable

from edr_tui.detect.fields import Subject

MAX_LENGTH = 8_192  # characters of a command line: longer ones do not come again

# Fields that differ from process to process: they are part of the key only where a rule asks for them.
VOLATILE = ("ProcessId", "ParentProcessId", "UtcTime", "Hour", "Weekday")


def fingerprint(subject: Subject) -> Hashable | None:
    """The key without volatile fields; None where keeping it is not worth its place.

    The images of ancestors stand in it by their id(): who keeps the key keeps the images too.
    """
    process, ancestors = subject.process, subject.ancestors
    image, told = process.images[-1], process.parent
    line = image.command_line
    if line is not None and len(line) > MAX_LENGTH:
        return None
    if image.args is not None and line is None and sum(map(len, image.args)) > MAX_LENGTH:
        return None
    if told is not None and told.command_line is not None and len(told.command_line) > MAX_LENGTH:
        return None
    user, effective, tty = process.user, process.effective_user, process.tty
    above: Hashable = None
    if ancestors:
        parent = ancestors[0].user
        above = (
            process.folded,
            parent and (parent.name, parent.id),
            *[id(node.images[-1]) for node in ancestors],
            ancestors[0].folded,
        )
    return (
        line,
        image.executable,
        image.name,
        image.args,
        image.invoked,
        image.original_file_name,
        image.command_line_length,
        image.env_vars,
        image.sockets,
        process.working_directory,
        user and (user.name, user.id),
        effective and (effective.name, effective.id),
        tty and (tty.name, tty.major, tty.minor),
        told and (told.executable, told.command_line, told.name),
        above,
        tuple(process.unknown.items()) if process.unknown else None,
        subject.told and tuple(subject.told.items()),
    )
