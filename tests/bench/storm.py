"""A thousand new processes in one second, and keys meanwhile."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time

from tests.bench.host import Settings
from tests.bench.keys import DOWN, HOME, UP
from tests.bench.report import Figure, load, quantile, spread
from tests.bench.terminal import Terminal, console

COUNT, LIVES, INTERVAL = 1_000, 2.2, 1.0
# They have this length of sleep to themselves, so that a filter finds them and nothing else.
_MARK = "2.20317"
_SLEEP = re.compile(r"\bsleep \d+\b")
_SPAWNER = """
import os, sys, time
count, mark = int(sys.argv[1]), sys.argv[2]
pids, began = [], time.monotonic()
for number in range(count):
    time.sleep(max(0.0, began + 0.95 * number / count - time.monotonic()))
    pids.append(os.posix_spawnp("sleep", ["sleep", mark], os.environ))
print(time.monotonic() - began, flush=True)
for pid in pids:
    os.waitpid(pid, 0)
"""


def storm(settings: Settings) -> list[Figure]:
    """How many of them the tree has, and how long keys take meanwhile."""
    times: list[float] = []
    counts: list[int] = []
    unanswered, took = 0, []
    for _ in range(settings.times(3, 1)):
        answered, unheard, count, lasted = _storm(settings)
        times += answered
        unanswered += unheard
        counts.append(count)
        took.append(lasted)
    asked = COUNT * len(counts)
    command = f"edr-tui --interval {INTERVAL:g}, and {COUNT:,} x sleep {LIVES}"
    return [
        Figure(
            f"{COUNT:,} new processes in a second",
            "all in the tree",
            f"{sum(counts):,} of {asked:,} (started within {', '.join(f'{one:.2f}' for one in took)} s)",
            sum(counts) / asked,
            command,
            load(),
        ),
        Figure(
            "  keys meanwhile",
            "<= 100 ms",
            spread(times) + (f", {unanswered} unanswered" if unanswered else ""),
            quantile(times, 1.0) / 0.1 if times else None,
            command,
            load(),
        ),
    ]


def _storm(settings: Settings) -> tuple[list[float], int, int, float]:
    """(seconds of each key, keys without an answer, processes in the tree, seconds that starting took)."""
    with Terminal(
        console("--sensor", "poll", "--interval", f"{INTERVAL:g}"), settings.environment
    ) as terminal:
        if terminal.until(lambda: terminal.tree_count() not in (None, (0, 0)), 30) is None:
            raise RuntimeError("the tree never came")
        terminal.settle(1.0, 3)
        terminal.write(HOME)
        terminal.settle(0.3, 3)
        # A row that is new has a background too: that of the first row is the selected one's now.
        background = terminal.row_background(0)
        for _ in range(12):
            terminal.write(DOWN)
        terminal.settle(0.3, 3)
        spawner = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SPAWNER, str(COUNT), _MARK],
            env=settings.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        times, unanswered = keys_while(terminal, background, LIVES + 2 * INTERVAL + 1.0)
        assert spawner.stdout is not None
        with spawner:
            lasted = float(spawner.stdout.readline())
        return times, unanswered, _count(terminal), lasted


def keys_while(terminal: Terminal, background: str, seconds: float) -> tuple[list[float], int]:
    """Up and down, at the pace of a person: until another row is seen to be selected."""
    rng = random.Random(1)
    times: list[float] = []
    unanswered = 0
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        pause = time.monotonic() + 0.03 + rng.random() * 0.1
        while (left := pause - time.monotonic()) > 0:
            terminal.frame(left)
        terminal.settle(0.0, 0.2)
        others = {None, terminal.selected(background)}
        pressed = terminal.write((DOWN, DOWN, UP, UP)[number % 4])
        number += 1
        found = terminal.until(lambda but=others: terminal.selected(background) not in but, 2.0)
        if found is None:
            unanswered += 1
        else:
            times.append(found[0] - pressed)
    return times, unanswered


def _count(terminal: Terminal) -> int:
    """How many of them the tree knows, by the console's own filter."""
    terminal.write(b"f")
    terminal.settle(0.3, 3)
    terminal.write(f"name:sleep cmd:{_MARK}\r".encode())
    terminal.until(lambda: "filter:" in terminal.text(), 5)
    terminal.settle(0.5, 3)
    terminal.write(HOME)
    terminal.settle(0.3, 3)
    counted = terminal.tree_count()
    rows = [bool(_SLEEP.search(text)) for _, text in terminal.tree_rows()]
    if counted is None or True not in rows:
        return 0
    # Above the first of them stand their ancestors, which the filter leaves in.
    return counted[0] - rows.index(True)
