"""A view that stands still: what comes is kept and counted until the analyst goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    """Holds updates back. is_shown: whether a process or alert was on the screen when it began."""

    def __init__(self, is_shown: Callable[[str], bool]) -> None:
        self._is_shown = is_shown
        self._held = Merge()
        self._started: set[str] = set()
        self._exited: set[str] = set()
        self._alerts: set[str] = set()

    def hold(self, update: Update) -> None:
        """Keep an update for later."""
        self._held.add(update)
        for process in update.processes:
            if not self._is_shown(process.entity_id):
                self._started.add(process.entity_id)
            if process.exit is not None:
                self._exited.add(process.entity_id)
        self._alerts.update(alert.id for alert in update.alerts if not self._is_shown(alert.id))

    @property
    def counts(self) -> HeldCounts:
        """What came so far."""
        return HeldCounts(len(self._started), len(self._exited), len(self._alerts))

    def release(self) -> Update | None:
        """All that was held, as one update; None if nothing was."""
        return self._held.update()
