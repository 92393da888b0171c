"""Which process is selected, and how it keeps its place on the screen. Pure.

The selection is an identity, never a row number: rows come and go around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from edr_tui.ui.forest import Predicate
from edr_tui.ui.tree_rows import TreeRows


class Anchor(NamedTuple):
    """A process and the screen line it is to stay on, as far as the list's ends allow."""

    entity_id: str
    line: int


class Place(NamedTuple):
    """What a filter gives back when it goes: the selection, and what was where."""

    selected: str | None
    anchor: Anchor | None


class TreeCursor:
    """The selection in a tree of rows. selected: its entity_id, None while there is no row."""

    def __init__(self, rows: TreeRows) -> None:
        self.rows = rows
        self.selected: str | None = None
        self._before_filter: Place | None = None

    @property
    def index(self) -> int | None:
        """The number of the selected row."""
        return None if self.selected is None else self.rows.index_of(self.selected)

    # How the view stays where it is

    def anchor(self, top: int, height: int, leaving: Iterable[str] = ()) -> Anchor | None:
        """What is to stay on its line: the selected row, or if it is not on the screen, the first.

        top: the first row on the screen; height: in rows. leaving: who is about to be evicted. If
        that is the anchor itself, whoever it gives way to is held where that one stands now; and if
        that is not on the screen, it takes the line that becomes free.
        """
        index = self.index
        if index is None or not top <= index < top + height:
            if not 0 <= top < len(self.rows):
                return None
            held, line = self.rows.row(top).process.entity_id, 0
        else:
            assert self.selected is not None
            held, line = self.selected, index - top
        heir = self.rows.survivor(held, set(leaving))
        if heir is None or heir == held:
            return None if heir is None else Anchor(held, line)
        place = self.rows.index_of(heir)
        seen = place is not None and top <= place < top + height
        return Anchor(heir, place - top if seen and place is not None else line)

    def top_for(self, anchor: Anchor | None, top: int) -> int:
        """The first row on the screen, so that the anchor is on its line again."""
        if anchor is None:
            return top
        nearest = self.rows.nearest_on_list(anchor.entity_id)
        index = None if nearest is None else self.rows.index_of(nearest)
        return top if index is None else index - anchor.line

    def leave(self, leaving: Iterable[str]) -> None:
        """Pass the selection on from those who are about to be evicted."""
        gone = set(leaving)
        if self.selected in gone:
            self.selected = self.rows.survivor(self.selected, gone)
        place = self._before_filter
        if place is not None and gone:
            anchor = place.anchor
            heir = None if anchor is None else self.rows.survivor(anchor.entity_id, gone)
            self._before_filter = Place(
                None if place.selected is None else self.rows.survivor(place.selected, gone),
                None if anchor is None or heir is None else Anchor(heir, anchor.line),
            )

    def settle(self) -> None:
        """See to it that a row is selected, if there is any: the nearest, else the first match."""
        if self.selected is not None:
            self.selected = self.rows.nearest_on_list(self.selected)
        if self.selected is None:
            self.selected = self._first_match()

    def _first_match(self) -> str | None:
        for row in self.rows.rows(0, len(self.rows)):
            if row.matches:
                return row.process.entity_id
        return None

    # Filters

    def set_filter(self, predicate: Predicate | None, top: int, height: int) -> int | None:
        """Set or clear the filter; the first row to show where it matters, None to stay near.

        Clearing gives back selection and position as they were before the first filter.
        """
        if predicate is not None and self._before_filter is None:
            self._before_filter = Place(self.selected, self.anchor(top, height))
        place, wanted = self._before_filter, self.selected
        self.rows.set_filter(predicate)
        if predicate is None:
            self._before_filter = None
            if place is None:
                return None
            self.selected = place.selected
            self.settle()
            return self.top_for(place.anchor, top)
        for candidate in (wanted, None if place is None else place.selected):
            index = None if candidate is None else self.rows.index_of(candidate)
            if index is not None and self.rows.row(index).matches:
                self.selected = candidate
                return None
        self.selected = self._first_match()
        return None

    # Moves

    def move_by(self, count: int) -> None:
        """Down by so many rows, up if negative, as far as there are rows."""
        self.move_to((self.index or 0) + count)

    def move_to(self, index: int) -> None:
        """To the row with this number, or the nearest."""
        if len(self.rows):
            index = max(0, min(index, len(self.rows) - 1))
            self.selected = self.rows.row(index).process.entity_id

    def to_parent(self) -> None:
        """To the parent."""
        self._step(self.rows.parent_of)

    def to_previous_sibling(self) -> None:
        """To the sibling above, or to the parent from the first."""
        if not self._step(self.rows.previous_sibling):
            self.to_parent()

    def to_next_sibling(self) -> None:
        """To the sibling below, or from the last to the next one of the nearest ancestor that has one."""
        at = self.selected
        while at is not None:
            if (following := self.rows.next_sibling(at)) is not None:
                self.selected = following
                return
            at = self.rows.parent_of(at)

    def collapse(self) -> None:
        """Collapse, or go to the parent from what shows no children."""
        if self.selected is None:
            return
        if self.rows.is_expandable(self.selected) and self.rows.is_expanded(self.selected):
            self.rows.collapse(self.selected)
        else:
            self.to_parent()

    def expand(self) -> None:
        """Expand, or go to the first child of what is expanded."""
        if self.selected is None or not self.rows.is_expandable(self.selected):
            return
        if self.rows.is_expanded(self.selected):
            self._step(self.rows.first_child)
        else:
            self.rows.expand(self.selected)

    def toggle(self) -> None:
        """Expand or collapse what has children."""
        if self.selected is not None and self.rows.is_expandable(self.selected):
            self.rows.toggle(self.selected)

    def _step(self, way: Callable[[str], str | None]) -> bool:
        target = None if self.selected is None else way(self.selected)
        if target is not None:
            self.selected = target
        return target is not None
