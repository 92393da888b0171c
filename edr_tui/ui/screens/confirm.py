"""A question before something that touches much at once."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.screens.dialog import Dialog


class ConfirmScreen(Dialog[bool]):
    """Asks, and is dismissed with True for yes and False for no.

    question: a sentence of ours that names what will be done, and to how many.
    yes: the word on the button that does it.
    """

    CSS = """
    ConfirmScreen { align: center middle; background: $background 60%; }
    ConfirmScreen > Vertical {
        width: auto; min-width: 36; max-width: 90%; height: auto; max-height: 100%;
        padding: 1 3; background: $surface; border: round $warning;
        border-title-color: $warning; border-title-style: bold;
    }
    ConfirmScreen Static { width: auto; max-width: 100%; height: auto; margin: 0 0 1 0; }
    ConfirmScreen Horizontal { width: 100%; height: 1; align-horizontal: center; }
    ConfirmScreen Button {
        margin: 0 1; min-width: 12; border: none; height: 1; background: $panel; color: $foreground;
    }
    ConfirmScreen Button:focus {
        background: $primary; color: $background; background-tint: transparent; text-style: bold;
    }
    ConfirmScreen Button:hover { background: $row-selected; color: $foreground; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.QUESTION)]
    AUTO_FOCUS = "#yes"

    def __init__(self, question: str, *, yes: str = "Acknowledge", no: str = "Cancel") -> None:
        super().__init__()
        self._question = question
        self._yes = Button(_label("y", yes), id="yes", compact=True)
        self._no = Button(_label("n", no), id="no", compact=True)

    def compose(self) -> ComposeResult:
        """The question, and both answers with their keys."""
        with Vertical() as box:
            box.border_title = Content(" Please confirm ")
            yield Static(Content(self._question))
            with Horizontal():
                yield self._yes
                yield self._no

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Leave it."""
        self.dismiss(False)

    def action_other_answer(self) -> None:
        """To the other button."""
        (self._no if self._yes.has_focus else self._yes).focus()


def _label(key: str, word: str) -> Content:
    return Content.assemble((key, "bold underline"), " ", word)
