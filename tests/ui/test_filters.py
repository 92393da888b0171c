"""What every painted line goes through last: nothing unprintable, no colour, ASCII, and always as wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from edr_tui.model.printable import runs
from edr_tui.ui.filters import Ascii, NoColours, OneInk, Wall, in_ascii
from tests.e2e.payloads import PAYLOADS
from tests.ui.running import console, lines

BLACK = Color.parse("#000000")
TEXTS = st.lists(st.text(st.characters(codec=None), max_size=12), max_size=6)


def width(segments: list[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments)


@given(TEXTS)
def test_the_wall_lets_nothing_through_and_keeps_the_width(texts: list[str]) -> None:
    wall = Wall()
    segments = [Segment(text, Style(bold=True)) for text in texts]
    painted = wall.apply(segments, BLACK)
    text = "".join(segment.text for segment in painted)
    assert text.isprintable()
    assert width(painted) <= width(segments)
    if wall.replaced == 0:
        assert painted == segments
    # Applied to its own output it has nothing more to do.
    again = Wall()
    again.apply(painted, BLACK)
    assert again.replaced == 0


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_the_wall_and_the_escapes_agree_on_what_is_hostile(payload: str) -> None:
    wall = Wall()
    wall.apply([Segment(payload)], BLACK)
    escaped = any(escaped for _, escaped in runs(payload))
    # Marks without a base, and too many of them, are for the first wall alone.
    if not wall.replaced:
        assert not escaped or all(not chr(0) < c < " " for c in payload)
    if payload.isascii() and not payload.isprintable():
        assert wall.replaced


@given(TEXTS)
def test_in_ascii_is_ascii_and_as_wide(texts: list[str]) -> None:
    for segment in Ascii().apply([Segment(text) for text in texts], BLACK):
        assert segment.text.isascii()
    for text in texts:
        if text.isprintable():
            assert cell_len(in_ascii(text)) == cell_len(text)


def test_without_colours_a_ground_is_reversed() -> None:
    plain = NoColours()
    ground = RichColor.from_rgb(10, 20, 30)
    plain.grounds = frozenset([None, ground])
    painted = plain.apply(
        [
            Segment("quiet", Style(color=RichColor.from_rgb(200, 0, 0), bgcolor=ground, bold=True)),
            Segment("selected", Style(bgcolor=RichColor.from_rgb(50, 60, 70))),
            Segment("none"),
        ],
        BLACK,
    )
    for segment in painted[:2]:
        assert segment.style is not None
        assert segment.style.color == segment.style.bgcolor == RichColor.default()
    assert painted[0].style is not None
    assert (painted[0].style.bold, painted[0].style.reverse) == (True, None)
    assert painted[1].style is not None
    assert painted[1].style.reverse is True
    assert painted[2] == Segment("none")


def test_on_blue_there_is_one_ink() -> None:
    blue, black = RichColor.from_ansi(4), RichColor.from_ansi(0)
    red = RichColor.from_ansi(9)
    on_blue, on_black = OneInk().apply(
        [Segment("a", Style(color=red, bgcolor=blue)), Segment("b", Style(color=red, bgcolor=black))], BLACK
    )
    assert on_blue.style == Style(color=RichColor.from_ansi(15), bgcolor=blue)
    assert on_black.style == Style(color=red, bgcolor=black)


async def test_a_console_in_ascii() -> None:
    async with console(ascii_only=True) as (app, main, pilot, _):
        await pilot.press("e")
        await pilot.pause()
        text = "\n".join(lines(app))
        assert text.isascii()
        assert "nginx" in text
        assert "* HIGH" in text
        assert app.wall.replaced == 0


async def test_no_color_takes_every_colour_and_shows_the_selected_row(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console() as (app, main, pilot, _):
        await pilot.press("e")
        await pilot.pause()
        reversed_words = ""
        for strip in app.screen._compositor.render_strips():
            for text, style, _control in strip:
                if style is not None and text.strip():
                    assert style.color in (None, RichColor.default()), text
                    assert style.bgcolor in (None, RichColor.default()), text
                    reversed_words += text if style.reverse else ""
        assert main.processes.selected.name in reversed_words
        assert "nginx 811" not in reversed_words
