"""The detail pane: the selected process told whole, in tabs, each scrolled as a text."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message

from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.detail import DetailLines, Subject
from edr_tui.ui.tabs.common import NOTHING_FOUND, Findings
from edr_tui.ui.tabs.lines import TabLines
from edr_tui.ui.tabs.tab import Tab, caps, tab_line
from edr_tui.ui.widgets.lines_view import LinesView
from edr_tui.ui.wrapping import wrap

_NOTHING = "Select a process or an alert to see all of it here."


class DetailPane(LinesView, inherit_bindings=False):
    """Shows one subject; another subject begins at the top, news of the same one stay in place.

    tab: what of it is told. reveal: whether secrets are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.DETAIL)]
    DEFAULT_CSS = "DetailPane { padding: 0 1; }"

    class TabChosen(Message):
        """The mouse chose a tab."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tab = Tab.SUMMARY
        self.reveal = False
        self._subject: Subject | None = None
        self._findings = NOTHING_FOUND
        self._now_ns = 0
        self._made = DetailLines()
        self._tabs = TabLines()

    def show(self, subject: Subject | None, now_ns: int, findings: Findings = NOTHING_FOUND) -> None:
        """Tell of this subject, as of now_ns (ns since the epoch); None if nothing is selected."""
        before, self._subject, self._now_ns = self._subject, subject, now_ns
        self._findings = findings
        another = before is None or subject is None or before.process.entity_id != subject.process.entity_id
        if another:
            self.reveal = False
        self._tell()
        if subject is not None and another:
            self.scroll_to(y=0, animate=False, immediate=True)

    def turn_to(self, tab: Tab) -> None:
        """Tell that tab from now on, from its beginning."""
        self.tab = tab
        self._tell()
        self.scroll_to(y=0, animate=False, immediate=True)

    def toggle_secrets(self) -> None:
        """Show what looks like a secret, until another process is selected; or mask it again."""
        self.reveal = not self.reveal
        self._tell()

    def on_resize(self) -> None:
        """Lines are as wide as the pane."""
        self._tell()

    def on_click(self, event: Click) -> None:
        """A click on a tab turns to it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y != 0:
            return
        for cap in caps(self.width, self.tab):
            if cap.start <= offset.x < cap.end:
                event.stop()
                self.post_message(self.TabChosen(cap.tab))

    def _tell(self) -> None:
        if self.width <= 0:
            return
        self.pin([tab_line(self.width, self.tab)])
        lines: list[Content]
        if self._subject is None:
            lines = wrap([(_NOTHING, "$muted")], self.width)
        elif self.tab is Tab.SUMMARY:
            lines = self._made.of(self._subject, self.width, self._now_ns)
        else:
            lines = self._tabs.of(
                self.tab, self._subject, self._findings, self.width, self._now_ns, self.reveal
            )
        self.show_lines(lines)
