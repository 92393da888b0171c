"""The ancestry of one process as a screen of its own: every generation with its command line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from edr_tui.model.printable import printable
from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.ancestry import ancestry_lines
from edr_tui.ui.detail import Subject
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.widgets.lines_view import LinesView


class Ladder(LinesView, inherit_bindings=False):
    """The generations, root first; it begins at the process itself."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.ANCESTRY)]

    def __init__(self, subject: Subject, now_ns: int) -> None:
        super().__init__(id="ladder")
        self._subject = subject
        self._now_ns = now_ns
        self._begun = False

    def on_resize(self) -> None:
        """Lines are as wide as the frame."""
        if self.width <= 0:
            return
        subject = self._subject
        self.show_lines(
            ancestry_lines(
                subject.process,
                subject.ancestors,
                subject.children,
                subject.red,
                self._now_ns,
                self.width,
                subject.remembered,
            )
        )
        if not self._begun:
            self._begun = True
            self.call_after_refresh(self.action_last)


class AncestryScreen(Dialog[None], inherit_bindings=False):
    """From the root down to the process, as it was when the screen was opened."""

    # Where the ladder has no room it cannot have the keys: closing works all the same.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(Context.ANCESTRY) if binding.action == "screen.close_view"
    ]

    def __init__(self, subject: Subject, now_ns: int, keymap: Keymap = NO_CHANGES) -> None:
        super().__init__()
        self._subject = subject
        self._now_ns = now_ns
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The ladder in a frame, and the keys below."""
        process = self._subject.process
        with Vertical(id="ancestry") as frame:
            frame.border_title = Content.assemble(
                (" Ancestry of ", ""),
                (printable(process.name or "?"), "bold"),
                (f" {process.pid} ", "$muted"),
            )
            count = len(self._subject.ancestors) + 1
            generations = "1 generation" if count == 1 else f"{count:,} generations"
            frame.border_subtitle = Content(f" {generations} ")
            yield Ladder(self._subject, self._now_ns)
            yield KeyFooter(Context.ANCESTRY, keymap=self._keymap)

    def action_close_view(self) -> None:
        """Back to the main screen."""
        self.dismiss(None)
