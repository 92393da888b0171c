"""The main screen: header, process tree, alerts, detail, bars and footer, and what goes between them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.widget import Widget

from edr_tui.engine import Engine
from edr_tui.kept import Kept
from edr_tui.model.alert import Severity
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.printable import printable
from edr_tui.model.update import Update
from edr_tui.ui.actions import BY_ID, NO_CHANGES, Context, Keymap, bindings_for, key_cap, keys_of
from edr_tui.ui.feed import Feed
from edr_tui.ui.ledger_line import Standing
from edr_tui.ui.pause import Pause
from edr_tui.ui.screens.acting import Acting
from edr_tui.ui.screens.copying import Copying
from edr_tui.ui.screens.finding import Finding
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.screens.news import News
from edr_tui.ui.screens.panes import Pane
from edr_tui.ui.screens.ruling import Ruling
from edr_tui.ui.screens.setup import Setup
from edr_tui.ui.screens.triage import Triage
from edr_tui.ui.widgets.alert_list import AlertList
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.widgets.ledger_header import LedgerHeader
from edr_tui.ui.widgets.notice_bar import NoticeBar
from edr_tui.ui.widgets.process_tree import ProcessTree

# Updates are painted at most ten times a second.
_PAINT_EVERY = 0.1


class MainScreen(Triage, Finding, Ruling, Copying, Acting, News, Setup, inherit_bindings=False):
    """What the analyst sees first and last: the panes, and what is told about the sensor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.APP)]
    AUTO_FOCUS = "#tree"

    def __init__(
        self,
        engine: Engine,
        feed: Feed,
        clock: Callable[[], int],
        threshold: Severity,
        filter_text: str = "",
        keymap: Keymap = NO_CHANGES,
        kept: Kept | None = None,
    ) -> None:
        super().__init__(engine, clock, threshold)
        self.keymap = keymap
        self.kept = kept or Kept()
        self._feed = feed
        self._first_filter = filter_text
        self._header = LedgerHeader(id="header")
        self._footer = KeyFooter(Context.TREE, keymap=keymap, id="footer")
        self._notice = NoticeBar(id="notice")
        self._pane: Pane = self.processes
        self._pause: Pause | None = None
        self._painted = 0.0
        self._settled = False
        self._ledger = LedgerView()
        self._source = SourceState(health=SourceHealth.STARTING, since_ns=clock())

    def compose(self) -> ComposeResult:
        """The header above, the panes, and below them bars and keys."""
        yield self._header
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield self.processes
                yield self.alerts
            yield self.detail
        yield self._notice
        yield from self.compose_bars()
        yield self._footer

    def on_mount(self) -> None:
        """The clock, the titles, and the filter that the command line asked for."""
        self.set_interval(1.0, self._second_passed)
        self._tell_standing()
        self.entitle()
        if self._first_filter:
            self.set_filter("process", self._first_filter)
        # What has come by now is in the first frame, instead of after an empty one.
        self._paint()

    # Updates

    def on_feed_ready(self) -> None:
        """Something waits: paint it now, or when the last painting is a tenth of a second ago."""
        wait = self._painted + _PAINT_EVERY - time.monotonic()
        if wait > 0:
            self.set_timer(wait, self._paint)
        else:
            self._paint()

    def _paint(self) -> None:
        update = self._feed.take()
        if update is None:
            return
        self._painted = time.monotonic()
        self.tell_rules(update)
        with self.app.batch_update():
            self._ledger, self._source = update.ledger, update.source
            if update.host is not None:
                self.host_name = update.host.name
            self.asking.take(update.answers)
            self.follow_dialog(update.processes)
            if self._pause is not None:
                self._pause.hold(update)
                self._follow_states(update)
            else:
                self._show(update)
            self._tell_standing()
            self._tell_notice()
            self.tell_news(self._ledger)
        if not self._settled and update.ledger.sensor is not None:
            # The sensor's first status follows its snapshot, most of which stays for as long as we run. No
            # search for garbage has to visit it: among 100,000 processes that is a pause of 240 ms.
            self._settled = True
            gc.freeze()

    def _show(self, update: Update) -> None:
        self.processes.apply(update)
        self.alerts.apply(update)
        if update.processes or update.evicted or update.alerts or update.closed:
            self.tell_subject()
        self.entitle()

    def _follow_states(self, update: Update) -> None:
        """While the view stands still, what the analyst acknowledges is seen to be acknowledged."""
        shown = ((self.alerts.rows.get(alert.id), alert) for alert in update.alerts)
        turned = tuple(
            replace(before, state=alert.state)
            for before, alert in shown
            if before is not None and before.state is not alert.state
        )
        if turned:
            self._show(replace(update, processes=(), evicted=(), alerts=turned, closed=()))

    def _second_passed(self) -> None:
        """What grows older on the screen grows older."""
        self._header.second_passed(self.now_ns())
        self.asking.expire(self.now_ns())
        with self.app.batch_update():
            if self._pause is None:
                self.processes.tick(self.now_ns())
                self.filters_age()
                self.tell_subject()
            self._tell_standing()
            self._tell_notice()

    # The selection

    def on_process_tree_process_selected(self, message: ProcessTree.ProcessSelected) -> None:
        """The analyst went to a process."""
        if message.entity_id is not None:
            self.history.visit(message.entity_id)
        self.end_aside(by_analyst=False)
        self.tell_subject()

    def on_alert_list_alert_selected(self, message: AlertList.AlertSelected) -> None:
        """The analyst went to an alert: its process is selected, and its ancestors open."""
        alert = self.alerts.rows.get(message.alert_id)
        if alert is not None:
            self.go_to_process_of(alert)

    def action_history_back(self) -> None:
        """Back to what was selected before."""
        self._revisit(self.history.back())

    def action_history_forward(self) -> None:
        """Forward again."""
        self._revisit(self.history.forward())

    def _revisit(self, entity_id: str | None) -> None:
        if entity_id is None:
            self.say("There is no selection further that way")
        elif self.processes.rows.process(entity_id) is None:
            self.say("That process is no longer kept")
        else:
            self.end_aside(by_analyst=True)
            self.processes.select(entity_id)
            self.tell_subject()

    # Panes

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The footer tells the keys of the pane; a narrow screen shows the pane that has the focus."""
        widget = event.widget
        for bar in self.bars:
            if bar in widget.ancestors:
                self._footer.show(bar.context)
        contexts: list[tuple[Pane, Context]] = [
            (self.processes, Context.TREE),
            (self.alerts, Context.ALERTS),
            (self.detail, Context.DETAIL),
        ]
        for pane, context in contexts:
            if pane is widget:
                for bar in self.bars:
                    bar.leave()
                self._footer.show(context)
                self._pane = pane
                self.make_room(pane, self.size)
        if widget is self.processes and self.aside is not None:
            self.end_aside(by_analyst=True)
            self.tell_subject()

    def watch_focused(self, focused: Widget | None) -> None:
        """The keys always have a pane to go to: one that was hidden while it had them gives them on."""
        if focused is None and self.is_mounted and self.app.app_focus:
            self.call_after_refresh(self._focus_somewhere)

    def _focus_somewhere(self) -> None:
        if self.focused is None and self.is_mounted and self.app.app_focus:
            self.focus_pane(self._pane)

    def on_resize(self, event: Resize) -> None:
        """Another size has room for more, or for less."""
        self.make_room(self._pane, event.size)

    def action_next_pane(self) -> None:
        """To the next pane."""
        self._turn(1)

    def action_previous_pane(self) -> None:
        """To the previous pane."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        panes: list[Pane] = [self.processes, self.alerts, self.detail]
        at = next((at for at, pane in enumerate(panes) if pane.has_focus), -1 if by > 0 else 0)
        self.focus_pane(panes[(at + by) % len(panes)])

    def action_open_detail(self) -> None:
        """To the detail of the selected process."""
        self.focus_pane(self.detail)

    def action_go_to_process(self) -> None:
        """To the alert's process in the tree, if it has a row."""
        if self.aside is not None:
            self.say_aside()
            return
        self.focus_pane(self.processes)

    def action_back(self) -> None:
        """One step back: out of a filter, then back to the tree. It never quits."""
        if self.drop_filter():
            return
        self.focus_pane(self.processes)

    # What the screen says about itself

    def action_pause(self) -> None:
        """Let the view stand still, or go on."""
        if self._pause is None:
            self.processes.flush()
            self._pause = Pause(self.processes.rows.process, self.alerts.rows.get)
        else:
            update = self._pause.release()
            self._pause = None
            if update is not None:
                with self.app.batch_update():
                    self._show(update)
        self._footer.paused = self._pause is not None
        self._tell_notice()

    def _tell_notice(self) -> None:
        """The bar above the keys: a pause, or a sensor in trouble."""
        if self._pause is not None:
            key = key_cap(keys_of(BY_ID["pause"], self.keymap)[0])
            words = f"PAUSED   {self._pause.counts.words} since   {key} goes on"
            self._notice.tell(Content.styled(words), "warning")
        elif (trouble := _TROUBLE.get(self._source.health)) is not None:
            who, reason = self._source.who, f": {self._source.reason}" if self._source.reason else ""
            words = printable(f"{who[:1].upper()}{who[1:]} {trouble}{reason}")
            self._notice.tell(Content(words), "error")
        elif self._source.health is SourceHealth.STARTING and not self.processes.rows.known:
            here = self._source.who == "the sensor"
            self._notice.tell(Content(_STARTING if here else _AWAITED), "")
        else:
            self._notice.tell(None, "")

    def _tell_standing(self) -> None:
        self._header.show(
            Standing(
                host=self.host_name,
                ledger=self._ledger,
                source=self._source,
                alerts=self.alerts.rows.counts(),
                now_ns=self.now_ns(),
            )
        )

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(self.keymap, self.read_only))

    def action_quit(self) -> None:
        """End the program."""
        self.app.exit(return_code=0)

    def action_interrupt(self) -> None:
        """End the program, also while something is typed."""
        self.app.exit(return_code=0)


_STARTING = "The sensor is starting: the processes of this host are on their way."
_AWAITED = "Nothing has come in yet: the first processes are awaited."
_TROUBLE = {
    SourceHealth.SILENT: "is silent: what is shown may be old",
    SourceHealth.RESTARTING: "has ended and is being started again",
    SourceHealth.RECONNECTING: "is cut, another try follows",
    SourceHealth.ENDED: "has ended: what is shown is as it was then",
}
