"""What every painted line goes through last: the second wall, and what a plain terminal can show.

The first wall is model/printable.py, through which all that an event says comes to a widget. This one
stands between the widgets and the terminal, for the surface that somebody forgets.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from edr_tui.model.printable import visible

REPLACEMENT = "\ufffd"


class Wall(LineFilter):
    """Replaces what is not visible in every text. replaced: how many characters so far."""

    def __init__(self) -> None:
        super().__init__()
        self.replaced = 0

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, as wide as they were, with nothing in them that steers a terminal."""
        if all(segment.text.isascii() and segment.text.isprintable() for segment in segments):
            return segments
        clean: list[Segment] = []
        found = 0
        for segment in segments:
            text, replaced = _clean(segment.text)
            found += replaced
            clean.append(Segment(text, segment.style) if replaced else segment)
        if not found:
            return segments
        self.replaced += found
        length = sum(cell_len(segment.text) for segment in segments)
        return Segment.adjust_line_length(clean, length, pad=False)


@lru_cache(maxsize=4096)
def _clean(text: str) -> tuple[str, int]:
    """The text without what is not visible, and how many characters that were."""
    bad = sum(not visible(character) for character in text)
    if not bad:
        return text, 0
    return "".join(character if visible(character) else REPLACEMENT for character in text), bad


class NoColours(LineFilter):
    """For NO_COLOR: no colour at all; a ground of its own, as the selected row's, becomes reversed."""

    def __init__(self) -> None:
        super().__init__()
        self.grounds: frozenset[RichColor | None] = frozenset([None])

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with what they mean in bold, underline and reverse alone."""
        grounds = self.grounds
        return [
            Segment(text, _uncoloured(style, style.bgcolor not in grounds), control)
            if style is not None
            else Segment(text, None, control)
            for text, style, control in segments
        ]


_DEFAULT = RichColor.default()
_COLOURLESS = Style(color=_DEFAULT, bgcolor=_DEFAULT)


@lru_cache(maxsize=1024)
def _uncoloured(style: Style, grounded: bool) -> Style:
    return style + _COLOURLESS + Style(reverse=True) if grounded else style + _COLOURLESS


class OneInk(LineFilter):
    """For a theme of 16 colours, where no ink but one can be read on a coloured ground."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments; on a blue ground the text is bright white."""
        return [
            Segment(text, style + _BRIGHT, control)
            if style is not None and style.bgcolor == _BLUE
            else Segment(text, style, control)
            for text, style, control in segments
        ]


_BLUE = RichColor.from_ansi(4)
_BRIGHT = Style(color=RichColor.from_ansi(15))


class Ascii(LineFilter):
    """For a locale that is not UTF-8: guides and glyphs in ASCII, and ? for whatever else is not."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, as wide as they were, in ASCII."""
        return [
            segment
            if segment.text.isascii()
            else Segment(in_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


@lru_cache(maxsize=4096)
def in_ascii(text: str) -> str:
    """The text in ASCII, as many cells wide as it was."""
    return "".join(
        character if character.isascii() else _ASCII.get(character) or "?" * cell_len(character)
        for character in text
    )


_ASCII = {
    **dict.fromkeys("─━═╍╌▔▁▀▄", "-"),
    **dict.fromkeys("│┃║╏▏▐▕▌▊▉█▋▍", "|"),
    **dict.fromkeys("├┌┏┐┓└┗┘┛╔╗╚╝╭╮╯╰▖▗▘▙▛▜▝▟┤┬┴┼", "+"),
    **dict(zip("▁▂▃▄▅▆▇█", "_..--==#", strict=True)),
    "▾": "-",
    "▸": "+",
    "▎": ":",
    "└": "`",
    "◆": "#",
    "‼": "*",
    "·": "-",
    "◦": "o",
    "✓": "v",
    "†": "x",
    "×": "x",
    "…": "~",
    "●": "*",
    "○": "o",
    "◌": "o",
    "■": "#",
    "→": ">",
    "↻": "@",
    "≤": "<",
    "█": "|",
    "’": "'",
}
