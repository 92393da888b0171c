"""Text measured in terminal cells: cut, fitted, and put together to lines of an exact width."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Piece = tuple[str, Style]

ELLIPSIS = "…"


def cut(text: str, cells: int) -> str:
    """As much of the beginning as takes at most so many cells; a wide character is not halved."""
    if len(text) <= cells and text.isascii():
        return text
    if text.isascii():
        return text[: max(0, cells)]
    used = 0
    for position, character in enumerate(text):
        used += cell_len(character)
        if used > cells:
            return text[:position]
    return text


def fit(text: str, cells: int) -> str:
    """The text, ending in … where it takes more than so many cells."""
    if cell_len(text) <= cells:
        return text
    return cut(text, cells - 1) + ELLIPSIS if cells > 0 else ""


def pieces_len(pieces: Iterable[Piece]) -> int:
    """How many cells the pieces take."""
    return sum(cell_len(text) for text, _ in pieces)


def fit_pieces(pieces: Iterable[Piece], cells: int) -> list[Piece]:
    """The pieces, the last of them ending in … where they take more than so many cells."""
    fitted: list[Piece] = []
    left = cells
    for text, style in pieces:
        length = cell_len(text)
        if length > left:
            if left > 0:
                fitted.append((fit(text, left), style))
            elif fitted:
                last, last_style = fitted[-1]
                fitted[-1] = (fit(last + ELLIPSIS, cell_len(last)), last_style)
            return fitted
        fitted.append((text, style))
        left -= length
    return fitted


def line(pieces: Iterable[Piece], width: int, blank: Style) -> Strip:
    """A strip of exactly so many cells: cut where the pieces take more, blank where less."""
    segments: list[Segment] = []
    left = width
    for text, style in pieces:
        length = cell_len(text)
        if length > left:
            text = cut(text, left)
            length = cell_len(text)
        if text:
            segments.append(Segment(text, style))
        left -= length
        if left <= 0:
            break
    if left > 0:
        segments.append(Segment(" " * left, blank))
    return Strip(segments, max(0, width))
