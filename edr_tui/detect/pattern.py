r"""A Sigma string -> its parts: plain text and the wildcards * and ?, after Sigma's escaping rules.

A backslash escapes * ? and \ and is plain before anything else, also at the end:
\* is a plain star, \\* a backslash and a wildcard, \\\* a backslash and a plain star.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import re2

MAX_TEXT = 32_768  # characters of a value that rules see
SEAM = "\0"  # between the beginning and the end of a longer one: no text of a process has it
MAX_REGEX_BYTES = 1_048_576  # what RE2 may take for one expression, its cache of states included


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


class Regex:
    """A regular expression in RE2: time linear in the text, whatever the expression."""

    __slots__ = ("_compiled",)

    def __init__(self, pattern: str) -> None:
        """Raises ValueError with RE2's sentence where it refuses the pattern."""
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.max_mem = MAX_REGEX_BYTES
        try:
            self._compiled = re2.compile(pattern, options)
        except re2.error as fault:
            sentence = fault.args[0] if fault.args else ""
            raise ValueError(
                sentence.decode("utf-8", "replace") if isinstance(sentence, bytes) else str(sentence)
            ) from None

    @property
    def size(self) -> int:
        """Instructions of the compiled expression: what it costs to keep."""
        return int(self._compiled.programsize)

    def found_in(self, text: str) -> bool:
        """Whether it matches anywhere in the text."""
        # Lone surrogates (bytes that were not UTF-8) become ?: an invalid byte would stop every dot.
        return self._compiled.search(text.encode("utf-8", "replace")) is not None


def regex_of(parts: Parts) -> Regex:
    """The expression that matches the whole of a text as the parts do."""
    return Regex(r"(?s)\A" + "".join(map(_regex_part, parts)) + r"\z")


def _regex_part(part: Part) -> str:
    match part:
        case Wild.STAR:
            return ".*"
        case Wild.ANY:
            return "."
        case Wild.DASH:
            return f"[{re2.escape(DASHES)}]"
        case text:
            return str(re2.escape(text.encode("utf-8", "replace").decode()))
