"""Times and durations as a person reads them."""

from __future__ import annotations

from datetime import datetime

SECOND = 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def duration(ns: int) -> str:
    """A length of time in two figures at most that matter: 4 ms, 2.1 s, 3 m 07 s, 5 h 12 m, 3 d 04 h."""
    ns = max(ns, 0)
    if ns < SECOND // 10:
        return f"{ns / 1_000_000:.0f} ms"
    seconds = ns / SECOND
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} m {whole % _MINUTE:02d} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} m"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR:02d} h"


def clock(at_ns: int, seconds: bool = True) -> str:
    """The time of day in local time: 14:02:31, or 14:02."""
    return datetime.fromtimestamp(at_ns / SECOND).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_and_clock(at_ns: int) -> str:
    """2026-11-24 14:02:31 in local time."""
    return datetime.fromtimestamp(at_ns / SECOND).strftime("%Y-%m-%d %H:%M:%S")
