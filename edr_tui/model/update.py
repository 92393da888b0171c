"""What the engine publishes: frozen values, made once, read by whichever face is there."""

from __future__ import annotations

from dataclasses import dataclass

from edr_tui.model.alert import Alert
from edr_tui.model.event import AnyEvent, Host, RequestAnswered
from edr_tui.model.ledger import LedgerView, SourceState
from edr_tui.model.process import Process
from edr_tui.model.rules import RulesView


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What changed since the last update.

    processes: new or changed nodes, the newest value of each, parents before their children.
    evicted: entity_ids that left the table. alerts: new or changed, the newest value of each.
    closed: ids of alerts that gave way to newer ones. events: losses; and all that was told, in order,
    where the engine was asked to pass it on. rules: all of them, where somebody asked or they changed.
    notices: sentences for people. answers: to requests, in order. at_ns: when this was made, ns since
    the epoch.
    """

    at_ns: int
    ledger: LedgerView
    source: SourceState
    host: Host | None = None
    processes: tuple[Process, ...] = ()
    evicted: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    closed: tuple[str, ...] = ()
    events: tuple[AnyEvent, ...] = ()
    rules: RulesView | None = None
    notices: tuple[str, ...] = ()
    answers: tuple[RequestAnswered, ...] = ()
