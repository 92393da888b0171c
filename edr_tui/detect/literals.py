"""A rule -> what must stand in an event before the rule can be true: clauses of plain texts.

A clause is a set of atoms of which one must hold wherever the rule matches. Clauses only ever say
too little: what cannot be told is left out, and the rule itself has the last word.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.fields import KEYWORD_FIELDS
from edr_tui.detect.frequency import share
from edr_tui.detect.matcher import Kind, Matcher
from edr_tui.detect.pattern import fold
from edr_tui.detect.regex import parsed
from edr_tui.detect.rule import (
    AllOf,
    AnyOf,
    Detection,
    FieldTest,
    KeywordTest,
    Negated,
    ReferenceTest,
    Rule,
)

MAX_CLAUSES = 12  # of one part of a rule, the best ones
MAX_ATOMS = 6_000  # of one clause

MAX_CHOICES = 12  # texts that are written out for a few classes of characters in a row
ENOUGH = 0.004  # with so small a share of events left, a rule wants no further clause
SLOTS = 4  # clauses of a rule at most
COMMON = 0.5  # a clause that more than this share of events satisfies is not worth its search


class Atom(NamedTuple):
    """A field's folded value is, begins with, ends with or contains a folded text."""

    field: str
    kind: Kind
    text: str


class Clause(NamedTuple):
    """One of the atoms must hold. share: of ordinary events, how many have one, estimated."""

    atoms: frozenset[Atom]
    share: float


_Texts = tuple[tuple[Kind, str], ...]  # alternatives


def clauses(rule: Rule) -> list[Clause]:
    """The clauses of a rule, the rarest first; none if nothing must be there."""
    return _condition(rule.condition, rule)


def chosen(found: Sequence[Clause]) -> list[Clause]:
    """The few of a rule's clauses that are worth looking for."""
    picked: list[Clause] = []
    share_left = 1.0
    for clause in found:
        if len(picked) == SLOTS or clause.share > COMMON or share_left < ENOUGH:
            break
        picked.append(clause)
        share_left *= clause.share
    return picked


def _condition(node: Condition, rule: Rule) -> list[Clause]:
    match node:
        case Selection(name):
            return _detection(rule.detections[name])
        case Not(Not(part)):
            return _condition(part, rule)
        case Not():
            return []
        case And(parts):
            return _best(itertools.chain.from_iterable(_condition(part, rule) for part in parts))
        case Or(parts):
            return _any([_condition(part, rule) for part in parts])


def _detection(detection: Detection) -> list[Clause]:
    match detection:
        case FieldTest(field, matchers, every):
            return _tests([_matcher((field,), matcher) for matcher in matchers], every=every)
        case KeywordTest(matchers, every):
            return _tests([_matcher(KEYWORD_FIELDS, matcher) for matcher in matchers], every=every)
        case ReferenceTest():
            return []
        case Negated(Negated(part)):
            return _detection(part)
        case Negated():
            return []
        case AllOf(parts):
            return _best(itertools.chain.from_iterable(map(_detection, parts)))
        case AnyOf(parts):
            return _any(list(map(_detection, parts)))


def _tests(each: list[list[Clause]], *, every: bool) -> list[Clause]:
    return _best(itertools.chain.from_iterable(each)) if every else _any(each)


def _best(found: Iterable[Clause]) -> list[Clause]:
    return sorted(dict.fromkeys(found), key=lambda clause: (clause.share, len(clause.atoms)))[:MAX_CLAUSES]


def _any(each: Sequence[list[Clause]]) -> list[Clause]:
    """One of several parts: the first clauses of all of them make one, the second ones another."""
    if not all(each):
        return []
    if len(each) == 1:
        return each[0]
    joined = []
    for rank in range(min(MAX_CLAUSES, max(map(len, each)))):
        picked = [part[min(rank, len(part) - 1)] for part in each]
        atoms = frozenset(itertools.chain.from_iterable(clause.atoms for clause in picked))
        if len(atoms) <= MAX_ATOMS:
            joined.append(Clause(atoms, _either(clause.share for clause in picked)))
    return _best(joined)


def _matcher(fields: Sequence[str], matcher: Matcher) -> list[Clause]:
    found = []
    for texts in needed(matcher):
        atoms = frozenset(Atom(field, kind, text) for field in fields for kind, text in texts)
        weight = _either(share(field, kind.value, text) for field in fields for kind, text in texts)
        found.append(Clause(atoms, weight))
    return _best(found)


def _either(shares: Iterable[float]) -> float:
    """The share of events that are in one of several, as if these had nothing to do with each other."""
    none = 1.0
    for part in shares:
        none *= 1.0 - part
    return 1.0 - none


def needed(matcher: Matcher) -> list[_Texts]:
    """What a value needs so that the matcher can accept it: each entry lists alternatives."""
    match matcher.kind:
        case Kind.IS:
            return [((Kind.IS, fold(matcher.text)),)]
        case Kind.STARTS | Kind.ENDS | Kind.CONTAINS if matcher.text:
            return [((matcher.kind, fold(matcher.text)),)]
        case Kind.REGEX if matcher.parts is not None:
            expanded = matcher.expanded()
            if expanded is not None:
                return [tuple((kind, fold(text)) for kind, text in expanded)]
            texts = (part for part in matcher.parts if isinstance(part, str))
            return [((Kind.CONTAINS, fold(text)),) for text in texts]
        case Kind.REGEX:
            return [
                tuple((Kind.CONTAINS, text) for text in alternatives)
                for alternatives in _of_expression(matcher.pattern)
            ]
    return []


@lru_cache(maxsize=1_024)
def _of_expression(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The folded texts that a regular expression cannot do without."""
    tree = parsed(pattern)
    return () if tree is None else tuple(dict.fromkeys(_sequence(tree)))


def _sequence(tree: Iterable[Any]) -> list[tuple[str, ...]]:
    """Each entry lists texts of which one is in every match."""
    found: list[tuple[str, ...]] = []
    run: list[str] = [""]  # what the run of plain characters that is being read may be

    def close() -> None:
        nonlocal run
        if run != [""]:
            found.append(tuple(dict.fromkeys(map(fold, run))))
        run = [""]

    for operation, argument in tree:
        choices = _characters(operation, argument)
        if choices is not None:
            if len(run) * len(choices) > MAX_CHOICES:
                close()
            run = [text + choice for text in run for choice in choices]
            continue
        close()
        match str(operation):
            case "SUBPATTERN":
                found += _sequence(argument[3])
            case "MAX_REPEAT" | "MIN_REPEAT" if argument[0] > 0:
                found += _sequence(argument[2])
            case "BRANCH":
                branches = [max(_sequence(branch), key=_length, default=()) for branch in argument[1]]
                if all(branches):
                    found.append(tuple(itertools.chain.from_iterable(branches)))
    close()
    return found


def _characters(operation: Any, argument: Any) -> Sequence[str] | None:
    """What may stand at one place of an expression; None if it is no one of a few characters."""
    match str(operation):
        case "LITERAL":
            return (chr(argument),)
        case "IN" if len(argument) <= MAX_CHOICES and all(str(kind) == "LITERAL" for kind, _ in argument):
            return [chr(code) for _, code in argument]
        case "MAX_REPEAT" | "MIN_REPEAT" if argument[0] == argument[1] == 1 and len(argument[2]) == 1:
            return _characters(*argument[2][0])
    return None


def _length(texts: tuple[str, ...]) -> int:
    return min(map(len, texts))
