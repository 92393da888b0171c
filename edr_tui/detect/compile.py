"""A rule -> one function that says whether a view matches.

Each test becomes a closure that compares with all its literals at once; negation is settled here,
for under not a test looks at firm values only. explain.py says the same slowly, with reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.matcher import COMPARISONS, Kind, Matcher
from edr_tui.detect.pattern import Wild
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
from edr_tui.detect.value import FieldValue
from edr_tui.detect.view import View

Predicate = Callable[[View], bool]
_Accepts = Callable[[FieldValue], bool]

_MATCHER_COST = {Kind.CONTAINS: 3, Kind.REGEX: 60}


def compiled(rule: Rule) -> Predicate:
    """Whether a view matches the rule's condition."""
    return _condition(rule.condition, rule, negated=False)


def _condition(node: Condition, rule: Rule, *, negated: bool) -> Predicate:
    match node:
        case Selection(name):
            return _detection(rule.detections[name], negated=negated)
        case Not(part):
            inner = _condition(part, rule, negated=not negated)
            return lambda view: not inner(view)
        case And(parts):
            ordered = sorted(parts, key=lambda part: _condition_cost(part, rule))
            return _all([_condition(part, rule, negated=negated) for part in ordered])
        case Or(parts):
            ordered = sorted(parts, key=lambda part: _condition_cost(part, rule))
            return _any([_condition(part, rule, negated=negated) for part in ordered])


def _detection(detection: Detection, *, negated: bool) -> Predicate:
    match detection:
        case FieldTest(field, matchers, every):
            if every:
                return _all([_field(field, (matcher,), negated=negated) for matcher in matchers])
            return _field(field, matchers, negated=negated)
        case KeywordTest(matchers, every):
            if every:
                return _all([_keywords((matcher,), negated=negated) for matcher in matchers])
            return _keywords(matchers, negated=negated)
        case ReferenceTest():
            return _reference(detection, negated=negated)
        case Negated(part):
            inner = _detection(part, negated=not negated)
            return lambda view: not inner(view)
        case AllOf(parts):
            return _all([_detection(part, negated=negated) for part in sorted(parts, key=_cost)])
        case AnyOf(parts):
            return _any([_detection(part, negated=negated) for part in sorted(parts, key=_cost)])


def _condition_cost(node: Condition, rule: Rule) -> int:
    match node:
        case Selection(name):
            return _cost(rule.detections[name])
        case Not(part):
            return _condition_cost(part, rule)
        case And(parts) | Or(parts):
            return sum(_condition_cost(part, rule) for part in parts)


def _cost(detection: Detection) -> int:
    """What a test costs, more or less: the cheap ones go first, wherever they stand in the rule."""
    match detection:
        case FieldTest(_, matchers) | KeywordTest(matchers):
            return 2 + sum(_MATCHER_COST.get(matcher.kind, 1) for matcher in matchers)
        case ReferenceTest():
            return 5
        case Negated(part):
            return _cost(part)
        case AllOf(parts) | AnyOf(parts):
            return sum(map(_cost, parts))


def _all(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]

    def every(view: View) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests it would drive
            if not test(view):
                return False
        return True

    return every


def _any(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]

    def some(view: View) -> bool:
        for test in tests:  # noqa: SIM110
            if test(view):
                return True
        return False

    return some


def _field(field: str, matchers: Sequence[Matcher], *, negated: bool) -> Predicate:
    """Any of the matchers accepts any of the field's values."""
    absent = any(matcher.kind is Kind.ABSENT for matcher in matchers)
    present = any(matcher.kind is Kind.PRESENT for matcher in matchers)
    accepts = _accepts([m for m in matchers if m.kind not in (Kind.ABSENT, Kind.PRESENT)])

    def test(view: View) -> bool:
        if (absent or present) and (present if view.firm(field) else absent):
            return True
        for value in view.firm(field) if negated else view.values(field):  # noqa: SIM110
            if accepts(value):
                return True
        return False

    def simple(view: View) -> bool:
        for value in view.values(field):  # noqa: SIM110
            if accepts(value):
                return True
        return False

    return test if absent or present or negated else simple


def _keywords(matchers: Sequence[Matcher], *, negated: bool) -> Predicate:
    accepts = _accepts(matchers)
    return lambda view: any(map(accepts, view.texts(negated)))


def _reference(test: ReferenceTest, *, negated: bool) -> Predicate:
    compare = COMPARISONS[test.kind]

    def same(view: View) -> bool:
        pick = view.firm if negated else view.values
        others = pick(test.other)
        return any(compare(value, other, test.cased) for value in pick(test.field) for other in others)

    return same


def _accepts(matchers: Sequence[Matcher]) -> _Accepts:
    """Any of the matchers accepts a value; literals of one kind are compared in one call."""
    plain: dict[Kind, list[str]] = {kind: [] for kind in (Kind.IS, Kind.STARTS, Kind.ENDS, Kind.CONTAINS)}
    others: list[_Accepts] = []
    for matcher in matchers:
        expanded = None if matcher.cased else matcher.expanded()
        for kind, text in expanded or ():
            plain[kind].append(text)
        if expanded is None:
            others.append(_globbed(matcher) or matcher.accepts)
    equal, starts, ends = frozenset(plain[Kind.IS]), tuple(plain[Kind.STARTS]), tuple(plain[Kind.ENDS])
    within = sorted(plain[Kind.CONTAINS], key=len)
    if len(others) == 1 and not (equal or starts or ends or within):
        return others[0]

    def accepts(value: FieldValue) -> bool:
        folded = value.folded
        if folded in equal or folded.endswith(ends) or folded.startswith(starts):
            return True
        for text in within:
            if text in folded:
                return True
        for other in others:  # noqa: SIM110
            if other(value):
                return True
        return False

    return accepts


def _globbed(matcher: Matcher) -> _Accepts | None:
    """The matcher as a few searches for plain text, where * is its only wildcard; else None."""
    parts = matcher.parts
    if parts is None or Wild.ANY in parts or Wild.DASH in parts:
        return None
    texts = [part for part in parts if isinstance(part, str)]
    first = texts.pop(0) if isinstance(parts[0], str) else ""
    last = texts.pop() if isinstance(parts[-1], str) else ""
    cased = matcher.cased

    def accepts(value: FieldValue) -> bool:
        text = value.text if cased else value.folded
        end = len(text) - len(last)
        at = len(first)
        if at > end or not (text.startswith(first) and text.endswith(last)):
            return False
        for middle in texts:
            at = text.find(middle, at, end)
            if at < 0:
                return False
            at += len(middle)
        return True

    return accepts
