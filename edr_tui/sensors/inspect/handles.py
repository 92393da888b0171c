"""pidfds by identity: a handle means the process that an entity_id names, or there is none."""

from __future__ import annotations

import os
import select
from collections import OrderedDict
from contextlib import suppress
from threading import Lock

from edr_tui.model.process import ProcessKey
from edr_tui.sensors import procfs
from edr_tui.sensors.inspect.refused import Refused
from edr_tui.sensors.pidfd import PidfdInodes

_HELD = 256
_STAT_BYTES = 2048
ENDED = "it has ended"
OTHER = "its pid has gone to another process: it has ended"
NOT_HELD = (
    "this kernel gives processes no identity that lasts (Linux 6.9 does): a signal goes only to a process"
    " that has been held since the question"
)


class Handles:
    """Opens pidfds and keeps some of them. proc: where /proc is mounted. boot: of this boot, 12 hex digits.

    inodes: whether pidfds tell their process apart for ever; by trying it out if None.
    """

    def __init__(self, proc: str, boot: str, inodes: PidfdInodes | None = None) -> None:
        self._proc = proc
        self._boot = boot
        self._inodes = PidfdInodes() if inodes is None else inodes
        self._held: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def key(self, entity_id: str) -> ProcessKey:
        """The identity that this text spells. Raises Refused if it is none of this boot."""
        key = ProcessKey.parse(entity_id)
        if key is None or key.pid <= 0 or key.pid >= 1 << 31:
            raise Refused("this is no identity of a process")
        if key.boot != self._boot:
            raise Refused("that process is of another boot")
        return key

    def open(self, entity_id: str) -> int:
        """A pidfd of exactly that process, to be closed by the caller. Raises Refused."""
        key = self.key(entity_id)
        try:
            fd = os.pidfd_open(key.pid)
        except OSError as fault:
            raise Refused(self._why_not(key.pid, fault)) from None
        try:
            self._compare(key, fd)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def hold(self, entity_id: str) -> None:
        """Keep a pidfd of that process for a signal that may follow. Raises Refused.

        One that is held already stays: it is what the dialog was opened on.
        """
        with self._lock:
            if entity_id in self._held and not has_ended(self._held[entity_id]):
                self._held.move_to_end(entity_id)
                return
        fd = self.open(entity_id)
        with self._lock:
            stale = self._held.pop(entity_id, None)
            self._held[entity_id] = fd
            if stale is None and len(self._held) > _HELD:
                _, stale = self._held.popitem(last=False)
            if stale is not None:
                os.close(stale)

    def take(self, entity_id: str) -> int:
        """The pidfd to signal that process through, to be closed by the caller. Raises Refused.

        The held one; else a new one where its inode proves that it is the same process.
        """
        key = self.key(entity_id)
        with self._lock:
            if entity_id in self._held:
                return os.dup(self._held[entity_id])
        if key.inode is None or not self._inodes.unique:
            raise Refused(NOT_HELD)
        return self.open(entity_id)

    def stat(self, pid: int) -> procfs.Stat | None:
        """/proc/PID/stat of whoever has that pid now; None if nobody has."""
        with suppress(OSError, ValueError):
            fd = os.open(f"{self._proc}/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            try:
                return procfs.parse_stat(os.read(fd, _STAT_BYTES))
            finally:
                os.close(fd)
        return None

    def close(self) -> None:
        """Let go of all that are held."""
        with self._lock:
            while self._held:
                os.close(self._held.popitem()[1])

    def _compare(self, key: ProcessKey, fd: int) -> None:
        inode = self._inodes.of(fd)
        if key.inode is not None and inode is not None:
            if key.inode != inode:
                raise Refused(OTHER)
        else:
            stat = self.stat(key.pid)
            if stat is None or stat.start_ticks != key.start_ticks:
                raise Refused(ENDED if stat is None else OTHER)
        if has_ended(fd):
            raise Refused(ENDED)

    def _why_not(self, pid: int, fault: OSError) -> str:
        if not isinstance(fault, ProcessLookupError):
            with suppress(OSError):
                fd = os.open(f"{self._proc}/{pid}/status", os.O_RDONLY | os.O_CLOEXEC)
                try:
                    raw = os.read(fd, 4096)
                finally:
                    os.close(fd)
                group = raw.partition(b"\nTgid:")[2].partition(b"\n")[0].strip()
                if group.isdigit() and int(group) != pid:
                    return f"it is a thread of process {int(group)}, not a process"
                return f"it cannot be held: {(fault.strerror or str(fault)).lower()}"
        return ENDED


def has_ended(fd: int) -> bool:
    """Whether the process of a pidfd has ended, with all its threads, reaped or not."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(0))
