"""What a correlation asks of the matches of other rules."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from edr_tui.detect.condition import Condition


class CorrelationType(Enum):
    """How matches are put together."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


OPERATORS: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "lt": ("is less than", operator.lt),
    "lte": ("is at most", operator.le),
    "gt": ("is more than", operator.gt),
    "gte": ("is at least", operator.ge),
    "eq": ("is", operator.eq),
    "neq": ("is not", operator.ne),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation's own part of a rule.

    rules: ids or names of the rules whose matches count, in their order.
    group_by: fields, or aliases, whose values the matches must share.
    aliases: alias -> rule as the document names it -> field.
    comparison, count: what the number of events or values must be; of temporal ones how many of
        the rules, all unless the document says otherwise. values_of: the field whose values are counted.
    expression: of temporal: which of the rules must have matched, where the document says it so.
    generate: whether the rules that it refers to raise alerts of their own.
    """

    type: CorrelationType
    rules: tuple[str, ...]
    span_ns: int
    group_by: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]]
    comparison: str = "gte"
    count: int = 1
    values_of: str | None = None
    expression: Condition | None = None
    generate: bool = False

    def holds(self, number: int) -> bool:
        """Whether so many events, values or rules are what it waits for."""
        return OPERATORS[self.comparison][1](number, self.count)

    @property
    def fields(self) -> frozenset[str]:
        """The fields whose values it looks at."""
        aliased = {field for rules in self.aliases.values() for field in rules.values()}
        plain = {field for field in self.group_by if field not in self.aliases}
        counted = {self.values_of} if self.values_of is not None else set()
        return frozenset(aliased | plain | (counted - set(self.aliases)))

    def field_of(self, name: str, rule: str) -> str:
        """The field that a group-by name or counted name stands for in events of a rule."""
        return self.aliases.get(name, {}).get(rule, name)
