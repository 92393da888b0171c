"""Rules as lines of text: counts, a list, a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from edr_tui.detect.parts import parts_of
from edr_tui.model.alert import Severity

if TYPE_CHECKING:
    from edr_tui.detect import Rule, Subject
    from edr_tui.detect.view import View

_PRODUCTS = ("linux", "windows", "macos", "all")
_TRUTH = {True: "✓ true ", False: "✗ false", None: "·"}
MAX_LINE = 400


def counted(rules: Sequence[Rule]) -> Iterator[str]:
    """A table of levels by systems, and the statuses."""
    counts = Counter((rule.level, rule.logsource.product or "all") for rule in rules)
    yield f"{'':14}" + "".join(f"{product:>9}" for product in (*_PRODUCTS, "total"))
    for level in sorted(Severity, reverse=True):
        row = [counts[level, product] for product in _PRODUCTS]
        yield f"{level.word:14}" + "".join(f"{number:>9,}" for number in (*row, sum(row)))
    columns = [sum(counts[level, product] for level in Severity) for product in _PRODUCTS]
    yield f"{'total':14}" + "".join(f"{number:>9,}" for number in (*columns, len(rules)))
    statuses = Counter(rule.status or "without a status" for rule in rules)
    yield "status: " + ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items()))
    sets = Counter(rule.reference.ruleset or "" for rule in rules if rule.path.startswith("edr_tui/"))
    for name, number in sets.items():
        yield f"of these {number:,} bundled ({name})"


def listed(rules: Sequence[Rule]) -> Iterator[str]:
    """Each rule on a line, the highest level first."""
    yield ""
    for rule in sorted(rules, key=lambda rule: (-rule.level, rule.reference.name)):
        product = rule.logsource.product or "all"
        yield f"{rule.level.word:13} {product:7} {rule.id}  {rule.reference.name}"


def explained(rule: Rule, view: View | None) -> Iterator[str]:
    """What the rule is, and the tree of its parts with their truth."""
    reference = rule.reference
    techniques = ", ".join(technique.id for technique in reference.techniques)
    yield f"{reference.name}  ({rule.level.word}{', ' + techniques if techniques else ''})"
    yield f"{rule.id}  {rule.path}:{rule.line}"
    if reference.author:
        yield f"by {reference.author}"
    if reference.description:
        yield " ".join(reference.description.split())
    yield f"condition: {rule.condition_text}"
    yield ""
    for part in parts_of(rule, view):
        held = "" if part.value is None else f"   [{_short(part.value)}]"
        yield f"{_TRUTH[part.true]} {'  ' * part.depth}{_short(part.text)}{held}"


def process_line(subject: Subject) -> str:
    """The process that is looked at."""
    process = subject.process
    line = process.command_line or process.executable or process.name or "?"
    return f"pid {process.pid}: {_short(line)}"


def _short(text: str) -> str:
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}… (+{len(text) - MAX_LINE:,})"
