"""The detail pane: the selected process told whole, scrolled as a text."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.detail import DetailLines, Subject
from edr_tui.ui.widgets.lines_view import LinesView
from edr_tui.ui.wrapping import wrap

_NOTHING = "Select a process or an alert to see all of it here."


class DetailPane(LinesView, inherit_bindings=False):
    """Shows one subject; another subject begins at the top, news of the same one stay in place."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.DETAIL)]
    DEFAULT_CSS = "DetailPane { padding: 0 1; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._subject: Subject | None = None
        self._now_ns = 0
        self._made = DetailLines()

    def show(self, subject: Subject | None, now_ns: int) -> None:
        """Tell of this subject, as of now_ns (ns since the epoch); None if nothing is selected."""
        before, self._subject, self._now_ns = self._subject, subject, now_ns
        self._tell()
        if subject is not None and (before is None or before.process.entity_id != subject.process.entity_id):
            self.scroll_to(y=0, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Lines are as wide as the pane."""
        self._tell()

    def _tell(self) -> None:
        if self.width <= 0:
            return
        lines: list[Content]
        if self._subject is None:
            lines = wrap([(_NOTHING, "$muted")], self.width)
        else:
            lines = self._made.of(self._subject, self.width, self._now_ns)
        self.show_lines(lines)
