"""What rules can see of a subject, as a key: subjects with one key match the same rules."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from edr_tui.detect.fields import Subject

MAX_LENGTH = 8_192  # characters of a command line: longer ones do not come again

# The fields whose values the key settles. What another field says goes into the key beside it, where
# a rule asks for that field.
COVERED = frozenset(
    (
        "Image",
        "CommandLine",
        "OriginalFileName",
        "User",
        "CurrentDirectory",
        "ParentImage",
        "ParentCommandLine",
        "ParentUser",
        "GrandParentImage",
        "GrandParentCommandLine",
        "Ancestors",
        "AncestorCommandLines",
        "Lineage",
        "ImageInvoked",
        "CommandLineDecoded",
        "EffectiveUser",
        "Tty",
        "IsMemfd",
        "IsDeleted",
        "IsCommandLineLong",
        "IsKernelThreadName",
        "StdioSocket",
        "EnvPreload",
    )
)


# Of these, the fields that only what stands above the process has a part in.
ABOVE = frozenset(
    (
        "ParentImage",
        "ParentCommandLine",
        "ParentUser",
        "GrandParentImage",
        "GrandParentCommandLine",
        "Ancestors",
        "AncestorCommandLines",
    )
)


class Fingerprint(NamedTuple):
    """A key in two parts. above settles the fields of ABOVE by itself."""

    own: Hashable
    above: Hashable


def fingerprint(subject: Subject) -> Fingerprint | None:
    """The key for all COVERED fields; None where keeping it is not worth its place.

    The images of ancestors stand in it by their id(): who keeps the key keeps the images too.
    """
    process = subject.process
    image = process.images[-1]
    line = image.command_line
    if line is not None and len(line) > MAX_LENGTH:
        return None
    if image.args is not None and line is None and sum(map(len, image.args)) > MAX_LENGTH:
        return None
    told = process.parent
    if told is not None and told.command_line is not None and len(told.command_line) > MAX_LENGTH:
        return None
    user, effective, tty = process.user, process.effective_user, process.tty
    own = (
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
        tuple(process.unknown.items()) if process.unknown else None,
        subject.told and tuple(subject.told.items()),
    )
    above = told and (told.executable, told.command_line, told.name)
    ancestors = subject.ancestors
    if not ancestors:
        return Fingerprint(own, above)
    parent = ancestors[0].user
    chain = (
        above,
        process.folded,
        ancestors[0].folded,
        parent and (parent.name, parent.id),
        *[id(node.images[-1]) for node in ancestors],
    )
    return Fingerprint(own, chain)
