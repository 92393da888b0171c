"""The detail pane: the selected process told whole, scrolled as a text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.detail import Subject, detail_lines

_NOTHING = Content.styled("Select a process or an alert to see all of it here.", "$muted")


class DetailPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Shows one subject; another subject begins at the top, news of the same one stay in place."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.DETAIL)]

    DEFAULT_CSS = """
    DetailPane { padding: 0 1; scrollbar-size-horizontal: 0; overflow-x: hidden; }
    DetailPane > Static { width: 100%; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._subject: Subject | None = None
        self._now_ns = 0
        self._lines: list[Content] = []

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(_NOTHING, markup=False)

    def show(self, subject: Subject | None, now_ns: int) -> None:
        """Tell of this subject, as of now_ns (ns since the epoch); None if nothing is selected."""
        before, self._subject, self._now_ns = self._subject, subject, now_ns
        self._draw()
        if subject is not None and (before is None or before.process.entity_id != subject.process.entity_id):
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Lines are as wide as the pane."""
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if self._subject is None or width <= 0:
            lines = [_NOTHING]
        else:
            lines = detail_lines(self._subject, width, self._now_ns)
        # What did not change is not painted again: an idle screen sends nothing.
        if len(lines) != len(self._lines) or any(
            not new.is_same(old) for new, old in zip(lines, self._lines, strict=True)
        ):
            # Of another height it has to be laid out, and that paints the whole screen.
            layout = len(lines) != len(self._lines)
            self._lines = lines
            self.query_one(Static).update(Content("\n").join(lines), layout=layout)

    def action_cursor_up(self) -> None:
        """One line up."""
        self.scroll_up(animate=False)

    def action_cursor_down(self) -> None:
        """One line down."""
        self.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """A page up."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self.scroll_page_down(animate=False)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self.scroll_relative(y=-max(self.size.height // 2, 1), animate=False)

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self.scroll_relative(y=max(self.size.height // 2, 1), animate=False)

    def action_first(self) -> None:
        """To the top."""
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self.scroll_end(animate=False)
