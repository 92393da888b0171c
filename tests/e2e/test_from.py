"""--from: another host over a command, a recording, standard input; a link that is cut, and comes back."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from edr_tui.ecs import encode
from edr_tui.model.event import SnapshotSpan
from tests.e2e.terminal import EDR_TUI, Terminal
from tests.sudo import NOBODY, by_sudo, home_of_nobody, needs_root, sudo_environment
from tests.telling import EPOCH, WEB1, Teller
from tests.waiting import eventually

FAR_SIDE = str(Path(__file__).with_name("far_side.py"))
HOST = replace(WEB1, name="far-away")


def now(event):
    """The event, moved to the present: what is told as long ago would have been forgotten."""
    return replace(event, at_ns=time.time_ns() + event.at_ns - EPOCH)


def story(*names: str) -> bytes:
    """A snapshot of these processes, and the status that says that it was whole."""
    tell = Teller(HOST, provider="ebpf")
    lines = []
    for number, name in enumerate(names):
        record = tell.record(4_000 + number, name=name, entity_id=f"far-{name}")
        lines.append(encode(now(tell.snapshot(record))))
    span = SnapshotSpan(first=1, last=len(names), count=len(names))
    lines.append(encode(now(tell.status(0, span))))
    return b"".join(lines)


def see_all(terminal: Terminal, *words: str) -> None:
    for each in words:
        terminal.see(each)


@pytest.fixture
def far(tmp_path: Path) -> Path:
    folder = tmp_path / "far"
    folder.mkdir()
    (folder / "1.jsonl").write_bytes(story("stays", "leaves"))
    (folder / "2.jsonl").write_bytes(story("stays", "arrives"))
    return folder


def link(folder: Path) -> str:
    return shlex.join([sys.executable, "-I", FAR_SIDE, str(folder)])


def test_a_link_that_is_cut_is_said_made_anew_and_the_tree_is_mended(
    edr_tui: Callable[..., Terminal], far: Path
) -> None:
    terminal = edr_tui("--from", link(far))
    see_all(terminal, "far-away", "ebpf ● live", "stays", "leaves")
    (far / "down").touch()
    (far / "1.cut").touch()
    see_all(terminal, "↻ reconnecting", "The link is cut, another try follows")
    see_all(terminal, "Connection to web1 closed by remote host.", "leaves")
    (far / "down").unlink()
    see_all(terminal, "● live", "arrives")
    terminal.see_no("The link is cut")
    # Who is not in the new snapshot has ended; how, nobody saw.
    terminal.until(
        lambda: (row := terminal.find("leaves")) is not None and "not seen" in terminal.lines()[row]
    )
    assert "not seen" not in terminal.lines()[terminal.find("stays")]
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []
    assert (far / "runs").read_text() == "xx"


def test_a_link_that_stays_cut_is_tried_again_and_again(edr_tui: Callable[..., Terminal], far: Path) -> None:
    for number in range(1, 5):
        (far / f"{number}.cut").touch()
    terminal = edr_tui("--from", link(far))
    eventually(lambda: len((far / "runs").read_text()) >= 5 if (far / "runs").exists() else False)
    terminal.see("● live")
    terminal.see_no("The link is cut")


def test_hostile_lines_are_counted_and_shown(edr_tui: Callable[..., Terminal], far: Path) -> None:
    hostile = b'\x1b[2J{"event": 1}\n' + b"x" * 3_000_000 + b"\n\xff\xfe\n[[[[[\n"
    said = story("stays")
    (far / "1.jsonl").write_bytes(hostile + said)
    terminal = edr_tui("--from", link(far))
    see_all(terminal, "stays", "● live", "lost 4")
    terminal.see("A line was no document")
    assert b"\x1b[2J{" not in terminal.raw


def test_a_command_that_is_killed_with_its_console_does_not_stay(
    edr_tui: Callable[..., Terminal], far: Path
) -> None:
    terminal = edr_tui("--from", link(far))
    terminal.see("● live")
    (command,) = psutil.Process(terminal.pid).children()
    terminal.process.kill()
    assert eventually(lambda: not command.is_running() or command.status() == psutil.STATUS_ZOMBIE)


def test_a_recording_is_shown_as_it_ended(edr_tui: Callable[..., Terminal], tmp_path: Path) -> None:
    recording = tmp_path / "recording.jsonl"
    recording.write_bytes(story("one", "another"))
    terminal = edr_tui("--from", str(recording))
    see_all(terminal, "far-away", "ebpf ■ ended", "one", "another")
    terminal.see("The recording has ended: what is shown is as it was then")
    terminal.press("q")
    assert terminal.wait() == 0


def test_standard_input_and_keys_from_the_terminal(open_terminal: Callable[..., Terminal], far: Path) -> None:
    command = f"{link(far)} | {shlex.join(EDR_TUI)} --from -"
    terminal = open_terminal(["/bin/sh", "-c", command])
    see_all(terminal, "far-away", "● live", "stays")
    terminal.press("?")
    terminal.see("to the next pane")
    terminal.press("escape")
    far_side = next(child for child in terminal.descendants() if FAR_SIDE in child.cmdline())
    far_side.suspend()
    terminal.see("Standard input is silent")
    far_side.resume()
    terminal.see_no("Standard input is silent")
    (far / "1.cut").touch()
    terminal.see("Standard input has ended")
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []


@needs_root
def test_under_sudo_the_command_is_the_users(open_terminal: Callable[..., Terminal]) -> None:
    with home_of_nobody() as home:
        (home / "1.jsonl").write_bytes(story("stays"))
        environment = {**os.environ, **sudo_environment(XDG_CONFIG_HOME=str(home), TERM="xterm-256color")}
        os.chown(home / "1.jsonl", NOBODY, NOBODY)
        terminal = open_terminal(by_sudo([*EDR_TUI, "--from", link(home)]), env=environment)
        see_all(terminal, "far-away", "● live", "stays")
        far_side = next(child for child in terminal.descendants() if FAR_SIDE in child.cmdline())
        assert far_side.uids() == (NOBODY, NOBODY, NOBODY)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert eventually(lambda: not far_side.is_running() or far_side.status() == psutil.STATUS_ZOMBIE)
