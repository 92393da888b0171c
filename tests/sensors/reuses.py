"""Runs in a pid namespace of its own: pids are taken again between the question and the signal.

Prints how many rounds there were, how many pids were really taken again, and how many signals went wrong.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from edr_tui.sensors.inspect.examiner import LinuxExaminer
from edr_tui.sensors.inspect.handles import Handles
from edr_tui.sensors.inspect.refused import Refused
from edr_tui.sensors.inspect.signals import LinuxSignals
from tests.sensors.requesting import BOOT, entity_id


class _Alike:
    """Inodes before pidfs: all pidfds share one."""

    unique = False

    def of(self, fd: int) -> None:
        return None


def _start(pid: int | None = None) -> int:
    """A process that waits; with the pid given, if the kernel grants it."""
    if pid is not None:
        with open("/proc/sys/kernel/ns_last_pid", "w") as file:
            file.write(str(pid - 1))
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    return child


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def main(rounds: int) -> None:
    with_inodes = LinuxExaminer("/proc", BOOT)
    without = LinuxExaminer("/proc", BOOT)
    without.handles = Handles("/proc", BOOT, _Alike())
    without._signals = LinuxSignals("/proc", without.handles)
    reused = wrong = 0
    for number in range(rounds):
        examiner = with_inodes if number % 2 else without
        first = _start()
        identity = entity_id(first, inode=examiner is with_inodes)
        held = number % 3 != 2
        if held:
            examiner.target(identity)  # the dialog opens
        _end(first)
        second = _start(first)
        reused += second == first
        try:
            examiner.send(identity, "KILL", subtree=number % 5 == 0)  # the word is typed
        except Refused:
            pass
        else:
            wrong += 1
        time.sleep(0.0005)
        wrong += os.waitpid(second, os.WNOHANG) != (0, 0)
        _end(second)
    print(rounds, reused, wrong)


if __name__ == "__main__":
    main(int(sys.argv[1]))
