"""What can be found out about a process, and done to it, on the system that this runs on."""

from __future__ import annotations

import os
import sys
import time
from typing import Protocol

from edr_tui.model.inspection import Signalled, Target
from edr_tui.sensors.inspect.refused import Refused


class Examiner(Protocol):
    """One operating system, as far as requests need it. Every method raises Refused, and no OSError.

    All but send() may block for ever on a hostile process.
    """

    def part(self, entity_id: str, part: str) -> object:
        """One part of an inspection, true of that process and of no other."""

    def target(self, entity_id: str) -> Target:
        """Who would get a signal; from now on it is held."""

    def send(self, entity_id: str, signal: str, subtree: bool) -> Signalled:
        """Send it a signal, by its name without SIG."""


def examiner(boot_id: str | None) -> Examiner:
    """That of this system. boot_id: as the documents tell it."""
    if sys.platform == "linux":
        import psutil

        from edr_tui.sensors.linux import boot_id_of

        return LinuxExaminer(psutil.PROCFS_PATH, boot_id_of(psutil.PROCFS_PATH).replace("-", "")[:12])
    from edr_tui.sensors.inspect.portable import PsutilExaminer
    from edr_tui.sensors.psutil_system import boot_id_by_time

    return PsutilExaminer((boot_id or boot_id_by_time()).replace("-", "").lower()[:12])


class LinuxExaminer:
    """Through /proc and pidfds."""

    def __init__(self, proc: str, boot: str) -> None:
        from edr_tui.sensors.inspect.handles import Handles
        from edr_tui.sensors.inspect.linux import LinuxInspector
        from edr_tui.sensors.inspect.signals import LinuxSignals

        self.handles = Handles(proc, boot)
        self._inspector = LinuxInspector(proc)
        self._signals = LinuxSignals(proc, self.handles)
        self._booted_ns = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self._tick_ns = 1_000_000_000 // os.sysconf("SC_CLK_TCK")

    def part(self, entity_id: str, part: str) -> object:
        """Read between two looks at a pidfd: it has not ended, so no other process has its pid."""
        from edr_tui.sensors.inspect.handles import has_ended

        fd = self.handles.open(entity_id)
        try:
            value = self._inspector.read(part, self.handles.key(entity_id).pid)
            if has_ended(fd):
                raise Refused("gone")
            return value
        finally:
            os.close(fd)

    def target(self, entity_id: str) -> Target:
        """As it is while it is held."""
        refusal = self._signals.refusal(entity_id)
        key = self.handles.key(entity_id)
        start_ns = self._booted_ns + key.start_ticks * self._tick_ns
        try:
            return self._inspector.target(key.pid, start_ns, refusal)
        except OSError:
            return Target(pid=key.pid, start_ns=start_ns, refusal=refusal)

    def send(self, entity_id: str, signal: str, subtree: bool) -> Signalled:
        """Through the held pidfd, or one that its inode proves."""
        return self._signals.send(entity_id, signal, subtree)
