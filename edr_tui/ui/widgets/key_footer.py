"""The last line: the keys of the pane that has the focus, help, and the mode."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from edr_tui.ui.actions import NO_CHANGES, Context, FooterEntry, Keymap, canonical, footer_for

_GAP = 2  # cells between two entries
_EDGE = 1  # cells at either end


class Place(NamedTuple):
    """Where an entry stands: from the first cell up to, not including, the end."""

    start: int
    end: int
    entry: FooterEntry


class KeyFooter(Widget):
    """Draws the entries of a context; where they do not all fit, help stays and the rightmost go first.

    A click on an entry presses its key. paused: the mode says so. keymap: the user's changes.
    """

    DEFAULT_CSS = """
    KeyFooter {
        height: 1; width: 100%; background: $footer-background;
        color: $footer-description-foreground; text-wrap: nowrap; pointer: pointer;
    }
    """
    ALLOW_SELECT = False

    context: reactive[Context] = reactive(Context.TREE)
    paused: reactive[bool] = reactive(False)
    keymap: reactive[Keymap] = reactive(NO_CHANGES)

    def __init__(self, context: Context, *, keymap: Keymap = NO_CHANGES, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(KeyFooter.context, context)
        self.set_reactive(KeyFooter.keymap, keymap)

    def show(self, context: Context) -> None:
        """Tell the keys of this context from now on."""
        self.context = context

    @property
    def mode(self) -> str:
        """The word at the right end; empty where nothing else is possible."""
        match self.context:
            case Context.FILTER | Context.SEARCH:
                return self.context.name
            case Context.TREE | Context.ALERTS | Context.DETAIL | Context.APP:
                return "PAUSED" if self.paused else "NORMAL"
            case _:
                return ""

    def render(self) -> Content:
        """The line."""
        places = self._places()
        parts: list[str | tuple[str, str]] = []
        at = 0
        for start, end, entry in places:
            parts += [" " * (start - at), (entry.cap, "bold $footer-key-foreground"), " ", entry.word]
            at = end
        mode = self._mode_shown(places)
        if mode:
            parts += [" " * (self.size.width - at - cell_len(mode)), (mode, _MODE_STYLES[self.mode])]
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Press the key of the entry under the mouse, so that who has the focus answers it."""
        for start, end, entry in self._places():
            if start <= event.x < end:
                self.app.simulate_key(canonical(entry.key))

    def _mode_shown(self, places: tuple[Place, ...]) -> str:
        mode = f" {self.mode} " if self.mode else ""
        used = places[-1].end if places else 0
        return mode if used + _GAP + len(mode) <= self.size.width else ""

    def _places(self) -> tuple[Place, ...]:
        entries = footer_for(self.context, self.keymap)
        mode = len(self.mode) + 2 + _GAP if self.mode else _EDGE
        return _arranged(entries, self.size.width - mode) or _arranged(entries[-1:], self.size.width)


# A mode other than the usual one has a ground of its own: it is seen from the corner of an eye.
_MODE_STYLES = {
    "NORMAL": "$footer-description-foreground",
    "FILTER": "bold $background on $primary",
    "SEARCH": "bold $background on $primary",
    "PAUSED": "bold $background on $warning",
}


def _arranged(entries: tuple[FooterEntry, ...], width: int) -> tuple[Place, ...]:
    """As many entries as fit into a width, the last one always among them; none if not even that fits."""
    if not entries:
        return ()
    *first, last = entries
    room = width - _length(last)
    places: list[Place] = []
    at = _EDGE
    for entry in first:
        end = at + _length(entry)
        if end + _GAP > room:
            break
        places.append(Place(at, end, entry))
        at = end + _GAP
    if at > room:
        return ()
    return (*places, Place(at, at + _length(last), last))


def _length(entry: FooterEntry) -> int:
    return cell_len(entry.cap) + 1 + cell_len(entry.word)
