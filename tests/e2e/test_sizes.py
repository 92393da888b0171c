"""Any size of the terminal, while processes come and go."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.payloads import foreign
from tests.e2e.terminal import Terminal

# Without rules: how many alerts this host has would decide what a narrow header has room for.
SIZES = [(1, 1), (2, 3), (10, 5), (40, 10), (80, 24), (120, 40), (200, 60), (300, 100)]


@pytest.fixture
def churn() -> Iterator[None]:
    """Short processes, one after the other."""
    over = threading.Event()

    def start_some() -> None:
        while not over.wait(0.05):
            subprocess.run(["sleep", "0.2"], check=False)

    thread = threading.Thread(target=start_some)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.usefixtures("churn")
def test_every_size_there_and_back(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.2", "--no-bundled")
    terminal.see("Processes")
    terminal.see("live")
    for keys in ((), ("?",), ("escape", "i")):
        terminal.press(*keys)
        for size in (*SIZES, *reversed(SIZES)):
            terminal.resize(*size)
            if not keys and size >= (40, 10):
                terminal.until(lambda size=size: sensible(terminal, *size), 30)
            assert terminal.process.poll() is None, terminal.text()
    terminal.press("escape")
    terminal.resize(80, 24)
    terminal.until(lambda: sensible(terminal, 80, 24))
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.restored() == []
    assert foreign(bytes(terminal.raw)) == []


def sensible(terminal: Terminal, columns: int, rows: int) -> bool:
    """The header above, at least one pane in a whole frame, the keys below; nothing of another size."""
    top, bottom = terminal.part(0), terminal.part(rows - 1)
    frame = range(1, rows - 1)
    left = [terminal.part(row, 0, 1) for row in frame]
    right = [terminal.part(row, columns - 1, columns) for row in frame]
    return (
        "edr-tui" in top
        and "live" in top
        and "help" in bottom
        and "Processes" in terminal.part(1)
        and set(left) <= set("│╭╰")
        and set(right) <= set("│╮╯")
        and "1" in "".join(terminal.part(row) for row in frame)
    )


def test_a_window_that_shrinks_and_grows_again_at_once(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.2", "--no-bundled", columns=40, rows=10)
    terminal.see("live")
    for _ in range(20):
        for size in ((1, 1), (10, 5), (40, 10)):
            terminal.resize(*size)
        terminal.until(lambda: sensible(terminal, 40, 10), 30)
    terminal.press("q")
    assert terminal.wait() == 0


@pytest.mark.slow
@pytest.mark.usefixtures("churn")
def test_a_window_that_is_dragged(edr_tui: Callable[..., Terminal]) -> None:
    terminal = edr_tui("-i", "0.2", "--no-bundled")
    terminal.see("live")
    for step in range(300):
        terminal.resize(1 + step * 7 % 320, 1 + step * 5 % 110)
    terminal.resize(120, 40)
    terminal.until(lambda: sensible(terminal, 120, 40), 30)
    terminal.press("q")
    assert terminal.wait() == 0
