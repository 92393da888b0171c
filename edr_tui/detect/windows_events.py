"""Process creations as Windows tells them (Sysmon 1, Security 4688) -> subjects with their ancestry.

An event is its EventData, or the whole of it ({"Event": {"System": ..., "EventData": ...}}), or one
flat object that has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edr_tui.detect.fields import Subject
from edr_tui.model.process import Image, Parent, Process, User

SYSMON, SECURITY = 1, 4688
_SYSMONS_WORDS = {
    "NewProcessName": "Image",
    "ParentProcessName": "ParentImage",
    "SubjectUserName": "User",
    "NewProcessId": "ProcessId",
    "ProcessId": "ParentProcessId",
}


def created(events: Iterable[Mapping[str, Any]]) -> Iterator[Subject]:
    """The process of each event that tells of one, with those above it that earlier events told of."""
    known: dict[str, Subject] = {}
    for number, event in enumerate(events):
        told = _told(event)
        if told is None:
            continue
        subject = _subject(told, f"event-{number}", known)
        for name in ("ProcessGuid", "ProcessId"):
            if told.get(name):
                known[f"{name} {told[name]}"] = subject
        yield subject


def _told(event: Mapping[str, Any]) -> dict[str, str] | None:
    """What an event says in Sysmon's words; None if it tells of no new process."""
    whole = event.get("Event", event)
    if not isinstance(whole, Mapping):
        return None
    told = whole.get("EventData", whole)
    system = whole.get("System", told)
    if not isinstance(told, Mapping) or not isinstance(system, Mapping):
        return None
    number = system.get("EventID")
    number = number.get("#text") if isinstance(number, Mapping) else number
    words = {key: str(value) for key, value in told.items() if isinstance(value, str | int | float)}
    if str(number) == str(SECURITY) or "NewProcessName" in words:
        words = {_SYSMONS_WORDS.get(key, key): value for key, value in words.items()}
        for name in ("ProcessId", "ParentProcessId"):
            words[name] = str(_number(words.get(name)))
    elif number is not None and str(number) != str(SYSMON):
        return None
    return words if "Image" in words or "CommandLine" in words else None


def _number(text: str | None) -> int:
    """A pid as written in decimal, or in hex as 4688 does; 0 for anything else."""
    try:
        return int(text or "0", 16 if (text or "").startswith("0x") else 10)
    except ValueError:
        return 0


def _subject(told: Mapping[str, str], entity_id: str, known: Mapping[str, Subject]) -> Subject:
    executable, parent_path = told.get("Image"), told.get("ParentImage")
    above = known.get(f"ProcessGuid {told.get('ParentProcessGuid')}")
    if above is None:
        above = known.get(f"ProcessId {told.get('ParentProcessId')}")
        # The number may have been used again since.
        if above is not None and parent_path and not _same(above.process.executable, parent_path):
            above = None
    process = Process(
        entity_id=entity_id,
        pid=_number(told.get("ProcessId")),
        images=(
            Image(
                name=_name(executable),
                executable=executable,
                command_line=told.get("CommandLine"),
                original_file_name=told.get("OriginalFileName"),
            ),
        ),
        first_seen_ns=0,
        working_directory=told.get("CurrentDirectory"),
        user=User(name=told["User"]) if told.get("User") else None,
        parent=Parent(
            entity_id=f"{entity_id}-parent" if above is None else above.process.entity_id,
            pid=_number(told.get("ParentProcessId")),
            name=_name(parent_path),
            executable=parent_path,
            command_line=told.get("ParentCommandLine"),
        ),
    )
    ancestors = () if above is None else (above.process, *above.ancestors)
    return Subject(process, ancestors, "windows", told=told)


def _same(path: str | None, other: str) -> bool:
    return path is not None and path.lower() == other.lower()


def _name(path: str | None) -> str | None:
    return path.replace("/", "\\").rpartition("\\")[2] if path else None
