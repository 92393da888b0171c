"""The selections of a YAML document -> detections; every fault with its line."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from edr_tui.detect.document import Listing, Mapping, Node, Scalar
from edr_tui.detect.faults import Faults, Skipped
from edr_tui.detect.fields import is_field
from edr_tui.detect.matcher import Kind, Matcher
from edr_tui.detect.modifiers import (
    ALL,
    FIELDREF,
    NEQ,
    PLACES,
    Placeholder,
    keywords,
    matchers,
    unknown_modifier,
)
from edr_tui.detect.rule import AllOf, AnyOf, Detection, FieldTest, KeywordTest, Negated, ReferenceTest

MAX_VALUES = 5_000  # in one rule; each costs a comparison for every process
MAX_INSTRUCTIONS = 200_000  # of all regular expressions of one rule

_MakeMatchers = Callable[[Scalar], tuple[Matcher, ...]]


class SelectionReader:
    """Reads the selections of one rule: maps, lists of maps, keywords; within bounds."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._values = self._instructions = 0
        self._spent = False

    def read(self, node: Node) -> Detection | None:
        """The detection, None with a fault if there is none."""
        match node:
            case Mapping():
                return self._map(node)
            case Listing():
                return self._list(node)
            case Scalar():
                return self._keywords((node,))

    def _map(self, node: Mapping) -> Detection | None:
        if not node.entries:
            self._faults.add(node.line, "an empty mapping selects nothing")
            return None
        parts = [part for key, value in node.entries if (part := self._entry(key, value)) is not None]
        if len(parts) < len(node.entries):
            return None
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _list(self, node: Listing) -> Detection | None:
        if not node.items:
            self._faults.add(node.line, "an empty list selects nothing")
            return None
        words = tuple(item for item in node.items if isinstance(item, Scalar))
        parts: list[Detection | None] = []
        if words:
            parts.append(self._keywords(words))
        for item in node.items:
            if isinstance(item, Listing):
                self._faults.add(item.line, "a list within a list selects nothing")
                parts.append(None)
            elif isinstance(item, Mapping):
                parts.append(self._map(item))
        whole = tuple(part for part in parts if part is not None)
        if len(whole) < len(parts):
            return None
        return whole[0] if len(whole) == 1 else AnyOf(whole)

    def _entry(self, key: Scalar, value: Node) -> Detection | None:
        name, *modifiers = key.text.split("|")
        sentence = unknown_modifier(modifiers)
        if sentence is not None:
            self._faults.add(key.line, sentence)
            return None
        scalars = self._scalars(value, key)
        if scalars is None:
            return None
        if FIELDREF in modifiers:
            found = self._references(name, modifiers, scalars, key)
        elif name and not is_field(name):
            self._faults.add(key.line, f"there is no field {name[:60]!r} (docs/rules.md lists them)")
            return None
        else:
            found = self._tests(name, modifiers, scalars)
        return Negated(found) if found is not None and NEQ in modifiers else found

    def _tests(self, field: str, modifiers: Sequence[str], scalars: Sequence[Scalar]) -> Detection | None:
        make = matchers if field else keywords
        groups = tuple(self._each(scalars, lambda scalar: make(scalar, modifiers)))
        if len(groups) < len(scalars):
            return None
        every = ALL in modifiers
        if every and any(len(group) > 1 for group in groups):
            return AllOf(tuple(_test(field, group) for group in groups))
        return _test(field, tuple(itertools.chain.from_iterable(groups)), every)

    def _references(
        self, field: str, modifiers: Sequence[str], scalars: Sequence[Scalar], key: Scalar
    ) -> Detection | None:
        places = [PLACES[name] for name in modifiers if name in PLACES]
        others = set(modifiers) - {ALL, NEQ, FIELDREF, "cased", *PLACES}
        if others or len(places) > 1:
            self._faults.add(
                key.line, "fieldref goes only with one of contains, startswith, endswith, and cased"
            )
            return None
        for line, name in [(key.line, field), *((scalar.line, scalar.text) for scalar in scalars)]:
            if not is_field(name):
                self._faults.add(line, f"there is no field {name[:60]!r} (docs/rules.md lists them)")
                return None
        kind = places[0] if places else Kind.IS
        parts = tuple(ReferenceTest(field, scalar.text, kind, "cased" in modifiers) for scalar in scalars)
        if len(parts) == 1:
            return parts[0]
        return AllOf(parts) if ALL in modifiers else AnyOf(parts)

    def _scalars(self, value: Node, key: Scalar) -> tuple[Scalar, ...] | None:
        items = value.items if isinstance(value, Listing) else (value,)
        if not items:
            self._faults.add(value.line, f"{key.text[:60]!r} lists no value")
            return None
        scalars = tuple(item for item in items if isinstance(item, Scalar))
        for item in items:
            if not isinstance(item, Scalar):
                self._faults.add(item.line, f"{key.text[:60]!r} needs single values")
        return scalars if len(scalars) == len(items) else None

    def _keywords(self, scalars: Sequence[Scalar]) -> Detection | None:
        groups = tuple(self._each(scalars, keywords))
        whole = len(groups) == len(scalars)
        return KeywordTest(tuple(itertools.chain.from_iterable(groups))) if whole else None

    def _each(self, scalars: Sequence[Scalar], make: _MakeMatchers) -> Iterator[tuple[Matcher, ...]]:
        for scalar in scalars:
            if self._spent:
                return
            try:
                found = make(scalar)
            except Placeholder as reason:
                raise Skipped(str(reason)) from None
            except ValueError as fault:
                self._faults.add(scalar.line, str(fault))
                continue
            for one in found:
                self._count(one, scalar.line)
            yield found

    def _count(self, found: Matcher, line: int) -> None:
        self._values += 1
        self._instructions += 0 if found.regex is None else found.regex.size
        if self._values > MAX_VALUES:
            self._faults.add(line, f"the rule has more than {MAX_VALUES} values")
        elif self._instructions > MAX_INSTRUCTIONS:
            self._faults.add(line, "the regular expressions of the rule are too large together")
        else:
            return
        self._spent = True


def _test(field: str, found: tuple[Matcher, ...], every: bool = False) -> Detection:
    return FieldTest(field, found, every) if field else KeywordTest(found, every)
