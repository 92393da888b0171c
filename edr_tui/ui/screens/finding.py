"""Finding things: the filter of the tree and of the alerts, and the search."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.screen import Screen

from edr_tui.query import Query, parse
from edr_tui.ui.widgets.alert_list import AlertList
from edr_tui.ui.widgets.filter_bar import FilterBar
from edr_tui.ui.widgets.process_tree import ProcessTree


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the analyst was when a bar was opened: the filter, and the selection."""

    text: str
    process_id: str | None
    alert_id: str | None


class Finding(Screen[None]):
    """The part of the main screen that filters and searches."""

    tree: ProcessTree
    alerts: AlertList

    def __init__(self) -> None:
        super().__init__()
        self._filters = {"process": "", "alert": ""}
        self._sought: Query | None = None
        self._target = "process"
        self._place = _Place("", None, None)
        self._filter_bar = FilterBar("filter", self._check, id="filter-bar")
        self._search_bar = FilterBar("search", self._check, id="search-bar")

    def compose_bars(self) -> ComposeResult:
        """The two bars, hidden until they are called."""
        yield self._filter_bar
        yield self._search_bar

    # The filter

    def action_filter(self) -> None:
        """Filter the pane that has the focus."""
        self._remember()
        self._filter_bar.open(self._filters[self._target], self._what())

    def begin_with_filter(self, text: str) -> None:
        """The filter of the tree that the command line asked for; it was checked there."""
        self._set_filter("process", text)

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """While typing: what passes is shown at once; what is wrong changes nothing."""
        if self._check(message.text) is not None:
            return
        if message.bar is self._filter_bar:
            self._set_filter(self._target, message.text)
        else:
            self._sought = parse(message.text, self._target)
            self._go_to_match(1, from_here=True)
