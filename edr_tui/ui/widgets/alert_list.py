"""The alerts pane: a virtual list that stands still while alerts arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from edr_tui.model.alert import Alert, Severity
from edr_tui.model.update import Update
from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.alert_line import alert_line
from edr_tui.ui.alert_rows import AlertPredicate, AlertRows


class AlertList(ScrollView, can_focus=True, inherit_bindings=False):
    """Newest first. The cursor stays on its alert, and the alert on its line of the screen.

    Without a cursor of the analyst's the newest alert is always in sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.ALERTS)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"alert-list--cursor", "alert-list--empty"}
    DEFAULT_CSS = """
    AlertList {
        scrollbar-size-horizontal: 0;
        overflow-x: hidden;
    }
    AlertList > .alert-list--cursor { background: $row-selected-blurred; }
    AlertList:focus > .alert-list--cursor { background: $row-selected; }
    AlertList > .alert-list--empty { color: $muted; }
    """

    cursor: reactive[str | None] = reactive(None, repaint=False)

    @dataclass
    class AlertSelected(Message):
        """The analyst has gone to an alert."""

        alert_id: str

    def __init__(self, threshold: Severity = Severity.MEDIUM, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = AlertRows(threshold)
        self._strips: dict[tuple[Alert, bool, bool, int], Strip] = {}
        self._new: set[str] = set()

    # What there is

    @property
    def rows(self) -> AlertRows:
        """The alerts behind the list."""
        return self._rows

    @property
    def selected(self) -> Alert | None:
        """The alert under the cursor, if it is listed."""
        if self.cursor is None or self._rows.index_of(self.cursor) is None:
            return None
        return self._rows.get(self.cursor)

    def is_new(self, alert_id: str) -> bool:
        """Whether it is open and the analyst has not been there."""
        alert = self._rows.get(alert_id)
        return alert_id in self._new and alert is not None and alert.open

    @property
    def new_count(self) -> int:
        """How many listed alerts wait for a first look."""
        return sum(
            self.is_new(alert_id) and self._rows.index_of(alert_id) is not None for alert_id in self._new
        )

    def apply(self, update: Update) -> None:
        """Take an update's alerts in."""
        if update.alerts or update.closed:
            self._new.update(alert.id for alert in update.alerts if self._rows.get(alert.id) is None)
            self._new.difference_update(update.closed)
            with_anchor = self._anchor()
            place = self._rows.index_of(self.cursor) if self.cursor is not None else None
            self._rows.apply(update.alerts, update.closed)
            self._relist(with_anchor)
            if place is not None and self.selected is None and len(self._rows):
                # The alert left the list, as an acknowledged one does: the next takes its place.
                self._go(self._rows.row(min(place, len(self._rows) - 1)).id)

    def set_filter(self, predicate: AlertPredicate | None) -> None:
        """List only what passes; None lists all again."""
        anchor = self._anchor()
        self._rows.set_filter(predicate)
        self._relist(anchor)

    def ask_again(self) -> None:
        """Ask the filter anew: what it answers may depend on the time."""
        before = list(self._rows.rows())
        anchor = self._anchor()
        self._rows.ask_again()
        if list(self._rows.rows()) != before:
            self._relist(anchor)

    def show_open_only(self, open_only: bool) -> None:
        """Leave acknowledged alerts out, or list them again."""
        anchor = self._anchor()
        self._rows.show(open_only)
        self._relist(anchor)

    def select(self, alert_id: str) -> None:
        """Go to an alert, if it is listed."""
        if self._rows.index_of(alert_id) is not None:
            self._go(alert_id, tell=False)

    # Staying where the analyst is

    def _anchor(self) -> int | None:
        """The cursor's line on the screen; None if there is no cursor or it is out of sight."""
        index = self._rows.index_of(self.cursor) if self.cursor is not None else None
        if index is None:
            return None
        line = index - self.scroll_offset.y
        return line if 0 <= line < max(self.size.height, 1) else None

    def _relist(self, anchor: int | None) -> None:
        self._strips.clear()
        self.virtual_size = Size(self.size.width, len(self._rows))
        index = self._rows.index_of(self.cursor) if self.cursor is not None else None
        if anchor is not None and index is not None:
            self.scroll_to(y=index - anchor, animate=False, force=True, immediate=True)
        self.refresh()

    def _go(self, alert_id: str, tell: bool = True) -> None:
        index = self._rows.index_of(alert_id)
        if index is None:
            return
        self.cursor = alert_id
        self._new.discard(alert_id)
        self.scroll_to_region(Region(0, index, 1, 1), animate=False, force=True, immediate=True)
        self.refresh()
        if tell:
            self.post_message(self.AlertSelected(alert_id))

    def _step(self, by: int) -> None:
        count = len(self._rows)
        if not count:
            return
        index = self._rows.index_of(self.cursor) if self.cursor is not None else None
        target = 0 if index is None else min(max(index + by, 0), count - 1)
        self._go(self._rows.row(target).id)

    # What the analyst does

    def action_cursor_up(self) -> None:
        """One row up."""
        self._step(-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._step(1)

    def action_page_up(self) -> None:
        """A page up."""
        self._step(-max(self.size.height - 1, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._step(max(self.size.height - 1, 1))

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._step(-max(self.size.height // 2, 1))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._step(max(self.size.height // 2, 1))

    def action_first(self) -> None:
        """To the newest alert."""
        self._step(-len(self._rows))

    def action_last(self) -> None:
        """To the oldest alert."""
        self._step(len(self._rows))

    def on_click(self, event: events.Click) -> None:
        """Go to the alert under the pointer."""
        index = event.get_content_offset_capture(self).y + self.scroll_offset.y
        if 0 <= index < len(self._rows):
            self._go(self._rows.row(index).id)

    def on_focus(self) -> None:
        """The first alert is under the cursor when the analyst comes here."""
        if self.selected is None and len(self._rows):
            self._go(self._rows.row(0).id)

    # How it looks

    def on_resize(self) -> None:
        """Lines are as wide as the pane."""
        self._strips.clear()
        self.virtual_size = Size(self.size.width, len(self._rows))

    def notify_style_update(self) -> None:
        """Another theme, another look."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the pane."""
        width, index = self.size.width, y + self.scroll_offset.y
        if width <= 0:
            return Strip.blank(0)
        if index >= len(self._rows):
            return self._empty(y, width)
        alert = self._rows.row(index)
        at_cursor = alert.id == self.cursor
        key = (alert, at_cursor, self.has_focus, width)
        strip = self._strips.get(key)
        if strip is None:
            style = self.visual_style
            if at_cursor:
                style += self.get_visual_style("alert-list--cursor")
            strip = Visual.to_strips(self, alert_line(alert, width), width, 1, style, apply_selection=False)[
                0
            ]
            self._strips[key] = strip
        return strip

    def _empty(self, y: int, width: int) -> Strip:
        style = self.visual_style
        words = ""
        if not len(self._rows) and y == max((self.size.height - 1) // 2, 0):
            words = self._nothing()
            style += self.get_visual_style("alert-list--empty")
        line = Content(words).center(width, ellipsis=True) if width else Content("")
        return Visual.to_strips(self, line, width, 1, style, apply_selection=False, pad=True)[0]

    def _nothing(self) -> str:
        if self._rows.filtering:
            return "No alert passes the filter"
        if self._rows.open_only:
            return "No open alerts"
        return "No alerts so far"
