"""One YAML document -> one rule or filter, or every fault that it has, each with its line."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from edr_tui.detect import attack, condition
from edr_tui.detect.document import Listing, Mapping, Node, Scalar
from edr_tui.detect.faults import Faults, Skipped
from edr_tui.detect.literals import chosen, clauses
from edr_tui.detect.read_correlation import correlation_of
from edr_tui.detect.rule import Body, Detection, Filter, Logsource, Rule, fields_of
from edr_tui.detect.selections import SelectionReader
from edr_tui.model.alert import RuleReference, Severity

SYSTEMS = ("linux", "macos", "windows")
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
MAX_SELECTIONS = 1_000


def rule_of(document: Node, path: str, ruleset: str, faults: Faults) -> Rule | Filter | None:
    """The rule or filter that a document describes; None with at least one fault if it describes none.

    Raises Skipped where the rule is for events that are not watched.
    """
    if not isinstance(document, Mapping):
        faults.add(document.line, "a rule is a mapping with title, logsource and detection")
        return None
    action = document.get("action")
    if action is not None:
        faults.add(action.line, "documents with action are not supported: write each rule whole")
        return None
    kinds = ("title", "logsource", "detection", "correlation", "filter")
    if not any(document.get(key) for key in kinds):
        faults.add(document.line, "no rule: it has neither title, logsource nor detection")
        return None
    reader = _Reader(document, path, faults)
    if document.get("correlation") is not None:
        return _correlation_rule(reader, document, path, ruleset, faults)
    if document.get("filter") is not None:
        return _filter(reader, document, path, faults)
    reference = reader.reference(ruleset)
    logsource = reader.logsource()
    if logsource is not None:
        _skip_what_is_not_watched(logsource)
    detections, tree, text = reader.detection("detection")
    status = reader.status()
    if reference is None or logsource is None or tree is None or faults.found:
        return None
    body = Body(detections, tree)
    return Rule(
        reference=reference,
        logsource=logsource,
        condition_text=text,
        path=path,
        line=document.line,
        body=lambda: body,
        clauses=tuple(chosen(clauses(body))),
        fields=fields_of(detections),
        name=reader.text("name"),
        status=status,
        tags=reader.texts("tags"),
        false_positives=reader.texts("falsepositives"),
    )


def _correlation_rule(
    reader: _Reader, document: Mapping, path: str, ruleset: str, faults: Faults
) -> Rule | None:
    reference = reader.reference(ruleset)
    found = correlation_of(document.get("correlation") or document, faults)
    status = reader.status()
    if document.get("detection") is not None:
        reader.fault("detection", "a correlation has no detection of its own: put that into a rule")
    if reference is None or found is None or faults.found:
        return None
    return Rule(
        reference=reference,
        logsource=Logsource(),
        condition_text=f"{found.type.value} of {', '.join(found.rules)}",
        path=path,
        line=document.line,
        body=lambda: Body({}, condition.Or(())),
        fields=found.fields,
        name=reader.text("name"),
        status=status,
        tags=reader.texts("tags"),
        false_positives=reader.texts("falsepositives"),
        correlation=found,
    )


def _filter(reader: _Reader, document: Mapping, path: str, faults: Faults) -> Filter | None:
    title = reader.text("title")
    if title is None and not faults.found:
        reader.fault("title", "title is missing")
    logsource = reader.logsource()
    detections, tree, text = reader.detection("filter")
    node = document.get("filter")
    named = node.get("rules") if isinstance(node, Mapping) else None
    if named is None and isinstance(node, Mapping):
        faults.add(
            node.line, "a filter names the rules that it is for: rules, a list of ids or names, or any"
        )
    rules = reader.texts("rules", within=node) if isinstance(node, Mapping) else ()
    if title is None or logsource is None or tree is None or faults.found:
        return None
    return Filter(
        title=title,
        logsource=logsource,
        rules=None if not rules or tuple(map(str.lower, rules)) == ("any",) else rules,
        body=Body(detections, tree),
        condition_text=text,
        path=path,
        line=document.line,
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

    def texts(self, key: str, within: Mapping | None = None) -> tuple[str, ...]:
        """The texts listed under a key; a single text is a list of one."""
        node = (within or self._document).get(key)
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

    def status(self) -> str | None:
        """The rule's status; with a fault if it is none of Sigma's."""
        status = self.text("status")
        if status is not None and status not in STATUSES:
            self.fault("status", f"status {status[:40]!r} is not one of {', '.join(STATUSES)}")
        return status

    def detection(self, part: str) -> tuple[dict[str, Detection], condition.Condition | None, str]:
        """The selections of detection or filter, the tree of the condition (None if faulty), its text."""
        node = self._document.get(part)
        if not isinstance(node, Mapping):
            self.fault(part, f"{part} is missing" if node is None else f"{part} must be a mapping")
            return {}, None, ""
        if len(node.entries) > MAX_SELECTIONS:
            self._faults.add(node.line, f"more than {MAX_SELECTIONS} selections")
            return {}, None, ""
        detections: dict[str, Detection] = {}
        names = []
        reader = SelectionReader(self._faults)
        for key, value in node.entries:
            if key.text == "condition" or (part == "filter" and key.text == "rules"):
                continue
            if key.text == "timeframe":
                self._faults.add(key.line, "timeframe is of old: write a correlation with a timespan")
                continue
            names.append(key.text)
            found = reader.read(value)
            if found is not None:
                detections[key.text] = found
        if not names:
            self._faults.add(node.line, f"{part} has no selection")
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
