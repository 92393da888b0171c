"""Which tabs there are, and the line that shows them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from edr_tui.model.inspection import ENVIRONMENT, FILES, HASH, LIMITS, MEMORY, NETWORK


class Tab(Enum):
    """(key, its word, a shorter one, what it asks the sensor for)."""

    SUMMARY = ("1", "Summary", "Summary", ())
    ENVIRONMENT = ("2", "Environment", "Env", (ENVIRONMENT,))
    FILES = ("3", "Files", "Files", (FILES,))
    NETWORK = ("4", "Network", "Net", (NETWORK,))
    LIMITS = ("5", "Limits", "Limits", (LIMITS,))
    MEMORY = ("6", "Memory", "Mem", (HASH, MEMORY))
    TIMELINE = ("7", "Timeline", "Time", ())

    def __init__(self, key: str, word: str, short: str, parts: tuple[str, ...]) -> None:
        self.key = key
        self.word = word
        self.short = short
        self.parts = parts


TABS = tuple(Tab)


class Cap(NamedTuple):
    """Where a tab stands in the line: from the first cell up to, not including, the end."""

    start: int
    end: int
    tab: Tab
    text: str


def caps(width: int, current: Tab) -> tuple[Cap, ...]:
    """The tabs as they fit: with keys and words, shorter, or only the current one among the keys."""
    forms = (
        [f"{tab.key} {tab.word}" for tab in TABS],
        [f"{tab.key} {tab.short}" for tab in TABS],
        [tab.short for tab in TABS],
        [tab.short if tab is current else tab.key for tab in TABS],
    )
    words = next((form for form in forms if sum(map(cell_len, form)) + len(form) - 1 <= width), forms[-1])
    placed = []
    at = 0
    for tab, word in zip(TABS, words, strict=True):
        placed.append(Cap(at, at + cell_len(word), tab, word))
        at += cell_len(word) + 1
    return tuple(placed)


def tab_line(width: int, current: Tab) -> Content:
    """The line of the tabs: the current one stands out by its look, not by colour alone."""
    parts: list[str | tuple[str, str]] = []
    for cap in caps(width, current):
        parts += [(cap.text, "bold reverse $primary" if cap.tab is current else "$muted"), " "]
    return Content.assemble(*parts[:-1])
