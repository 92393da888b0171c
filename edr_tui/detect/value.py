"""What a field holds: a text, whose it is, and whether it may be believed under not."""

from __future__ import annotations

from functools import lru_cache

from edr_tui.detect.pattern import MAX_TEXT, fold, seen

_SHORT = 256


@lru_cache(maxsize=8_192)
def _fold_short(text: str) -> str:
    return fold(text)


def fold_text(text: str) -> str:
    """The text without case; what was folded lately is not folded again."""
    return _fold_short(text) if len(text) <= _SHORT else fold(text)


class FieldValue:
    """One value of one field.

    text: as rules see it, without the middle of a long one. folded: the same without case.
    entity_id: the process whose it is, None where that has no identity.
    firm: False for what the process could have chosen for itself, such as the path it was called
        by. It may make a rule match, but never an exclusion: under not only firm values count.
    """

    __slots__ = ("entity_id", "firm", "folded", "text")

    folded: str

    def __init__(self, text: str, entity_id: str | None = None, firm: bool = True) -> None:
        self.text = text if len(text) <= MAX_TEXT else seen(text)
        self.entity_id = entity_id
        self.firm = firm

    def __getattr__(self, name: str) -> str:
        """The text without case, worked out when it is asked for: afterwards it is a plain attribute."""
        if name != "folded":
            raise AttributeError(name)
        self.folded = folded = fold_text(self.text)
        return folded

    def __repr__(self) -> str:
        return f"FieldValue({self.text!r}, {self.entity_id!r}, firm={self.firm})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FieldValue):
            return NotImplemented
        return (self.text, self.entity_id, self.firm) == (other.text, other.entity_id, other.firm)

    def __hash__(self) -> int:
        return hash((self.text, self.entity_id, self.firm))


Values = tuple[FieldValue, ...]
