"""What was done in this session, as a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from edr_tui.model.printable import printable
from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.session_log import Entry
from edr_tui.ui.tabs.common import value_runs
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.widgets.lines_view import LinesView
from edr_tui.ui.words import clock
from edr_tui.ui.wrapping import wrap

_INDENT = 9


class LogView(LinesView, inherit_bindings=False):
    """The actions, oldest first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.LOG)]

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(id="log")
        self._entries = entries

    def on_resize(self) -> None:
        """Lines are as wide as the frame."""
        if self.width > 0:
            self.show_lines(_lines(self._entries, self.width))

    def action_close_log(self) -> None:
        """Back."""
        self.screen.dismiss(None)


class LogScreen(Dialog[None], inherit_bindings=False):
    """The log as it was when it was opened."""

    CSS = """
    LogScreen { align: center middle; background: $background 60%; }
    LogScreen > Vertical {
        width: 90%; height: 80%; background: $surface; border: round $border;
        border-title-color: $foreground; border-subtitle-color: $muted;
    }
    LogView { height: 1fr; padding: 0 1; background: $surface; }
    """
    # Where the list has no room it cannot have the keys: closing works all the same.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(Context.LOG) if binding.action == "close_log"
    ]

    def __init__(self, entries: Sequence[Entry], keymap: Keymap = NO_CHANGES) -> None:
        super().__init__()
        self._entries = entries
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The list in a frame, and the keys below."""
        with Vertical() as frame:
            frame.border_title = Content(" Done in this session ")
            frame.border_subtitle = Content(f" {len(self._entries):,} ")
            yield LogView(self._entries)
            yield KeyFooter(Context.LOG, keymap=self._keymap)

    def action_close_log(self) -> None:
        """Back to the main screen."""
        self.dismiss(None)


def _lines(entries: Sequence[Entry], width: int) -> list[Content]:
    lines: list[Content] = []
    if not entries:
        return wrap([("No signal has been sent from here. F9 sends one.", "$muted")], width)
    for entry in entries:
        told = [
            (f"{entry.signal} ", "bold"),
            ("to ", "$muted"),
            *value_runs(f"{entry.name} {entry.pid}", "bold $primary"),
            (" and its subtree" if entry.subtree else "", "$muted"),
            (f": {printable(entry.outcome or 'no answer yet')}", "" if entry.done else "$warning"),
        ]
        wrapped = [*wrap(told, width - _INDENT), *wrap([(entry.command_line, "$muted")], width - _INDENT)[:2]]
        for number, line in enumerate(wrapped):
            first = (f"{clock(entry.at_ns)} ", "$muted") if not number else (" " * _INDENT, "")
            lines.append(Content.assemble(first, line))
    return lines
