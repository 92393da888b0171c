"""The plain view: the detail over the whole screen, for the terminal's own selection."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.widgets.lines_view import LinesView


class PlainLines(LinesView, inherit_bindings=False):
    """Lines from edge to edge: no frame, no margin, no scroll bar, nothing that moves."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.PLAIN)]
    DEFAULT_CSS = (
        "PlainLines { width: 100%; height: 1fr; scrollbar-size-vertical: 0; background: $background; }"
    )

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def on_resize(self) -> None:
        """Long values go on in the next line from its very beginning: selected, they are whole."""
        width = max(self.width, 1)
        self.show_lines([Content(part) for text in self._told for part in _parts(text, width)])

    def action_close_plain(self) -> None:
        """Back."""
        self.screen.dismiss(None)


def _parts(text: str, width: int) -> list[str]:
    return [line.plain for line in Content(text).fold(width)] or [""]


class PlainScreen(Dialog[None], inherit_bindings=False):
    """The evidence of a process, as it was when the screen was opened.

    mouse: told False while the screen stands, so that the mouse selects as in any other program.
    """

    CSS = "PlainScreen { background: $background; }"

    def __init__(self, told: list[str], mouse: Callable[[bool], None]) -> None:
        super().__init__()
        self._told = told
        self._mouse = mouse

    def compose(self) -> ComposeResult:
        """Nothing but the lines."""
        yield PlainLines(self._told)

    def on_mount(self) -> None:
        """The terminal has the mouse."""
        self._mouse(False)

    def on_unmount(self) -> None:
        """The program has it again."""
        self._mouse(True)
