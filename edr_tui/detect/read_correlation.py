"""The correlation part of a YAML document -> a Correlation; every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from edr_tui.detect import condition
from edr_tui.detect.correlation import OPERATORS, Correlation, CorrelationType
from edr_tui.detect.document import Listing, Mapping, Node, Scalar
from edr_tui.detect.faults import Faults
from edr_tui.detect.fields import is_field

MAX_RULES = 100
MAX_COUNT = 10_000  # events or values that are waited for
MAX_SPAN_S = 31 * 86_400
_SPAN = re.compile(r"([1-9][0-9]{0,8})([smhdwMy])\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
_WORD = re.compile(r"[^\s()]+")
_TYPES = {kind.value: kind for kind in CorrelationType}
_LATER = ("value_sum", "value_avg", "value_percentile", "value_median")
_KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")
_TEMPORAL = (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED)


def correlation_of(node: Node, faults: Faults) -> Correlation | None:
    """The correlation that a node describes; None with at least one fault if it describes none."""
    if not isinstance(node, Mapping):
        faults.add(node.line, "correlation must be a mapping")
        return None
    return _CorrelationReader(node, faults).read()


class _CorrelationReader:
    """Reads one correlation and notes what is wrong with each part."""

    def __init__(self, node: Mapping, faults: Faults) -> None:
        self._node = node
        self._faults = faults
        self._before = len(faults.found)

    def read(self) -> Correlation | None:
        for key, _ in self._node.entries:
            if key.text not in _KEYS:
                self._fault(key, f"a correlation has no {key.text[:40]!r}: it has {', '.join(_KEYS)}")
        kind = self._type()
        rules = self._texts("rules")
        expression, comparison, count, field = None, "gte", max(1, len(rules)), None
        asked = self._node.get("condition")
        if isinstance(asked, Scalar) and asked.value is not None and kind is CorrelationType.TEMPORAL:
            rules, expression = self._expression(asked, rules)
        elif asked is not None:
            comparison, count, field = self._comparison(asked, kind)
        elif kind is not None and kind not in _TEMPORAL:
            self._fault(self._node, f"a correlation of type {kind.value} needs a condition")
        self._check_rules(rules)
        aliases = self._aliases(rules)
        group_by = self._texts("group-by")
        self._check_fields(aliases, group_by, field)
        span = self._span()
        if kind is None or span is None or len(self._faults.found) > self._before:
            return None
        return Correlation(
            type=kind,
            rules=rules,
            span_ns=span * 1_000_000_000,
            group_by=group_by,
            aliases=aliases,
            comparison=comparison,
            count=count,
            values_of=field,
            expression=expression,
            generate=self._generate(),
        )

    def _fault(self, node: Node, sentence: str) -> None:
        self._faults.add(node.line, sentence)

    def _type(self) -> CorrelationType | None:
        node = self._node.get("type")
        if not isinstance(node, Scalar):
            self._fault(node or self._node, f"type must be one of {', '.join(_TYPES)}")
            return None
        kind = _TYPES.get(node.text)
        if kind is None:
            later = node.text in _LATER
            said = "is not supported" if later else f"is not one of {', '.join(_TYPES)}"
            self._fault(node, f"type {node.text[:40]!r} {said}")
        return kind

    def _texts(self, key: str) -> tuple[str, ...]:
        node = self._node.get(key)
        items = node.items if isinstance(node, Listing) else () if node is None else (node,)
        texts = []
        for item in items:
            if isinstance(item, Scalar) and item.value is not None:
                texts.append(item.text)
            else:
                self._fault(item, f"{key} must be a list of texts")
        return tuple(texts)

    def _check_rules(self, rules: Sequence[str]) -> None:
        node = self._node.get("rules") or self._node
        if not rules:
            self._fault(node, "a correlation names the rules whose matches it counts: rules is missing")
        if len(rules) > MAX_RULES:
            self._fault(node, f"more than {MAX_RULES} rules")

    def _span(self) -> int | None:
        node = self._node.get("timespan")
        spelled = _SPAN.match(node.text) if isinstance(node, Scalar) else None
        if spelled is None:
            self._fault(node or self._node, "timespan must be a number and one of s, m, h, d, w, M, y: 5m")
            return None
        seconds = int(spelled[1]) * _SECONDS[spelled[2]]
        if seconds > MAX_SPAN_S:
            self._fault(node or self._node, f"timespan {spelled[0]!r} is longer than 31 days")
            return None
        return seconds

    def _comparison(self, node: Node, kind: CorrelationType | None) -> tuple[str, int, str | None]:
        comparisons = []
        field = None
        for key, value in node.entries if isinstance(node, Mapping) else ():
            if key.text in OPERATORS and isinstance(value, Scalar) and type(value.value) is int:
                comparisons.append((key.text, value.value))
            elif key.text == "field" and isinstance(value, Scalar) and value.value is not None:
                field = value.text
            else:
                self._fault(key, f"condition takes no {key.text[:40]!r} with such a value")
        if len(comparisons) != 1:
            self._fault(node, f"condition needs one of {', '.join(OPERATORS)} with a whole number")
            return "gte", 1, None
        if not 0 <= comparisons[0][1] <= MAX_COUNT:
            self._fault(node, f"condition counts to {MAX_COUNT} at most")
        if (kind is CorrelationType.VALUE_COUNT) != (field is not None) and kind is not None:
            counts = kind is CorrelationType.VALUE_COUNT
            self._fault(node, f"condition of {kind.value} {'needs' if counts else 'takes no'} field")
        return *comparisons[0], field

    def _expression(
        self, node: Scalar, rules: tuple[str, ...]
    ) -> tuple[tuple[str, ...], condition.Condition | None]:
        words = _WORD.findall(node.text)
        named = tuple(dict.fromkeys(word for word in words if word.lower() not in ("and", "or", "not")))
        try:
            return rules or named, condition.parse(node.text, rules or named)
        except condition.ConditionError as fault:
            self._fault(node, str(fault))
            return rules or named, None

    def _aliases(self, rules: Sequence[str]) -> dict[str, dict[str, str]]:
        node = self._node.get("aliases")
        aliases: dict[str, dict[str, str]] = {}
        if node is not None and not isinstance(node, Mapping):
            self._fault(node, "aliases must be a mapping")
        for key, value in node.entries if isinstance(node, Mapping) else ():
            aliases[key.text] = {}
            for rule, field in value.entries if isinstance(value, Mapping) else ():
                if not isinstance(field, Scalar) or not is_field(field.text):
                    self._fault(field, f"the alias {key.text[:40]!r} needs a field for {rule.text[:60]!r}")
                elif rule.text not in rules:
                    self._fault(rule, f"the alias names {rule.text[:60]!r}, which is not among the rules")
                else:
                    aliases[key.text][rule.text] = field.text
            missing = [rule for rule in rules if rule not in aliases[key.text]]
            if missing and len(self._faults.found) == self._before:
                self._fault(key, f"the alias {key.text[:40]!r} has no field for {missing[0][:60]!r}")
        return aliases

    def _check_fields(
        self, aliases: dict[str, dict[str, str]], group_by: Sequence[str], counted: str | None
    ) -> None:
        for key, names in (("group-by", group_by), ("condition", () if counted is None else (counted,))):
            for name in names:
                if name not in aliases and not is_field(name):
                    node = self._node.get(key) or self._node
                    self._fault(node, f"{key} names {name[:60]!r}, which is neither a field nor an alias")

    def _generate(self) -> bool:
        node = self._node.get("generate")
        return isinstance(node, Scalar) and node.value is True
