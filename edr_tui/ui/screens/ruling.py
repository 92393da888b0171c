"""What the main screen does about rules: shows them, has them loaded anew, tells what came of it."""

from __future__ import annotations

from edr_tui.model.printable import printable
from edr_tui.model.update import Update
from edr_tui.ui.actions import NO_CHANGES, Keymap
from edr_tui.ui.screens.panes import Panes
from edr_tui.ui.screens.rules import RulesScreen

_TOLD_AT_ONCE = 4  # sentences in one message
_TOLD_FOR = 12  # seconds


class Ruling(Panes):
    """The part of the main screen that deals with rules."""

    keymap: Keymap = NO_CHANGES

    def action_rules(self) -> None:
        """The rules as a screen of its own."""
        self.app.push_screen(RulesScreen(self.engine, self.keymap))

    def action_reload_rules(self) -> None:
        """Load the rules anew; what came of it is told."""
        if not self.engine.reload_rules():
            self.say("Rules cannot be loaded anew here")

    def tell_rules(self, update: Update) -> None:
        """Hand the rules to their screen, and say what is to be said."""
        if update.rules is not None and isinstance(self.app.screen, RulesScreen):
            self.app.screen.tell(update.rules)
        if update.notices:
            told = [printable(notice) for notice in update.notices[:_TOLD_AT_ONCE]]
            left = len(update.notices) - len(told)
            told += [f"and {left:,} more"] if left else []
            self.app.notify("\n".join(told), severity="warning", timeout=_TOLD_FOR, markup=False)
