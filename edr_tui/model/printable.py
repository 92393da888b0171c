"""Hostile text -> visible text: the one way for what an event says to reach a person.

Nothing that comes out of here can steer a terminal, hide, or move its neighbours: control, format
and bidirectional characters, blank letters and half of anything become escapes that can be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

SHOWN_LIMIT = 4096
"""How many characters of one value the screen shows; the rest is on a key."""

MARKS_PER_BASE = 2

_PLAIN_CUT = re.compile(r"[^\x20-\x7e]+")
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}

# Printable by Python's word, and yet nothing to be seen, or of a width that terminals dispute.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U00016fe4\U0001d159")
_RANGES_ESCAPED = (
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0xFE00, 0xFE0F),  # variation selectors
    (0x1F1E6, 0x1F1FF),  # regional indicators: two of them are one flag, or two letters, or four cells
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0000, 0xE0FFF),  # tags and the variation selectors supplement
)
# The vowels and finals of conjoining Hangul: letters by category, drawn into the letter before them.
_RANGES_JOINING = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))

_BASE, _MARK, _ESCAPED = 0, 1, 2


def printable(text: str) -> str:
    """The text with every character that is not plainly visible as an escape.

    Escapes are \\n \\t \\r, \\xNN (a control character, or a byte that was no UTF-8), \\uNNNN and
    \\UNNNNNNNN. Total, idempotent on its own output, O(n). The result is printable, encodable and
    one line; a literal backslash stays as it is, so where the difference matters use runs().
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(part for part, _ in _pieces(text))


def runs(text: str) -> list[tuple[str, bool]]:
    """printable(text) in runs (text, escaped), so that an escape can carry a style of its own."""
    if text.isascii() and text.isprintable():
        return [(text, False)] if text else []
    return [
        ("".join(part for part, _ in group), escaped)
        for escaped, group in groupby(_pieces(text), key=lambda piece: piece[1])
    ]


def shorten(text: str, limit: int = SHOWN_LIMIT) -> str:
    """The text, cut after limit characters and then ending in …(+N), N being what is left out."""
    left_out = len(text) - limit
    return text if left_out <= 0 else f"{text[:limit]}…(+{left_out})"


def shell_quoted(args: Iterable[str]) -> str:
    """A command line that is printable, one line, and in a shell says exactly these arguments.

    'a b' differs from a b, and an empty argument is ''. What needs an escape is written as bash,
    zsh and ksh read it: $'a\\nb'.
    """
    return " ".join(map(_quoted, args))


def shell_runs(args: Iterable[str]) -> list[tuple[str, bool]]:
    """shell_quoted(args) in runs (text, escaped), one or more an argument, blanks between them."""
    pieces: list[tuple[str, bool]] = []
    for number, arg in enumerate(args):
        if number:
            pieces.append((" ", False))
        pieces.extend(quoted_runs(arg))
    return [
        ("".join(part for part, _ in group), escaped)
        for escaped, group in groupby(pieces, key=lambda piece: piece[1])
    ]


def quoted_runs(arg: str) -> list[tuple[str, bool]]:
    """One argument, shell-quoted, in runs (text, escaped)."""
    found = runs(arg)
    if not any(escaped for _, escaped in found):
        return [(_quoted(arg), False)]
    body = [(part if escaped else _in_dollar_quotes(part), escaped) for part, escaped in found]
    return [("$'", False), *body, ("'", False)]


def mixed_scripts(text: str) -> bool:
    """Whether one word of it mixes scripts that are taken for each other, as sshd with a Cyrillic s.

    Words of different scripts side by side are fine, and so are the East Asian scripts together.
    """
    if text.isascii():
        return False
    return any(len(set(map(_script, word)) - {""}) > 1 for word in re.findall(r"[^\W\d_]+", text))


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """The text cut into (part, escaped), plain ASCII in one piece."""
    position = 0
    for odd in _PLAIN_CUT.finditer(text):
        start, end = odd.span()
        if start > position:
            yield text[position:start], False
        # A mark needs a base to sit on: at the start of the text it would sit on a neighbour's cell.
        marks = 0 if start > 0 else MARKS_PER_BASE
        for character in text[start:end]:
            kind = _kind(character)
            if kind == _BASE:
                marks = 0
                yield character, False
            elif kind == _MARK and marks < MARKS_PER_BASE:
                marks += 1
                yield character, False
            else:
                marks = MARKS_PER_BASE
                yield _escape(character), True
        position = end
    if position < len(text):
        yield text[position:], False


@lru_cache(maxsize=8192)
def _kind(character: str) -> int:
    if not visible(character):
        return _ESCAPED
    if unicodedata.category(character)[0] == "M" or _within(ord(character), _RANGES_JOINING):
        return _MARK
    return _BASE


@lru_cache(maxsize=8192)
def visible(character: str) -> bool:
    """Whether a character shows where it stands, and does nothing else."""
    return (
        character.isprintable() and character not in _BLANKS and not _within(ord(character), _RANGES_ESCAPED)
    )


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


def _escape(character: str) -> str:
    if (named := _NAMED.get(character)) is not None:
        return named
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:  # how Python spells a byte that was no UTF-8
        return f"\\x{point - 0xDC00:02x}"
    if point < 0x80:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


_UNQUOTED = re.compile(r"[A-Za-z0-9@%+=:,./_-]+")
_NOT_IN_DOUBLE_QUOTES = re.compile(r'["$`\\!]')


def _quoted(arg: str) -> str:
    if _UNQUOTED.fullmatch(arg):
        return arg
    if not (arg.isascii() and arg.isprintable()) and any(escaped for _, escaped in _pieces(arg)):
        return "".join(part for part, _ in quoted_runs(arg))
    if "'" not in arg:
        return arg if not arg.isascii() and arg.isalnum() else f"'{arg}'"
    if not _NOT_IN_DOUBLE_QUOTES.search(arg):
        return f'"{arg}"'
    return f"$'{_in_dollar_quotes(arg)}'"


def _in_dollar_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
_NO_SCRIPT = frozenset({"MODIFIER", "MICRO", "FEMININE", "MASCULINE"})


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """The script of a letter, empty where it says nothing: Unicode names begin with it."""
    if letter.isascii():
        return "LATIN"
    word = unicodedata.name(letter, "").split(" ")[0]
    return "" if word in _NO_SCRIPT or word in _EAST_ASIAN else word
