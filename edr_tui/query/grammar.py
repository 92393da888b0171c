"""The grammar: or, and (also by standing side by side), not, parentheses; from words to one test.

filter  = both ("or" both)*
both    = single (["and"] single)*
single  = ("not" | "-" | "!")* (term | "(" filter ")")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Generic

from edr_tui.query.errors import QueryError, quoted
from edr_tui.query.fields import ALERTS, ALIASES, PROCESSES, Field, S, Test, Vocabulary
from edr_tui.query.words import Kind, Value, Word, words

DEPTH = 50  # parentheses within parentheses: few enough for Python's stack, more than a person follows


class Grammar(Generic[S]):
    """Reads one filter.

    terms: the texts that it looks for and does not exclude, case-folded. timed: whether the answer
    changes by time alone.
    """

    def __init__(self, text: str, vocabulary: Vocabulary[S]) -> None:
        self._vocabulary = vocabulary
        self._words: Iterator[Word] = words(text)
        self._ahead: Word | None = None
        self._depth = 0
        self._excluding = False
        self.terms: list[str] = []
        self.timed = False

    def read(self) -> Test[S] | None:
        """The whole filter as one test; None if it is empty. Raises QueryError."""
        if self._kind() is Kind.END:
            return None
        test = self._either()
        if self._kind() is Kind.CLOSES:
            raise QueryError(self._next.column, "this parenthesis closes nothing")
        return test

    @property
    def _next(self) -> Word:
        """The word ahead, read only when it is asked for: faults come in the order of the text."""
        if self._ahead is None:
            self._ahead = next(self._words)
        return self._ahead

    def _kind(self) -> Kind:
        return self._next.kind

    def _take(self) -> Word:
        taken = self._next
        self._ahead = None
        return taken

    def _either(self) -> Test[S]:
        tests = [self._both(None)]
        while self._kind() is Kind.OR:
            tests.append(self._both(self._take()))
        if len(tests) == 1:
            return tests[0]
        return lambda subject: any(test(subject) for test in tests)

    def _both(self, after: Word | None) -> Test[S]:
        tests = [self._single(after)]
        while self._kind() not in (Kind.OR, Kind.CLOSES, Kind.END):
            joined_by = self._take() if self._kind() is Kind.AND else None
            tests.append(self._single(joined_by))
        if len(tests) == 1:
            return tests[0]
        return lambda subject: all(test(subject) for test in tests)

    def _single(self, after: Word | None) -> Test[S]:
        negated = False
        while self._kind() is Kind.NOT:
            after = self._take()
            negated = not negated
        outer = self._excluding
        self._excluding ^= negated
        test = self._operand(after)
        self._excluding = outer
        return (lambda subject: not test(subject)) if negated else test

    def _operand(self, after: Word | None) -> Test[S]:
        match self._kind():
            case Kind.TERM:
                return self._term(self._take())
            case Kind.OPENS:
                return self._group()
            case _:
                raise self._nothing(after)

    def _group(self) -> Test[S]:
        opening = self._take()
        if self._depth == DEPTH:
            raise QueryError(opening.column, f"parentheses go at most {DEPTH} deep")
        if self._kind() is Kind.CLOSES:
            raise QueryError(self._next.column, "there is nothing between these parentheses")
        self._depth += 1
        test = self._either()
        self._depth -= 1
        if self._kind() is not Kind.CLOSES:
            raise QueryError(opening.column, "this parenthesis is not closed")
        self._take()
        return test

    def _nothing(self, after: Word | None) -> QueryError:
        """An operand is missing: say what is unfinished, after it or before it."""
        here = self._next
        if after is not None:
            return QueryError(
                here.column, f"{quoted(after.text)} wants something after it, such as user:root"
            )
        if here.kind in (Kind.AND, Kind.OR):
            return QueryError(here.column, f"{quoted(here.text)} wants something before it")
        if here.kind is Kind.CLOSES:
            return QueryError(here.column, "this parenthesis closes nothing")
        return QueryError(here.column, "something is missing here, such as user:root")

    def _term(self, word: Word) -> Test[S]:
        value = word.value
        if value is None:  # words() gives every term its value
            raise QueryError(word.column, "something is missing here, such as user:root")
        if word.field is None:
            if not value.text:
                raise QueryError(value.column, "there is nothing between these quotes")
            self._highlight(value)
            return self._vocabulary.bare(value)
        field = self._field(word)
        if not value.text:
            raise QueryError(value.column, f"{word.field}: wants {field.wants}")
        if field.shown:
            self._highlight(value)
        self.timed |= value.text.lower() in field.ages
        return field.test(value)

    def _field(self, word: Word) -> Field[S]:
        name = word.field or ""
        fields = self._vocabulary.fields
        if (field := fields.get(ALIASES.get(name, name))) is not None:
            return field
        elsewhere = [
            other.of
            for other in (PROCESSES, ALERTS)
            if other.of != self._vocabulary.of and name in other.fields
        ]
        if elsewhere:
            raise QueryError(word.column, f"{name}: is asked of {elsewhere[0]}, not of {self._vocabulary.of}")
        if close := difflib.get_close_matches(name, [*fields, *ALIASES], n=1):
            raise QueryError(word.column, f"{quoted(name)} is not a field: did you mean {close[0]}:?")
        choice = ", ".join(fields)
        raise QueryError(word.column, f"{quoted(name)} is not a field: use {choice}, or quotes around a text")

    def _highlight(self, value: Value) -> None:
        if not self._excluding:
            pieces = re.split(r"[*?]+", value.text) if value.wild else [value.text]
            self.terms.extend(piece.casefold() for piece in pieces if piece)
