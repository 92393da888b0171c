"""How long it takes until the program is there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

from tests.bench.host import Settings
from tests.bench.report import Figure, load, median
from tests.bench.terminal import Terminal, console

_EMPTY_APP = "from textual.app import App; App().run()"
_LONGEST = 30.0


def version(settings: Settings) -> list[Figure]:
    """`edr-tui --version` from its start to its end."""
    command = console("--version")
    # The first run fills the caches of the disk and of the interpreter.
    times = [_run(command, settings) for _ in range(settings.times(20, 5) + 1)][1:]
    bare = [_run([sys.executable, "-c", "pass"], settings) for _ in range(settings.times(20, 5))]
    return [
        Figure(
            "edr-tui --version",
            "< 150 ms",
            f"median {median(times) * 1e3:.0f} ms (python -c pass: {median(bare) * 1e3:.0f} ms)",
            median(times) / 0.150,
            "edr-tui --version",
            load(),
        )
    ]


def start(settings: Settings) -> list[Figure]:
    """The first frame with processes, against an empty app's first frame and the sensor's first snapshot."""
    ours, empty, snapshot = [], [], []
    for number in range(settings.times(9, 2) + 1):
        parts = (
            _first_frame(console("--sensor", "poll"), settings, _has_processes),
            _first_frame([sys.executable, "-c", _EMPTY_APP], settings, lambda terminal: True),
            first_snapshot(settings),
        )
        if number:
            for times, part in zip((ours, empty, snapshot), parts, strict=True):
                times.append(part)
    allowed = 1.5 * median(empty) + median(snapshot)
    return [
        Figure(
            "first frame with the real tree",
            f"<= {allowed * 1e3:.0f} ms = 1.5 x empty app + snapshot",
            f"median {median(ours) * 1e3:.0f} ms",
            median(ours) / allowed,
            "edr-tui",
            load(),
        ),
        Figure(
            "  an empty Textual app", "", f"median {median(empty) * 1e3:.0f} ms", None, _EMPTY_APP, load()
        ),
        Figure(
            "  the sensor's first snapshot",
            "",
            f"median {median(snapshot) * 1e3:.0f} ms",
            None,
            "edr-tui sensor",
            load(),
        ),
    ]


def _run(command: list[str], settings: Settings) -> float:
    began = time.monotonic()
    subprocess.run(command, env=settings.environment, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _first_frame(command: list[str], settings: Settings, there: Callable[[Terminal], bool]) -> float:
    """Seconds from the start of the program to the first frame of a screen that is as wanted."""
    with Terminal(command, settings.environment) as terminal:

        def painted() -> bool:
            # The modes that are set before the first frame leave the screen empty.
            return bool(terminal.text().strip() or _coloured(terminal)) and there(terminal)

        found = terminal.until(painted, _LONGEST)
        if found is None:
            raise RuntimeError(f"no frame within {_LONGEST:.0f} s from {' '.join(command)}")
        return found[0] - terminal.spawned_at


def _coloured(terminal: Terminal) -> bool:
    """An empty app paints nothing but its background."""
    return terminal.screen.buffer[1][1].bg != "default"


def _has_processes(terminal: Terminal) -> bool:
    return any(text.split()[1:2] == ["1"] or " 1 " in text for _, text in terminal.tree_rows())


def first_snapshot(settings: Settings) -> float:
    """Seconds from the start of `edr-tui sensor` to the last line of its first snapshot."""
    command = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "poll", "--duration", "10"]
    began = last = time.monotonic()
    with subprocess.Popen(command, env=settings.environment, stdout=subprocess.PIPE) as sensor:
        assert sensor.stdout is not None
        for line in sensor.stdout:
            at = time.monotonic()
            if json.loads(line)["event"].get("action") != "process_snapshot":
                break
            last = at
        sensor.terminate()
    return last - began
