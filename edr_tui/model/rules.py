"""What the rules are and what each did: frozen values for whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass

from edr_tui.model.alert import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """One rule and its account since it was loaded.

    product: None for every system. looks: how often it was evaluated, and ns the time that took, both
    projected from samples. blind: processes of which a field that it asks for could not be known.
    disabled: why it does not run, None while it does.
    """

    id: str
    name: str
    level: Severity
    path: str
    product: str | None = None
    techniques: tuple[str, ...] = ()
    looks: int = 0
    hits: int = 0
    ns: int = 0
    blind: int = 0
    disabled: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    """All rules, in their order, and what is not among them and why, each as path:line: sentence."""

    rules: tuple[RuleState, ...] = ()
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
