"""The three panes over one selection: what everything on the main screen works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen

from edr_tui.engine import Engine
from edr_tui.kept import Kept
from edr_tui.model.alert import Alert, Severity
from edr_tui.model.printable import printable, shorten
from edr_tui.ui.actions import NO_CHANGES, Keymap
from edr_tui.ui.detail import Subject
from edr_tui.ui.history import SelectionHistory
from edr_tui.ui.remembered import remembered_subject
from edr_tui.ui.widgets.alert_list import AlertList
from edr_tui.ui.widgets.detail_pane import DetailPane
from edr_tui.ui.widgets.process_tree import ProcessTree

Pane: TypeAlias = ProcessTree | AlertList | DetailPane
_FILTER_SHOWN = 40
# Narrower than this, detail takes the place of both lists; lower, alerts take the place of the tree.
_ROOM_FOR_DETAIL, _ROOM_FOR_ALERTS = 100, 20


class Panes(Screen[None]):
    """Tree, alerts and detail. Whatever is selected in the first two is what the third tells of.

    process_filter, alert_filter: the texts of the filters, empty without one.
    aside: the alert that was gone to while its process has no row in the tree, filtered out or no
    longer kept; the detail then tells of that process, whatever is selected in the tree.
    keymap: the user's keys. kept: what was chosen on the screen, now or before.
    """

    def __init__(self, engine: Engine, clock: Callable[[], int], threshold: Severity) -> None:
        super().__init__()
        self.keymap: Keymap = NO_CHANGES
        self.kept = Kept()
        self._clock = clock
        self.engine = engine
        self.processes = ProcessTree(threshold=threshold, id="tree")
        self.alerts = AlertList(threshold, id="alerts")
        self.detail = DetailPane(id="detail")
        self.history = SelectionHistory()
        self.host_name: str | None = None
        self.process_filter = ""
        self.alert_filter = ""
        self.aside: Alert | None = None
        self._selected_beside: str | None = None
        self._titles: dict[Pane, tuple[str, str]] = {}

    def now_ns(self) -> int:
        """The time on the wall: ns since the epoch."""
        return self._clock()

    def subject(self) -> Subject | None:
        """The selected process with all that is told of it; None if nothing is selected."""
        rows = self.processes.rows
        entity_id = self.subject_id
        process = None if entity_id is None else rows.process(entity_id)
        if process is None:
            return None if self.aside is None else self._remembered(self.aside)
        ancestors = rows.ancestors_of(process.entity_id)
        return Subject(
            process=process,
            ancestors=ancestors,
            children=rows.children_of(process.entity_id),
            alerts=self.alerts.rows.about(process.entity_id),
            red=frozenset(one.entity_id for one in (process, *ancestors) if rows.in_chain(one.entity_id)),
        )

    @property
    def subject_id(self) -> str | None:
        """The entity_id of the process that the detail tells of."""
        if self.aside is not None:
            return self.aside.entity_id
        selected = self.processes.selected
        return None if selected is None else selected.entity_id

    def _remembered(self, alert: Alert) -> Subject:
        rows = self.processes.rows
        about = self.alerts.rows.about(alert.entity_id) or [alert]
        return remembered_subject(alert, about, rows.process, rows.in_chain)

    def tell_subject(self) -> None:
        """The detail pane tells of what is selected, as it is now."""
        self.detail.show(self.subject(), self.now_ns())

    def go_to_process(self, entity_id: str) -> None:
        """Select a process, opening what is above it."""
        self.aside = None
        self.processes.select(entity_id)
        self.history.visit(entity_id)
        self.tell_subject()

    def go_to_alert(self, alert: Alert) -> None:
        """Select an alert, and with it its process."""
        self.alerts.select(alert.id)
        self.go_to_process_of(alert)

    def go_to_process_of(self, alert: Alert) -> None:
        """Select the process of an alert; if it has no row, say so and tell of it all the same."""
        self.aside = None
        if self.processes.select(alert.entity_id):
            self.history.visit(alert.entity_id)
        else:
            selected = self.processes.selected
            self._selected_beside = None if selected is None else selected.entity_id
            self.aside = alert
            self.say_aside()
        self.tell_subject()
        self.entitle()

    def say_aside(self) -> None:
        """Say why the process that is told of has no row."""
        if self.aside is not None:
            kept = self.aside.entity_id in self.processes.rows
            self.say(f"That process is {'hidden by the filter' if kept else 'no longer kept'}")

    def end_aside(self, *, by_analyst: bool) -> None:
        """The detail follows the tree again once another process is selected there."""
        selected = self.processes.selected
        moved = (None if selected is None else selected.entity_id) != self._selected_beside
        if by_analyst or (moved and not self.alerts.has_focus):
            self.aside = None

    def retry_aside(self) -> None:
        """With another filter the process that had no row may have one."""
        if self.aside is not None and self.processes.select(self.aside.entity_id):
            self.aside = None

    def focus_pane(self, pane: Pane) -> None:
        """Give a pane the focus. On a small screen it is not displayed before, and could not take it."""
        self.make_room(pane, self.size)
        self.set_focus(pane)

    def make_room(self, pane: Pane, size: Size) -> None:
        """Display what there is room for beside the pane that has, or gets, the focus."""
        narrow, low = size.width < _ROOM_FOR_DETAIL, size.height < _ROOM_FOR_ALERTS
        self.detail.display = not narrow or pane is self.detail
        self.query_one("#left").display = not narrow or pane is not self.detail
        self.alerts.display = not low or pane is self.alerts
        self.processes.display = not low or pane is not self.alerts
        self.alerts.set_class(low, "-alone")
        self.set_class(narrow, "-narrow")

    def entitle(self) -> None:
        """The titles of the panes tell how much there is, and what is filtered."""
        shown, known = len(self.processes.rows), self.processes.rows.known
        told = f"{shown:,} of {known:,}" if self.process_filter else f"{known:,}"
        self._entitle(self.processes, "Processes", _titled(told, self.process_filter))
        counts = self.alerts.rows.counts()
        words = f"{counts.open_total - counts.below:,} open · {counts.acknowledged:,} acknowledged"
        if self.alerts.new_count:
            words = f"{self.alerts.new_count:,} new · {words}"
        if self.alerts.rows.open_only:
            words += " · open only"
        if counts.below:
            words += f" · {counts.below:,} below {self.alerts.rows.threshold.word}"
        self._entitle(self.alerts, "Alerts", _titled(words, self.alert_filter))
        self._entitle(self.detail, "Detail", Content(""))

    def _entitle(self, pane: Pane, title: str, subtitle: Content) -> None:
        """Only what is new: a title that is set paints all of its pane again."""
        if self._titles.get(pane) != (title, subtitle.plain):
            self._titles[pane] = title, subtitle.plain
            pane.border_title = title
            pane.border_subtitle = subtitle

    def say(self, words: str) -> None:
        """Tell the analyst something small, for a moment."""
        self.notify(words, timeout=3, markup=False)


def _titled(words: str, filter_text: str) -> Content:
    """A pane's title: Content, for a filter's text must not be read as markup."""
    told = f" · filter: {shorten(printable(filter_text), _FILTER_SHOWN)}" if filter_text else ""
    return Content(f"{words}{told}")
