"""The themes to choose from: the one under the cursor is on the screen behind."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.render.look import LEVEL_GLYPHS
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.theme import SEVERITIES, variable_defaults
from edr_tui.ui.widgets.key_footer import KeyFooter

_NAME = 23  # cells; the longest of ours
_GLYPHS = tuple(reversed([LEVEL_GLYPHS[level] for level in sorted(LEVEL_GLYPHS)]))


class ThemeList(OptionList, inherit_bindings=False):
    """Names, with the levels in each theme's own colours."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.THEMES)]

    def action_page_up(self) -> None:
        """A page up."""
        self._by(-max(self.size.height, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._by(max(self.size.height, 1))

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self._by(-max(self.size.height // 2, 1))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self._by(max(self.size.height // 2, 1))

    def _by(self, count: int) -> None:
        self.highlighted = min(max((self.highlighted or 0) + count, 0), self.option_count - 1)

    def action_keep_theme(self) -> None:
        """Keep the one under the cursor."""
        self.action_select()

    def action_cancel_theme(self) -> None:
        """Put back the one before."""
        self.screen.dismiss(None)


class ThemesScreen(Dialog[str | None], inherit_bindings=False):
    """Dismissed with the name of a theme, or None for the one before. now: the name of that."""

    CSS = """
    ThemesScreen { align: right top; background: transparent; }
    ThemesScreen > Vertical {
        width: 40; max-width: 100%; height: 100%; background: $surface; border: round $border;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $muted;
    }
    ThemeList, ThemeList:focus {
        height: 1fr; background: $surface; border: none; padding: 0; color: $foreground;
        scrollbar-size-vertical: 1;
    }
    ThemeList > .option-list--option-highlighted, ThemeList:focus > .option-list--option-highlighted {
        background: $row-selected; color: $foreground; text-style: bold;
    }
    ThemeList > .option-list--option-hover { background: $row-selected-blurred; }
    ThemesScreen KeyFooter { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, now: str, keymap: Keymap = NO_CHANGES) -> None:
        super().__init__()
        self._now = now
        self._keymap = keymap
        self._list = ThemeList()

    def compose(self) -> ComposeResult:
        """The names in a frame at the right, with the keys below."""
        with Vertical() as frame:
            frame.border_title = Content(" Themes ")
            yield self._list
            yield KeyFooter(Context.THEMES, keymap=self._keymap)

    def on_mount(self) -> None:
        """Ours and the user's first, in order; the cursor on the one that stands."""
        themes = self.app.available_themes
        names = sorted(themes, key=lambda name: (name in BUILTIN_THEMES, name))
        self._list.add_options([Option(_row(themes[name]), id=name) for name in names])
        if self._now in names:
            self._list.highlighted = names.index(self._now)
        self.query_one(Vertical).border_subtitle = Content(f" {len(names)} ")
        self._list.focus()

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None:
            self.app.theme = event.option_id

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _row(theme: Theme) -> Content:
    """A theme's name, its levels on its own ground, and what it is for."""
    variables = {**variable_defaults(theme), **theme.variables}
    ground = theme.background or ("#000000" if theme.dark else "#ffffff")
    swatch = [
        (f" {glyph}", f"{variables[name]} on {ground}")
        for name, glyph in zip(SEVERITIES, _GLYPHS, strict=True)
    ]
    return Content.assemble(f" {theme.name[:_NAME].ljust(_NAME)} ", *swatch, (" ", f"on {ground}"))
