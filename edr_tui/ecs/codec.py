"""encode: an event or alert -> one line. decode: one line -> an event or alert, or DocumentError."""

from __future__ import annotations

import json

import msgspec

from edr_tui.ecs.alerts import alert_document, alert_of
from edr_tui.ecs.documents import Document
from edr_tui.ecs.from_document import event_of
from edr_tui.ecs.lines import event_line
from edr_tui.ecs.plain import plain_json
from edr_tui.ecs.to_document import event_document
from edr_tui.model.alert import Alert
from edr_tui.model.event import AnyEvent, ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart

_decoder = msgspec.json.Decoder(Document)


class DocumentError(ValueError):
    """A line that is no document of ours.

    The message is a sentence that may quote the line: printable() it before it is shown.
    """


def encode(event: AnyEvent | Alert) -> bytes:
    """One line of JSON, ASCII only, with its newline.

    Bytes that were not UTF-8 (surrogates U+DC80 to U+DCFF) come out as JSON escapes and return
    to the same characters in decode().
    """
    match event:
        case ProcessSnapshot() | ProcessStart() | ProcessExec() | ProcessExit():
            return event_line(event)
        case Alert():
            return plain_json(alert_document(event)).encode("ascii") + b"\n"
        case _:
            return plain_json(event_document(event)).encode("ascii") + b"\n"


def decode(line: bytes) -> AnyEvent | Alert:
    """The event or alert that one line tells. Raises DocumentError, and nothing else."""
    try:
        document = _parse(line)
        return alert_of(document) if document.event.kind == "alert" else event_of(document)
    except RecursionError:
        raise DocumentError("the document is nested too deeply") from None
    except json.JSONDecodeError as fault:
        raise DocumentError(f"column {fault.colno}: {fault.msg}") from None
    except UnicodeDecodeError as fault:
        raise DocumentError(f"byte {fault.start + 1} is not UTF-8") from None
    except (msgspec.ValidationError, ValueError) as fault:
        raise DocumentError(str(fault)) from None


def _parse(line: bytes) -> Document:
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Lone surrogates stand for bytes that were not UTF-8; only the standard library reads them.
        return msgspec.convert(json.loads(line), Document)
