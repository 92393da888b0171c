"""What all screens above the main one have alike."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widget import Widget

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A screen above the main one. It goes once, however often it is told to: a second click or key,
    quicker than it goes, would take the screen below with it."""

    def watch_focused(self, focused: Widget | None) -> None:
        """A click beside everything takes the keys from nobody."""
        if focused is None and self.is_current:
            self.call_after_refresh(self._focus_somewhere)

    def _focus_somewhere(self) -> None:
        if self.focused is None and self.is_current:
            self.set_focus(next(iter(self.focus_chain), None))

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Go, if it has not gone yet."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
