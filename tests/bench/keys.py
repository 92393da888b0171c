"""From a key to the frame that shows its work, in trees of 1,000 and of 100,000 rows."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field

from tests.bench.host import ROOT, Settings
from tests.bench.report import Figure, load, median, quantile, spread
from tests.bench.terminal import Terminal

DOWN, UP, RIGHT, LEFT = b"\x1b[B", b"\x1b[A", b"\x1b[C", b"\x1b[D"
PAGE_DOWN, PAGE_UP, HOME, END = b"\x1b[6~", b"\x1b[5~", b"\x1b[H", b"\x1b[F"
APP = ("-m", "tests.bench.forest_app")
SMALL, LARGE = 1_000, 100_000
ROUND = [
    *[DOWN] * 10,
    *[PAGE_DOWN] * 5,
    *[UP] * 5,
    HOME,
    RIGHT,
    *[b"}"] * 3,
    b"{",
    *[b"\x04"] * 3,
    END,
    PAGE_UP,
    b"\x15",
    *[LEFT] * 3,
    RIGHT,
    b" ",
    b" ",
    HOME,
    LEFT,
    RIGHT,
]
ALL_ROUND = [b"_", END, b"*", HOME]


@dataclass
class Times:
    """Seconds. frame: until the first frame that shows the tree changed; settled: until the last frame."""

    frame: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    idle: int = 0


def keys(settings: Settings) -> list[Figure]:
    """Key to frame at both sizes, and for expanding and collapsing everything."""
    rounds = settings.times(4, 1)
    # In turns, so that what else this machine does meets both.
    small, large, whole = Times(), Times(), Times()
    for _ in range(settings.times(2, 1)):
        _measure(SMALL, settings, rounds, small, Times())
        _measure(LARGE, settings, rounds, large, whole)
    command = "python -m tests.bench.forest_app 100000"
    middle, late = median(large.frame), quantile(large.frame, 0.99)
    return [
        Figure(
            f"key to frame, {LARGE:,} rows",
            "median <= 30 ms",
            spread(large.frame),
            middle / 0.03,
            command,
            load(),
        ),
        Figure("  p99", "p99 <= 60 ms", f"{late * 1e3:.0f} ms", late / 0.06, command, load()),
        Figure(
            f"  against {SMALL:,} rows",
            "<= 1.5 times",
            spread(small.frame),
            middle / median(small.frame),
            command,
            load(),
        ),
        Figure("  expand and collapse all", "", spread(whole.frame), None, command, load()),
        Figure("  until the detail is painted too", "", spread(large.settled), None, command, load()),
    ]


def _measure(count: int, settings: Settings, rounds: int, times: Times, whole: Times) -> None:
    command = [sys.executable, *APP, str(count)]
    environment = {**settings.environment, "PYTHONPATH": str(ROOT)}
    with Terminal(command, environment) as terminal:
        full = terminal.until(lambda: (terminal.tree_count() or (0, 0))[1] == count, 120)
        if full is None:
            raise RuntimeError(f"{count:,} rows never came: {terminal.text()!r}")
        terminal.write(b"*")
        terminal.settle(1.0, 30)
        rng = random.Random(1)
        for _ in range(rounds):
            for key in ROUND:
                _press(terminal, key, times, rng)
        for key in ALL_ROUND * max(rounds, 2):
            _press(terminal, key, whole, rng)


def _press(terminal: Terminal, key: bytes, times: Times, rng: random.Random) -> None:
    time.sleep(rng.random() * 0.03)
    terminal.settle(0.0)
    before = terminal.tree_look()
    pressed = terminal.write(key)
    found = terminal.until(lambda: terminal.tree_look() != before, 0.7)
    if found is None:
        # There was nothing to draw: Home in the first row.
        times.idle += 1
        return
    last = found[0]
    while (at := terminal.frame(0.1)) is not None:
        last = at
    times.frame.append(found[0] - pressed)
    times.settled.append(last - pressed)
