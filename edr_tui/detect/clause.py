"""What must stand in an event before a rule can be true."""

from __future__ import annotations

from typing import NamedTuple

from edr_tui.detect.matcher import Kind


class Atom(NamedTuple):
    """A field's folded value is, begins with, ends with or contains a folded text."""

    field: str
    kind: Kind
    text: str


class Clause(NamedTuple):
    """One of the atoms must hold. share: of ordinary events, how many have one, estimated."""

    atoms: frozenset[Atom]
    share: float
