"""From an exec to the row on the screen that shows it, with the kernel's own word."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.bench.host import Settings
from tests.bench.report import Figure, load, quantile, spread
from tests.bench.terminal import Terminal, console

_LIVES = 1.5
_SPAWNER = """
import os, random, sys, time
count, lives = int(sys.argv[1]), float(sys.argv[2])
running = []
def reap(until):
    while running and running[0][0] <= until:
        os.waitpid(running.pop(0)[1], 0)
for number in range(count):
    time.sleep(0.1 + random.random() * 0.2)
    at = time.monotonic()
    pid = os.posix_spawn("/bin/sleep", ["sleep", "%s7317" % lives], {})
    running.append((at + lives, pid))
    print(pid, at, flush=True)
    reap(time.monotonic())
reap(time.monotonic() + lives + 1)
"""
_ROW = re.compile(r"\bsleep (\d+)\b")
_FILTER = "name:sleep cmd:7317 not is:exited"


def painted(settings: Settings) -> list[Figure]:
    """The times of all trials."""
    count = settings.times(200, 20)
    seen: dict[int, float] = {}
    with Terminal(console("--sensor", "ebpf", "--filter", _FILTER), settings.environment) as terminal:
        if terminal.until(lambda: "● live" in terminal.text(), 30) is None:
            raise RuntimeError("the sensor never came")
        terminal.settle(0.5, 2)
        with subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SPAWNER, str(count), str(_LIVES)],
            env={},
            stdout=subprocess.PIPE,
            text=True,
        ) as spawner:
            while spawner.poll() is None:
                at = terminal.frame(0.2)
                if at is not None:
                    for _, text in terminal.tree_rows():
                        if row := _ROW.search(text):
                            seen.setdefault(int(row[1]), at)
            assert spawner.stdout is not None
            started = {int(pid): float(at) for pid, at in map(str.split, spawner.stdout)}
    times = [seen[pid] - at for pid, at in started.items() if pid in seen]
    missed = len(started) - len(times)
    command = f"edr-tui --sensor ebpf --filter '{_FILTER}'"
    told = spread(times) + (f", {missed} never painted" if missed else "")
    return [
        Figure(
            "exec to painted row",
            "median <= 120 ms",
            told,
            quantile(times, 0.5) / 0.12 if times else None,
            command,
            load(),
        ),
        Figure(
            "  p99",
            "p99 <= 250 ms",
            f"{quantile(times, 0.99) * 1e3:.0f} ms" if times else "",
            quantile(times, 0.99) / 0.25 if times else None,
            command,
            load(),
        ),
    ]
