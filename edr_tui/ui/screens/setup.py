"""How the console looks and is spoken to: themes, and the palette of all actions."""

from __future__ import annotations

from edr_tui.ui.screens.palette import ActionPalette
from edr_tui.ui.screens.panes import Panes
from edr_tui.ui.screens.themes import ThemesScreen


class Setup(Panes):
    """The part of the main screen that changes how it looks."""

    theme_configured: str | None = None
    """What the configuration says, for a choice to be remembered beside it."""

    def action_palette(self) -> None:
        """All actions by name, those of the pane with the focus first."""
        self.app.push_screen(ActionPalette())

    def action_themes(self) -> None:
        """Choose a theme and see it at once."""
        before = self.app.theme

        def chosen(name: str | None) -> None:
            if name is None:
                self.app.theme = before
                return
            self.app.theme = name
            self.keep(theme=name, theme_was=self.theme_configured)

        self.app.push_screen(ThemesScreen(before, self.keymap), chosen)

    def keep(self, **choices: object) -> None:
        """Keep what was chosen for the next time; if that cannot be, say why."""
        if (fault := self.kept.change(**choices)) is not None:
            self.notify(fault, severity="warning", markup=False)
