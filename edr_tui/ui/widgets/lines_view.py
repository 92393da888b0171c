"""Lines of text to read: only those on the screen are made, and only a change is painted."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class LinesView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines, scrolled as a text. Lines are to be no longer than `width`.

    pinned: lines that stay above them.
    """

    DEFAULT_CSS = """
    LinesView { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Content] = ()
        self._pinned: Sequence[Content] = ()
        self._strips: dict[int, tuple[int, Strip]] = {}

    @property
    def width(self) -> int:
        """How long a line may be, in cells."""
        return self.scrollable_content_region.width

    def show_lines(self, lines: Sequence[Content]) -> None:
        """Show these from now on; what did not change is not painted again."""
        old, self._lines = self._lines, lines
        top, pinned = self.scroll_offset.y, len(self._pinned)
        for number, line in enumerate(lines):
            if number >= len(old) or not line.is_same(old[number]):
                self._strips.pop(number, None)
                if top <= number < top + self.size.height - pinned and len(old) == len(lines):
                    self.refresh_line(number + pinned)
        if len(old) != len(lines):
            self._strips.clear()
            self.virtual_size = Size(self.width, len(lines) + pinned)
            self.refresh()

    def pin(self, lines: Sequence[Content]) -> None:
        """Show these above all others, wherever those are scrolled to."""
        if len(lines) == len(self._pinned) and all(map(Content.is_same, lines, self._pinned)):
            return
        self._pinned = lines
        self.virtual_size = Size(self.width, len(self._lines) + len(lines))
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme, another look."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, pinned = self.width, len(self._pinned)
        if y < pinned:
            return self._strip(self._pinned[y], width)
        number = y - pinned + self.scroll_offset.y
        kept = self._strips.get(number)
        if kept is not None and kept[0] == width:
            return kept[1]
        line = self._lines[number] if number < len(self._lines) else Content("")
        strip = self._strip(line, width)
        self._strips[number] = (width, strip)
        return strip

    def _strip(self, line: Content, width: int) -> Strip:
        style = self.visual_style
        fitted = line.truncate(width, ellipsis=True, pad=True) if width > 0 else Content("")
        strips = Visual.to_strips(self, fitted, max(width, 1), 1, style, apply_selection=False, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._scroll_by(-1)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._scroll_by(1)

    def action_page_up(self) -> None:
        """A page up."""
        self._scroll_by(-self._page)

    def action_page_down(self) -> None:
        """A page down."""
        self._scroll_by(self._page)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._scroll_by(-self._half_page)

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._scroll_by(self._half_page)

    def action_first(self) -> None:
        """To the top."""
        self._scroll_by(-len(self._lines))

    def action_last(self) -> None:
        """To the end."""
        self._scroll_by(len(self._lines))

    @property
    def _page(self) -> int:
        return max(self.size.height - len(self._pinned) - 1, 1)

    @property
    def _half_page(self) -> int:
        return max((self.size.height - len(self._pinned)) // 2, 1)

    def _scroll_by(self, lines: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True)
