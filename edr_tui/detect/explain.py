"""Why a rule matches: the rule walked plainly, part by part. Tests hold compile.py to it."""

from __future__ import annotations

from collections.abc import Sequence

from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.fields import Subject, lineage_names
from edr_tui.detect.matcher import COMPARISONS, Kind, Matcher
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
from edr_tui.model.alert import Why

MAX_WHY = 64
MAX_SHOWN = 4_096

_Truth = tuple[bool, list[Why]]


def explained(rule: Rule, view: View) -> tuple[Why, ...] | None:
    """The parts that made the condition true, at most MAX_WHY; None if it is false.

    Only what must be there speaks: an exclusion that did not apply gives no reason.
    """
    true, whys = _condition(rule.condition, rule, view, negated=False)
    return tuple(dict.fromkeys(whys))[:MAX_WHY] if true else None


def _condition(node: Condition, rule: Rule, view: View, *, negated: bool) -> _Truth:
    match node:
        case Selection(name):
            true, whys = _detection(rule.detections[name], name, view, negated=negated)
            return true, [] if negated else whys
        case Not(part):
            true, whys = _condition(part, rule, view, negated=not negated)
            return not true, whys
        case And(parts) | Or(parts):
            results = [_condition(part, rule, view, negated=negated) for part in parts]
            return _joined(results, every=isinstance(node, And), keep_all=negated)


def _joined(results: Sequence[_Truth], *, every: bool, keep_all: bool = False) -> _Truth:
    true = all(true for true, _ in results) if every else any(true for true, _ in results)
    if not (true or keep_all):
        return False, []
    return true, [why for part, whys in results if part or keep_all for why in whys]


def _detection(detection: Detection, selection: str, view: View, *, negated: bool) -> _Truth:
    match detection:
        case FieldTest(field, matchers, every):
            if every:
                each = [_field(field, (matcher,), selection, view, negated=negated) for matcher in matchers]
                return _joined(each, every=True)
            return _field(field, matchers, selection, view, negated=negated)
        case KeywordTest(matchers, every):
            texts = view.texts(negated)
            groups = [(matcher,) for matcher in matchers] if every else [matchers]
            return _joined([_first("keyword", group, texts, selection) for group in groups], every=True)
        case ReferenceTest():
            return _referred(detection, selection, view, negated=negated)
        case Negated(part):
            true, _ = _detection(part, selection, view, negated=not negated)
            return not true, []
        case AllOf(parts) | AnyOf(parts):
            results = [_detection(part, selection, view, negated=negated) for part in parts]
            return _joined(results, every=isinstance(detection, AllOf))


def _field(field: str, matchers: Sequence[Matcher], selection: str, view: View, *, negated: bool) -> _Truth:
    there = bool(view.firm(field))
    for matcher in matchers:
        if matcher.kind is (Kind.PRESENT if there else Kind.ABSENT):
            shown = view.firm(field)[0] if there else FieldValue("", view.subject.process.entity_id)
            return True, [_why(selection, field, matcher, shown)]
    values = view.firm(field) if negated else view.values(field)
    return _first(field, matchers, values, selection, view.subject)


def _referred(test: ReferenceTest, selection: str, view: View, *, negated: bool) -> _Truth:
    pick = view.firm if negated else view.values
    for value in pick(test.field):
        for other in pick(test.other):
            if COMPARISONS[test.kind](value, other, test.cased):
                reason = Why(
                    selection=selection,
                    field=test.field,
                    test=f"{test.kind.value} the {test.other}",
                    pattern=other.text[:MAX_SHOWN],
                    value=value.text[:MAX_SHOWN],
                    entity_id=value.entity_id,
                )
                return True, [reason]
    return False, []


def _first(
    field: str,
    matchers: Sequence[Matcher],
    values: Sequence[FieldValue],
    selection: str,
    subject: Subject | None = None,
) -> _Truth:
    """The first value that a matcher accepts: the nearest where the field holds many processes."""
    for value in values:
        for matcher in matchers:
            if matcher.accepts(value):
                if field == "Lineage" and subject is not None:
                    value = _bound(value, matcher, subject)
                return True, [_why(selection, field, matcher, value)]
    return False, []


def _bound(value: FieldValue, matcher: Matcher, subject: Subject) -> FieldValue:
    """The lineage as a value of the lowest ancestor from which on it still matches."""
    chain = [*reversed(subject.ancestors), subject.process]
    names = lineage_names(subject, called=not value.firm)
    for start in range(len(names) - 1, 0, -1):
        if matcher.accepts(FieldValue(">" + ">".join(names[start:]))):
            return FieldValue(value.text, chain[start].entity_id, value.firm)
    return FieldValue(value.text, chain[0].entity_id, value.firm)


def _why(selection: str, field: str, matcher: Matcher, value: FieldValue) -> Why:
    return Why(
        selection=selection,
        field=field,
        test=matcher.test,
        pattern=matcher.pattern[:MAX_SHOWN],
        value=value.text[:MAX_SHOWN],
        entity_id=value.entity_id,
    )
