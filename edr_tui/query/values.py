"""From a typed value to a test: texts with wildcards, numbers, levels.

All in time linear in the text that is tested, whatever the pattern: a pattern is typed by a person,
but a command line of 64 KiB is written by an attacker.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from edr_tui.model.alert import Severity
from edr_tui.query.errors import QueryError, quoted
from edr_tui.query.words import Value

TextTest = Callable[[str], bool]
NumberTest = Callable[[int], bool]
LevelTest = Callable[[Severity], bool]

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
# A pid has at most 10 digits; beyond 18 nothing in the model can be equal, and int() has a limit of its own.
_NUMBER = re.compile(r"(>=|<=|>|<|=)?([0-9]{1,18})", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,18})\.\.([0-9]{1,18})", re.ASCII)
_COMPARED = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)


def whole(value: Value) -> TextTest:
    """Equal to the value, in any case; with wildcards, the pattern fits from end to end."""
    if value.wild:
        return wildcard(value.text)
    wanted = value.text.casefold()
    return lambda text: text.casefold() == wanted


def part(value: Value) -> TextTest:
    """The value is somewhere within; with wildcards, the pattern fits from end to end."""
    return wildcard(value.text) if value.wild else _within(value.text)


def anywhere(value: Value) -> TextTest:
    """The value, or what the pattern describes, is somewhere within."""
    return wildcard(f"*{value.text}*") if value.wild else _within(value.text)


def _within(wanted: str) -> TextTest:
    folded = wanted.casefold()
    return lambda text: folded in text.casefold()


def wildcard(pattern: str) -> TextTest:
    """Whether a whole text fits: * is any number of characters, ? is exactly one, in any case."""
    folded = pattern.casefold()
    return _with_question_marks(folded) if "?" in folded else _with_stars(folded)


def _with_stars(pattern: str) -> TextTest:
    first, *rest = pattern.split("*")
    if not rest:
        return lambda text: text.casefold() == first
    last = rest.pop()
    between = [piece for piece in rest if piece]

    def fits(text: str) -> bool:
        text = text.casefold()
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return False
        for piece in between:  # the leftmost place leaves the most room for the rest
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return fits


def _with_question_marks(pattern: str) -> TextTest:
    """All ways to fit at once: bit n of `ways` is set where n elements of the pattern are used up."""
    accepts: dict[str, int] = {}
    any_character = stars = used = 0
    for character in pattern:
        if character == "*":
            stars |= 1 << used
            continue
        if character == "?":
            any_character |= 1 << used
        else:
            accepts[character] = accepts.get(character, 0) | 1 << used
        used += 1
    all_used = 1 << used

    def fits(text: str) -> bool:
        ways = 1
        for character in text.casefold():
            ways = ((ways & (accepts.get(character, 0) | any_character)) << 1) | (ways & stars)
            if not ways:
                return False
        return bool(ways & all_used)

    return fits


def number(value: Value, field: str) -> NumberTest:
    """5, >5, >=5, <5, <=5 or 5..9 (both included). Raises QueryError."""
    if found := _RANGE.fullmatch(value.text):
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise QueryError(value.column, f"{field}:{found[0]} is empty: the smaller number comes first")
        return lambda given: low <= given <= high
    if not (found := _NUMBER.fullmatch(value.text)):
        raise QueryError(
            value.column,
            f"{quoted(value.text)} is not a number: use {field}:20, {field}:>20 or {field}:10..20",
        )
    compare, bound = COMPARISONS[found[1] or "="], int(found[2])
    return lambda given: compare(given, bound)


def level(value: Value) -> LevelTest:
    """high, >=medium, <high. Raises QueryError with the words that are levels."""
    found = _COMPARED.fullmatch(value.text)
    sign, word = (found[1] or "", found[2]) if found else ("", value.text)
    levels = [severity.word for severity in Severity]
    choice = f"{', '.join(levels[:-1])} or {levels[-1]}"
    column = value.column + len(sign) + (1 if value.quoted else 0)
    if not word:
        raise QueryError(column, f"{sign} wants a level: {choice}")
    if word.lower() not in levels:
        raise QueryError(column, f"{quoted(word)} is not a level: use {choice}")
    compare, bound = COMPARISONS[sign or "="], Severity.of(word)
    return lambda given: compare(given, bound)
