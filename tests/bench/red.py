"""From the start of a suspicious process to its red row."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.bench.host import Settings, colour
from tests.bench.report import Figure, load, quantile, spread
from tests.bench.terminal import Terminal, console

_LIVES = 2.1
# A server that starts shells at random moments, each with a mark on its command line, and says when. They
# wait for a line that never comes; each is ended after a while, so that the rows stay on one screen.
_SERVER = """
import os, random, sys, time
count, gap, lives = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
never, keep = os.pipe()
running = []
def reap(until):
    while running and running[0][0] <= until:
        _, pid = running.pop(0)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
for number in range(count):
    time.sleep(gap * (0.5 + random.random()))
    reap(time.monotonic())
    at = time.monotonic()
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "read never", "edr-trial"], {},
        file_actions=[(os.POSIX_SPAWN_DUP2, never, 0)])
    running.append((at + lives, pid))
    print(pid, at, flush=True)
time.sleep(lives)
reap(time.monotonic() + lives)
"""
_ROW = re.compile(r"\bsh (\d+)\b.*\bHIGH\b")


def red(settings: Settings) -> list[Figure]:
    """The times of all trials, at the default interval and at a quarter of a second."""
    figures = []
    for interval in (1.0, 0.25):
        times, missed = _trials(settings, interval, settings.times(100, 8))
        late = quantile(times, 0.99) if times else None
        command = f"edr-tui --interval {interval:g} --filter '{_FILTER}'"
        allowed = interval + 0.25
        figures.append(
            Figure(
                f"process start to red row, interval {interval:g} s",
                f"p99 <= {allowed * 1e3:.0f} ms",
                spread(times) + (f", {missed} never red" if missed else ""),
                None if late is None else late / allowed,
                command,
                load(),
            )
        )
    return figures


_FILTER = "name:sh cmd:edr-trial not is:exited"


def _trials(settings: Settings, interval: float, count: int) -> tuple[list[float], int]:
    """(seconds of each trial whose row turned red, how many did not)."""
    chain = colour("chain")
    folder = Path(settings.home) / "red"
    folder.mkdir(exist_ok=True)
    nginx = folder / "nginx"
    if not nginx.is_symlink():
        nginx.symlink_to(Path(sys.executable).resolve())
    script = folder / "serve"
    script.write_text(_SERVER)
    seen: dict[int, float] = {}
    command = console("--sensor", "poll", "--interval", f"{interval:g}", "--filter", _FILTER)
    with Terminal(command, settings.environment) as terminal:
        if terminal.until(lambda: terminal.tree_count() not in (None, (0, 0)), 30) is None:
            raise RuntimeError("the tree never came")
        terminal.settle(0.5, 2)
        server = subprocess.Popen(
            [str(nginx), "-I", "-S", str(script), str(count), "0.2", str(_LIVES)],
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        with server:
            while server.poll() is None:
                at = terminal.frame(0.2)
                if at is not None:
                    for pid in _red_rows(terminal, chain):
                        seen.setdefault(pid, at)
            assert server.stdout is not None
            started = {int(pid): float(at) for pid, at in map(str.split, server.stdout)}
    times = [seen[pid] - at for pid, at in started.items() if pid in seen]
    return times, len(started) - len(times)


def _red_rows(terminal: Terminal, chain: str) -> list[int]:
    """The pids of shells whose name is in the chain's colour and whose row says HIGH."""
    found = []
    for number, text in terminal.tree_rows():
        row = _ROW.search(text)
        if row is not None and terminal.screen.buffer[number][row.start() + 1].fg == chain:
            found.append(int(row[1]))
    return found
