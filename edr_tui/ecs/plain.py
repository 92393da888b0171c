"""Any part of a document -> JSON of plain ASCII."""

from __future__ import annotations

import json

import msgspec

_encoder = msgspec.json.Encoder()


def plain_json(part: msgspec.Struct) -> str:
    """A part as JSON: everything that is not printable ASCII is escaped.

    Bytes that were not UTF-8 (surrogates U+DC80 to U+DCFF) come out as escapes too.
    """
    try:
        line = _encoder.encode(part)
        if line.isascii() and b"\x7f" not in line:
            return line.decode("ascii")
    except UnicodeEncodeError:
        pass
    return json.dumps(msgspec.to_builtins(part), separators=(",", ":")).replace("\x7f", "\\u007f")
