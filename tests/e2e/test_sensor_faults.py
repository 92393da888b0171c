"""A sensor that dies, stops or cannot start: the screen says so, and goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.hostile_story import write_story
from tests.e2e.terminal import Terminal
from tests.waiting import eventually

SEEN_WITHIN = 2.0  # seconds; a machine that is busy with other tests gets some more
BUSY = 1.5


def test_a_sensor_that_is_killed_is_started_again(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.5")
    terminal.see("Processes")
    terminal.see("● live")
    for _ in range(2):
        sensor = terminal.sensor()
        at = len(terminal.raw)
        began = time.monotonic()
        os.kill(sensor.pid, signal.SIGKILL)
        eventually(lambda at=at: b"restarting" in terminal.raw[at:], 10)
        assert time.monotonic() - began < SEEN_WITHIN + BUSY
        terminal.see("● live")
        terminal.until(lambda old=sensor.pid: terminal.sensor().pid != old)
    # The tree goes on.
    with subprocess.Popen(["sleep", "60"]) as newcomer:
        try:
            terminal.press("/")
            terminal.see("search processes")
            terminal.until(lambda: retype(terminal, f"pid:{newcomer.pid}", f"sleep {newcomer.pid} "))
        finally:
            newcomer.kill()
    terminal.press("escape", "q")
    assert terminal.wait() == 0


def retype(terminal: Terminal, text: str, wanted: str) -> bool:
    """Search anew: what has just been started may not have been told yet."""
    terminal.press(*["backspace"] * len(text))
    terminal.type(text)
    time.sleep(0.3)
    return terminal.find(wanted) is not None


def test_a_sensor_that_is_stopped_is_silent(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.5")
    terminal.see("● live")
    terminal.see("Processes")
    sensor = terminal.sensor()
    began = time.monotonic()
    sensor.suspend()
    try:
        terminal.see("○ silent", within=10)
        assert time.monotonic() - began < SEEN_WITHIN + BUSY
        terminal.see("The sensor is silent: what is shown may be old")
        terminal.see("Sensor is silent", within=10)  # the alert
    finally:
        sensor.resume()
    terminal.see("● live")
    terminal.see_no("The sensor is silent")
    terminal.press("q")
    assert terminal.wait() == 0
    assert not sensor.is_running()


def test_a_stopped_sensor_does_not_outlive_the_console(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.5")
    terminal.see("● live")
    sensor = terminal.sensor()
    sensor.suspend()
    terminal.press("q")
    assert terminal.wait() == 0
    assert not sensor.is_running() or sensor.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/nonexistent/sensor"], "could not be started: No such file or directory"),
        (["/etc/passwd"], "could not be started: Permission denied"),
        ([sys.executable, "-c", "import sys; sys.exit('no kernel here')"], "exit code 1: no kernel here"),
        ([sys.executable, "-c", "import os; os.abort()"], "ended by signal 6"),
        ([sys.executable, "-m", "edr_tui", "sensor", "--sensor", "nosuch"], "has ended: what is shown"),
        ([sys.executable, "-c", "print('no document')"], "The sensor has ended"),
    ],
)
def test_a_sensor_that_cannot_start_is_told(
    console: Callable[..., Terminal], command: list[str], words: str
) -> None:
    terminal = console("--sensor", json.dumps(command))
    terminal.see(words)
    terminal.press("?")
    terminal.see("to the next pane")
    terminal.press("escape", "q")
    assert terminal.wait() == 0
    assert terminal.restored() == []


def test_a_sensor_that_talks_nonsense(console: Callable[..., Terminal], tmp_path: Path) -> None:
    """Lines that are no documents, halves of lines, and a line without an end: the rest is shown."""
    story = write_story(tmp_path / "story", ("plain",))
    noise = tmp_path / "noise"
    lines = story.read_bytes()
    noise.write_bytes(
        b"\x00\xff\xfe\nnot json\n{}\n[]\n" + b"[" * 100_000 + b"\n" + b'{"a":' * 5_000 + b"\n"
        b'{"event":{"action":"process_snapshot"}}\n' + b"x" * (3 << 20) + b"\n" + lines
    )
    terminal = console("--story", str(noise))
    terminal.see("m000plain")
    terminal.see("● live")
    assert re.search(r"Processes", terminal.text())
    terminal.press("q")
    assert terminal.wait() == 0
