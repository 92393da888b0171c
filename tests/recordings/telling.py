"""A host's processes as short text -> the documents that its sensor would have told.

python -m tests.recordings.telling writes the .jsonl beside every .story. In match.story every
process that starts must alert with the rule whose folder it is; in no_match.story none does.

The first line names the system: os linux. Then one process a line, parents first; # is a remark:
[+] pid ppid user comm executable | command line
+ is a process that starts; without it, it was there when the sensor began. comm - is the
executable's own name, executable - is unknown, + in a user is a blank. Behind the executable may stand
= and the original name in its version resource (Windows). {base64: text} in the command
line is the base64 of the text in UTF-16, as PowerShell wants it; {9 times x} is xxxxxxxxx.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from edr_tui.ecs import encode
from edr_tui.model.event import Host, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Image, Parent, ProcessKey, ProcessRecord, Provenance, User

SECOND = 1_000_000_000
EPOCH = 1_764_000_000 * SECOND
FOLDER = Path(__file__).parent
BOOT = "6f1c2a34-0b1d-4c55-8e0e-2f77aa31c9d4"


def host(os_type: str) -> Host:
    return Host(
        id="0123456789abcdef0123456789abcdef",
        name={"linux": "web1", "windows": "DESK7", "macos": "mac3"}[os_type],
        boot_id=BOOT,
        os_type=os_type,
    )


def told(story: str) -> bytes:
    """The documents of a story, one a line."""
    records: dict[int, ProcessRecord] = {}
    documents = []
    first, *lines = (line for line in map(str.strip, story.splitlines()) if line and line[0] != "#")
    os_type = first.removeprefix("os ")
    for number, line in enumerate(lines, 1):
        facts, _, command_line = line.partition("|")
        words = facts.lstrip("+ ").split(None, 4)
        record = _record(os_type, words, _written_out(command_line.strip()), records)
        records[record.pid] = record
        tell = ProcessStart if facts.startswith("+") else ProcessSnapshot
        at_ns = EPOCH + number * SECOND
        documents.append(
            encode(tell(at_ns=at_ns, sequence=number, provider="poll", host=host(os_type), process=record))
        )
    return b"".join(documents)


def recordings() -> dict[Path, bytes]:
    """The path of every recording that comes from a story -> its content."""
    stories = sorted(FOLDER.glob("*/*.story"))
    return {path.with_suffix(".jsonl"): told(path.read_text(encoding="utf-8")) for path in stories}


def _record(
    os_type: str, facts: list[str], command_line: str, known: dict[int, ProcessRecord]
) -> ProcessRecord:
    pid, ppid, user, comm = facts[:4]
    executable, _, original = facts[4].strip().partition(" = ")
    path = None if executable == "-" else executable
    name = re.split(r"[\\/]", executable.removesuffix(" (deleted)"))[-1] if comm == "-" else comm
    parent = known.get(int(ppid))
    image = Image(
        name=name[:15] if os_type == "linux" else name,
        executable=path,
        args=tuple(command_line.split()),
        command_line=command_line,
        original_file_name=original or None,
    )
    return ProcessRecord(
        entity_id=ProcessKey("6f1c2a340b1d", int(pid), int(pid) * 100).entity_id,
        pid=int(pid),
        image=image,
        start_ns=EPOCH + len(known) * SECOND // 10,
        parent=None
        if parent is None
        else Parent(
            entity_id=parent.entity_id,
            pid=parent.pid,
            name=parent.image.name,
            executable=parent.image.executable,
            command_line=parent.image.command_line,
            start_ns=parent.start_ns,
        ),
        provenance=Provenance.UNKNOWN if parent is None else Provenance.INFERRED,
        user=User(id=None, name=user.replace("+", " ")),
        unknown={"process.executable": "denied"} if path is None else {},
    )


def _written_out(text: str) -> str:
    text = re.sub(r"\{(\d+) times (.*?)\}", lambda match: int(match[1]) * match[2], text)
    return re.sub(
        r"\{base64: (.*?)\}",
        lambda match: base64.b64encode(match.group(1).encode("utf-16-le")).decode(),
        text,
    )


if __name__ == "__main__":
    for path, content in recordings().items():
        path.write_bytes(content)
