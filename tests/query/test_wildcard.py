"""The wildcard matcher: right, compared with a plain definition, and linear on hostile text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.query.values import wildcard


def fits_plainly(pattern: str, text: str) -> bool:
    """The definition: position by position, all that a pattern can reach."""
    reached = {0}
    for element in pattern:
        if element == "*":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and element in ("?", text[at])}
    return len(text) in reached


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=16))
def test_it_agrees_with_the_definition(pattern: str, text: str) -> None:
    assert wildcard(pattern)(text) is fits_plainly(pattern, text)


def test_case_does_not_matter() -> None:
    assert wildcard("SSH*")("sshd")
    assert wildcard("?ÉT*")("zété")


@pytest.mark.parametrize(
    "pattern",
    [
        "*" * 1000 + "a",
        "*a" * 500 + "*b",
        "*a?" * 500 + "b",
        "?a" * 500 + "*b*c",
        "*" + "a" * 5000 + "?b",
        "a*" * 3000,
    ],
)
def test_a_hostile_pattern_over_a_hostile_text_ends_soon(pattern: str) -> None:
    text = "a" * 65_536 + "x"
    began = time.perf_counter()
    fits = wildcard(pattern)
    assert isinstance(fits(text), bool)
    assert time.perf_counter() - began < 2
