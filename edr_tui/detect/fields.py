"""A process with its ancestry -> Sigma's fields and our own. One function a field.

A function returns the field's values, or None where it is unknown or there is none: Sigma's
missing field. "" is a value like any other. docs/rules.md lists the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from edr_tui.detect import facts
from edr_tui.detect.decode import decoded_command
from edr_tui.detect.pattern import MAX_TEXT
from edr_tui.detect.value import FieldValue, Values
from edr_tui.model.process import Image, Process

MAX_ANCESTORS = 16
DELETED = " (deleted)"
MEMFD = "/memfd:"
POWERSHELL = ("powershell.exe", "pwsh.dll", "pwsh.exe")  # original file names
_SURELY_CUT = 4_096  # characters: a sensor cuts nothing that is shorter
_COMM_LENGTH = 15  # TASK_COMM_LEN without its NUL (man 5 proc)


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at: a process and the nodes above it, nearest first.

    at_ns: when what is judged happened, ns since the epoch.
    told: more of Sigma's fields, where the source of the event names them itself (Sysmon's
        Description, Hashes, IntegrityLevel ...). What the process says goes first.
    """

    process: Process
    ancestors: Sequence[Process] = ()
    os_type: str | None = None
    at_ns: int | None = None
    told: Mapping[str, str] | None = None

    @property
    def parent_node(self) -> Process | None:
        """The node of the process that forked it; None where it is not in the table."""
        return self.ancestors[0] if self.ancestors and not self.process.folded else None

    @property
    def grandparent_node(self) -> Process | None:
        """The node of the parent's parent, where both are in the table."""
        parent = self.parent_node
        if parent is None or parent.folded or len(self.ancestors) < 2:
            return None
        return self.ancestors[1]

    def values(self, field: str) -> Values | None:
        """The values of a field; None if it is unknown, has none, or is no field of ours."""
        supply = FIELDS.get(field)
        values = supply(self) if supply is not None else None
        if not values and self.told is not None:
            values = self._told(field, self.told)
        return values or None

    def _told(self, field: str, told: Mapping[str, str]) -> Values | None:
        text = told.get(field)
        if text is None and field in HASHES:
            text = facts.from_hashes(field.lower(), told.get("Hashes"))
        entity_id = _parent_id(self) if field.startswith("Parent") else self.process.entity_id
        return _text(text, entity_id)


def resolved_path(executable: str) -> str:
    """The executable's path without the mark that the kernel puts behind an unlinked file's."""
    return executable.removesuffix(DELETED)


def basename(path: str, os_type: str | None) -> str:
    """What stands behind the last separator of that system's paths."""
    if os_type == "windows":
        path = path.replace("\\", "/")
    return path.rpartition("/")[2]


def invoked_path(image: Image, os_type: str | None) -> str | None:
    """The path by which the image was called, where it differs from the resolved one.

    What the sensor knows of execve, else what comm tells of it (docs/adr/0001): on Linux comm is
    the basename that execve was given, so /usr/bin/dash with comm sh was called as sh. Where the
    directory cannot be read at all it is a question mark. The process can choose all of it.
    """
    return _invoked(image.name, image.executable, image.invoked, image.args, os_type)


def _invoked(
    name: str | None,
    executable: str | None,
    invoked: str | None,
    args: Sequence[str] | None,
    os_type: str | None,
) -> str | None:
    resolved = None if executable is None else resolved_path(executable)
    if invoked is not None:
        return None if invoked == resolved else invoked
    if not name or "/" in name:
        return None
    if resolved is None:
        return f"?\\{name}" if os_type == "windows" else f"?/{name}"
    if os_type != "linux":
        return None
    directory, _, file = resolved.rpartition("/")
    if name == file or (len(name.encode("utf-8", "replace")) >= _COMM_LENGTH and file.startswith(name)):
        return None
    return _script_path(args, name) or f"{directory}/{name}"


def _script_path(args: Sequence[str] | None, name: str) -> str | None:
    """The script whose name comm is: the kernel puts its path behind the interpreter's words."""
    for argument in (args or ())[1:3]:
        if argument.rpartition("/")[2][:_COMM_LENGTH] == name:
            return argument
    return None


def program_name(process: Process, os_type: str | None) -> str | None:
    """The short name of what it runs: comm or the file's name, else from the path."""
    if process.name:
        return process.name
    return None if process.executable is None else basename(resolved_path(process.executable), os_type)


def _image_values(image: Image, entity_id: str | None, os_type: str | None) -> Values:
    return _paths(image.executable, invoked_path(image, os_type), entity_id)


def _paths(executable: str | None, invoked: str | None, entity_id: str | None) -> Values:
    called = () if invoked is None else (FieldValue(invoked, entity_id, firm=False),)
    return called if executable is None else (FieldValue(resolved_path(executable), entity_id), *called)


