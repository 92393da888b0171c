"""ProcessTree: the live tree of processes. Updates and actions in, ProcessSelected out."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.timer import Timer

from edr_tui.model.alert import Severity
from edr_tui.model.process import Process
from edr_tui.model.update import Update
from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.forest import Predicate
from edr_tui.ui.render.tree import ARROW, new_for
from edr_tui.ui.widgets.tree_view import TreeView

# Seconds between two updates that are taken: the longer while taking one is costly.
_PAUSE = 0.05
_PAUSE_WHEN_COSTLY = 0.25
_COSTLY = 0.02


class ProcessTree(TreeView, inherit_bindings=False):
    """The tree. Arrivals never move the selection and never open a node."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.TREE)]

    def __init__(
        self,
        *,
        threshold: Severity = Severity.MEDIUM,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(threshold=threshold, name=name, id=id, classes=classes)
        self._waiting: list[Update] = []
        self._pause: Timer | None = None
        self._pause_wanted = _PAUSE
        self._taken_at = 0.0

    @property
    def selected(self) -> Process | None:
        """The selected process, its newest value."""
        return None if self._cursor.selected is None else self.rows.process(self._cursor.selected)

    def apply(self, update: Update) -> None:
        """Take an update: at once, or with those that follow if the last was only a moment ago."""
        self._waiting.append(update)
        if self._pause is None and self.is_running:
            left = self._taken_at + self._pause_wanted - monotonic()
            if left <= 0:
                self.flush()
            else:
                self._pause = self.set_timer(left, self.flush)

    def on_mount(self) -> None:
        """Take what came before there was a screen."""
        self.flush()

    def flush(self) -> None:
        """Take the updates that wait, now."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        waiting, self._waiting = self._waiting, []
        if waiting:
            began = monotonic()
            leaving = {entity_id for update in waiting for entity_id in update.evicted}
            self._change(lambda: self._take(waiting), leaving=leaving)
            self.tick(max(self._now_ns, waiting[-1].at_ns))
            self._taken_at = monotonic()
            self._pause_wanted = _PAUSE_WHEN_COSTLY if self._taken_at - began > _COSTLY else _PAUSE

    def _take(self, updates: list[Update]) -> None:
        for update in updates:
            self._cursor.leave(update.evicted)
            self.rows.apply(update.processes, update.evicted)
            self.rows.apply_alerts(update.alerts, update.closed)

    def tick(self, now_ns: int) -> None:
        """Let time pass: draw the rows on the screen again whose look depends on it."""
        before, self._now_ns = self._now_ns, now_ns
        for number, row in enumerate(self._visible_rows()):
            if new_for(row.process, before) != new_for(row.process, now_ns):
                self.refresh_line(self.scroll_offset.y + number)

    def set_filter(self, predicate: Predicate | None) -> None:
        """Show only what the predicate takes, with its ancestors.

        None takes the filter away and gives back rows, expansion, selection and position.
        """
        self.flush()
        top = self._cursor.set_filter(predicate, self.scroll_offset.y, self._height)
        self._measure()
        if top is None:
            self._reveal()
        else:
            self._scroll_to_row(top)
        self.refresh()
        self._tell()

    def ask_again(self) -> None:
        """Ask the filter anew: what it answers may depend on the time."""
        self._change(self.rows.ask_again)

    def select(self, entity_id: str, *, reveal: bool = True) -> bool:
        """Select a process; with reveal, open its ancestors and scroll to it.

        False if it is not here or not on the list: collapsed (without reveal) or filtered out.
        """
        self.flush()
        if reveal:
            self._change(lambda: self.rows.expand_path(entity_id))
        if self.rows.index_of(entity_id) is None:
            return False
        self._move_to(entity_id, reveal)
        return True

    def search(self, predicate: Predicate, *, backwards: bool = False) -> bool:
        """Select the next process in the tree that the predicate takes, opening the way to it.

        From the selected one, around the end; False if there is none.
        """
        self.flush()
        found = self.rows.search(predicate, self._cursor.selected, backwards=backwards)
        return found is not None and self.select(found)

    def _move_to(self, entity_id: str, reveal: bool) -> None:
        self._cursor.selected = entity_id
        if reveal:
            self._reveal(centred=True)
        self.refresh()
        self._tell()

    def on_click(self, event: events.Click) -> None:
        """Select the row; a click on its arrow, or a double click, toggles it."""
        offset = event.get_content_offset(self)
        rows = self._visible_rows()
        if offset is None or not 0 <= offset.y < len(rows):
            return
        entity_id = rows[offset.y].process.entity_id
        arrow = any(event.style.meta.get(name) == value for name, value in ARROW.items())
        self._move_to(entity_id, reveal=False)
        if arrow or event.chain == 2:
            self.action_toggle_node()

    def on_resize(self) -> None:
        """Keep the selected row on the screen."""
        self._page = None
        self._reveal()

    def action_cursor_up(self) -> None:
        """Select the row above."""
        self._move(lambda: self._cursor.move_by(-1))

    def action_cursor_down(self) -> None:
        """Select the row below."""
        self._move(lambda: self._cursor.move_by(1))

    def action_page_up(self) -> None:
        """Select the row a page above."""
        self._move(lambda: self._cursor.move_by(-max(1, self._height - 1)))

    def action_page_down(self) -> None:
        """Select the row a page below."""
        self._move(lambda: self._cursor.move_by(max(1, self._height - 1)))

    def action_half_page_up(self) -> None:
        """Select the row half a page above."""
        self._move(lambda: self._cursor.move_by(-max(1, self._height // 2)))

    def action_half_page_down(self) -> None:
        """Select the row half a page below."""
        self._move(lambda: self._cursor.move_by(max(1, self._height // 2)))

    def action_first(self) -> None:
        """Select the first row."""
        self._move(lambda: self._cursor.move_to(0))

    def action_last(self) -> None:
        """Select the last row."""
        self._move(lambda: self._cursor.move_to(len(self.rows) - 1))

    def action_to_parent(self) -> None:
        """Select the parent."""
        self._move(self._cursor.to_parent)

    def action_previous_sibling(self) -> None:
        """Select the sibling above, or the parent."""
        self._move(self._cursor.to_previous_sibling)

    def action_next_sibling(self) -> None:
        """Select the sibling below, or the next one of an ancestor."""
        self._move(self._cursor.to_next_sibling)

    def action_step_out(self) -> None:
        """Collapse the selected node, or go to its parent."""
        self._change(self._cursor.collapse, by_user=True)

    def action_step_in(self) -> None:
        """Expand the selected node, or go to its first child."""
        self._change(self._cursor.expand, by_user=True)

    def action_toggle_node(self) -> None:
        """Expand or collapse the selected node."""
        self._change(self._cursor.toggle, by_user=True)

    def action_expand(self) -> None:
        """Expand the selected node."""
        self._change(lambda: self._open(True), by_user=True)

    def action_collapse(self) -> None:
        """Collapse the selected node."""
        self._change(lambda: self._open(False), by_user=True)

    def _open(self, wanted: bool) -> None:
        if self._cursor.selected is not None:
            (self.rows.expand if wanted else self.rows.collapse)(self._cursor.selected)

    def action_expand_all(self) -> None:
        """Expand everything."""
        self._change(self.rows.expand_all, by_user=True)

    def action_collapse_all(self) -> None:
        """Collapse everything below the roots."""
        self._change(self.rows.collapse_all, by_user=True)
