"""The app: the engine in a thread worker, the theme, the main screen; it ends in order, whatever ends it."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.theme import Theme

from edr_tui.engine import Engine
from edr_tui.model.alert import Severity
from edr_tui.model.printable import printable
from edr_tui.model.update import Update
from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.feed import Feed
from edr_tui.ui.messages import FeedReady
from edr_tui.ui.screens.main import MainScreen
from edr_tui.ui.theme import variable_defaults

_FAULT_LINES = 40


class EdrApp(App[None], inherit_bindings=False):
    """The console.

    notices: what is wrong with the configuration, themes or rules, told once the screen stands.
    filter_text: the filter of the tree to begin with. threshold: the lowest level that alerts.
    clock: ns since the epoch.
    """

    TITLE = "edr-tui"
    CSS_PATH = "edr.tcss"
    ENABLE_COMMAND_PALETTE = False
    # Ctrl+C ends the program from any screen; all other keys are those of the screen.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(Context.APP) if binding.action == "interrupt"
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        themes: Sequence[Theme] = (),
        theme: str | None = None,
        threshold: Severity = Severity.MEDIUM,
        filter_text: str = "",
        notices: Sequence[str] = (),
        keymap: Keymap = NO_CHANGES,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._feed = Feed(self._announce)
        self._main = MainScreen(engine, self._feed, clock, threshold, filter_text, keymap)
        self._notices = notices
        self._keymap_wanted = keymap
        self.fault: str | None = None
        for known in themes:
            self.register_theme(known)
        if theme is not None:
            self.theme = theme

    def get_default_screen(self) -> MainScreen:
        """The main screen is the first there is."""
        return self._main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of ours that a foreign theme lacks."""
        theme = self.available_themes.get(self.theme)
        return variable_defaults(theme) if theme is not None else {}

    def on_mount(self) -> None:
        """Start the engine; tell what was wrong with the set-up."""
        if self._keymap_wanted:
            self.set_keymap(dict(self._keymap_wanted))
        for notice in self._notices:
            self.notify(printable(notice), severity="warning", timeout=15, markup=False)
        self.run_worker(self._sense, name="engine", thread=True, group="engine")

    def action_interrupt(self) -> None:
        """End the program, whatever has the keys."""
        self.exit(return_code=0)

    def _sense(self) -> None:
        """The background worker: its loop waits a quarter of a second at the most."""
        self._engine.run(self._publish)

    def _publish(self, update: Update) -> None:
        self._feed.put(update)

    def _announce(self) -> None:
        self._main.post_message(FeedReady())

    async def _on_exit_app(self) -> None:
        """The engine's thread must see the end before Textual waits for it."""
        self._engine.stop()
        await super()._on_exit_app()

    def _fatal_error(self) -> None:
        """An unexpected fault ends the program: what is printed of it cannot touch the terminal.

        Textual would print the values of local variables, which may be anything that a process chose.
        """
        if self.fault is None:
            lines = traceback.format_exc().strip().splitlines()[-_FAULT_LINES:]
            self.fault = "\n".join(printable(line) for line in lines)
        self._engine.stop()
        self._close_messages_no_wait()
