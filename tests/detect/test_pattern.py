"""Sigma's strings: wildcards, escapes, case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.detect.pattern import Wild, fold, fold_parts, parse
from edr_tui.detect.regex import Regex, regex_of

STAR, ANY = Wild.STAR, Wild.ANY


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("abc", ("abc",)),
        ("*", (STAR,)),
        ("***", (STAR,)),
        ("a*b", ("a", STAR, "b")),
        ("a?b", ("a", ANY, "b")),
        ("??", (ANY, ANY)),
        ("?*", (ANY, STAR)),
        (r"\*", ("*",)),
        (r"\?", ("?",)),
        (r"\\*", ("\\", STAR)),
        (r"\\?", ("\\", ANY)),
        (r"\\\*", (r"\*",)),
        (r"\\\\*", ("\\\\", STAR)),
        ("\\", ("\\",)),
        ("a\\", ("a\\",)),
        (r"\\", ("\\",)),
        (r"\\\\", ("\\\\",)),
        (r"\\\\server\share", (r"\\server\share",)),
        (r"C:\Windows\a.exe", (r"C:\Windows\a.exe",)),
        (r"C:\\Windows", (r"C:\Windows",)),
        (r"*\cmd.exe", (STAR, r"\cmd.exe")),
        (r"a\b*", (r"a\b", STAR)),
        ("*\\", (STAR, "\\")),
    ],
)
def test_parts_of_a_string(text, parts):
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CMD.EXE", "cmd.exe"),
        ("ÄÖÜ", "äöü"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ςσΣ", "σσσ"),
        ("ЖУК", "жук"),
        ("\u212a", "k"),  # KELVIN SIGN
        ("ſ", "s"),
        ("ẞ", "ß"),
    ],
)
def test_texts_that_differ_by_case_alone(one, other):
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_keeps_every_position(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert folded == "".join(map(fold, text))


@given(st.text(alphabet="ab*?\\", max_size=8), st.text(alphabet="ab*?\\", max_size=8))
def test_patterns_match_as_a_naive_matcher_does(pattern, text):
    assert regex_of(fold_parts(parse(pattern))).found_in(text) == naive(parse(pattern), text)


def naive(parts, text):
    """The textbook recursion."""
    if not parts:
        return text == ""
    first, rest = parts[0], parts[1:]
    if first is STAR:
        return any(naive(rest, text[at:]) for at in range(len(text) + 1))
    if first is ANY:
        return text != "" and naive(rest, text[1:])
    return text.startswith(first) and naive(rest, text[len(first) :])


@given(st.text())
def test_a_plain_text_made_a_pattern_matches_itself(text):
    escaped = "".join("\\" + c if c in "*?\\" else c for c in text)
    assert regex_of(fold_parts(parse(escaped))).found_in(fold(text))


@pytest.mark.parametrize(
    "pattern",
    [r"(?=a)b", r"(?!a)b", r"(?<=a)b", r"(?<!a)b", r"(a)\1", "(", "a{1001}", "[z-a]", "*", r"\p{Nope}"],
)
def test_what_re2_refuses_is_an_error_in_words(pattern):
    with pytest.raises(ValueError, match=r"\w"):
        Regex(pattern)


def test_bytes_that_were_not_utf8_do_not_stop_a_dot():
    assert Regex("a.*b").found_in("a\udcff\udc80b")


def test_a_regex_that_would_backtrack_is_linear():
    assert not Regex(r"^(a+)+$").found_in("a" * 30_000 + "!")
