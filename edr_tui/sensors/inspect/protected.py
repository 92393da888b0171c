"""Whom no signal is sent to, whoever asks: pid 1, kernel threads, ourselves and all that we come from."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from edr_tui.launch import CONSOLE_VARIABLE
from edr_tui.sensors.procfs import PF_KTHREAD, Stat

_GENERATIONS = 1_000


def protected_pids(
    parent_of: Callable[[int], int | None], environment: Mapping[str, str] = os.environ
) -> dict[int, str]:
    """pid -> who that is, for this process, its console, and the ancestors of both."""
    found = {os.getpid(): "it is the sensor itself"}
    console = environment.get(CONSOLE_VARIABLE, "")
    if console.isascii() and console.isdigit() and len(console) < 11 and int(console) > 1:
        found.setdefault(int(console), "it is the console")
    for first in list(found):
        pid: int | None = first
        for _ in range(_GENERATIONS):
            pid = None if pid is None else parent_of(pid)
            if pid is None or pid <= 0:
                break
            found.setdefault(pid, "the sensor and its console run under it")
    return found


def refusal(pid: int, stat: Stat | None, protected: Mapping[int, str]) -> str | None:
    """Why a process gets no signal; None if it may get one."""
    if pid == 1:
        return "pid 1 holds the system together"
    if stat is not None and stat.flags & PF_KTHREAD:
        return "it is a kernel thread"
    if pid in protected:
        return protected[pid]
    if stat is None or (stat.state in (b"Z", b"X", b"x") and stat.threads <= 1):
        return "it has ended"
    return None
