"""What the README promises, as a person does it: the real command, a real suspicious tree, keys and eyes."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from edr_tui import detect
from edr_tui.ui.theme import load_themes
from tests.e2e.terminal import EDR_TUI, Terminal
from tests.waiting import eventually

LEFT = 72  # columns of the lists, beside the detail, on a screen of 120
THEME = next(theme for theme in load_themes().loaded if theme.name == "edr-dark")
CHAIN = THEME.variables["chain"].removeprefix("#")
SHELL = "Web server starts a shell"
SHOWN_BY_THE_DEMO = {
    "database_starts_shell",
    "powershell_encoded_command",
    "reverse_shell_through_dev_tcp",
    "shell_connects_through_dev_tcp",
    "web_server_starts_shell",
}


class Demo:
    """edr-tui demo --live, and the pids of what it started."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [*EDR_TUI, "demo", "--live", "--duration", "50"], stderr=subprocess.PIPE
        )
        self.nginx = eventually(lambda: self._named("nginx"))
        self.shells = eventually(self._three_shells)

    def _named(self, name: str) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if child.name() == name), None)

    def _three_shells(self) -> list[int]:
        shells = sorted(child.pid for child in self.nginx.children() if child.name() == "sh")
        return shells if len(shells) == 3 else []

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        assert self.process.stderr is not None
        self.process.stderr.close()


@pytest.fixture
def demo() -> Iterator[Callable[[], Demo]]:
    """Starts demos. All consoles of this host see them, so that one test at a time has any."""
    import fcntl  # where there are no pseudo-terminals this file is skipped

    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(open(Path(tempfile.gettempdir()) / "edr-tui-tests-demo", "w"))
        fcntl.flock(lock, fcntl.LOCK_EX)

        def start() -> Demo:
            started = Demo()
            stack.callback(started.end)
            return started

        yield start


def title(terminal: Terminal, pane: str = "acknowledged") -> str:
    """The line under the alerts, which counts them."""
    at = terminal.find(pane)
    return terminal.lines()[at] if at is not None else ""


def go_to_the_shell(terminal: Terminal, demo: Demo) -> int:
    """Press e until the web shell's alert is selected; its pid. This host may raise others too."""
    wanted = (demo.shells[0], demo.shells[2])  # that between them has higher alerts of its own
    for _ in range(30):
        before = terminal.text()
        terminal.press("e")
        terminal.until(lambda before=before: terminal.text() != before, 5)
        time.sleep(0.1)
        detail = [line[LEFT + 1 :] for line in terminal.lines()]
        for pid in wanted:
            if any(f"sh {pid} " in line for line in detail[:4]) and any(SHELL in line for line in detail):
                return pid
    raise AssertionError(f"e never came to one of {wanted} on\n{terminal.text()}")


def test_from_the_first_screen_to_the_last(
    edr_tui: Callable[..., Terminal], demo: Callable[[], Demo], tmp_path: Path
) -> None:
    # The demo's programs lie in a temporary folder, which other rules tell of beside what it shows.
    for rule in (Path(detect.__file__).parent / "rules").rglob("*.yml"):
        if rule.stem in SHOWN_BY_THE_DEMO:
            shutil.copy(rule, tmp_path)
    terminal = edr_tui("-i", "0.25", "--no-bundled", "--rules", str(tmp_path))
    terminal.see("edr-tui", "live")
    terminal.see("Processes")
    running = demo()
    nginx = running.nginx.pid

    # It turns red by itself; e goes to it.
    terminal.see(SHELL[:18])
    shell = go_to_the_shell(terminal, running)
    row = terminal.see(f"sh {shell}", "HIGH", upto=LEFT)
    assert terminal.colour(row, "sh ") == CHAIN
    assert terminal.colour(row, "HIGH") == THEME.variables["severity-high"].removeprefix("#")
    above = terminal.see(f"nginx {nginx}", upto=LEFT)
    assert terminal.colour(above, "nginx") == CHAIN
    for red in (row, above):
        assert terminal.cells(red)[1].data == "▌", terminal.lines()[red]
        assert terminal.cells(red)[1].fg == CHAIN
    # The detail tells why, and whence.
    terminal.see("why", "Image")
    terminal.see("ParentImage")

    # a acknowledges in the alerts pane the one alert, and takes it back.
    select_the_alert(terminal, running)
    terminal.press("a")
    terminal.until(lambda: "1 acknowledged" in title(terminal))
    row = terminal.see(f"sh {running.shells[0]}", "✓", upto=LEFT)
    assert "HIGH" not in terminal.lines()[row][:LEFT]
    assert terminal.colour(row, "✓") == THEME.success.removeprefix("#")
    assert terminal.lines()[alert_row(terminal, running)][:LEFT].rstrip(" │").endswith("✓")
    terminal.press("a")
    terminal.until(lambda: "0 acknowledged" in title(terminal))
    terminal.see(f"sh {running.shells[0]}", "HIGH", upto=LEFT)

    look_around(terminal, running)
    quit_in_order(terminal, running)


