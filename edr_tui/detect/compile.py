"""A rule -> one function that says whether a view matches.

Each test becomes a closure that compares with all its literals at once; negation is settled here,
for under not a test looks at firm values only. explain.py says the same slowly, with reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.modifiers import Kind, Matcher
from edr_tui.detect.rule import AllOf, AnyOf, Detection, FieldTest, KeywordTest, Rule
from edr_tui.detect.value import FieldValue
from edr_tui.detect.view import View

Predicate = Callable[[View], bool]
_Accepts = Callable[[FieldValue], bool]


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
            return _all([_condition(part, rule, negated=negated) for part in parts])
        case Or(parts):
            return _any([_condition(part, rule, negated=negated) for part in parts])


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
        case AllOf(parts):
            return _all([_detection(part, negated=negated) for part in parts])
        case AnyOf(parts):
            return _any([_detection(part, negated=negated) for part in parts])


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

    return test


def _keywords(matchers: Sequence[Matcher], *, negated: bool) -> Predicate:
    accepts = _accepts(matchers)
    return lambda view: any(map(accepts, view.texts(negated)))


def _accepts(matchers: Sequence[Matcher]) -> _Accepts:
    """Any of the matchers accepts a value; literals of one kind are compared in one call."""

    def texts(kind: Kind) -> list[str]:
        return [matcher.text for matcher in matchers if matcher.kind is kind and not matcher.cased]

    equal = frozenset(texts(Kind.IS))
    starts, ends, within = tuple(texts(Kind.STARTS)), tuple(texts(Kind.ENDS)), texts(Kind.CONTAINS)
    others = [matcher.accepts for matcher in matchers if matcher.cased or matcher.kind is Kind.REGEX]

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
