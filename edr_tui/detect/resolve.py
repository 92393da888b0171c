"""Rules that speak of other rules: filters are put in front, correlations find what they count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from edr_tui.detect.faults import Fault, SkippedRule
from edr_tui.detect.rule import Filter, Rule


def filtered(rules: Sequence[Rule], filters: Sequence[Filter]) -> tuple[list[Rule], list[SkippedRule]]:
    """The rules behind their filters, and the filters that fit none of them."""
    used = set()
    found = []
    for rule in rules:
        for number, one in enumerate(filters):
            if one.fits(rule):
                used.add(number)
                rule = one.applied(rule)
        found.append(rule)
    idle = [
        SkippedRule(one.path, one.line, "the filter fits no rule that is loaded")
        for number, one in enumerate(filters)
        if number not in used
    ]
    return found, idle


def correlated(
    rules: Sequence[Rule], left_out: Collection[str]
) -> tuple[list[Rule], list[Fault], list[SkippedRule]]:
    """The rules without those correlations that refer to what is not there.

    left_out: ids and names of sound rules that are not run: who counts their matches waits in vain.
    """
    names = by_name(rules)
    faults: list[Fault] = []
    skipped: list[SkippedRule] = []
    gone: set[str] = set()
    for rule in rules:
        for name in rule.correlation.rules if rule.correlation is not None else ():
            if name in names:
                continue
            gone.add(rule.id)
            if name in left_out:
                reason = f"it counts matches of {name[:60]!r}, which is not run"
                skipped.append(SkippedRule(rule.path, rule.line, reason))
            else:
                sentence = f"correlation refers to {name[:60]!r}, which is no id or name of a rule"
                faults.append(Fault(rule.path, rule.line, sentence))
            break
    for rule in rules:
        if rule.id not in gone and _reaches_itself(rule, names):
            gone.add(rule.id)
            faults.append(Fault(rule.path, rule.line, "correlation refers to itself, by way of its rules"))
    kept = [rule for rule in rules if rule.id not in gone]
    if gone:  # who counts the matches of one that is gone has to go too
        more = correlated(kept, {*left_out, *_names_of(rule for rule in rules if rule.id in gone)})
        return more[0], [*faults, *more[1]], [*skipped, *more[2]]
    return kept, faults, skipped


def by_name(rules: Sequence[Rule]) -> Mapping[str, Rule]:
    """Every rule by its id, and by its name where it has one; of two with one name the first."""
    found: dict[str, Rule] = {}
    for rule in rules:
        for name in (rule.id, rule.name):
            if name is not None:
                found.setdefault(name, rule)
    return found


def _names_of(rules: Iterator[Rule]) -> set[str]:
    return {name for rule in rules for name in (rule.id, rule.name) if name is not None}


def _reaches_itself(start: Rule, names: Mapping[str, Rule]) -> bool:
    waiting = [start]
    seen: set[str] = set()
    while waiting:
        rule = waiting.pop()
        for name in rule.correlation.rules if rule.correlation is not None else ():
            other = names.get(name)
            if other is start:
                return True
            if other is not None and other.id not in seen:
                seen.add(other.id)
                waiting.append(other)
    return False
