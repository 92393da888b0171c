"""What detection costs: start, events that differ, events that come again, hostile ones, memory.

EDR_CORPUS names a folder with sigmahq/rules* and telemetry/sysmon_eid1; without it the bundled
rules run on their own recordings, which says little. Everything is measured in a process of its
own, on one core.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.bench.host import Settings
from tests.bench.report import Figure, load

_COMMAND = "python -m tests.bench detect"


def detect(settings: Settings) -> list[Figure]:
    """The figures of a cold start, a start with what was kept, and of the engine at work."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(settings.home)}
    cold = _run(environment, "start")
    starts = [_run(environment, "start") for _ in range(settings.times(5, 2))]
    cached = min(start["seconds"] for start in starts)
    work = _run(environment, "work", str(settings.times(10, 2)))
    rules = f"{work['rules']} rules"
    us = {name: work[name] / 1e3 for name in ("p50", "p99", "p999", "hostile")}
    figures = [
        (
            f"detection, {rules}: start, nothing kept",
            "<= 1.5 s",
            f"{cold['seconds']:.2f} s",
            cold["seconds"] / 1.5,
        ),
        ("... start with what was kept", "<= 0.3 s", f"{cached:.2f} s", cached / 0.3),
        ("... memory of rules and engine", "<= 60 MB", f"{work['mb']:.0f} MB", work["mb"] / 60),
        (
            "... events that differ, a second",
            ">= 30,000",
            f"{work['distinct']:,.0f} (processor {work['distinct_cpu']:,.0f}, naive {work['naive']:,.0f})",
            work["distinct"] / 30_000,
        ),
        (
            "... events that come again, a second",
            ">= 300,000",
            f"{work['repeats']:,.0f}",
            work["repeats"] / 300_000,
        ),
        ("... one event, p99", "<= 150 us", f"{us['p99']:.0f} us (median {us['p50']:.0f})", us["p99"] / 150),
        ("... one event, p99.9", "<= 1 ms", f"{us['p999'] / 1e3:.2f} ms", us["p999"] / 1e3),
        (
            "... the slowest hostile command line of 32 kB",
            "<= 50 ms",
            f"{us['hostile'] / 1e3:.1f} ms ({work['hostile_name']})",
            us["hostile"] / 50e3,
        ),
    ]
    return [Figure(name, asked, told, ratio, _COMMAND, load()) for name, asked, told, ratio in figures]


def _run(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.detect_work", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
