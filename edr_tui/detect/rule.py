"""A rule, as loaded: frozen, checked, with every matcher ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from edr_tui.detect.clause import Clause
from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.correlation import Correlation
from edr_tui.detect.matcher import Kind, Matcher
from edr_tui.model.alert import RuleReference, Severity


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A field compared with values: any of them, or every one."""

    field: str
    matchers: tuple[Matcher, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class KeywordTest:
    """Words looked for in all texts of the event: any of them, or every one."""

    matchers: tuple[Matcher, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """A map: every part must be true."""

    parts: tuple[Detection, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A list of maps: one part must be true."""

    parts: tuple[Detection, ...]


@dataclass(frozen=True, slots=True)
class ReferenceTest:
    """A field compared with another field of the same event: kind is IS, CONTAINS, STARTS or ENDS."""

    field: str
    other: str
    kind: Kind
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Negated:
    """True where its part is not."""

    part: Detection


Detection = FieldTest | KeywordTest | ReferenceTest | AllOf | AnyOf | Negated


@dataclass(frozen=True, slots=True)
class Logsource:
    """What a rule is written for. product None: every system."""

    category: str | None = None
    product: str | None = None
    service: str | None = None

    def covers(self, other: Logsource) -> bool:
        """Whether what this names is so for the other too."""
        pairs = (
            (self.category, other.category),
            (self.product, other.product),
            (self.service, other.service),
        )
        return all(own is None or own == theirs for own, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Body:
    """What a rule asks for. detections: selection name -> what it asks for."""

    detections: Mapping[str, Detection]
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One Sigma rule of processes.

    reference: what alerts say of it. path, line: where it came from; path is text for people.
    body: makes what it asks for, which is only needed where it is looked at.
    clauses: what an event must hold before it is worth to look at. fields: what it asks for.
    correlation: of a rule about the matches of others; it has no body of its own.
    """

    reference: RuleReference
    logsource: Logsource
    condition_text: str
    path: str
    line: int
    body: Callable[[], Body]
    clauses: tuple[Clause, ...] = ()
    fields: frozenset[str] = frozenset()
    name: str | None = None
    status: str | None = None
    tags: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    correlation: Correlation | None = None

    @property
    def detections(self) -> Mapping[str, Detection]:
        """Selection name -> what it asks for."""
        return self.body().detections

    @property
    def condition(self) -> Condition:
        """The tree of its condition."""
        return self.body().condition

    @property
    def id(self) -> str:
        """The rule's UUID."""
        return self.reference.id

    @property
    def level(self) -> Severity:
        """The level of its alerts."""
        return self.reference.level

    def runs_on(self, os_type: str | None) -> bool:
        """Whether the rule is written for hosts of this system."""
        return self.logsource.product is None or self.logsource.product == os_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter document: where its condition is not met, the rules that it names do not match.

    rules: ids and names; None for every rule whose logsource it fits. fields: what it asks for.
    """

    title: str
    logsource: Logsource
    rules: tuple[str, ...] | None
    body: Body
    condition_text: str
    path: str
    line: int

    def fits(self, rule: Rule) -> bool:
        """Whether the rule is one of those that it is for."""
        if self.rules is not None and not {rule.id, rule.name} & set(self.rules):
            return False
        return rule.correlation is None and self.logsource.covers(rule.logsource)

    def applied(self, rule: Rule) -> Rule:
        """The rule as it matches behind the filter."""
        return replace(
            rule,
            body=cache(lambda: self._joined(rule.body())),
            condition_text=f"({rule.condition_text}) and ({self.condition_text})",
            fields=rule.fields | fields_of(self.body.detections),
        )

    def _joined(self, body: Body) -> Body:
        detections = dict(body.detections)
        renamed = {}
        for name, detection in self.body.detections.items():
            shown = f"{self.title}: {name}"
            while shown in detections:
                shown += "'"
            renamed[name] = shown
            detections[shown] = detection
        return Body(detections, And((body.condition, _renamed(self.body.condition, renamed))))


def _renamed(node: Condition, names: Mapping[str, str]) -> Condition:
    match node:
        case Selection(name):
            return Selection(names[name])
        case Not(part):
            return Not(_renamed(part, names))
        case And(parts):
            return And(tuple(_renamed(part, names) for part in parts))
        case Or(parts):
            return Or(tuple(_renamed(part, names) for part in parts))


def fields_of(detections: Mapping[str, Detection]) -> frozenset[str]:
    """The fields that selections ask for."""
    return frozenset(field for part in detections.values() for field in _fields(part))


def _fields(detection: Detection) -> Iterator[str]:
    match detection:
        case FieldTest(field):
            yield field
        case ReferenceTest(field, other):
            yield from (field, other)
        case Negated(part):
            yield from _fields(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _fields(part)
