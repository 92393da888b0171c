"""The canary: a process of the sensor's own whose exec must come back through the kernel."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

from edr_tui.sensors.kernel.records import Exec, Exit, Fork, Record

EVERY_S = 30.0
WITHIN_S = 2.0
_PROGRAMS = ("/bin/true", "/usr/bin/true")


class Canary:
    """Starts the process when it is due, and recognises it by its pid and its parent: this process.

    spawn: starts it and returns its pid; None if there is nothing to start.
    """

    def __init__(
        self,
        *,
        every_s: float = EVERY_S,
        within_s: float = WITHIN_S,
        monotonic: Callable[[], float] = time.monotonic,
        programs: tuple[str, ...] = _PROGRAMS,
    ) -> None:
        self.sent = self.returned = 0
        self.silent: str | None = None
        self._every_s = every_s
        self._within_s = within_s
        self._monotonic = monotonic
        self._programs = programs
        self._due = -1.0
        self._deadline: float | None = None
        self._pid: int | None = None
        self._unreaped: set[int] = set()

    @property
    def pid(self) -> int | None:
        """The pid of the canary whose exit has not come back yet."""
        return self._pid

    def tend(self) -> None:
        """Send one if it is due; judge the last one. Call it at least once a second."""
        now = self._monotonic()
        self._reap()
        if self._deadline is not None and now > self._deadline:
            self._deadline = None
            self.silent = f"an exec of the sensor's own did not come back within {self._within_s:g} s"
        if now >= self._due:
            self._due = now + self._every_s
            self._send(now)

    def own(self, record: Record) -> bool:
        """Whether a record is about the canary, which is not told."""
        if record.process.pid != self._pid:
            return False
        match record:
            case Fork():
                if record.forker.pid != os.getpid():
                    self._pid = None  # the pid went to another process
                    return False
            case Exec():
                self.returned += 1
                self._deadline = None
                self.silent = None
            case Exit():
                self._pid = None
        return True

    def _send(self, now: float) -> None:
        for program in self._programs:
            with suppress(OSError):
                self._pid = os.posix_spawn(program, [program], {})
                self._unreaped.add(self._pid)
                self._deadline = now + self._within_s
                self.sent += 1
                return
        self.silent = "no program was found whose exec could prove that execs are seen"

    def _reap(self) -> None:
        for pid in tuple(self._unreaped):
            try:
                ended = os.waitpid(pid, os.WNOHANG)[0]
            except ChildProcessError:
                ended = pid
            if ended:
                self._unreaped.discard(pid)
