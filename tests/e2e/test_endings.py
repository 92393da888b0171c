"""However the program ends, the terminal is as it was, and no process is left."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.payloads import PAYLOADS, foreign
from tests.e2e.terminal import Terminal
from tests.waiting import eventually

WITHIN = 3.0  # seconds from a signal to the last process's end

STATES = {
    "normal": ((), "Processes"),
    "help": (("?",), "Keys"),
    "filter": (("f", "x"), "filter processes"),
    "question": (("tab",), "Alerts"),
}


def standing(terminal: Terminal, state: str = "normal") -> psutil.Process:
    """Wait until the screen stands in that state; the sensor behind it."""
    terminal.see("Processes")
    terminal.see("live")
    keys, words = STATES[state]
    terminal.press(*keys)
    terminal.see(words)
    return terminal.sensor()


def gone(process: psutil.Process, within: float = WITHIN) -> bool:
    """Whether a process has ended by then. A zombie has: it only waits for whoever has to fetch it."""

    def ended() -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return eventually(ended, within)


@pytest.mark.parametrize("state", ["normal", "help", "filter"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT"])
def test_a_signal_gives_the_terminal_back(edr_tui: Callable[..., Terminal], name: str, state: str) -> None:
    terminal = edr_tui("-i", "1", columns=100, rows=30)
    sensor = standing(terminal, state)
    number = signal.Signals[name]
    began = time.monotonic()
    terminal.signal(number)
    assert terminal.wait(WITHIN) == 128 + number
    assert gone(sensor, WITHIN - (time.monotonic() - began))
    assert terminal.restored() == []
    assert b"Traceback" not in terminal.raw


def test_many_signals_are_one_end(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1")
    sensor = standing(terminal)
    for _ in range(5):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if terminal.process.poll() is None:
                terminal.signal(number)
    assert terminal.wait(WITHIN) in (128 + signal.SIGTERM, 128 + signal.SIGINT, 128 + signal.SIGHUP)
    assert gone(sensor)
    assert terminal.restored() == []


def test_a_signal_before_the_first_screen(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1")
    eventually(lambda: b"\x1b[?1049h" in terminal.raw)
    terminal.signal(signal.SIGTERM)
    assert terminal.wait(WITHIN) == 128 + signal.SIGTERM
    assert terminal.restored() == []


def test_ctrl_c_ends_it_and_is_no_signal(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1")
    sensor = standing(terminal, "filter")
    terminal.press("ctrl+c")
    assert terminal.wait(WITHIN) == 0
    assert gone(sensor)
    assert terminal.restored() == []


def test_the_duration_ends_it(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1", "--duration", "1.5")
    assert terminal.wait(15) == 0
    assert b"\x1b[?1049h" in terminal.raw
    assert terminal.restored() == []


@pytest.mark.parametrize("where", ["key", "mount", "engine", "render", "paint", "panic"])
def test_a_crash_gives_the_terminal_back(
    console: Callable[..., Terminal], tmp_path: Path, where: str
) -> None:
    words = tmp_path / "words"
    hostile = "".join(f"<{payload}>" for payload in PAYLOADS.values() if len(payload) < 100)
    hostile = hostile.replace("\ud800", "").replace("\udfff", "")  # no file's text could hold these
    words.write_text(hostile, errors="surrogateescape")
    terminal = console("--crash", where, "--words", str(words))
    sensor = None
    if where in ("key", "panic"):
        sensor = standing(terminal)
        terminal.press("X")
    code = terminal.wait()
    assert code == 1
    assert terminal.restored() == []
    said = terminal.after_the_screen()
    assert foreign(said) == []
    text = said.decode()
    assert "an unexpected fault ended the program" in text
    assert "RuntimeError" in text
    # The place of the fault helps who has to mend it.
    assert "console.py" in text or where == "panic"
    assert "a-local-variable" not in text.replace('secret = "a-local-variable"', "")
    assert re.search(r"\\x1b\[2J", text), text[-2000:]
    if sensor is not None:
        assert gone(sensor)


def test_bytes_that_are_no_keys(edr_tui: Callable[..., Terminal]) -> None:
    """Latin-1, an old terminal's mouse, halves of sequences: nothing of it ends the reading of keys."""
    terminal = edr_tui("-i", "1")
    standing(terminal)
    chance = random.Random(7)
    harmless = bytes(byte for byte in range(256) if byte not in b"\x03\x10qaAyYf/\\pZ?ibTLrJ:")
    for noise in (
        b"\xe4\xf6\xfc\xff",
        b"\x1b[M\xff\xff\xff",
        b"\x1b[200~\xed\xa0\x80\xff" + b"q" * 9_000 + b"\x1b[201~",
        b"\x1b[<999999999999;99999999;9999999999M\x1b[<0;0;0M\x1b[<;;M",
        b"\x1b[99999999999999999999u\x1b[1;99u\x1b[",
        b"\x1b[?2048;999$y\x1b[48;99999999;9999999;1;1t",
        b"\xf0\x9f",
        *(bytes(chance.choices(harmless, k=200)) for _ in range(20)),
    ):
        os.write(terminal.master, noise)
    terminal.press("escape", "escape", "escape")
    terminal.resize(120, 40)
    terminal.press("?")
    terminal.see("to the next pane")
    terminal.press("escape", "q")
    assert terminal.wait() == 0
    assert terminal.restored() == []


