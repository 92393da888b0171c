"""What a terminal answers presses nothing, in whatever pieces it comes; keys are keys all the same."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, MouseDown, Paste

from edr_tui.ui.answers import KeyParser

ANSWERS = {
    "DA1": "\x1b[?1;2c",
    "DA1 of many": "\x1b[?64;1;2;6;9;15;16;17;18;21;22;28;29;42;52c",
    "DA2": "\x1b[>41;354;0c",
    "DA3": "\x1bP!|00000000\x1b\\",
    "device status": "\x1b[0n",
    "printer status": "\x1b[?13n",
    "window size": "\x1b[8;24;100t",
    "window in pixels": "\x1b[4;480;800t",
    "title": "\x1b]lxterm q a A\x1b\\",
    "icon": "\x1b]Lqqqq\x07",
    "foreground": "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    "background": "\x1b]11;rgb:0000/0000/0000\x07",
    "palette": "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "clipboard": "\x1b]52;c;" + "cXFxcUE=" * 20 + "\x1b\\",
    "DECRQSS": "\x1bP1$r0m\x1b\\",
    "XTGETTCAP": "\x1bP1+r544e=787465726d2d6b697474792d71\x1b\\",
    "terminal version": "\x1bP>|XTerm(389)\x1b\\",
    "private mode": "\x1b[?12;1$y",
    "kitty graphics": "\x1b_Gi=31;OK\x1b\\",
    "kitty keyboard flags": "\x1b[?1u",
    "cursor": "\x1b[24;80R",
}


def keys(parser: XTermParser, *pieces: str) -> list[str]:
    found = [event for piece in pieces for event in parser.feed(piece)]
    return [event.key for event in found if isinstance(event, Key)]


def test_textual_alone_would_press_keys() -> None:
    assert keys(XTermParser(), ANSWERS["DA1 of many"]) != []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_presses_nothing_and_the_next_key_counts(answer: str) -> None:
    parser = KeyParser()
    assert keys(parser, answer) == []
    assert keys(parser, "q") == ["q"]
    assert keys(parser, "\x1b[A") == ["up"]


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_in_two_pieces_presses_nothing(answer: str) -> None:
    for at in range(1, len(answer)):
        parser = KeyParser()
        assert keys(parser, answer[:at], answer[at:]) == [], at
        assert keys(parser, "j") == ["j"]


@pytest.mark.parametrize("answer", ["\x1b[?1;2c", "\x1b[8;24;100t", "\x1b]11;rgb:0000/0000/0000\x07"])
def test_an_answer_that_stalls_presses_nothing(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(3, len(answer)):
        now = [100.0]
        monkeypatch.setattr("textual._parser.get_time", lambda now=now: now[0])
        parser = KeyParser()
        pressed = keys(parser, answer[:at])
        now[0] += 60
        pressed += [event.key for event in parser.tick() if isinstance(event, Key)]
        assert pressed + keys(parser, answer[at:]) == [], at


def test_a_string_that_never_ends_does_not_take_the_keys_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [50.0]
    monkeypatch.setattr("edr_tui.ui.answers.time.monotonic", lambda: now[0])
    parser = KeyParser()
    assert keys(parser, "\x1b]0;" + "x" * 100) == []
    assert keys(parser, "q") == []
    now[0] += 1
    assert keys(parser, "q") == ["q"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("a", "a"),
        ("\x1b[A", "up"),
        ("\x1b[1;5A", "ctrl+up"),
        ("\x1b[3~", "delete"),
        ("\x1bOP", "f1"),
        ("\x1b[[A", "f1"),
        ("\x1b[15~", "f5"),
        ("\x1b[97;5u", "ctrl+a"),
        ("\x1b[Z", "shift+tab"),
        ("\x03", "ctrl+c"),
        ("é", "é"),
    ],
)
def test_keys_are_keys(typed: str, key: str) -> None:
    parser = KeyParser()
    assert keys(parser, typed) == keys(XTermParser(), typed)
    if len(key) > 1:
        assert keys(parser, typed) == [key]


def test_escape_alone_is_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("textual._parser.get_time", lambda: now[0])
    parser = KeyParser()
    assert keys(parser, "\x1b") == []
    now[0] += 60
    assert [event.key for event in parser.tick() if isinstance(event, Key)] == ["escape"]
    assert keys(parser, "j") == ["j"]


def test_mouse_and_paste_come_through() -> None:
    parser = KeyParser()
    found = list(parser.feed("\x1b[<0;5;7M\x1b[<0;5;7m\x1b[200~[?1;2c\x1b[201~"))
    assert [type(event) for event in found if isinstance(event, MouseDown)] == [MouseDown]
    assert [event.text for event in found if isinstance(event, Paste)] == ["[?1;2c"]
    assert keys(parser, "j") == ["j"]
    assert list(parser.feed("\x1b[48;24;80;480;800t"))
    assert keys(parser, "j") == ["j"]
