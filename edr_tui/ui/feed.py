"""Updates on their way to the screen: merged under a lock, announced by one token at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from edr_tui.model.alert import Alert
from edr_tui.model.process import Process
from edr_tui.model.update import Update


class Feed:
    """The engine's thread puts, the screen's thread takes; what waits is at most one value a thing.

    announce: called from the engine's thread when something waits that nobody was told of.
    """

    def __init__(self, announce: Callable[[], object]) -> None:
        self._announce = announce
        self._lock = threading.Lock()
        self._waiting: Merge | None = None

    def put(self, update: Update) -> None:
        """Add an update to what waits."""
        with self._lock:
            first = self._waiting is None
            if self._waiting is None:
                self._waiting = Merge()
            self._waiting.add(update)
        if first:
            self._announce()

    def take(self) -> Update | None:
        """All that waits, as one update; None if nothing does."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        return waiting.update() if waiting is not None else None


class Merge:
    """Several updates as one: the newest value of each thing, and what left since."""

    def __init__(self) -> None:
        self._last: Update | None = None
        self._processes: dict[str, Process] = {}
        self._evicted: dict[str, None] = {}
        self._alerts: dict[str, Alert] = {}
        self._closed: dict[str, None] = {}

    def add(self, update: Update) -> None:
        """Put one more update on top."""
        self._last = update
        for process in update.processes:
            self._processes[process.entity_id] = process
            self._evicted.pop(process.entity_id, None)
        for entity_id in update.evicted:
            self._processes.pop(entity_id, None)
            self._evicted[entity_id] = None
        for alert in update.alerts:
            self._alerts[alert.id] = alert
            self._closed.pop(alert.id, None)
        for alert_id in update.closed:
            self._alerts.pop(alert_id, None)
            self._closed[alert_id] = None

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
        )
