"""A rule that matched, and what is worked out of it when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from edr_tui.detect.explain import explained
from edr_tui.detect.fields import Subject, program_name, resolved_path
from edr_tui.detect.rule import Rule
from edr_tui.detect.view import View
from edr_tui.model.alert import Why
from edr_tui.model.process import Process


class Match:
    """A rule that matched a subject. Why is told only to who asks: most matches join another."""

    def __init__(self, rule: Rule, view: View) -> None:
        self.rule = rule
        self.view = view

    def __repr__(self) -> str:
        return f"Match({self.rule.id!r}, {self.view.subject.process.entity_id!r})"

    @property
    def subject(self) -> Subject:
        """What the rule matched."""
        return self.view.subject

    @cached_property
    def why(self) -> tuple[Why, ...]:
        """What made the condition true, each part bound to the process whose field it is."""
        return explained(self.rule, self.view) or ()

    @cached_property
    def chain_start(self) -> str:
        """entity_id of the process from which the chain is red."""
        return _chain_start(self.view.subject, self.why)

    @cached_property
    def decoded(self) -> str | None:
        """What an encoded command line hides, where the process has one."""
        decoded = self.view.values("CommandLineDecoded")
        return decoded[0].text if decoded else None


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
