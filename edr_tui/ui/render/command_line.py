"""A command line as pieces: shell-quoted, printable, with what a rule found underlined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.style import Style

from edr_tui.model.printable import quoted_runs, runs
from edr_tui.model.process import Image
from edr_tui.ui.render.cells import Piece
from edr_tui.ui.render.look import Look

_CHARACTERS_PER_CELL = 3  # a base and the two marks that printable() leaves on it


def command_pieces(image: Image, look: Look, evidence: Sequence[str] = (), cells: int = 4096) -> list[Piece]:
    """The command line, at least as much of it as fills so many cells; ? where it is unknown."""
    if image.args is not None:
        return list(_from_args(image.args, look, evidence, cells))
    if image.command_line is not None:
        return list(_from_text(image.command_line, look, evidence, cells))
    return [("?", look.command)]


def _from_args(args: Sequence[str], look: Look, evidence: Sequence[str], cells: int) -> Iterator[Piece]:
    enough = (cells + 1) * _CHARACTERS_PER_CELL
    kept: list[str] = []
    length = 0
    for arg in args:
        kept.append(arg[:enough])
        length += len(arg) + 1
        if length > enough:
            break
    found = _args_found(kept, evidence)
    for number, arg in enumerate(kept):
        if number:
            yield " ", look.command
        style = look.evidence if number in found else look.command
        for text, escaped in quoted_runs(arg):
            yield text, style + look.escaped if escaped else style


def _args_found(args: Sequence[str], evidence: Sequence[str]) -> set[int]:
    """The numbers of the arguments that hold a part of what was found."""
    if not evidence:
        return set()
    line = " ".join(args)
    spans = list(_spans(line, evidence))
    found, start = set(), 0
    for number, arg in enumerate(args):
        if any(first < start + len(arg) and start < last for first, last in spans):
            found.add(number)
        start += len(arg) + 1
    return found


def _from_text(text: str, look: Look, evidence: Sequence[str], cells: int) -> Iterator[Piece]:
    text = text[: (cells + 1) * _CHARACTERS_PER_CELL]
    position = 0
    for first, last in sorted(_spans(text, evidence)):
        if first >= position:
            yield from _runs(text[position:first], look.command, look)
            yield from _runs(text[first:last], look.evidence, look)
            position = last
    yield from _runs(text[position:], look.command, look)


def _runs(text: str, style: Style, look: Look) -> Iterator[Piece]:
    for part, escaped in runs(text):
        yield part, style + look.escaped if escaped else style


def _spans(text: str, evidence: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where what rules looked for stands, as a rule sees it: without regard to case."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is longer would shift what follows
        lowered = text
    for pattern in evidence:
        wanted = pattern.strip("*").lower()
        if wanted and (first := lowered.find(wanted)) >= 0:
            yield first, first + len(wanted)
