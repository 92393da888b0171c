"""A view that stands still: what comes is kept and counted until the analyst goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edr_tui.model.alert import Alert
from edr_tui.model.process import Process
from edr_tui.model.update import Update
from edr_tui.ui.feed import Merge


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """What came since the pause began."""

    started: int = 0
    exited: int = 0
    alerts: int = 0

    @property
    def words(self) -> str:
        """2 started, 1 exited, no alerts"""
        alerts = {0: "no alerts", 1: "1 alert"}.get(self.alerts, f"{self.alerts:,} alerts")
        return f"{self.started:,} started, {self.exited:,} exited, {alerts}"


class Pause:
    """Holds updates back. process, alert: what the screen shows of one while it stands still.

    Counts are numbers and no lists of what was counted: a pause may last for days.
    """

    def __init__(
        self, process: Callable[[str], Process | None], alert: Callable[[str], Alert | None]
    ) -> None:
        self._process = process
        self._alert = alert
        self._held = Merge(lambda id_: process(id_) is not None, lambda id_: alert(id_) is not None)
        self._started = self._exited = self._alerts = 0

    def hold(self, update: Update) -> None:
        """Keep an update for later."""
        for process in update.processes:
            before = self._held.process(process.entity_id) or self._process(process.entity_id)
            self._started += before is None
            self._exited += process.exit is not None and (before is None or before.exit is None)
        self._alerts += sum(
            self._held.alert(alert.id) is None and self._alert(alert.id) is None for alert in update.alerts
        )
        self._held.add(update)

    @property
    def counts(self) -> HeldCounts:
        """What came so far."""
        return HeldCounts(self._started, self._exited, self._alerts)

    def release(self) -> Update | None:
        """All that was held, as one update; None if nothing was."""
        return self._held.update()
