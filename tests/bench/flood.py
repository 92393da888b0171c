"""3,000 execs a second for 20 seconds, with the whole program on screen: what is lost, keys, CPU."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import psutil

from tests.bench.execs import Flood, shortest_program
from tests.bench.host import Settings, cpu_seconds
from tests.bench.keys import DOWN, HOME
from tests.bench.report import Figure, load, quantile, spread
from tests.bench.storm import keys_while
from tests.bench.terminal import Terminal, console

RATE, SECONDS = 3_000, 20
_LOST = re.compile(r"lost ([\d,]+)")


def flood(settings: Settings) -> list[Figure]:
    """Losses by the header's own word, key to frame, and the CPU time of sensor and console."""
    seconds = settings.times(SECONDS, 4)
    program = shortest_program(settings.home)
    with (
        Terminal(console("--sensor", "ebpf"), settings.environment) as terminal,
        Flood(program, RATE * seconds, RATE) as spawner,
    ):
        if terminal.until(lambda: terminal.tree_count() not in (None, (0, 0)), 30) is None:
            raise RuntimeError("the tree never came")
        terminal.settle(1.0, 3)
        terminal.write(HOME)
        terminal.settle(0.3, 3)
        background = terminal.row_background(0)
        for _ in range(12):
            terminal.write(DOWN)
        terminal.settle(0.3, 3)
        sensor = _sensor_of(terminal.process.pid)
        spent = _spent(terminal.process.pid, sensor)
        before, began = spent(), time.monotonic()
        spawner.begin()
        times, unanswered = keys_while(terminal, background, seconds + 1.0)
        after, lasted = spent(), time.monotonic() - began
        took = spawner.within()
        terminal.settle(0.5, 10)
        found = _LOST.search(terminal.text())
    whole, of_sensor = (100 * (now - then) / lasted for now, then in zip(after, before, strict=True))
    command = f"edr-tui --sensor ebpf, and {RATE * seconds:,} execs of a program that only ends"
    rate = RATE * seconds / took
    return [
        Figure(
            f"{RATE:,} execs/s for {seconds} s",
            "0 lost",
            f"lost {found[1] if found else '?'} ({rate:,.0f} execs/s were had)",
            rate / RATE,
            command,
            load(),
        ),
        Figure(
            "  key to frame meanwhile",
            "p99 <= 250 ms",
            spread(times) + (f", {unanswered} unanswered" if unanswered else ""),
            quantile(times, 0.99) / 0.25 if times else None,
            command,
            load(),
        ),
        Figure(
            "  the sensor",
            "<= 15 % of a core",
            f"{of_sensor:.1f} % ({of_sensor * 1e4 / rate:.0f} us for a fork, exec and exit)",
            of_sensor / 15,
            command,
            load(),
        ),
        Figure("  the console", "", f"{whole - of_sensor:.1f} % of a core", None, command, load()),
    ]


def _sensor_of(console_pid: int) -> psutil.Process:
    for child in psutil.Process(console_pid).children(recursive=True):
        if "sensor" in child.cmdline():
            return child
    raise RuntimeError("the console has no sensor")


def _spent(console_pid: int, sensor: psutil.Process) -> Callable[[], tuple[float, float]]:
    """CPU seconds of the whole program, and of the sensor alone."""

    def spent() -> tuple[float, float]:
        return cpu_seconds(console_pid), cpu_seconds(sensor.pid)

    return spent
