"""What the analyst does with alerts: acknowledge, walk from one to the next, look at the ancestry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edr_tui.engine import Engine
from edr_tui.model.alert import Alert, AlertState, Severity
from edr_tui.ui.screens.ancestry import AncestryScreen
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.panes import Panes


class Triage(Panes):
    """The part of the main screen that deals with alerts."""

    def __init__(self, engine: Engine, clock: Callable[[], int], threshold: Severity) -> None:
        super().__init__(engine, clock, threshold)
        # What the analyst said of an alert as it stood then: the next key may come before the answer.
        self._given: dict[str, tuple[Alert, AlertState]] = {}

    def action_acknowledge(self) -> None:
        """Acknowledge the alert, or in the tree all open alerts of the process; or take it back."""
        if self.alerts.has_focus:
            chosen = [self.alerts.selected] if self.alerts.selected is not None else []
        else:
            entity_id = self.subject_id
            chosen = self.alerts.rows.about(entity_id) if entity_id is not None else []
        if not chosen:
            self.say("No alert is selected" if self.alerts.has_focus else "This process has no alerts")
            return
        open_ids = [alert.id for alert in chosen if self._state_of(alert) is AlertState.OPEN]
        self._turn_to(
            open_ids or [alert.id for alert in chosen],
            AlertState.ACKNOWLEDGED if open_ids else AlertState.OPEN,
        )

    def _state_of(self, alert: Alert) -> AlertState:
        """The state that the analyst gave it, also before the engine has answered."""
        given = self._given.get(alert.id)
        if given is not None and given[0] is not alert:
            # Something was told of it since: that counts again.
            del self._given[alert.id]
            given = None
        return alert.state if given is None else given[1]

    def _turn_to(self, alert_ids: Sequence[str], state: AlertState) -> None:
        for alert_id in alert_ids:
            alert = self.alerts.rows.get(alert_id)
            if alert is not None:
                self._given[alert_id] = (alert, state)
        (self.engine.acknowledge if state is AlertState.ACKNOWLEDGED else self.engine.reopen)(alert_ids)

    def action_acknowledge_all(self) -> None:
        """Acknowledge all open alerts that pass the filter, after a question that names the count."""
        open_ids = [alert.id for alert in self.alerts.rows.rows() if alert.open]
        if not open_ids:
            self.say("No open alert is listed")
            return
        count = "1 open alert" if len(open_ids) == 1 else f"{len(open_ids):,} open alerts"
        passing = " that pass the filter" if self.alerts.rows.filtering else ""

        def answered(yes: bool | None) -> None:
            if yes:
                self._turn_to(open_ids, AlertState.ACKNOWLEDGED)

        self.app.push_screen(ConfirmScreen(f"Acknowledge {count}{passing}?"), answered)

    def action_show_states(self) -> None:
        """List open alerts only, or all."""
        self.alerts.show_open_only(not self.alerts.rows.open_only)
        self.entitle()

    def action_next_high(self) -> None:
        """To the next older open alert, high or critical."""
        self._walk(_is_high, 1)

    def action_previous_high(self) -> None:
        """To the next newer open alert, high or critical."""
        self._walk(_is_high, -1)

    def action_next_lower(self) -> None:
        """To the next older open alert below high."""
        self._walk(_is_lower, 1)

    def action_previous_lower(self) -> None:
        """To the next newer open alert below high."""
        self._walk(_is_lower, -1)

    def action_ancestry(self) -> None:
        """The ancestry of the selection as a screen of its own."""
        subject = self.subject()
        if subject is None:
            self.say("Nothing is selected")
            return
        self.app.push_screen(AncestryScreen(subject, self.now_ns()))

    def _walk(self, wanted: Callable[[Alert], bool], by: int) -> None:
        """Go to the next open alert of that kind from the selected one, around the end.

        An alert that was never looked at comes before those that were.
        """
        found = [alert for alert in self.alerts.rows.rows() if alert.open and wanted(alert)]
        if not found:
            self.say("No open alert of that level is listed")
            return
        unseen = [alert for alert in found if self.alerts.is_new(alert.id)]
        at = next((at for at, alert in enumerate(found) if alert.id == self.alerts.cursor), None)
        if unseen and by > 0:
            target = unseen[0]
        elif at is None:
            target = found[0 if by > 0 else -1]
        else:
            target = found[(at + by) % len(found)]
        self.go_to_alert(target)


def _is_high(alert: Alert) -> bool:
    return alert.level >= Severity.HIGH


def _is_lower(alert: Alert) -> bool:
    return alert.level < Severity.HIGH
