"""One process that is as costly to tell as it can be: what is made is what is shown, and no more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model import printable as printable_module
from edr_tui.model.printable import printable, shell_quoted, shorten
from edr_tui.model.process import Image
from edr_tui.ui.ancestry import ancestry_lines
from edr_tui.ui.detail import DetailLines, Subject
from edr_tui.ui.shown import command_runs, shown
from tests.ui.builders import NOW, SECOND, alert, process

CONTROL = "\x1b" * 65_536


@pytest.fixture
def escaped(monkeypatch):
    """The lengths of all texts that are made printable with care."""
    lengths = []
    pieces = printable_module._pieces

    def counted(text):
        lengths.append(len(text))
        return pieces(text)

    monkeypatch.setattr(printable_module, "_pieces", counted)
    return lengths


@pytest.fixture
def quoted(monkeypatch):
    """All arguments that are quoted."""
    args = []
    quoted_runs = printable_module.quoted_runs
    monkeypatch.setattr(printable_module, "quoted_runs", lambda arg: (args.append(arg), quoted_runs(arg))[1])
    return args


def told(subject, lines=None, now=NOW):
    return [line.plain for line in (lines or DetailLines()).of(subject, 60, now)]


def test_64_images_of_64_kib_cost_what_is_shown_of_them(escaped):
    hostile = Image(name=CONTROL, executable=CONTROL, args=(CONTROL,), command_line=CONTROL, since_ns=NOW)
    one = replace(process("a"), images=(hostile,) * 64, execs=64, working_directory=CONTROL)
    lines = told(Subject(process=one, alerts=[alert("x", ["a"], evidence=(CONTROL,))]))
    assert sum(escaped) < 64 * 500 + 6 * 4097
    assert len(lines) < 1000
    assert any("…(+" in line for line in lines)


def test_what_does_not_depend_on_the_time_is_made_once(escaped):
    one = replace(process("a"), images=(Image(name="a", args=(CONTROL,), command_line=CONTROL),) * 9, execs=9)
    subject, made = Subject(process=one, alerts=[alert("x", ["a"])]), DetailLines()
    first = told(subject, made)
    escaped.clear()
    later = told(subject, made, NOW + 3600 * SECOND)
    assert escaped == []
    assert len(later) == len(first)
    assert later != first, "its age is told anew"
    assert any("HIGH" in line for line in later)
    acknowledged = told(replace(subject, alerts=()), made)
    assert not any("HIGH" in line for line in acknowledged)
    assert told(replace(subject, process=replace(one, pid=77)), made)[0].startswith("a 77")


def test_of_32_000_arguments_only_those_are_quoted_that_are_shown(quoted):
    args = ("x",) * 32_000
    one = process("a", args=args)
    lines = told(Subject(process=one))
    assert len(quoted) <= 2049
    assert any("…(+59,903)" in line for line in lines)


def test_of_5_000_ancestors_the_first_and_the_last_are_shown_and_the_others_counted():
    line = [process(f"p{number}", name=f"n{number}", start=number / 10) for number in range(5000)]
    one = process("p5000", name="itself", start=600)
    subject = Subject(process=one, ancestors=line[::-1], red=frozenset({"p2500", "p5000"}))
    lines = told(subject)
    ladder = lines[lines.index("Ancestry") + 1 :]
    assert len(lines) < 160
    names = [text.split()[1] for text in ladder if text.startswith((" ○", " ●"))]
    assert names == [f"n{number}" for number in (*range(8), *range(4945, 5000))] + ["itself"]
    assert " │ … 4,937 generations not shown" in ladder
    with_commands = ancestry_lines(one, line[::-1], (), subject.red, NOW, 80)
    assert len(with_commands) < 260
    folds = [text for text in with_commands if "not shown" in text.plain]
    assert ["$chain" in str(span.style) for span in folds[0].spans[:1]] == [True], "a red chain passes there"


def test_a_ladder_of_64_is_shown_whole():
    line = [process(f"p{number}", start=number) for number in range(63)]
    lines = ancestry_lines(process("a", start=99), line[::-1], (), (), NOW)
    assert not any("not shown" in one.plain for one in lines)
    assert sum(one.plain.startswith((" ○", " ●")) for one in lines) == 64


def test_ancestors_of_64_kib_each_cost_what_is_shown_of_them(escaped):
    line = [process(f"p{number}", args=(CONTROL,), start=number) for number in range(200)]
    ancestry_lines(process("a", start=300), line[::-1], (), (), NOW, 80)
    assert sum(escaped) < 64 * 3 * 2001


def test_of_many_alerts_the_first_are_told_and_the_others_counted():
    many = [alert(f"x{number}", ["a"]) for number in range(5000)]
    lines = told(Subject(process=process("a"), alerts=many))
    assert len(lines) < 400
    assert "… 4,968 more alerts" in lines


@given(st.text(st.sampled_from("ab \x1b\u0301\u202e漢"), max_size=30), st.integers(0, 40))
def test_shown_is_what_shortening_would_say(text, limit):
    assert shown(text, 200) == printable(text)
    left, _, _ = shown(text, limit).partition("…")
    assert printable(text).startswith(left)
    assert len(left) <= limit
    plain = text.replace("\x1b", "").replace("\u202e", "").replace("\u0301", "")
    assert shown(plain, limit) == shorten(plain, limit)


@given(st.lists(st.text(st.sampled_from("ab '\x1b$"), max_size=12), max_size=8), st.integers(1, 60))
def test_a_command_line_that_is_cut_begins_as_the_whole_does(args, limit):
    runs = command_runs(Image(args=tuple(args)), limit)
    text = "".join(part for part, _ in runs)
    whole = shell_quoted(args)
    if any(len(arg) > limit for arg in args):
        # An argument that is cut is quoted as its beginning asks for.
        whole = shell_quoted(arg[:limit] for arg in args) + " " * (limit + 1)
    head, cut, _ = text.partition("…(+")
    assert whole.startswith(head)
    assert len(head) <= limit
    assert bool(cut) == (len(whole) > limit)
