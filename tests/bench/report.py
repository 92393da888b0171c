"""Figures as a table, and the little statistics that they need."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ratio: measured against what is asked or compared with; load: see load()."""

    name: str
    asked: str
    measured: str
    ratio: float | None = None
    command: str = ""
    load: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` of all. Raises ValueError if there are none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The value in the middle; of an even number of them the lower one."""
    return quantile(values, 0.5)


def spread(seconds: Sequence[float], unit: str = "ms") -> str:
    """Median, p99 and largest of times in seconds, in words."""
    if not seconds:
        return "nothing was measured"
    factor = {"ms": 1e3, "s": 1.0}[unit]
    digits = {"ms": 0 if quantile(seconds, 0.5) > 0.02 else 1, "s": 2}[unit]
    told = (f"{quantile(seconds, share) * factor:.{digits}f}" for share in (0.5, 0.99, 1.0))
    return "median {} · p99 {} · most {} {unit} (n {n})".format(*told, unit=unit, n=len(seconds))


def load() -> str:
    """The load average of the last minute: what else ran beside a figure."""
    return f"{os.getloadavg()[0]:.1f}"


def machine() -> str:
    """What kind of machine this is, without saying which."""
    model = platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
        model = names[0] if names else model
    except OSError:
        pass
    return (
        f"{os.cpu_count()} x {model}, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}"
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns."""
    rows = [("figure", "asked", "measured", "ratio", "load", "command")]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append((figure.name, figure.asked, figure.measured, ratio, figure.load, figure.command))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)
