"""A rule, as loaded: frozen, checked, with every matcher ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edr_tui.detect.condition import Condition
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One Sigma rule of processes.

    reference: what alerts say of it. detections: selection name -> what it asks for.
    path, line: where it came from; path is text for people.
    """

    reference: RuleReference
    logsource: Logsource
    detections: Mapping[str, Detection]
    condition: Condition
    condition_text: str
    path: str
    line: int
    status: str | None = None
    tags: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()

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


def fields_of(rule: Rule) -> frozenset[str]:
    """The fields that a rule asks for."""
    return frozenset(field for part in rule.detections.values() for field in _fields(part))


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
