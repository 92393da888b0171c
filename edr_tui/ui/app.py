"""The app: the engine in a thread worker, the theme, the main screen; it ends in order, whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.traceback import Traceback
from textual.app import App, ScreenStackError
from textual.binding import BindingType
from textual.color import Color
from textual.dom import DOMNode, NoScreen
from textual.driver import Driver
from textual.events import Event, InputEvent, Key
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets import Input

from edr_tui.engine import Engine
from edr_tui.kept import Kept
from edr_tui.model.alert import Severity
from edr_tui.model.printable import printable
from edr_tui.model.update import Update
from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.feed import Feed
from edr_tui.ui.filters import Ascii, NoColours, OneInk, Wall
from edr_tui.ui.messages import FeedReady
from edr_tui.ui.screens.main import MainScreen
from edr_tui.ui.terminal import undaunted
from edr_tui.ui.theme import variable_defaults

_FAULT_LINES = 40
_CLIPBOARD = 50_000  # characters: with base64 what most terminals take at once
_SETTLED_WITHIN = 1.0  # seconds that a key waits at most for those before it


class EdrApp(App[None], inherit_bindings=False):
    """The console.

    notices: what is wrong with the configuration, themes or rules, told once the screen stands.
    filter_text: the filter of the tree to begin with. threshold: the lowest level that alerts.
    read_only: no signals are sent. clock: ns since the epoch. kept: what was chosen before, and where
    choices are kept. theme_configured: the theme of the configuration. ascii_only: the terminal shows
    nothing else.
    """

    TITLE = "edr-tui"
    CSS_PATH = Path(__file__).with_name("edr.tcss")
    ENABLE_COMMAND_PALETTE = False
    # No key copies a selection, and Textual's reckoning of it fails over a message that is just going.
    ALLOW_SELECT = False
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
        read_only: bool = False,
        clock: Callable[[], int] = time.time_ns,
        kept: Kept | None = None,
        theme_configured: str | None = None,
        ascii_only: bool = False,
    ) -> None:
        super().__init__()
        self.wall = Wall()
        self._wall_told = False
        self._no_colours = NoColours()
        self._ascii_only = ascii_only
        self._filters_made: tuple[str, list[LineFilter]] | None = None
        self._engine = engine
        self._feed = Feed(self._announce)
        self._main = MainScreen(engine, self._feed, clock, threshold, filter_text, keymap, kept)
        self._main.theme_configured = theme_configured
        self._main.read_only = read_only
        self._notices = notices
        self._keymap_wanted = keymap
        # Who had the focus at the last key, and which that was.
        self._asked: tuple[Widget | None, str] = (None, "")
        self.fault: str | None = None
        for known in themes:
            self.register_theme(known)
        if theme is not None:
            self.theme = theme

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, which reads on whatever bytes come."""
        return undaunted(super().get_driver_class())

    def get_default_screen(self) -> MainScreen:
        """The main screen is the first there is."""
        return self._main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of ours that a foreign theme lacks."""
        theme = self.available_themes.get(self.theme)
        return variable_defaults(theme) if theme is not None else {}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every painted line goes through, the second wall among it."""
        if self._filters_made is None or self._filters_made[0] != self.theme:
            self._filters_made = (self.theme, self._line_filters())
        return self._filters_made[1]

    def _line_filters(self) -> list[LineFilter]:
        # Textual's own for NO_COLOR leave nothing of the selected row.
        made = [each for each in super().get_line_filters() if not isinstance(each, Monochrome | NoColor)]
        if self.no_color:
            quiet = ("background", "surface", "panel", "row-new")
            variables = self.theme_variables
            colours = [Color.parse(variables[name]).rich_color for name in quiet if name in variables]
            self._no_colours.grounds = frozenset([None, *colours])
            made.append(self._no_colours)
        elif self.current_theme.ansi:
            made.append(OneInk())
        made.append(self.wall)
        if self._ascii_only:
            made.append(Ascii())
        return made

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text into the clipboard (OSC 52), plainly visible, in one line, as long as terminals take."""
        super().copy_to_clipboard(printable(text[:_CLIPBOARD]))

    def copy_raw_to_clipboard(self, text: str) -> None:
        """Put a text into the clipboard as it is, whatever is in it. Bytes that are no text become U+FFFD."""
        raw = text[:_CLIPBOARD].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        super().copy_to_clipboard(raw)

    def take_mouse(self, taken: bool) -> None:
        """Let the program have the mouse, or the terminal, whose own selection then works."""
        take = getattr(self._driver, "take_mouse", None)
        if take is not None:
            take(taken)

    def _tell_wall(self) -> None:
        """Once, that the second wall had something to do: that is a fault of ours."""
        if self.wall.replaced and not self._wall_told:
            self._wall_told = True
            said = f"{self.wall.replaced:,} characters that steer a terminal were stopped at the last moment"
            self.notify(f"{said}: please report it", severity="warning", markup=False)

    def on_mount(self) -> None:
        """Start the engine; tell what was wrong with the set-up."""
        self.set_interval(1.0, self._tell_wall)
        if self._keymap_wanted:
            self.set_keymap(dict(self._keymap_wanted))
        for notice in self._notices:
            self.notify(printable(notice), severity="warning", timeout=15, markup=False)
        self.run_worker(self._sense, name="engine", thread=True, group="engine")

    def on_resize(self) -> None:
        """Paint everything: a terminal that shrank and grew again in no time has lost what it cut off."""
        self.refresh()

    async def on_event(self, event: Event) -> None:
        """A key is answered before the next one is looked at, however fast they come.

        Textual forwards each key to who has the focus, and looks for its action when it has bubbled
        up again: of f and a typed in one go, the a would acknowledge an alert in the tree.
        """
        if not isinstance(event, InputEvent):
            await super().on_event(event)
            return
        # What is meant for something on its way out, as a second click on a message, is for nobody.
        with contextlib.suppress(NoScreen, ScreenStackError):
            if not (isinstance(event, Key) and not event.is_forwarded and await self._answered(event)):
                await super().on_event(event)

    async def _answered(self, key: Key) -> bool:
        """Whether an action has answered a key, of whoever should after all that was pressed before it."""
        if isinstance(self.focused, Input) and key.is_printable:
            self._asked = self.focused, key.key
            return False
        # A key that is held down asks again for what was just done: it need not wait for all of it.
        if self._asked != (self.focused, key.key):
            await self._settle()
        self._asked = self.focused, key.key
        for priority in (True, False):
            if await self._check_bindings(key.key, priority):
                return True
        return False

    async def _settle(self) -> None:
        """Wait until who had the keys has done with them, and all above it have heard of it.

        A screen that has just been opened has done so when it stands.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLED_WITHIN):
                for widget in dict.fromkeys((self._asked[0], self.focused, self.screen)):
                    for node in widget.ancestors_with_self if widget is not None else ():
                        if node is not self:
                            await _idle(node)

    def done_in_session(self) -> list[str]:
        """What was done to processes, a printable line each: for whoever reads the terminal afterwards."""
        return [entry.line() for entry in self._main.log_of_actions.entries()]

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

    def on_unmount(self) -> None:
        """However the app ends, the engine's thread ends with it."""
        self._engine.stop()

    async def _shutdown(self) -> None:
        """Whatever else ends the program, its thread ends too."""
        self._engine.stop()
        await super()._shutdown()

    def panic(self, *renderables: object) -> None:
        """What Textual gives up for, as a fault while it reads keys, ends the program like any other."""
        self._give_up(_said_by(renderable) for renderable in renderables)

    def _fatal_error(self) -> None:
        """An unexpected fault ends the program: what is printed of it cannot touch the terminal.

        Textual would print the values of local variables, which may be anything that a process chose.
        """
        self._give_up(traceback.format_exc().strip().splitlines()[-_FAULT_LINES:])

    def _give_up(self, lines: Iterable[str]) -> None:
        if self.fault is None:
            self.fault = "\n".join(map(printable, lines))
        self._engine.stop()
        self._close_messages_no_wait()


def _said_by(renderable: object) -> str:
    """A fault in one line: of a traceback only the fault itself, for it would tell local variables too."""
    if isinstance(renderable, Traceback) and renderable.trace.stacks:
        stack = renderable.trace.stacks[0]
        return f"{stack.exc_type}: {stack.exc_value}"
    return str(renderable)


async def _idle(node: DOMNode) -> None:
    """Wait until it has handled what was posted to it so far."""
    done = asyncio.Event()
    if node.call_later(done.set):
        await done.wait()
