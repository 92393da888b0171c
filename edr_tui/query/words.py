"""From the text of a filter to its words, one by one, so that the first fault from the left is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from edr_tui.query.errors import QueryError

QUOTES = "\"'"
# A single letter is a Windows drive and "://" an address, not a field.
_FIELD = re.compile(r"([A-Za-z]{2,32}):(?!//)")
_KEYWORD = re.compile(r"(?:and|or|not)(?![^\s()])", re.IGNORECASE)
_BARE = re.compile(r"[^\s()]*")
_SPACE = re.compile(r"\s*")


class Kind(Enum):
    """What a word is in the grammar."""

    OPENS = auto()
    CLOSES = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    TERM = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """What stands after field:, or a bare text. column is 1-based; in quotes, * and ? are themselves."""

    text: str
    column: int
    quoted: bool = False

    @property
    def wild(self) -> bool:
        """Whether * or ? stand for other characters."""
        return not self.quoted and ("*" in self.text or "?" in self.text)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the filter. text: as it was typed. field: None for bare text."""

    kind: Kind
    column: int
    text: str = ""
    field: str | None = None
    value: Value | None = None


def words(text: str) -> Iterator[Word]:
    """The words of a filter, the last one END. Raises QueryError where a quote stays open."""
    at = 0
    while True:
        at = _space_end(text, at)
        if at == len(text):
            yield Word(Kind.END, at + 1)
            return
        word, at = _word(text, at)
        yield word


def _space_end(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _word(text: str, at: int) -> tuple[Word, int]:
    """The word that begins at an index, and the index after it."""
    column = at + 1
    character = text[at]
    if character == "(":
        return Word(Kind.OPENS, column, "("), at + 1
    if character == ")":
        return Word(Kind.CLOSES, column, ")"), at + 1
    # Two dashes begin a long option: somebody looks for it in command lines.
    if character == "!" or (character == "-" and text[at + 1 : at + 2] != "-"):
        return Word(Kind.NOT, column, character), at + 1
    if keyword := _KEYWORD.match(text, at):
        kind = {"and": Kind.AND, "or": Kind.OR, "not": Kind.NOT}[keyword[0].lower()]
        return Word(kind, column, keyword[0]), keyword.end()
    if field := _FIELD.match(text, at):
        value, end = _value(text, field.end())
        return Word(Kind.TERM, column, text[at:end], field[1].lower(), value), end
    value, end = _value(text, at)
    return Word(Kind.TERM, column, text[at:end], None, value), end


def _value(text: str, at: int) -> tuple[Value, int]:
    if text[at : at + 1] and text[at] in QUOTES:
        return _quoted(text, at)
    found = _BARE.match(text, at)
    end = found.end() if found else at
    return Value(text[at:end], at + 1), end


def _quoted(text: str, at: int) -> tuple[Value, int]:
    """A text in quotes. No escapes: who needs one kind of quote inside uses the other outside."""
    end = text.find(text[at], at + 1)
    if end < 0:
        raise QueryError(at + 1, f"the quote that opens here is not closed: end it with {text[at]}")
    after = text[end + 1 : end + 2]
    if after and not after.isspace() and after not in "()":
        raise QueryError(end + 2, "a space is missing after the closing quote")
    return Value(text[at + 1 : end], at + 1, quoted=True), end + 1