def _text(text: str | int | None, entity_id: str | None) -> Values | None:
    return None if text is None else (FieldValue(str(text), entity_id),)


def _line_of(process: Process) -> str | None:
    image = process.image
    if image.command_line is not None:
        return image.command_line
    return None if image.args is None else " ".join(image.args)


def _image(subject: Subject) -> Values | None:
    return _image_values(subject.process.image, subject.process.entity_id, subject.os_type)


def _command_line(subject: Subject) -> Values | None:
    return _text(_line_of(subject.process), subject.process.entity_id)


def _original_file_name(subject: Subject) -> Values | None:
    return _text(subject.process.image.original_file_name, subject.process.entity_id)


def _user(subject: Subject) -> Values | None:
    user = subject.process.user
    return None if user is None else _text(user.label, subject.process.entity_id)


def _effective_user(subject: Subject) -> Values | None:
    user = subject.process.effective_user or subject.process.user
    return None if user is None else _text(user.label, subject.process.entity_id)


def _current_directory(subject: Subject) -> Values | None:
    return _text(subject.process.working_directory, subject.process.entity_id)


def _process_id(subject: Subject) -> Values | None:
    return _text(subject.process.pid, subject.process.entity_id)


def _parent_id(subject: Subject) -> str | None:
    """The parent's node where there is one: the sensor may have told it by another name."""
    node, told = subject.parent_node, subject.process.parent
    return node.entity_id if node is not None else None if told is None else told.entity_id


def _parent_image(subject: Subject) -> Values | None:
    node, told = subject.parent_node, subject.process.parent
    if node is not None and (node.executable is not None or told is None or told.executable is None):
        return _image_values(node.image, node.entity_id, subject.os_type)
    if told is None:
        return None
    invoked = _invoked(told.name, told.executable, None, None, subject.os_type)
    return _paths(told.executable, invoked, _parent_id(subject))


def _parent_command_line(subject: Subject) -> Values | None:
    node, told = subject.parent_node, subject.process.parent
    line = None if node is None else _line_of(node)
    if line is None and told is not None:
        line = told.command_line
    return _text(line, _parent_id(subject))


def _parent_user(subject: Subject) -> Values | None:
    node = subject.parent_node
    return None if node is None or node.user is None else _text(node.user.label, node.entity_id)


def _parent_process_id(subject: Subject) -> Values | None:
    node, told = subject.parent_node, subject.process.parent
    pid = node.pid if node is not None else None if told is None else told.pid
    return _text(pid, _parent_id(subject))


def _grandparent_image(subject: Subject) -> Values | None:
    node = subject.grandparent_node
    return None if node is None else _image_values(node.image, node.entity_id, subject.os_type)


def _grandparent_command_line(subject: Subject) -> Values | None:
    node = subject.grandparent_node
    return None if node is None else _text(_line_of(node), node.entity_id)


def _ancestors(subject: Subject) -> Values | None:
    values = () if subject.parent_node is not None else _parent_image(subject) or ()
    for node in subject.ancestors[:MAX_ANCESTORS]:
        values += _image_values(node.image, node.entity_id, subject.os_type)
    return values


def _ancestor_command_lines(subject: Subject) -> Values | None:
    values = () if subject.parent_node is not None else _parent_command_line(subject) or ()
    for node in subject.ancestors[:MAX_ANCESTORS]:
        values += _text(_line_of(node), node.entity_id) or ()
    return values


def _lineage(subject: Subject) -> Values | None:
    names = lineage_names(subject)
    called = lineage_names(subject, called=True)
    entity_id = subject.process.entity_id
    values = (FieldValue(">".join(names), entity_id),)
    return values if called == names else (*values, FieldValue(">".join(called), entity_id, firm=False))


def lineage_names(subject: Subject, *, called: bool = False) -> tuple[str, ...]:
    """The basenames of Lineage, root first, the process itself last.

    called: by the names they were called by, where those differ from the resolved ones.
    A name that is unknown is a question mark; > within a name becomes _.
    """
    chain = [*reversed(subject.ancestors), subject.process]
    return tuple(_lineage_name(node.image, subject.os_type, called) for node in chain)


def _lineage_name(image: Image, os_type: str | None, called: bool) -> str:
    path = invoked_path(image, os_type) if called else None
    if path is None:
        path = None if image.executable is None else resolved_path(image.executable)
    return "?" if path is None else basename(path, os_type).replace(">", "_")


def _image_invoked(subject: Subject) -> Values | None:
    image = subject.process.image
    called = [image.invoked or invoked_path(image, subject.os_type), *(image.args or ())[:1]]
    texts = dict.fromkeys(text for text in called if text is not None)
    return tuple(FieldValue(text, subject.process.entity_id) for text in texts)


