"""Durations, endings, and text measured in cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from edr_tui.ui.render.cells import cut, fit, fit_pieces, line, pieces_len
from edr_tui.ui.words import duration

MS = 1_000_000
S = 1000 * MS
TEXT = st.text(st.sampled_from("ab日한é e\u0301"), max_size=12)


@pytest.mark.parametrize(
    ("ns", "words"),
    [
        (-1, "?"),
        (0, "0ms"),
        (1, "1ms"),
        (99 * MS, "99ms"),
        (400 * MS, "0.4s"),
        (9 * S, "9.0s"),
        (9_960 * MS, "10s"),
        (59_400 * MS, "59s"),
        (59_600 * MS, "1m00s"),
        (130 * S, "2m10s"),
        (11_100 * S, "3h05m"),
        (385_200 * S, "4d11h"),
    ],
)
def test_durations(ns: int, words: str) -> None:
    assert duration(ns) == words


@given(TEXT, st.integers(0, 14))
def test_cut_and_fit_stay_within(text: str, cells: int) -> None:
    assert text.startswith(cut(text, cells))
    assert cells - 1 <= cell_len(cut(text, cells)) <= cells or cut(text, cells) == text
    assert cell_len(fit(text, cells)) <= cells
    assert fit(text, cells) == text or cells == 0 or fit(text, cells).endswith("…")


@given(st.lists(TEXT.filter(bool), max_size=4), st.integers(0, 20))
def test_lines_are_exact(texts: list[str], width: int) -> None:
    pieces = [(text, Style()) for text in texts]
    fitted = fit_pieces(pieces, width)
    assert pieces_len(fitted) <= width
    if pieces_len(pieces) <= width:
        assert fitted == pieces
    elif width:
        assert fitted[-1][0].endswith("…")
    strip = line(pieces, width, Style())
    assert strip.cell_length == width == sum(cell_len(segment.text) for segment in strip)


def test_an_ellipsis_replaces_the_last_cell_where_the_pieces_end_at_the_edge() -> None:
    pieces = [("ab", Style()), ("cd", Style()), ("ef", Style())]
    assert [text for text, _ in fit_pieces(pieces, 4)] == ["ab", "c…"]
    assert [text for text, _ in fit_pieces(pieces, 3)] == ["ab", "…"]
