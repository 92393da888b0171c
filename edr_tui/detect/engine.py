"""Processes -> matches: every rule of the host's system against one subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edr_tui.detect.compile import Predicate, compiled
from edr_tui.detect.explain import explained
from edr_tui.detect.fields import Subject, program_name, resolved_path
from edr_tui.detect.rule import Rule
from edr_tui.detect.view import View
from edr_tui.model.alert import Why
from edr_tui.model.process import Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that matched a process.

    why: what made the condition true, each part bound to the process whose field it is.
    chain_start: entity_id of the process from which the chain is red.
    decoded: what an encoded command line hides, where the process has one.
    """

    rule: Rule
    why: tuple[Why, ...]
    chain_start: str
    decoded: str | None = None


class Detector:
    """Runs rules. It keeps nothing between two subjects."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._compiled: tuple[tuple[Rule, Predicate], ...] = tuple(
            (rule, compiled(rule)) for rule in self.rules
        )
        self._of_system: dict[str | None, tuple[tuple[Rule, Predicate], ...]] = {}

    def evaluate(self, subject: Subject, os_type: str | None = None) -> list[Match]:
        """The rules that match, in the order of the rules; none ever for a kernel thread.

        os_type: the host's system (linux, windows, macos), the subject's own if left out.
        """
        if subject.process.kernel_thread:
            return []
        if os_type is not None and subject.os_type != os_type:
            subject = replace(subject, os_type=os_type)
        view = View(subject)
        return [
            match
            for rule, predicate in self._rules_of(subject.os_type)
            if predicate(view) and (match := _match(rule, view)) is not None
        ]

    def _rules_of(self, os_type: str | None) -> tuple[tuple[Rule, Predicate], ...]:
        found = self._of_system.get(os_type)
        if found is None:
            found = tuple(pair for pair in self._compiled if pair[0].runs_on(os_type))
            self._of_system[os_type] = found
        return found


def _match(rule: Rule, view: View) -> Match | None:
    why = explained(rule, view)
    if why is None:
        return None
    decoded = view.values("CommandLineDecoded")
    return Match(
        rule=rule,
        why=why,
        chain_start=_chain_start(view.subject, why),
        decoded=decoded[0].text if decoded else None,
    )


def _chain_start(subject: Subject, why: Sequence[Why]) -> str:
    """The highest process that speaks in why, and above it whoever runs the same program.

    The worker of a server is as red as its master; a process that is red by itself does not
    colour the shell above it.
    """
    own = subject.process.entity_id
    touched = {part.entity_id for part in why}
    ancestors = subject.ancestors
    highest = max(
        (number for number, node in enumerate(ancestors) if node.entity_id in touched), default=None
    )
    if highest is None:
        told = subject.process.parent
        unseen = told is not None and told.entity_id in touched and told.entity_id is not None
        return told.entity_id if unseen and told is not None and told.entity_id is not None else own
    while (
        highest + 1 < len(ancestors)
        and not ancestors[highest].folded
        and _same_program(ancestors[highest], ancestors[highest + 1], subject.os_type)
    ):
        highest += 1
    return ancestors[highest].entity_id


def _same_program(node: Process, other: Process, os_type: str | None) -> bool:
    """One file under one name: an interpreter that runs as two programs is two."""
    name, other_name = program_name(node, os_type), program_name(other, os_type)
    if node.name is not None and other.name is not None and node.name != other.name:
        return False
    if node.executable is not None and other.executable is not None:
        return resolved_path(node.executable) == resolved_path(other.executable)
    return name is not None and name == other_name
