"""Files of events, whoever wrote them -> what rules look at.

Ours (what edr-tui sensor prints), and process creations of Windows as JSON or EVTX.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from edr_tui.detect.fields import Subject
from edr_tui.detect.windows_events import created
from edr_tui.ecs import DocumentError, decode
from edr_tui.model.event import ProcessExec, ProcessSnapshot, ProcessStart
from edr_tui.model.table import ProcessTable

MAX_BYTES = 268_435_456
_EVTX = b"ElfFile\0"


class Seen(NamedTuple):
    """One process at one moment. started: it began, or changed its image, while the recording ran."""

    subject: Subject
    started: bool


class RecordingError(ValueError):
    """A sentence about a file that cannot be read as events, with its line where there is one."""


def seen_in(path: Path) -> list[Seen]:
    """Every process that a file tells of. Raises RecordingError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RecordingError(f"{path}: larger than {MAX_BYTES // 1_048_576} MiB")
        content = path.read_bytes()
    except OSError as fault:
        raise RecordingError(f"{path}: cannot be read: {fault.strerror}") from None
    if content.startswith(_EVTX):
        return [Seen(subject, started=True) for subject in created(_evtx(path))]
    first = content.lstrip()[:1_048_576].partition(b"\n")[0]
    if b'"ecs"' in first:
        return list(_ours(path, content))
    return [Seen(subject, started=True) for subject in created(_json(path, content))]


def _ours(path: Path, content: bytes) -> Iterator[Seen]:
    table = ProcessTable()
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            event = decode(line)
        except DocumentError as fault:
            raise RecordingError(f"{path}:{number}: {fault}") from None
        if not isinstance(event, ProcessSnapshot | ProcessStart | ProcessExec):
            continue
        table.apply(event)
        node = table.get(event.process.entity_id)
        if node is not None:
            subject = Subject(node, table.ancestors(node.entity_id), event.host.os_type, event.at_ns)
            yield Seen(subject, started=not isinstance(event, ProcessSnapshot))


def _json(path: Path, content: bytes) -> Iterator[Mapping[str, Any]]:
    """Objects one behind the other, one a line, or in a list."""
    text = content.decode("utf-8-sig", "replace")
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at == len(text):
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as fault:
            line = text.count("\n", 0, at) + 1
            sentence = fault.msg if isinstance(fault, json.JSONDecodeError) else "nested too deeply"
            raise RecordingError(f"{path}:{line}: no JSON: {sentence}") from None
        for event in found if isinstance(found, list) else (found,):
            if isinstance(event, Mapping):
                yield event


def _evtx(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        from evtx import PyEvtxParser
    except ImportError:
        raise RecordingError(f"{path}: EVTX needs the evtx extra: pip install 'edr-tui[evtx]'") from None
    try:
        for record in PyEvtxParser(str(path)).records_json():
            if record is not None:
                yield json.loads(record["data"])
    except (RuntimeError, OSError, ValueError) as fault:
        raise RecordingError(f"{path}: no sound EVTX: {str(fault)[:200]}") from None