def _command_line_decoded(subject: Subject) -> Values | None:
    line, image = _line_of(subject.process), subject.process.image
    if line is None:
        return None
    renamed = (image.original_file_name or "").lower() in POWERSHELL and image.args is not None
    arguments = image.args[1:] if renamed and image.args is not None else None
    return _text(decoded_command(line, arguments), subject.process.entity_id)


def _tty(subject: Subject) -> Values | None:
    tty = subject.process.tty
    if tty is None:
        return None
    device = None if tty.major is None or tty.minor is None else f"{tty.major}:{tty.minor}"
    return _text(tty.name or device, subject.process.entity_id)


def _is_memfd(subject: Subject) -> Values | None:
    path = subject.process.executable
    return None if path is None else _truth(path.startswith(MEMFD), subject)


def _is_deleted(subject: Subject) -> Values | None:
    path = subject.process.executable
    if path is None:
        return None
    return _truth(path.endswith(DELETED) and not path.startswith(MEMFD), subject)


def _is_command_line_long(subject: Subject) -> Values | None:
    line, image = _line_of(subject.process), subject.process.image
    if line is None:
        return None
    # The sensor tells no length where the line was too long to be read, nor where reading it failed.
    unread = subject.process.unknown.get("process.command_line") == "truncated" and len(line) > _SURELY_CUT
    return _truth(image.command_line_length is not None or unread or len(line) > MAX_TEXT, subject)


def _truth(truth: bool, subject: Subject) -> Values | None:
    return _text("true" if truth else "false", subject.process.entity_id)


Supply = Callable[[Subject], Values | None]

FIELDS: dict[str, Supply] = {
    "Image": _image,
    "CommandLine": _command_line,
    "OriginalFileName": _original_file_name,
    "User": _user,
    "CurrentDirectory": _current_directory,
    "ProcessId": _process_id,
    "ParentImage": _parent_image,
    "ParentCommandLine": _parent_command_line,
    "ParentUser": _parent_user,
    "ParentProcessId": _parent_process_id,
    "GrandParentImage": _grandparent_image,
    "GrandParentCommandLine": _grandparent_command_line,
    "Ancestors": _ancestors,
    "AncestorCommandLines": _ancestor_command_lines,
    "Lineage": _lineage,
    "ImageInvoked": _image_invoked,
    "CommandLineDecoded": _command_line_decoded,
    "EffectiveUser": _effective_user,
    "Tty": _tty,
    "IsMemfd": _is_memfd,
    "IsDeleted": _is_deleted,
    "IsCommandLineLong": _is_command_line_long,
    "IsKernelThreadName": facts.is_kernel_thread_name,
    "Hidden": facts.hidden,
    "StdioSocket": facts.stdio_socket,
    "EnvPreload": facts.env_preload,
    "LoginUser": facts.login_user,
    "ContainerId": facts.container_id,
    "UtcTime": facts.utc_time,
    "Hour": facts.hour,
    "Weekday": facts.weekday,
}
HASHES = ("md5", "sha1", "sha256", "Imphash")

# Names for what no sensor tells yet: a rule may ask, and finds them only where a recording tells them.
_LATER = (
    "Company Description FileVersion FirstSeenPair Hashes Imphash IntegrityLevel LogonGuid LogonId md5"
    " Product ParentIntegrityLevel ParentProcessGuid ProcessGuid Provider_Name sha1 sha256"
    " TerminalSessionId"
)
NOT_SUPPLIED = frozenset(_LATER.split())

# Where keywords are looked for.
KEYWORD_FIELDS = (
    "CommandLine",
    "Image",
    "OriginalFileName",
    "User",
    "CurrentDirectory",
    "ParentImage",
    "ParentCommandLine",
)


# What a sensor says it does not know -> the fields that this leaves missing.
UNKNOWN_FIELDS: dict[str, tuple[str, ...]] = {
    "process.executable": ("Image", "IsMemfd", "IsDeleted", "Lineage"),
    "process.command_line": ("CommandLine", "CommandLineDecoded", "IsCommandLineLong"),
    "process.working_directory": ("CurrentDirectory",),
    "process.parent.entity_id": ("ParentImage", "ParentCommandLine", "ParentUser", "Ancestors", "Lineage"),
    "process.parent.command_line": ("ParentCommandLine",),
    "user.id": ("User", "EffectiveUser"),
    "user.name": ("User",),
    "user.effective.name": ("EffectiveUser",),
    "process.env_vars": ("EnvPreload",),
}


def is_field(name: str) -> bool:
    """Whether rules of processes may ask for a field of that name."""
    return name in FIELDS or name in NOT_SUPPLIED
