"""The header: one line of honest numbers."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from textual.content import Content
from textual.widget import Widget

from edr_tui.ui.ledger_line import Standing, ledger_line

_RATES = 10


class LedgerHeader(Widget):
    """Draws a Standing; only what looks different is painted again."""

    DEFAULT_CSS = "LedgerHeader { height: 1; text-wrap: nowrap; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._standing: Standing | None = None
        self._line = Content("")
        self._rates: deque[int] = deque(maxlen=_RATES)
        self._events = 0
        self._counted_ns = 0

    def show(self, standing: Standing) -> None:
        """Tell this from now on; the rates are the header's own to keep."""
        self._standing = standing
        self._draw()

    def second_passed(self, now_ns: int) -> None:
        """A second is over by the clock: its events are one step of the rate."""
        if self._standing is None or now_ns <= self._counted_ns:
            return
        events = self._standing.ledger.events
        if self._counted_ns:
            self._rates.append(max(events - self._events, 0))
        self._events, self._counted_ns = events, now_ns

    def on_resize(self) -> None:
        """The line is as wide as the screen."""
        self._draw()

    def _draw(self) -> None:
        if self._standing is None:
            return
        line = ledger_line(replace(self._standing, rates=tuple(self._rates)), self.size.width)
        if not line.is_same(self._line):
            self._line = line
            self.refresh()

    def render(self) -> Content:
        """The line."""
        return self._line
