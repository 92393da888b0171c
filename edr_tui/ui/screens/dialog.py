"""What all screens above the main one have alike."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A screen above the main one. It goes once, however often it is told to: a second click or key,
    quicker than it goes, would take the screen below with it."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Go, if it has not gone yet."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
