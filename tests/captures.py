"""Others' recorded process creations -> subjects with their ancestry, capture by capture.

A folder of telemetry has an index.json that names each file with its kind. Nothing of it is part of
the project: EDR_CORPUS says where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edr_tui.detect import Subject
from edr_tui.model.process import Image, Parent, Process, User

SYSTEMS = {
    "sysmon_eid1": "windows",
    "security_4688": "windows",
    "linux_auditd": "linux",
    "linux_tetragon": "linux",
    "linux_benign_selfcapture": "linux",
    "macos_eslogger_exec": "macos",
}
BENIGN = "linux_benign_selfcapture"
_SYSMON = {
    "NewProcessName": "Image",
    "ParentProcessName": "ParentImage",
    "SubjectUserName": "User",
    "ParentImage_at_exec": "ParentImage",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """One recording: what kind of events it holds, and where they are."""

    kind: str
    name: str
    path: Path

    @property
    def product(self) -> str:
        """The system that it was taken on."""
        return SYSTEMS[self.kind]

    def subjects(self) -> Iterator[Subject]:
        """Each process that was created, with those above it that were seen before."""
        known: dict[int, Subject] = {}
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines()):
            told = _in_sysmons_words(json.loads(line), self.kind)
            subject = _subject(told, f"e{number}", self.product, known)
            if subject.process.pid:
                known[subject.process.pid] = subject
            yield subject


def captures(telemetry: Path) -> list[Capture]:
    """The captures of a folder, as its index names them."""
    index = json.loads((telemetry / "index.json").read_text(encoding="utf-8"))
    return [Capture(entry["kind"], entry["capture"], telemetry / entry["file"]) for entry in index]


def _in_sysmons_words(told: Mapping[str, Any], kind: str) -> dict[str, Any]:
    words = {_SYSMON.get(key, key): value for key, value in told.items()}
    if kind == "security_4688":
        words["ParentProcessId"] = int(told.get("ProcessId") or "0", 16)
        words["ProcessId"] = int(told.get("NewProcessId") or "0", 16)
    if kind == "macos_eslogger_exec":
        words |= {"ProcessId": told.get("pid"), "ParentProcessId": told.get("ppid")}
    return words


def _subject(told: Mapping[str, Any], entity_id: str, product: str, known: Mapping[int, Subject]) -> Subject:
    executable, parent = told.get("Image"), told.get("ParentImage")
    above = known.get(int(told.get("ParentProcessId") or 0))
    if above is not None and parent and (above.process.executable or "").lower() != parent.lower():
        above = None  # the number was used again, or the parent is older than the recording
    process = Process(
        entity_id=entity_id,
        pid=int(told.get("ProcessId") or 0),
        images=(
            Image(
                name=told.get("comm") or _name(executable, product),
                executable=executable,
                command_line=told.get("CommandLine"),
                args=None if told.get("argv") is None else tuple(told["argv"]),
                original_file_name=told.get("OriginalFileName"),
            ),
        ),
        first_seen_ns=0,
        working_directory=told.get("CurrentDirectory"),
        user=User(name=told["User"]) if told.get("User") else None,
        parent=Parent(
            entity_id=f"{entity_id}-parent" if above is None else above.process.entity_id,
            name=_name(parent, product),
            executable=parent,
            command_line=told.get("ParentCommandLine"),
        ),
    )
    return Subject(process, () if above is None else (above.process, *above.ancestors), product)


def _name(path: str | None, product: str) -> str | None:
    return None if not path else path.rpartition("\\" if product == "windows" else "/")[2]
