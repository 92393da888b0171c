"""Facts in a few characters: durations, times of day, exits."""

from __future__ import annotations

from datetime import datetime

from edr_tui.model.process import Exit

_MS = 1_000_000
SECOND = 1_000 * _MS

# The signals whose numbers mean the same on Linux, macOS and the BSDs.
_SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
}


def duration(ns: int) -> str:
    """A length of time as people say it: 12ms, 0.4s, 42s, 2m10s, 3h05m, 4d11h. Negative is unknown: ?."""
    if ns < 0:
        return "?"
    if ns < 100 * _MS:
        return f"{max(1, round(ns / _MS))}ms" if ns else "0ms"
    if ns < 9_950 * _MS:
        return f"{ns / SECOND:.1f}s"
    seconds = round(ns / SECOND)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02}s"
    if seconds < 86_400:
        return f"{seconds // 3600}h{seconds % 3600 // 60:02}m"
    return f"{seconds // 86_400}d{seconds % 86_400 // 3600:02}h"


def clock(at_ns: int, *, seconds: bool = True) -> str:
    """The time of day in local time: 14:02:31, or 14:02."""
    return datetime.fromtimestamp(at_ns / SECOND).strftime("%H:%M:%S" if seconds else "%H:%M")


def date_and_clock(at_ns: int) -> str:
    """2026-11-24 14:02:31 in local time."""
    return datetime.fromtimestamp(at_ns / SECOND).strftime("%Y-%m-%d %H:%M:%S")


def ending(exit_: Exit) -> str:
    """How a process ended: 0, SIGKILL, exit ?, or that nobody saw it."""
    if exit_.signal is not None:
        return _SIGNALS.get(exit_.signal, f"signal {exit_.signal}")
    if exit_.code is not None:
        return str(exit_.code)
    return "exit ?" if exit_.seen else "exit not seen"
