"""The text of a condition -> a tree over the names of selections.

or   = and ("or" and)*
and  = not ("and" not)*
not  = "not" not | "(" or ")" | ("1" | "any" | "all") "of" ("them" | name with *) | name
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from edr_tui.detect.pattern import Wild
from edr_tui.detect.regex import regex_of

MAX_LENGTH = 16_384
MAX_DEPTH = 64

_TOKEN = re.compile(r"\s*([()|]|[^\s()|]+)")
_WORDS = frozenset(("and", "or", "not", "of"))


@dataclass(frozen=True, slots=True)
class Selection:
    """True where the selection of that name is."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is not."""

    part: Condition


@dataclass(frozen=True, slots=True)
class And:
    """True where every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where any part is."""

    parts: tuple[Condition, ...]


Condition = Selection | Not | And | Or


class ConditionError(ValueError):
    """A sentence about what is wrong, with the column (from 1)."""


def parse(text: str, names: Sequence[str]) -> Condition:
    """The tree of a condition over these selections. Raises ConditionError."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"the condition is longer than {MAX_LENGTH} characters")
    return _Parser(text, names).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    column: int

    @property
    def word(self) -> str:
        return self.text.lower()


class _Parser:
    """Recursive descent; the depth is bounded."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._tokens = [_Token(m.group(1), m.start(1) + 1) for m in _TOKEN.finditer(text)]
        self._end = _Token("", len(text.rstrip()) + 1)
        self._next = 0
        self._depth = 0

    def whole(self) -> Condition:
        if not self._tokens:
            raise ConditionError("the condition is empty")
        tree = self._or()
        left = self._peek()
        if left.text == "|":
            raise ConditionError(f"column {left.column}: aggregations with | are not supported")
        if left is not self._end:
            raise ConditionError(
                f"column {left.column}: expected and, or, or the end, not {left.text[:40]!r}"
            )
        return tree

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _or(self) -> Condition:
        parts = [self._and()]
        while self._peek().word == "or":
            self._take()
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Condition:
        parts = [self._not()]
        while self._peek().word == "and":
            self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Condition:
        token = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"column {token.column}: nested deeper than {MAX_DEPTH}")
        match token.word:
            case "not":
                tree: Condition = Not(self._not())
            case "(":
                tree = self._or()
                closing = self._take()
                if closing.text != ")":
                    raise ConditionError(
                        f"column {closing.column}: the ( of column {token.column} is not closed"
                    )
            case "1" | "any" | "all" if self._peek().word == "of":
                tree = self._quantified(token)
            case _:
                tree = self._selection(token)
        self._depth -= 1
        return tree

    def _selection(self, token: _Token) -> Condition:
        if token is self._end or token.text in ("", ")", "|") or token.word in _WORDS:
            found = "the end" if token.text == "" else repr(token.text[:40])
            raise ConditionError(f"column {token.column}: expected a selection, not {found}")
        if token.text not in self._names:
            raise ConditionError(f"condition refers to {token.text[:60]!r}, which is not defined")
        return Selection(token.text)

    def _quantified(self, quantifier: _Token) -> Condition:
        self._take()
        pattern = self._take()
        if pattern.text in ("", "(", ")", "|"):
            raise ConditionError(f"column {pattern.column}: expected them or a name with * after of")
        if pattern.word == "them":
            names = [name for name in self._names if not name.startswith("_")]
        else:
            names = self._fitting(pattern)
        if not names:
            raise ConditionError(f"column {pattern.column}: no selection is named {pattern.text[:60]!r}")
        parts = tuple(map(Selection, names))
        if len(parts) == 1:
            return parts[0]
        return And(parts) if quantifier.word == "all" else Or(parts)

    def _fitting(self, pattern: _Token) -> list[str]:
        pieces = re.split(r"\*+", pattern.text)
        parts = [part for piece in pieces for part in (piece, Wild.STAR) if part][:-1]
        try:
            fits = regex_of(tuple(parts))
        except ValueError as fault:
            raise ConditionError(f"column {pattern.column}: {fault}") from None
        return [name for name in self._names if fits.found_in(name)]
