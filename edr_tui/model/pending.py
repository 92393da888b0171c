"""What the next update will say, as the engine gathers it."""

from __future__ import annotations

from collections.abc import Iterable

from edr_tui.model.alert import Alert
from edr_tui.model.event import AnyEvent, Host, RequestAnswered
from edr_tui.model.ledger import LedgerView, SourceState
from edr_tui.model.process import Process
from edr_tui.model.rules import RulesView
from edr_tui.model.update import Update


class Pending:
    """What changed since the last update, the newest value of each."""

    def __init__(self) -> None:
        self.processes: dict[str, Process] = {}
        self.evicted: dict[str, None] = {}
        self.alerts: dict[str, Alert] = {}
        self.closed: dict[str, None] = {}
        self.events: list[AnyEvent] = []
        self.answers: list[RequestAnswered] = []
        self.rules: RulesView | None = None
        self.notices: list[str] = []

    @property
    def empty(self) -> bool:
        """Whether there is nothing to publish."""
        changed = self.processes or self.evicted or self.alerts or self.closed
        told = self.events or self.answers or self.notices
        return not (changed or told) and self.rules is None

    def update(self, at_ns: int, ledger: LedgerView, source: SourceState, host: Host | None) -> Update:
        """All of it, as it was at that moment."""
        return Update(
            at_ns=at_ns,
            ledger=ledger,
            source=source,
            host=host,
            processes=tuple(self.processes.values()),
            evicted=tuple(self.evicted),
            alerts=tuple(self.alerts.values()),
            closed=tuple(self.closed),
            events=tuple(self.events),
            answers=tuple(self.answers),
            rules=self.rules,
            notices=tuple(self.notices),
        )

    def change(self, process: Process) -> None:
        """A node is new, or another than it was."""
        self.processes[process.entity_id] = process
        self.evicted.pop(process.entity_id, None)

    def tell(self, alert: Alert) -> None:
        """An alert is new, or another than it was."""
        self.alerts[alert.id] = alert
        self.closed.pop(alert.id, None)

    def close(self, alert: Alert) -> None:
        """An alert gave way."""
        self.alerts.pop(alert.id, None)
        self.closed[alert.id] = None

    def evict(self, entity_ids: Iterable[str]) -> None:
        """Nodes left the table."""
        for entity_id in entity_ids:
            self.processes.pop(entity_id, None)
            self.evicted[entity_id] = None
