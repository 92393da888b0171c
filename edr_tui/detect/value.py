"""What a field holds: a text, whose it is, and whether it may be believed under not."""

from __future__ import annotations

from functools import lru_cache

from edr_tui.detect.pattern import fold, seen

_SHORT = 256


@lru_cache(maxsize=8_192)
def _fold_short(text: str) -> str:
    return fold(text)


class FieldValue:
    """One value of one field.

    text: as rules see it, without the middle of a long one. folded: the same without case.
    entity_id: the process whose it is, None where that has no identity.
    firm: False for what the process could have chosen for itself, such as the path it was called
        by. It may make a rule match, but never an exclusion: under not only firm values count.
    """

    __slots__ = ("entity_id", "firm", "folded", "text")

    def __init__(self, text: str, entity_id: str | None = None, firm: bool = True) -> None:
        self.text = seen(text)
        self.folded = _fold_short(self.text) if len(self.text) <= _SHORT else fold(self.text)
        self.entity_id = entity_id
        self.firm = firm

    def __repr__(self) -> str:
        return f"FieldValue({self.text!r}, {self.entity_id!r}, firm={self.firm})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FieldValue):
            return NotImplemented
        return (self.text, self.entity_id, self.firm) == (other.text, other.entity_id, other.firm)

    def __hash__(self) -> int:
        return hash((self.text, self.entity_id, self.firm))


Values = tuple[FieldValue, ...]
