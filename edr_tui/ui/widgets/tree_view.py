"""The view of the process tree, on the Line API: paints rows, keeps its place while they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from edr_tui.model.alert import Severity
from edr_tui.ui.render.cells import fit, line
from edr_tui.ui.render.look import LOOK_NAMES, Look
from edr_tui.ui.render.tree import new_for, render_row
from edr_tui.ui.tree_cursor import TreeCursor
from edr_tui.ui.tree_rows import Row, TreeRows

_STRIPS_KEPT = 2_048
_PREFIX = "process-tree--"
_FLASH_FOR_S = 2
"""A new row stands on a ground of its own for so long."""


class TreeView(ScrollView, can_focus=True, inherit_bindings=False):
    """Only the lines on the screen are made, and only those that look different are drawn again.

    threshold: the lowest level of an alert that turns its chain red.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    TreeView {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-color: $guide;
        scrollbar-color-hover: $muted;
        scrollbar-color-active: $primary;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        & > .process-tree--name { text-style: bold; }
        & > .process-tree--pid { color: $muted; }
        & > .process-tree--user { color: $user; }
        & > .process-tree--command { color: $muted; }
        & > .process-tree--evidence { color: $chain; text-style: underline; }
        & > .process-tree--technique { color: $technique; }
        & > .process-tree--tag { color: $warning; }
        & > .process-tree--escaped { color: $warning; text-style: italic; }
        & > .process-tree--guide { color: $guide; }
        & > .process-tree--arrow { color: $muted; }
        & > .process-tree--chain { color: $chain; text-style: bold; }
        & > .process-tree--descendant { color: $chain; }
        & > .process-tree--bar { color: $chain; }
        & > .process-tree--critical { color: $severity-critical; text-style: bold; }
        & > .process-tree--high { color: $severity-high; text-style: bold; }
        & > .process-tree--medium { color: $severity-medium; text-style: bold; }
        & > .process-tree--low { color: $severity-low; }
        & > .process-tree--informational { color: $severity-informational; }
        & > .process-tree--acknowledged { color: $success; }
        & > .process-tree--badge { color: $muted; text-style: bold; }
        & > .process-tree--new { color: $process-new; }
        & > .process-tree--exited { color: $process-exited; }
        & > .process-tree--aside { color: $muted; text-style: italic; }
        & > .process-tree--flash { background: $row-new; }
        & > .process-tree--cursor { background: $row-selected; }
        & > .process-tree--cursor-blurred { background: $row-selected-blurred; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(_PREFIX + name for name in LOOK_NAMES if name != "blank"),
        _PREFIX + "flash",
        _PREFIX + "cursor",
        _PREFIX + "cursor-blurred",
    }

    class ProcessSelected(Message, namespace="process_tree"):
        """Another process is selected; entity_id None: there is none. The newest replaces older ones."""

        def __init__(self, tree: TreeView, entity_id: str | None) -> None:
            super().__init__()
            self.tree = tree
            self.entity_id = entity_id

        @property
        def control(self) -> TreeView:
            """The tree it comes from."""
            return self.tree

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst of moves matters."""
            return isinstance(message, TreeView.ProcessSelected) and message.tree is self.tree

    class RowsChanged(Message, namespace="process_tree"):
        """The list has another length. shown: its rows; known: all processes that are kept."""

        def __init__(self, tree: TreeView, shown: int, known: int) -> None:
            super().__init__()
            self.tree = tree
            self.shown = shown
            self.known = known

        @property
        def control(self) -> TreeView:
            """The tree it comes from."""
            return self.tree

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts matter."""
            return isinstance(message, TreeView.RowsChanged) and message.tree is self.tree

    _looks: dict[str | None, Look] | None = None

    def __init__(
        self,
        *,
        threshold: Severity = Severity.MEDIUM,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.rows = TreeRows(threshold)
        self.empty_text = "Waiting for the first processes …"
        self._cursor = TreeCursor(self.rows)
        self._now_ns = 0
        self._strips: dict[str, tuple[tuple[Row, tuple[int, int], int | None, Look], Strip]] = {}
        self._page: tuple[int, int, list[Row]] | None = None
        self._told: tuple[str | None, int, int] = (None, 0, 0)

    # Painting

    def render_line(self, y: int) -> Strip:
        """The line y of the screen."""
        width = self.scrollable_content_region.width
        rows = self._visible_rows()
        if y >= len(rows):
            look = self._look_on(None)
            text = fit(self._empty_line(), width) if y == 0 and not len(self.rows) else ""
            return line([(text, look.aside)], width, look.blank)
        row = rows[y]
        if row.process.entity_id != self._cursor.selected:
            age = new_for(row.process, self._now_ns)
            flashes = age is not None and age < _FLASH_FOR_S
            return self._strip(row, width, self._look_on("flash" if flashes else None))
        return self._strip(row, width, self._look_on("cursor" if self.has_focus else "cursor-blurred"))

    def _strip(self, row: Row, width: int, look: Look) -> Strip:
        """The row's strip, from before if everything that its look depends on is as it was."""
        # A blank cell between the text and the scroll bar, where there is one and room for it.
        text_width = width - 1 if self.show_vertical_scrollbar and width >= 20 else width
        key = (row, (width, text_width), new_for(row.process, self._now_ns), look)
        kept = self._strips.get(row.process.entity_id)
        if kept is not None and kept[0] == key:
            return kept[1]
        strip = render_row(row, text_width, look, self._now_ns).extend_cell_length(width, look.blank)
        if len(self._strips) >= _STRIPS_KEPT:
            self._strips.clear()
        self._strips[row.process.entity_id] = (key, strip)
        return strip

    def _look_on(self, background: str | None) -> Look:
        """The look on the background of a component, or on that of the widget."""
        if self._looks is None:
            self._looks = {}
        look = self._looks.get(background)
        if look is None:
            under = self.rich_style if background is None else self._style(background)
            look = Look.of(lambda name: under if name == "blank" else under + self._ink(name))
            self._looks[background] = look
        return look

    def _ink(self, name: str) -> Style:
        """The style of a component without a background."""
        own = self.get_component_rich_style(_PREFIX + name, partial=True)
        return Style(color=self._style(name).color, bold=own.bold, italic=own.italic, underline=own.underline)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(_PREFIX + name)

    def notify_style_update(self) -> None:
        """Forget the old looks."""
        super().notify_style_update()
        self._looks = None

    def _empty_line(self) -> str:
        return "  No process passes the filter." if self.rows.filtering else f"  {self.empty_text}"

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _visible_rows(self) -> list[Row]:
        top, height = self.scroll_offset.y, self._height
        if self._page is None or self._page[:2] != (top, height):
            self._page = (top, height, list(self.rows.rows(top, top + height)))
        return self._page[2]

    # Changing

    def _change(
        self, change: Callable[[], None], *, leaving: Iterable[str] = (), by_user: bool = False
    ) -> None:
        """Let the rows change, keep the selected one on its screen line, and draw what differs."""
        before = self._visible_rows()
        selected, top = self._cursor.selected, self.scroll_offset.y
        anchor = self._cursor.anchor(top, self._height, leaving)
        change()
        self._cursor.settle()
        self._measure()
        self._scroll_to_row(self._cursor.top_for(anchor, top))
        if by_user:
            self._reveal()
        self._draw(before, selected, top)
        self._tell()

    def _move(self, move: Callable[[], None]) -> None:
        """Let the selection move, and scroll no further than it needs."""
        before, selected, top = self._visible_rows(), self._cursor.selected, self.scroll_offset.y
        move()
        self._reveal()
        self._draw(before, selected, top)
        self._tell()

    def _draw(self, before: list[Row], selected: str | None, top: int) -> None:
        """Draw the lines again that look other than before; a scrolled view draws itself."""
        if self.scroll_offset.y != top:
            return
        after = self._visible_rows()
        now_selected = self._cursor.selected
        for number in range(max(len(before), len(after), 1)):
            old = before[number] if number < len(before) else None
            new = after[number] if number < len(after) else None
            was = old is not None and old.process.entity_id == selected
            is_now = new is not None and new.process.entity_id == now_selected
            if old != new or was != is_now or new is None:
                self.refresh_line(top + number)

    def _measure(self) -> None:
        """Tell the scroll bar how long the list is now."""
        self._page = None
        size = Size(0, len(self.rows))
        if size != self.virtual_size:
            # Without a layout of the screen: it would draw everything again, and only the bar moves.
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def _scroll_to_row(self, top: int) -> None:
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _reveal(self, *, centred: bool = False) -> None:
        """Scroll until the selected row is on the screen, if it is not."""
        index, top, height = self._cursor.index, self.scroll_offset.y, self._height
        if index is None or height <= 0 or top <= index < top + height:
            return
        if centred:
            self._scroll_to_row(index - height // 2)
        else:
            self._scroll_to_row(index if index < top else index - height + 1)

    def _tell(self) -> None:
        """Post what has changed since it was last told."""
        told, selected, shown, known = self._told, self._cursor.selected, len(self.rows), self.rows.known
        self._told = (selected, shown, known)
        if told[0] != selected:
            self.post_message(self.ProcessSelected(self, selected))
        if told[1:] != (shown, known):
            self.post_message(self.RowsChanged(self, shown, known))
