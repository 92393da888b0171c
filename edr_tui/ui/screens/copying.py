"""Copying what is told of a process: over OSC 52, plainly visible and in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edr_tui.model.printable import printable, shell_quoted
from edr_tui.model.process import Image
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.panes import Panes
from edr_tui.ui.screens.plain import PlainScreen
from edr_tui.ui.telling import evidence_line, evidence_lines

if TYPE_CHECKING:
    from edr_tui.ui.app import EdrApp


class Copying(Panes):
    """The part of the main screen that hands things to other programs."""

    def action_copy_command(self) -> None:
        """Copy the command line, shell-quoted and escaped, in one line."""
        image = self._image()
        if image is not None:
            self._copied(command_text(image), "The command line")

    def action_copy_evidence(self) -> None:
        """Copy what a report needs of the process: itself, its alerts and its ancestry."""
        subject = self.subject()
        if subject is None:
            self.say("Nothing is selected")
            return
        self._copied(evidence_line(subject, self.host_name, self.now_ns()), "The evidence")

    def action_copy_raw(self) -> None:
        """Copy the command line as it is; where that could do something when pasted, after a question."""
        image = self._image()
        if image is None:
            return
        raw = raw_command(image)
        if raw == printable(raw):
            self._raw(raw)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._raw(raw)

        question = "It holds characters that steer a terminal or end a line. Copy it as it is?"
        self.app.push_screen(ConfirmScreen(question, yes="Copy"), answered)

    def action_plain_view(self) -> None:
        """What the detail tells as plain text over the whole screen, without the mouse."""
        subject = self.subject()
        if subject is None:
            self.say("Nothing is selected")
            return
        told = [*evidence_lines(subject, self.host_name, self.now_ns()), "", "Esc goes back"]
        self.app.push_screen(PlainScreen(told, cast("EdrApp", self.app).take_mouse))

    def _image(self) -> Image | None:
        subject = self.subject()
        if subject is None:
            self.say("Nothing is selected")
            return None
        image = subject.process.image
        if image.args is None and image.command_line is None:
            self.say("Its command line is not known")
            return None
        return image

    def _copied(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.say(f"{what} was sent to the clipboard: {len(text):,} characters")

    def _raw(self, text: str) -> None:
        cast("EdrApp", self.app).copy_raw_to_clipboard(text)
        self.say("The raw command line was sent to the clipboard")


def command_text(image: Image) -> str:
    """A command line to paste: it says exactly these arguments, and is printable and one line."""
    if image.args is not None:
        return shell_quoted(image.args)
    return printable(image.command_line or "")


def raw_command(image: Image) -> str:
    """A command line as the process has it, its arguments joined with blanks."""
    return image.command_line if image.command_line is not None else " ".join(image.args or ())