def alert_row(terminal: Terminal, demo: Demo) -> int:
    """Where the web shell's alert is listed."""
    return next(
        at
        for at, line in enumerate(terminal.lines())
        if at > 25 and SHELL[:18] in line[:LEFT] and any(f" sh {pid} " in line[:LEFT] for pid in demo.shells)
    )


def select_the_alert(terminal: Terminal, demo: Demo) -> None:
    """Click on it; where another one came in between, once more."""

    def selected() -> bool:
        terminal.click(12, alert_row(terminal, demo))
        time.sleep(0.2)
        return any(selected_in_detail(terminal, f"sh {pid} ") for pid in demo.shells)

    terminal.until(selected)


def look_around(terminal: Terminal, demo: Demo) -> None:
    """Filter, search, ancestry, pause, help, panes."""
    nginx, shell = demo.nginx.pid, demo.shells[0]
    # Shift+Tab from the alerts to the tree; f filters it, ancestors stay, Esc restores.
    terminal.press("shift+tab")
    before = [line[:LEFT] for line in terminal.lines()[1:20]]
    terminal.press("f")
    terminal.see("filter processes")
    terminal.type(f"pid:{nginx}")
    terminal.see(f"filter: pid:{nginx}")
    terminal.see("Enter keep", "Esc restore", "FILTER")
    row = terminal.see(f"nginx {nginx}", upto=LEFT)
    parent = terminal.see(f"{Path(sys.executable).name} {demo.process.pid}", upto=LEFT)
    assert parent < row
    assert not any(f"sh {shell} " in line[:LEFT] for line in terminal.lines())
    assert terminal.colour(parent, "python") != terminal.colour(row, "nginx")
    terminal.press("escape")
    terminal.until(lambda: not any("filter" in line for line in terminal.lines()[:-1]))
    terminal.until(lambda: any(f"sh {shell} " in line[:LEFT] for line in terminal.lines()))
    assert len(before) == 19

    # A wrong filter says where.
    terminal.press("f")
    terminal.type("nosuch:x")
    terminal.see("^")
    terminal.press("escape")
    terminal.see_no("filter processes")

    # / searches, n goes on.
    terminal.press("/")
    terminal.see("search processes")
    terminal.see("Enter stay", "SEARCH")
    terminal.type(f"pid:{shell}")
    terminal.until(lambda: selected_in_detail(terminal, f"sh {shell} "))
    terminal.press("enter", "n")
    terminal.until(lambda: selected_in_detail(terminal, f"sh {shell} "))

    # i opens the ancestry, Esc closes it.
    terminal.press("i")
    terminal.see("Ancestry of sh", str(shell))
    terminal.see("○ nginx", str(nginx))
    terminal.press("escape")
    terminal.see_no("Ancestry of")

    # p lets the view stand still, and says what comes meanwhile.
    terminal.press("p")
    terminal.see("PAUSED", "p goes on")
    with subprocess.Popen(["sleep", "60"]) as newcomer:
        try:
            terminal.until(lambda: re.search(r"PAUSED +[1-9]", terminal.text()))
            assert not any(f"sleep {newcomer.pid} " in line for line in terminal.lines())
        finally:
            newcomer.kill()
    terminal.press("p")
    terminal.see_no("PAUSED")

    # ? shows the keys.
    terminal.press("?")
    terminal.see("Keys")
    terminal.see("to the next alert")
    terminal.press("?")
    terminal.see_no("to the next alert, high")

    # Tab goes on to the alerts, o leaves acknowledged ones out, A asks with the count.
    terminal.press("tab", "o")
    terminal.see("open only")
    terminal.press("o")
    terminal.see_no("open only")
    terminal.press("f")
    terminal.see("filter alerts")
    terminal.type(f"pid:{shell} or pid:{demo.shells[1]} or pid:{demo.shells[2]}")
    terminal.press("enter")
    terminal.press("A")
    asked = terminal.see("Acknowledge", "open alerts that pass the filter?")
    count = re.search(r"Acknowledge ([23]) open", terminal.lines()[asked])
    assert count is not None, terminal.lines()[asked]
    terminal.press("n")
    terminal.see_no("Please confirm")
    assert "0 acknowledged" in title(terminal)
    terminal.press("A")
    terminal.see("Please confirm")
    terminal.press("y")
    terminal.until(lambda: f"{count[1]} acknowledged" in title(terminal))
    terminal.see("✓ sh", str(shell), upto=LEFT)
    # The chain has lost its red: another alert's may still stand above it.
    row = terminal.see(f"nginx {nginx}", upto=LEFT)
    assert terminal.cells(row)[1].data != "▌"
    terminal.press("escape")
    use_the_mouse(terminal, demo)