def test_a_terminal_that_hangs_up(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1")
    sensor = standing(terminal)
    terminal.hang_up()
    assert terminal.process.wait(WITHIN) == 128 + signal.SIGHUP
    assert gone(sensor)


def test_a_terminal_that_hangs_up_while_sighup_is_ignored(edr_tui: Callable[..., Terminal]) -> None:
    """As under nohup: the program is no leader of the terminal's session, and would not be told."""
    terminal = edr_tui("-i", "1", before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    sensor = standing(terminal)
    process = psutil.Process(terminal.pid)
    began, before = time.monotonic(), cpu_of(process)
    used = before
    terminal.hang_up()
    while terminal.process.poll() is None and time.monotonic() - began < WITHIN:
        used = max(used, cpu_of(process))
        time.sleep(0.02)
    assert terminal.process.poll() == 128 + signal.SIGHUP
    assert used - before < 1.0, "it spun instead of ending"
    assert gone(sensor)


def cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def test_a_terminal_that_nobody_reads(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.1", columns=200, rows=60)
    sensor = standing(terminal)
    terminal.stop_reading()
    # Turn pages until the terminal takes no more.
    stalled = time.monotonic() + 15
    last = -1.0
    while time.monotonic() < stalled:
        terminal.type("\x1b[5~\x1b[6~?" * 5 + "\x1b")
        used = cpu_of(psutil.Process(terminal.pid))
        if used == last:
            break
        last = used
        time.sleep(0.3)
    began = time.monotonic()
    terminal.signal(signal.SIGTERM)
    assert terminal.process.wait(4.0) == 128 + signal.SIGTERM
    # It could not end in order, or this would test nothing, and did not wait for long.
    assert 1.0 < time.monotonic() - began < 3.5
    assert gone(sensor, 1.0)
    terminal.read_on()


def test_a_killed_console_leaves_no_sensor(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.5")
    sensor = standing(terminal)
    terminal.signal(signal.SIGKILL)
    assert terminal.process.wait(2) == -signal.SIGKILL
    assert gone(sensor, 2.5)


def test_stopped_and_continued(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.5")
    standing(terminal)
    process = psutil.Process(terminal.pid)
    for _ in range(2):
        terminal.signal(signal.SIGTSTP)
        eventually(lambda: process.status() == psutil.STATUS_STOPPED)
        eventually(lambda: terminal.restored() == [])
        at = len(terminal.raw)
        terminal.signal(signal.SIGCONT)
        eventually(lambda at=at: b"\x1b[?1049h" in terminal.raw[at:])
        terminal.see("Processes")
        terminal.press("?")
        terminal.see("to the next pane")
        terminal.press("escape")
        terminal.see_no("to the next pane")
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []


def test_ctrl_z_is_no_key(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "1")
    standing(terminal)
    terminal.type("\x1a\x1c\x13\x11")  # Ctrl+Z, Ctrl+\, Ctrl+S, Ctrl+Q
    terminal.press("?")
    terminal.see("to the next pane")
    assert terminal.process.poll() is None
    assert os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED) == (0, 0)
