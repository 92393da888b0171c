"""The ancestry of one process as a screen of its own: every generation with its command line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from edr_tui.model.printable import printable
from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.ancestry import ancestry_lines
from edr_tui.ui.detail import Subject
from edr_tui.ui.widgets.key_footer import KeyFooter


class AncestryScreen(ModalScreen[None]):
    """From the root down to the process, as it was when the screen was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.ANCESTRY)]

    def __init__(self, subject: Subject, now_ns: int) -> None:
        super().__init__()
        self._subject = subject
        self._now_ns = now_ns
        self._text = Static(markup=False)
        self._ladder = VerticalScroll(self._text, id="ladder")

    def compose(self) -> ComposeResult:
        """The ladder in a frame, and the keys below."""
        process = self._subject.process
        with Vertical(id="ancestry") as frame:
            frame.border_title = Content.assemble(
                (" Ancestry of ", ""),
                (printable(process.name or "?"), "bold"),
                (f" {process.pid} ", "$muted"),
            )
            count = len(self._subject.ancestors) + 1
            generations = "1 generation" if count == 1 else f"{count:,} generations"
            frame.border_subtitle = Content(f" {generations} ")
            yield self._ladder
            yield KeyFooter(Context.ANCESTRY)

    def on_mount(self) -> None:
        """The scroll takes the keys, and begins at the process itself."""
        self._ladder.focus()

    def on_resize(self) -> None:
        """Lines are as wide as the frame."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self._ladder.scrollable_content_region.width
        subject = self._subject
        lines = ancestry_lines(
            subject.process, subject.ancestors, subject.children, subject.alerts, self._now_ns, commands=width
        )
        text = Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)
        self._text.update(text)
        self._ladder.call_after_refresh(self._ladder.scroll_end, animate=False)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._ladder.scroll_up(animate=False)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._ladder.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """A page up."""
        self._ladder.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self._ladder.scroll_page_down(animate=False)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._ladder.scroll_relative(y=-max(self._ladder.size.height // 2, 1), animate=False)

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._ladder.scroll_relative(y=max(self._ladder.size.height // 2, 1), animate=False)

    def action_first(self) -> None:
        """To the root."""
        self._ladder.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the process itself."""
        self._ladder.scroll_end(animate=False)

    def action_close_ancestry(self) -> None:
        """Back to the main screen."""
        self.dismiss(None)
