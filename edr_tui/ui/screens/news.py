"""What is said once about the stream: another sensor, what it cannot see, a line that was no document."""

from __future__ import annotations

from edr_tui.model.ledger import LedgerView
from edr_tui.model.printable import printable
from edr_tui.ui.screens.panes import Panes

_CHANGES_TOLD = 3  # a stream that names another sensor every second covers nothing; the header names it


class News(Panes):
    """The part of the main screen that tells news of the sensor; the header has what lasts."""

    _limits_told = False
    _fault_told = False
    _sensor: str | None = None
    _changes_told = 0

    def tell_news(self, ledger: LedgerView) -> None:
        """Say what has not been said yet."""
        self._tell_fault(ledger)
        self._tell_change_of_sensor(ledger)
        self._tell_limits(ledger)

    def _tell_fault(self, ledger: LedgerView) -> None:
        """Once, that a line of the stream was no document: the header counts the others."""
        if ledger.undecoded and not self._fault_told:
            self._fault_told = True
            words = printable(ledger.fault or "")
            title = "A line was no document"
            self.notify(words, title=title, severity="warning", timeout=15, markup=False)

    def _tell_change_of_sensor(self, ledger: LedgerView) -> None:
        """That another sensor has taken the place of the one that watched, and why."""
        before, now = self._sensor, ledger.sensor
        if now is None or now == before:
            return
        self._sensor = now
        if before is not None and self._changes_told < _CHANGES_TOLD:
            self._changes_told += 1
            words = "\n".join(f"Not {name}: {why}" for name, why in ledger.passed_over.items())
            title = f"The {printable(now)} sensor watches now"
            self.notify(printable(words), title=title, severity="warning", timeout=20, markup=False)

    def _tell_limits(self, ledger: LedgerView) -> None:
        """Once, what the sensor cannot see here: a quiet screen must not be taken for a quiet host."""
        if self._limits_told or ledger.sensor_health in (None, "ok"):
            return
        self._limits_told = True
        words = "\n".join(f"{printable(what)}: {printable(why)}" for what, why in ledger.blind.items())
        self.notify(words, title="Limited view", severity="warning", timeout=20, markup=False)
