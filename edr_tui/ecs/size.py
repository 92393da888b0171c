r"""How many bytes a text takes in a document, and the beginning of one that takes at most so many.

A control character or one that is not ASCII is written as \uXXXX: up to six bytes for one of the text.
"""

from __future__ import annotations

import json

MOST_PER_CHARACTER = 12  # two escapes, outside the basic plane
_CHUNK = 512


def encoded_size(text: str) -> int:
    """The bytes of a text as codec.encode writes it, without its quotes."""
    return len(json.dumps(text)) - 2


def beginning(text: str, limit: int) -> str:
    """As many characters from its start as take at most limit bytes in a document."""
    if len(text) * MOST_PER_CHARACTER <= limit:
        return text
    at = 0
    while at < len(text) and (size := encoded_size(text[at : at + _CHUNK])) <= limit:
        limit -= size
        at += _CHUNK
    for character in text[at : at + _CHUNK]:
        limit -= encoded_size(character)
        if limit < 0:
            break
        at += 1
    return text[:at]
