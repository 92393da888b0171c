"""The program in a terminal of its own; where there are no pseudo-terminals the modules skip themselves."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts a program in a terminal; all of them are ended with the test."""
    from tests.e2e.terminal import Terminal, environment

    with contextlib.ExitStack() as stack:

        def opened(argv: list[str], columns: int = 120, rows: int = 40, **options: object) -> Terminal:
            home = tmp_path / "home"
            home.mkdir(mode=0o700, exist_ok=True)
            options.setdefault("env", environment(home))
            terminal = Terminal(argv, columns, rows, cwd=ROOT, **options)
            stack.callback(terminal.close)
            return terminal

        yield opened


@pytest.fixture
def edr_tui(open_terminal: Callable[..., Terminal]) -> Callable[..., Terminal]:
    """Starts edr-tui with these options, on the live host."""

    def started(*arguments: str, **options: object) -> Terminal:
        return open_terminal([sys.executable, "-m", "edr_tui", *arguments], **options)

    return started


@pytest.fixture
def console(open_terminal: Callable[..., Terminal]) -> Callable[..., Terminal]:
    """Starts the console of tests/e2e/console.py with these options."""

    def started(*arguments: str, **options: object) -> Terminal:
        return open_terminal([sys.executable, "-m", "tests.e2e.console", *arguments], **options)

    return started
