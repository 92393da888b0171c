"""One YAML document -> one rule, or every fault that it has, each with its line."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from edr_tui.detect import attack, condition
from edr_tui.detect.document import Listing, Mapping, Node, Scalar
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
from edr_tui.detect.rule import (
    AllOf,
    AnyOf,
    Detection,
    FieldTest,
    KeywordTest,
    Logsource,
    Negated,
    ReferenceTest,
    Rule,
)
from edr_tui.model.alert import RuleReference, Severity

SYSTEMS = ("linux", "macos", "windows")
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
MAX_SELECTIONS = 1_000
MAX_VALUES = 5_000  # in one rule; each costs a comparison for every process
MAX_INSTRUCTIONS = 200_000  # of all regular expressions of one rule
_OTHER_KINDS = {
    "correlation": "correlation rules are not supported",
    "filter": "filter documents are not supported",
    "action": "documents with action are not supported: write each rule whole",
}

_MakeMatchers = Callable[[Scalar], tuple[Matcher, ...]]


class Skipped(Exception):
    """A rule that is sound but not for us, and why."""


@dataclass(slots=True)
class Faults:
    """Collects what is wrong in one document."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Note one fault."""
        self.found.append((line, sentence))


def rule_of(document: Node, path: str, ruleset: str, faults: Faults) -> Rule | None:
    """The rule that a document describes; None with at least one fault if it describes none.

    Raises Skipped where the rule is for events that are not watched.
    """
    if not isinstance(document, Mapping):
        faults.add(document.line, "a rule is a mapping with title, logsource and detection")
        return None
    for key, node in document.entries:
        if key.text in _OTHER_KINDS:
            faults.add(node.line, _OTHER_KINDS[key.text])
            return None
    if not any(document.get(key) for key in ("title", "logsource", "detection")):
        faults.add(document.line, "no rule: it has neither title, logsource nor detection")
        return None
    reader = _Reader(document, path, faults)
    reference = reader.reference(ruleset)
    logsource = reader.logsource()
    if logsource is not None:
        _skip_what_is_not_watched(logsource)
    detections, tree, text = reader.detection()
    status = reader.text("status")
    if status is not None and status not in STATUSES:
        reader.fault("status", f"status {status[:40]!r} is not one of {', '.join(STATUSES)}")
    if reference is None or logsource is None or tree is None or faults.found:
        return None
    return Rule(
        reference=reference,
        logsource=logsource,
        detections=detections,
        condition=tree,
        condition_text=text,
        path=path,
        line=document.line,
        status=status,
        tags=reader.texts("tags"),
        false_positives=reader.texts("falsepositives"),
    )


def _skip_what_is_not_watched(logsource: Logsource) -> None:
    if logsource.category is None:
        raise Skipped("its logsource names no category: only process_creation is watched")
    if logsource.category != "process_creation":
        raise Skipped(f"category {logsource.category[:60]!r} is not watched: only process_creation is")
    if logsource.product is not None and logsource.product not in SYSTEMS:
        raise Skipped(f"product {logsource.product[:60]!r} is none of {', '.join(SYSTEMS)}")


class _Reader:
    """Reads the parts of one document and notes what is wrong with each."""

    def __init__(self, document: Mapping, path: str, faults: Faults) -> None:
        self._document = document
        self._path = path
        self._faults = faults

    def fault(self, key: str, sentence: str) -> None:
        """Note a fault in the line of a key's value, or of the document where it is absent."""
        node = self._document.get(key)
        self._faults.add(self._document.line if node is None else node.line, sentence)

    def text(self, key: str, within: Mapping | None = None) -> str | None:
        """The text under a key; None if absent, empty, or faulty."""
        node = (within or self._document).get(key)
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value.strip() or None
        self._faults.add(node.line, f"{key} must be text")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts listed under a key; a single text is a list of one."""
        node = self._document.get(key)
        items = node.items if isinstance(node, Listing) else () if node is None else (node,)
        texts = []
        for item in items:
            if not isinstance(item, Scalar):
                self._faults.add(item.line, f"{key} must be a list of texts")
            elif item.value is not None:
                texts.append(item.text.strip())
        return tuple(texts)

    def reference(self, ruleset: str) -> RuleReference | None:
        """What alerts say of the rule."""
        title = self.text("title")
        if title is None:
            self.fault("title", "title is missing")
            return None
        tags = self.texts("tags")
        return RuleReference(
            id=self._id(title),
            name=title,
            level=self._level(),
            description=self.text("description"),
            author=self.text("author"),
            references=self.texts("references"),
            license=self.text("license"),
            ruleset=ruleset,
            techniques=attack.techniques(tags),
            tactics=attack.tactics(tags),
        )

    def _id(self, title: str) -> str:
        text = self.text("id")
        if text is None:
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._path}#{title}"))
        try:
            return str(uuid.UUID(text))
        except ValueError:
            self.fault("id", f"id {text[:60]!r} is not a UUID")
            return text

    def _level(self) -> Severity:
        word = self.text("level")
        if word is None:
            return Severity.MEDIUM
        try:
            return Severity.of(word)
        except ValueError as fault:
            self.fault("level", str(fault))
            return Severity.MEDIUM

    def logsource(self) -> Logsource | None:
        """What the rule is written for; None if faulty."""
        node = self._document.get("logsource")
        if not isinstance(node, Mapping):
            self.fault("logsource", "logsource is missing" if node is None else "logsource must be a mapping")
            return None
        words = (self.text(key, within=node) for key in ("category", "product", "service"))
        return Logsource(*(word.lower() if word is not None else None for word in words))

    def detection(self) -> tuple[dict[str, Detection], condition.Condition | None, str]:
        """The selections, the tree of the condition (None if faulty), and its text."""
        node = self._document.get("detection")
        if not isinstance(node, Mapping):
            self.fault("detection", "detection is missing" if node is None else "detection must be a mapping")
            return {}, None, ""
        if len(node.entries) > MAX_SELECTIONS:
            self._faults.add(node.line, f"more than {MAX_SELECTIONS} selections")
            return {}, None, ""
        detections: dict[str, Detection] = {}
        names = []
        reader = _DetectionReader(self._faults)
        for key, value in node.entries:
            if key.text == "condition":
                continue
            if key.text == "timeframe":
                self._faults.add(key.line, "timeframe belongs to correlations, which are not supported")
                continue
            names.append(key.text)
            found = reader.read(value)
            if found is not None:
                detections[key.text] = found
        if not names:
            self._faults.add(node.line, "detection has no selection")
            return {}, None, ""
        return detections, *self._condition(node, names)

    def _condition(self, detection: Mapping, names: Sequence[str]) -> tuple[condition.Condition | None, str]:
        node = detection.get("condition")
        items = node.items if isinstance(node, Listing) else (node,) if node is not None else ()
        if not items:
            self._faults.add(detection.line if node is None else node.line, "condition is missing")
            return None, ""
        trees, texts = [], []
        for item in items:
            if not isinstance(item, Scalar) or item.value is None:
                self._faults.add(item.line, "condition must be text")
                return None, ""
            try:
                trees.append(condition.parse(item.text, names))
            except condition.ConditionError as fault:
                self._faults.add(item.line, str(fault))
                return None, ""
            texts.append(" ".join(item.text.split()))
        tree = trees[0] if len(trees) == 1 else condition.Or(tuple(trees))
        return tree, texts[0] if len(texts) == 1 else " or ".join(f"({text})" for text in texts)


class _DetectionReader:
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
