"""All keys, from the registry of actions."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.key_help import HelpGroup, HelpRow, help_groups
from edr_tui.ui.screens.dialog import Dialog

_TWO_COLUMNS, _THREE_COLUMNS = 96, 150  # cells from which that many columns are readable
_BETWEEN = 4  # cells between columns


class HelpScreen(Dialog[None]):
    """The groups of the registry, in as many columns as there is room for. keymap: the user's changes."""

    CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > VerticalScroll {
        width: 92%; max-width: 180; height: auto; max-height: 100%;
        padding: 0 2; background: $surface; border: round $border; scrollbar-size-vertical: 1;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $muted;
    }
    HelpText { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.HELP)]

    def __init__(self, keymap: Keymap = NO_CHANGES, read_only: bool = False) -> None:
        super().__init__()
        self._groups = help_groups(keymap, read_only)
        self._frame = VerticalScroll(HelpText(self._groups))

    def compose(self) -> ComposeResult:
        """The keys in a frame."""
        self._frame.border_title = Content(" Keys ")
        self._frame.border_subtitle = Content(" Esc closes ")
        yield self._frame

    def action_close_help(self) -> None:
        """Back."""
        self.dismiss(None)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._frame.scroll_up(animate=False)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._frame.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """A page up."""
        self._frame.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """A page down."""
        self._frame.scroll_page_down(animate=False)

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._frame.scroll_relative(y=-max(self._frame.size.height // 2, 1), animate=False)

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._frame.scroll_relative(y=max(self._frame.size.height // 2, 1), animate=False)

    def action_first(self) -> None:
        """To the top."""
        self._frame.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self._frame.scroll_end(animate=False)


class HelpText(Widget):
    """The groups, laid out anew for every width: also when a scrollbar takes a cell of it."""

    def __init__(self, groups: tuple[HelpGroup, ...]) -> None:
        super().__init__()
        self._groups = groups

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes at that width."""
        return help_content(self._groups, width).plain.count("\n") + 1

    def render(self) -> Content:
        """The lines."""
        return help_content(self._groups, self.size.width)


def help_content(groups: tuple[HelpGroup, ...], width: int) -> Content:
    """The groups as lines of at most that many cells, in one, two or three columns of even height."""
    count = 3 if width >= _THREE_COLUMNS else 2 if width >= _TWO_COLUMNS else 1
    column_width = (width - _BETWEEN * (count - 1)) // count
    blocks = [_block(group._replace(rows=_tabs_folded(group.rows)), column_width) for group in groups]
    columns = _balanced(blocks, count)
    height = max(map(len, columns))
    lines: list[Content] = []
    for at in range(height):
        cells = [column[at] if at < len(column) else Content("") for column in columns]
        padded = [cell.pad_right(max(column_width - cell.cell_length, 0)) for cell in cells[:-1]]
        lines.append(Content(" " * _BETWEEN).join([*padded, cells[-1]]))
    return Content("\n").join(lines)


def _balanced(blocks: list[list[Content]], count: int) -> list[list[Content]]:
    """The blocks in order, over columns whose tallest is as low as it can be, a blank line between blocks."""
    limit = max(map(len, blocks))
    while len(columns := _poured(blocks, limit)) > count:
        limit += 1
    return columns


def _poured(blocks: list[list[Content]], limit: int) -> list[list[Content]]:
    """The blocks in order, over as many columns of at most that height as it takes."""
    columns: list[list[Content]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + 1 + len(block) > limit:
            columns.append([])
        if columns[-1]:
            columns[-1].append(Content(""))
        columns[-1] += block
    return columns


def _tabs_folded(rows: tuple[HelpRow, ...]) -> tuple[HelpRow, ...]:
    """The keys of the tabs in one row: their names stand on the tabs themselves."""
    tabs = [row for row in rows if row.action.id.startswith("tab-")]
    if not tabs:
        return rows
    folded = HelpRow(tuple(cap for row in tabs for cap in row.caps), "to its tabs", tabs[0].action)
    return (folded, *(row for row in rows if row not in tabs))


def _block(group: HelpGroup, width: int) -> list[Content]:
    caps = max(_caps_length(row) for row in group.rows)
    return [
        Content.styled(group.title, "bold $foreground"),
        *(line for row in group.rows for line in _lines(row, caps, width)),
    ]


def _lines(row: HelpRow, caps: int, width: int) -> list[Content]:
    """The caps, and beside them what they do, wrapped into its own column."""
    parts: list[str | tuple[str, str]] = []
    for cap in row.caps:
        parts += [(f" {cap} ", "bold $primary on $row-selected"), " "]
    keys = Content.assemble(*parts, " " * (caps - _caps_length(row)), " ")
    said = Content.styled(row.description, "$foreground").wrap(max(width - caps - 1, 1))
    return [
        (keys if at == 0 else Content(" " * (caps + 1))) + line
        for at, line in enumerate(said or [Content("")])
    ]


def _caps_length(row: HelpRow) -> int:
    return sum(cell_len(cap) + 3 for cap in row.caps)
