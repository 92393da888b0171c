"""Finding things: the filter of the processes and of the alerts, and the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult

from edr_tui.engine import Engine
from edr_tui.model.alert import Severity
from edr_tui.model.process import Process
from edr_tui.query import Context as Known
from edr_tui.query import Query, QueryError, parse
from edr_tui.ui.forest import Predicate
from edr_tui.ui.screens.panes import Panes
from edr_tui.ui.widgets.filter_bar import FilterBar

Target = Literal["process", "alert"]
_WHAT: dict[Target, str] = {"process": "processes", "alert": "alerts"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the analyst was when a bar was opened."""

    target: Target = "process"
    filter_text: str = ""
    process_id: str | None = None
    alert_id: str | None = None


class Finding(Panes):
    """The part of the main screen that filters and searches."""

    def __init__(self, engine: Engine, clock: Callable[[], int], threshold: Severity) -> None:
        super().__init__(engine, clock, threshold)
        self._place = _Place()
        self._sought: Query | None = None
        self._timed: dict[Target, bool] = dict.fromkeys(_WHAT, False)
        self._filter_bar = FilterBar("filter", self._check, id="filter-bar")
        self._search_bar = FilterBar("search", self._check, id="search-bar")

    @property
    def bars(self) -> tuple[FilterBar, FilterBar]:
        """Filter and search."""
        return self._filter_bar, self._search_bar

    def compose_bars(self) -> ComposeResult:
        """The two bars, hidden until they are called."""
        yield from self.bars

    @property
    def open_bar(self) -> FilterBar | None:
        """The bar in which something is typed."""
        return next((bar for bar in (self._filter_bar, self._search_bar) if bar.display), None)

    # The filter

    def action_filter(self) -> None:
        """Filter the pane that has the focus."""
        self._place = self._here()
        self._filter_bar.open(self._place.filter_text, _WHAT[self._place.target])

    def set_filter(self, target: Target, text: str) -> None:
        """Let a filter that parses stand from now on; an empty one shows all again."""
        query = parse(text, target)
        if target == "process":
            self.process_filter = "" if query.everything else text
            self.processes.set_filter(None if query.everything else self._passes(query))
            self.retry_aside()
        else:
            self.alert_filter = "" if query.everything else text
            self.alerts.set_filter(
                None if query.everything else lambda alert: query.matches_alert(alert, self.now_ns())
            )
        self._timed[target] = query.timed
        self.entitle()
        self.tell_subject()

    def drop_filter(self) -> bool:
        """Take away the filter of the pane that has the focus; False if it has none."""
        target = self._target()
        if not (self.process_filter if target == "process" else self.alert_filter):
            return False
        self.set_filter(target, "")
        return True

    def filters_age(self) -> None:
        """Filters that ask for time, as is:new does, are asked anew."""
        if self._timed["process"]:
            self.processes.ask_again()
        if self._timed["alert"]:
            self.alerts.ask_again()
        if any(self._timed.values()):
            self.entitle()

    def _passes(self, query: Query) -> Predicate:
        def passes(process: Process) -> bool:
            mark = self.processes.rows.mark(process.entity_id)
            known = Known(
                now_ns=self.now_ns(),
                level=None if mark is None else mark.level,
                techniques=() if mark is None else mark.techniques,
                host=self.host_name,
            )
            return query.matches(process, known)

        return passes

    # The search

    def action_search(self) -> None:
        """Search in the pane that has the focus."""
        self._place = self._here()
        self._search_bar.open("", _WHAT[self._place.target])

    def action_search_next(self) -> None:
        """To the next match."""
        self._seek(forward=True)

    def action_search_previous(self) -> None:
        """To the previous match."""
        self._seek(forward=False)

    def _seek(self, *, forward: bool, from_here: bool = False) -> bool:
        """Go to the next match, and say where there is none."""
        if self._sought is None or self._sought.everything:
            self.say("Search for something first: press /")
            return False
        found = (
            self._seek_process(self._sought, forward, from_here)
            if self._sought.target == "process"
            else self._seek_alert(self._sought, forward, from_here)
        )
        if not found and not self._search_bar.display:
            self.say("Nothing found")
        return found

    def _seek_process(self, query: Query, forward: bool, from_here: bool) -> bool:
        start = self._place.process_id if from_here else None
        if start is None and self.processes.selected is not None:
            start = self.processes.selected.entity_id
        passes = self._passes(query)
        here = self.processes.rows.process(start) if from_here and start is not None else None
        if here is not None and passes(here):
            found = start
        else:
            found = self.processes.rows.search(passes, start, backwards=not forward)
        if found is not None:
            self.go_to_process(found)
        return found is not None

    def _seek_alert(self, query: Query, forward: bool, from_here: bool) -> bool:
        listed = list(self.alerts.rows.rows())
        now_ns = self.now_ns()
        start = self._place.alert_id if from_here else self.alerts.cursor
        at = next((number for number, alert in enumerate(listed) if alert.id == start), -1)
        first = at if from_here and at >= 0 else at + 1
        order = listed[first:] + listed[:first] if forward else listed[:at][::-1] + listed[at:][::-1]
        found = next((alert for alert in order if query.matches_alert(alert, now_ns)), None)
        if found is not None:
            self.go_to_alert(found)
        return found is not None

    # The bars

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """While typing, what passes is shown at once, and the search goes along."""
        if message.bar is self._filter_bar:
            self.set_filter(self._place.target, message.text)
            self._filter_bar.tell(self._tally())
        else:
            self._sought = parse(message.text, self._place.target)
            found = self._sought.everything or self._seek(forward=True, from_here=True)
            self._search_bar.tell("" if found else "nothing found")

    def on_filter_bar_kept(self, message: FilterBar.Kept) -> None:
        """Enter: the filter stands, or the search stays at its match; the pane has the keys again."""
        if message.bar is self._filter_bar:
            self.set_filter(self._place.target, message.text)
        self._return()

    def on_filter_bar_cancelled(self, message: FilterBar.Cancelled) -> None:
        """Esc: filter and selection are as they were before."""
        place = self._place
        if message.bar is self._filter_bar:
            self.set_filter(place.target, place.filter_text)
        if place.alert_id is not None:
            self.alerts.select(place.alert_id)
        if place.process_id is not None:
            self.processes.select(place.process_id, reveal=False)
        self.tell_subject()
        self._return()

    def _return(self) -> None:
        self.focus_pane(self.processes if self._place.target == "process" else self.alerts)

    def _check(self, text: str) -> QueryError | None:
        try:
            parse(text, self._place.target)
        except QueryError as fault:
            return fault
        return None

    def _target(self) -> Target:
        return "alert" if self.alerts.has_focus else "process"

    def _here(self) -> _Place:
        target = self._target()
        selected = self.processes.selected
        return _Place(
            target=target,
            filter_text=self.process_filter if target == "process" else self.alert_filter,
            process_id=None if selected is None else selected.entity_id,
            alert_id=self.alerts.cursor,
        )

    def _tally(self) -> str:
        if self._place.target == "process":
            return f"{len(self.processes.rows):,} of {self.processes.rows.known:,}"
        return f"{len(self.alerts.rows):,}"
