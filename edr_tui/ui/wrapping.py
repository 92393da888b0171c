"""Long text in lines of so many cells, keeping what was escaped apart from what was typed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from textual.content import Content

Runs = Iterable[tuple[str, str]]


def wrap(runs: Runs, width: int) -> list[Content]:
    """Runs of (text, style) in lines of at most `width` cells, cut at blanks where there are any.

    Nothing is left out: a word longer than a line is cut wherever the line ends.
    """
    width = max(width, 1)
    lines: list[list[tuple[str, str]]] = [[]]
    room = width
    for text, style in _words(runs):
        while text:
            needs = cell_len(text)
            if needs <= room:
                lines[-1].append((text, style))
                room -= needs
                break
            if room < width and (needs <= width or text.isspace()):
                lines.append([])
                room = width
                text = text.lstrip(" ")
                continue
            part = _prefix(text, room)
            if not part:
                if room == width:
                    part = text[0]
                else:
                    lines.append([])
                    room = width
                    continue
            lines[-1].append((part, style))
            text = text[len(part) :]
            lines.append([])
            room = width
    return [Content.assemble(*line) for line in lines if line] or [Content("")]


def _words(runs: Runs) -> Iterable[tuple[str, str]]:
    """Each run cut behind its blanks; a word that spans two runs may be cut between them."""
    for text, style in runs:
        start = 0
        while (blank := text.find(" ", start)) >= 0:
            yield text[start : blank + 1], style
            start = blank + 1
        if start < len(text):
            yield text[start:], style


def _prefix(text: str, cells: int) -> str:
    """The longest beginning of text that fits into so many cells."""
    if cells <= 0:
        return ""
    fitted = set_cell_size(text[:cells], cells) if cell_len(text[:cells]) > cells else text[:cells]
    length = len(fitted)
    while length and (cell_len(text[:length]) > cells or text[:length] != fitted[:length]):
        length -= 1
    return text[:length]
