"""Updates on their way to the screen: merged under a lock, announced by one token at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from edr_tui.model.alert import Alert
from edr_tui.model.event import RequestAnswered
from edr_tui.model.process import Process
from edr_tui.model.rules import RulesView
from edr_tui.model.update import Update

# A sensor may answer what nobody has asked; that fills nothing.
_ANSWERS_KEPT = 256


class Feed:
    """The engine's thread puts, the screen's thread takes; what waits is at most one value a thing.

    announce: called from the engine's thread when something waits that nobody was told of. The ids
    of all that was taken and did not leave since are kept, as many as the engine keeps itself.
    """

    def __init__(self, announce: Callable[[], object]) -> None:
        self._announce = announce
        self._lock = threading.Lock()
        self._waiting: Merge | None = None
        self._taken_processes: set[str] = set()
        self._taken_alerts: set[str] = set()

    def put(self, update: Update) -> None:
        """Add an update to what waits."""
        with self._lock:
            first = self._waiting is None
            if self._waiting is None:
                self._waiting = Merge(self._taken_processes.__contains__, self._taken_alerts.__contains__)
            self._waiting.add(update)
        if first:
            self._announce()

    def take(self) -> Update | None:
        """All that waits, as one update; None if nothing does."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
            update = waiting.update() if waiting is not None else None
            if update is not None:
                self._taken_processes.update(process.entity_id for process in update.processes)
                self._taken_processes.difference_update(update.evicted)
                self._taken_alerts.update(alert.id for alert in update.alerts)
                self._taken_alerts.difference_update(update.closed)
        return update


class Merge:
    """Several updates as one: the newest value of each thing, and what left since.

    What came and left in between was never there for who takes the merged update, so nothing is
    kept of it. knows_process, knows_alert: whether who takes it has that one from before.
    """

    def __init__(self, knows_process: Callable[[str], bool], knows_alert: Callable[[str], bool]) -> None:
        self._knows_process = knows_process
        self._knows_alert = knows_alert
        self._last: Update | None = None
        self._processes: dict[str, Process] = {}
        self._evicted: dict[str, None] = {}
        self._alerts: dict[str, Alert] = {}
        self._closed: dict[str, None] = {}
        self._rules: RulesView | None = None
        self._notices: tuple[str, ...] = ()
        self._answers: deque[RequestAnswered] = deque(maxlen=_ANSWERS_KEPT)

    def add(self, update: Update) -> None:
        """Put one more update on top."""
        self._last = update
        self._rules = update.rules or self._rules
        self._notices += update.notices
        self._answers.extend(update.answers)
        for process in update.processes:
            self._processes[process.entity_id] = process
            self._evicted.pop(process.entity_id, None)
        for entity_id in update.evicted:
            self._processes.pop(entity_id, None)
            if self._knows_process(entity_id):
                self._evicted[entity_id] = None
        for alert in update.alerts:
            self._alerts[alert.id] = alert
            self._closed.pop(alert.id, None)
        for alert_id in update.closed:
            self._alerts.pop(alert_id, None)
            if self._knows_alert(alert_id):
                self._closed[alert_id] = None

    def process(self, entity_id: str) -> Process | None:
        """The newest value of a process that is among what waits."""
        return self._processes.get(entity_id)

    def alert(self, alert_id: str) -> Alert | None:
        """The newest value of an alert that is among what waits."""
        return self._alerts.get(alert_id)

    def update(self) -> Update | None:
        """All of them as one; None if there was none."""
        if self._last is None:
            return None
        return Update(
            at_ns=self._last.at_ns,
            ledger=self._last.ledger,
            source=self._last.source,
            host=self._last.host,
            processes=tuple(self._processes.values()),
            evicted=tuple(self._evicted),
            alerts=tuple(self._alerts.values()),
            closed=tuple(self._closed),
            rules=self._rules,
            notices=self._notices,
            answers=tuple(self._answers),
        )
