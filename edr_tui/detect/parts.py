"""A rule as a tree of its parts, each true or false on a subject: what edr-tui rules explain shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from edr_tui.detect.compile import condition_of, detection_of
from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.matcher import Matcher
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
from edr_tui.detect.view import View

MAX_VALUES = 12  # of one test that are written out


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the tree. true: None where there is no subject. value: what the field holds there."""

    depth: int
    text: str
    true: bool | None = None
    value: str | None = None


def parts_of(rule: Rule, view: View | None = None) -> Iterator[Part]:
    """The parts from the condition down, depth first."""
    return _condition(rule.condition, rule, view, 0, negated=False)


def _condition(
    node: Condition, rule: Rule, view: View | None, depth: int, *, negated: bool
) -> Iterator[Part]:
    true = None if view is None else condition_of(node, rule, negated=negated)(view)
    below = partial(_condition, rule=rule, view=view, depth=depth + 1)
    match node:
        case Selection(name):
            yield Part(depth, name, true)
            yield from _detection(rule.detections[name], view, depth + 1, negated=negated)
        case Not(part):
            yield Part(depth, "not", true)
            yield from below(part, negated=not negated)
        case And(parts) | Or(parts):
            yield Part(depth, "all of" if isinstance(node, And) else "any of", true)
            for part in parts:
                yield from below(part, negated=negated)


def _detection(detection: Detection, view: View | None, depth: int, *, negated: bool) -> Iterator[Part]:
    true = None if view is None else detection_of(detection, negated=negated)(view)
    match detection:
        case FieldTest(field, matchers, every):
            text = f"{field} {_asked(matchers, every=every)}"
            yield Part(depth, text, true, None if view is None else _held(field, view, negated=negated))
        case KeywordTest(matchers, every):
            yield Part(depth, f"any text {_asked(matchers, every=every)}", true)
        case ReferenceTest(field, other, kind):
            held = None if view is None else _held(field, view, negated=negated)
            yield Part(depth, f"{field} {kind.value} what {other} holds", true, held)
        case Negated(part):
            yield Part(depth, "not", true)
            yield from _detection(part, view, depth + 1, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            yield Part(depth, "all of" if isinstance(detection, AllOf) else "any of", true)
            for part in parts:
                yield from _detection(part, view, depth + 1, negated=negated)


def _asked(matchers: Sequence[Matcher], *, every: bool) -> str:
    """What a test asks for, in words: contains 'a' or 'b'."""
    said: list[str] = []
    before = None
    for matcher in matchers[:MAX_VALUES]:
        said.append(
            repr(matcher.pattern) if matcher.test == before else f"{matcher.test} {matcher.pattern!r}"
        )
        before = matcher.test
    left = len(matchers) - MAX_VALUES
    if left > 0:
        said.append(f"{left} more")
    return (" and " if every else " or ").join(said)


def _held(field: str, view: View, *, negated: bool) -> str:
    values = view.firm(field) if negated else view.values(field)
    return " | ".join(value.text for value in values) if values else "(missing)"
