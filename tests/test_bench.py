"""The benchmark's own machinery: cutting frames, reading the screen, statistics, and that it runs."""

import contextlib
import io
import sys

import psutil
import pytest

from tests.bench.__main__ import main
from tests.bench.host import Crowd, Settings, colour
from tests.bench.report import Figure, median, quantile, spread, table
from tests.bench.terminal import SYNC_END, SYNC_START, Frames, Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs pseudo-terminals")


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)])
def test_a_quantile_is_one_of_the_values(share, expected):
    assert quantile(list(range(100, 0, -1)), share) == expected


def test_the_median_of_an_even_number_is_the_lower_one_and_of_none_an_error():
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.0
    with pytest.raises(ValueError):
        median([])


def test_times_are_told_in_words():
    assert spread([0.010, 0.012, 0.040]) == "median 12.0 · p99 40.0 · most 40.0 ms (n 3)"
    assert spread([]) == "nothing was measured"


def test_the_table_has_a_line_for_each_figure_and_columns_that_line_up():
    lines = table([Figure("a", "<= 1 s", "2 s", 2.0), Figure("longer", "", "3 s")]).splitlines()
    assert len(lines) == 4
    assert lines[2].split() == ["a", "<=", "1", "s", "2", "s", "2.00"]
    assert lines[2].index("2 s") == lines[3].index("3 s")


def test_a_frame_is_what_stands_between_the_marks_however_it_was_read():
    written = b"modes" + SYNC_START + b"one" + SYNC_END + SYNC_START + b"two" + SYNC_END + b"tail"
    cut = Frames()
    frames = [frame for at in range(len(written)) for frame in cut.feed(written[at : at + 1])]
    marked = [frame for frame in frames if frame.endswith(SYNC_END)]
    assert [frame.count(SYNC_END) for frame in marked] == [1, 1]
    assert b"one" in marked[0]
    assert b"two" in marked[1]
    assert b"".join(frames) == written
    assert Frames().feed(written)[1:] == [SYNC_START + b"two" + SYNC_END, b"tail"]


_PAINTS = """
import sys, time
print("\\x1b[?1049h\\x1b[2J\\x1b[1;1H╭─ Processes ──╮\\x1b[2;1H│ sh 12 root ▇│"
      "\\x1b[3;1H│\\x1b[48;2;1;2;3m id 34 root\\x1b[0m ▇│\\x1b[4;1H╰─── 2 of 1,007 ─╯", end="", flush=True)
sys.stdin.readline()
print("\\x1b[1;1H\\x1b[J", end="", flush=True)
time.sleep(60)
"""


def test_a_terminal_shows_what_a_person_sees_and_ends_what_it_started(tmp_path):
    settings = Settings(tmp_path)
    with Terminal([sys.executable, "-c", _PAINTS], settings.environment, (40, 10)) as terminal:
        assert terminal.until(lambda: "╰" in terminal.text(), 20)
        assert [text.split()[:2] for _, text in terminal.tree_rows()] == [["sh", "12"], ["id", "34"]]
        assert terminal.row_background(1) == "010203"
        assert terminal.selected("010203") == "34"
        assert terminal.tree_count() == (2, 1007)
        before = terminal.tree_look()
        pressed = terminal.write(b"\r")
        found = terminal.until(lambda: terminal.tree_look() != before, 20)
        assert found is not None
        assert found[0] >= pressed
        child = psutil.Process(terminal.process.pid)
    assert not child.is_running()


def test_the_crowd_is_as_large_as_said_and_leaves_with_the_block():
    before = {child.pid for child in psutil.Process().children()}
    with Crowd(5, lifetime=60):
        here = {child.pid for child in psutil.Process().children()} - before
        assert len(here) == 5
    assert not any(psutil.pid_exists(pid) for pid in here)


def test_a_missing_peer_is_no_failure(tmp_path):
    assert Settings(tmp_path).peer("no-such-viewer") is None


def test_colours_come_from_the_theme():
    assert len(colour("chain")) == len(colour("background")) == 6


def test_a_quick_run_prints_its_table_and_ends_well():
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["--quick", "version"]) == 0
    assert "edr-tui --version" in said.getvalue()
    assert "median" in said.getvalue()


def test_an_unknown_figure_is_said():
    with pytest.raises(SystemExit) as end:
        main(["speed"])
    assert end.value.code == 2