def selected_in_detail(terminal: Terminal, words: str) -> bool:
    return words in terminal.part(3, LEFT + 1)


def use_the_mouse(terminal: Terminal, demo: Demo) -> None:
    """A click on a row selects, a click on its arrow collapses, the wheel scrolls."""
    nginx = demo.nginx.pid
    terminal.see_no("filter: ")
    row = terminal.see(f"nginx {nginx}", upto=LEFT)
    name = terminal.column(row, "nginx")
    terminal.click(name, row)
    terminal.until(lambda: selected_in_detail(terminal, f"nginx {nginx} "))
    arrow = terminal.column(row, "▾")
    terminal.click(arrow, row)
    row = terminal.see(f"▸ nginx {nginx}", upto=LEFT)
    terminal.see_no(f"sh {demo.shells[0]} ", "id")
    terminal.click(terminal.column(row, "▸"), row)
    terminal.see(f"▾ nginx {nginx}", upto=LEFT)
    terminal.see(f"sh {demo.shells[0]} ", upto=LEFT)
    # The wheel.
    terminal.press("home")
    first = terminal.lines()[2][:LEFT]
    terminal.until(lambda: "▾" in terminal.lines()[2][:6])
    first = terminal.lines()[2][:LEFT]
    terminal.wheel(20, 10, 3)
    terminal.until(lambda: terminal.lines()[2][:LEFT] != first)
    terminal.wheel(20, 10, -20)
    terminal.until(lambda: terminal.lines()[2][:40] == first[:40])


def quit_in_order(terminal: Terminal, demo: Demo) -> None:
    started = terminal.descendants()
    assert any("sensor" in child.cmdline() for child in started)
    terminal.press("escape", "escape", "escape")
    assert terminal.process.poll() is None, "Esc must never quit"
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []
    assert (
        not terminal.after_the_screen().replace(b"\x1b", b"").strip(b"\r\n")
        or b"Traceback" not in terminal.raw
    )
    assert not any(child.is_running() and child.status() != "zombie" for child in started)


def test_on_a_small_screen(edr_tui: Callable[..., Terminal], demo: Callable[[], Demo]) -> None:
    terminal = edr_tui("-i", "0.25", columns=80, rows=24)
    terminal.see("Processes")
    terminal.see("live")
    running = demo()
    shell, nginx = running.shells[0], running.nginx.pid
    terminal.see(SHELL[:18], "×3")

    def sought() -> bool:
        # The alert may be about another demo that was there a moment ago.
        terminal.press("escape", "/")
        terminal.type(f"pid:{shell}")
        return bool(eventually(lambda: terminal.find(f"sh {shell}") or terminal.find("nothing found")))

    terminal.until(lambda: sought() and terminal.find("nothing found") is None)
    row = terminal.see(f"sh {shell}", "‼", "HIGH", "/bin")
    terminal.press("enter")
    assert terminal.colour(row, "sh ") == CHAIN
    assert terminal.colour(terminal.see(f"nginx {nginx}"), "nginx") == CHAIN
    terminal.press("enter")  # to the detail, which takes the place of the lists
    terminal.see("╭─ Detail")
    terminal.see("why")
    terminal.see_no("╭─ Processes")
    terminal.press("escape")
    terminal.see("╭─ Processes")
    terminal.press("a")
    terminal.see("✓ sh", str(shell))
    terminal.press("a")
    terminal.see("‼ sh", str(shell))
    terminal.press("i")
    terminal.see("Ancestry of sh")
    terminal.press("escape")
    terminal.press("ctrl+c")
    assert terminal.wait() == 0
    assert terminal.restored() == []


def test_the_demo_leaves_nothing(demo: Callable[[], Demo]) -> None:
    running = demo()
    started = psutil.Process(running.process.pid).children(recursive=True)
    running.end()
    gone, alive = psutil.wait_procs(started, timeout=5)
    assert not alive
    assert len(gone) >= 5
