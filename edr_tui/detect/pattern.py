r"""A Sigma string -> its parts: plain text and the wildcards * and ?, after Sigma's escaping rules.

A backslash escapes * ? and \ and is plain before anything else, also at the end:
\* is a plain star, \\* a backslash and a wildcard, \\\* a backslash and a plain star.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

MAX_TEXT = 32_768  # characters of a value that rules see
SEAM = "\0"  # between the beginning and the end of a longer one: no text of a process has it


class Wild(Enum):
    """What a part of a pattern that is no text stands for."""

    STAR = "*"  # any text, also none
    ANY = "?"  # one character
    DASH = "-"  # any character that Windows programs take for the dash of a switch


Part = str | Wild
Parts = tuple[Part, ...]

DASHES = "-/\u2013\u2014\u2015"
_ESCAPABLE = frozenset("*?\\")


def parse(text: str) -> Parts:
    """The parts of a Sigma string; neighbouring plain characters are one part."""
    parts: list[Part] = []
    plain: list[str] = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "")
            plain.append(escaped if escaped in _ESCAPABLE and escaped else "\\" + escaped)
        elif character in "*?":
            if plain:
                parts.append("".join(plain))
                plain.clear()
            wild = Wild(character)
            if not (wild is Wild.STAR and parts and parts[-1] is Wild.STAR):
                parts.append(wild)
        else:
            plain.append(character)
    if plain:
        parts.append("".join(plain))
    return tuple(parts)


def seen(text: str) -> str:
    """What rules see of a text: all of it up to MAX_TEXT, else its beginning and its end."""
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT // 2] + SEAM + text[len(SEAM) - MAX_TEXT // 2 :]


def fold(text: str) -> str:
    """The text with case taken away, character by character: its length never changes.

    str.lower() looks at a sigma's neighbours and str.casefold() makes two characters of one;
    either would make contains and ? depend on what stands beside a match.
    """
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


@lru_cache(maxsize=4_096)
def _fold_character(character: str) -> str:
    for candidate in (character.casefold(), character.lower()):
        if len(candidate) == 1:
            return candidate
    return character


def fold_parts(parts: Parts) -> Parts:
    """The parts with case taken away."""
    return tuple(part if isinstance(part, Wild) else fold(part) for part in parts)
