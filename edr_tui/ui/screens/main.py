"""The main screen: header, process tree, alerts, detail, bars and footer, and what goes between them."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.screen import Screen
from textual.widget import Widget

from edr_tui.engine import Engine
from edr_tui.model.alert import Severity
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.update import Update
from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.detail import Subject
from edr_tui.ui.feed import Feed
from edr_tui.ui.history import SelectionHistory
from edr_tui.ui.ledger_line import Standing
from edr_tui.ui.messages import FeedReady
from edr_tui.ui.pause import Pause
from edr_tui.ui.screens.finding import Finding
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.screens.triage import Triage
from edr_tui.ui.widgets.alert_list import AlertList
from edr_tui.ui.widgets.detail_pane import DetailPane
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.widgets.ledger_header import LedgerHeader
from edr_tui.ui.widgets.notice_bar import NoticeBar
from edr_tui.ui.widgets.process_tree import ProcessTree

# Updates are painted at most ten times a second.
_PAINT_EVERY = 0.1
_SECOND_NS = 1_000_000_000


class MainScreen(Triage, Finding, Screen[None]):
    """Three panes over one selection.

    Whatever is selected, in the tree or among the alerts, is what the detail pane tells of.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.APP)]
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-low"), (20, "-high")]
    AUTO_FOCUS = "#tree"

    def __init__(self, engine: Engine, feed: Feed, threshold: Severity, filter_text: str = "") -> None:
        super().__init__()
        self.engine = engine
        self._feed = feed
        self._threshold = threshold
        self._first_filter = filter_text
        self._tree = ProcessTree(threshold=threshold, id="tree")
        self._alerts = AlertList(threshold, id="alerts")
        self._detail = DetailPane(id="detail")
        self._header = LedgerHeader(id="header")
        self._footer = KeyFooter(id="footer")
        self._notice = NoticeBar(id="notice")
        self._history = SelectionHistory()
        self._pause: Pause | None = None
        self._painted = 0.0
        self._paint_due = False
        self._host_name: str | None = None
        self._ledger = LedgerView()
        self._source = SourceState(health=SourceHealth.STARTING, since_ns=time.time_ns())

    def compose(self) -> ComposeResult:
        """The header above, the panes, and below them bars and keys."""
        yield self._header
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield self._tree
                yield self._alerts
            yield self._detail
        yield self._notice
        yield from self.compose_bars()
        yield self._footer
