"""The sensor's end of the reader: its batches, its losses, and another reader where one hangs."""

from __future__ import annotations

import mmap
import os
import select
import signal
import time
from collections import deque
from contextlib import suppress

from edr_tui.sensors.connector.frames import Frames, Heard
from edr_tui.sensors.connector.link import Link
from edr_tui.sensors.connector.reader import READING, become_reader

_CHUNK = 1 << 18
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031
_HANGS_AFTER_NS = 1_000_000_000
_SHUNNED = 256


class ReaderEnded(Exception):
    """The reader is gone, and not by our will."""


class Losses:
    """How many events of the kernel never came: by the gaps in each CPU's count, and by its drops.

    A gap shows only with the next event of that CPU; a drop is counted at once, but not every gap is one.
    """

    def __init__(self) -> None:
        self.gaps = 0
        self._next: dict[int, int] = {}

    def count(self, cpu: int, sequence: int) -> None:
        """Take an event into account."""
        expected = self._next.get(cpu)
        if expected is not None:
            self.gaps += (sequence - expected) & 0xFFFFFFFF
        self._next[cpu] = sequence + 1 & 0xFFFFFFFF

    def total(self, drops: int | None) -> int:
        """All that are known of; drops: what found no room at the socket, or None."""
        return max(self.gaps, drops or 0)


class Feed:
    """Starts the reader and takes what it hears. One thread uses it; the link is closed with it."""

    def __init__(self, link: Link, proc: str = "/proc") -> None:
        self.hangs = 0
        self._link = link
        self._proc = proc
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self._losses = Losses()
        self._drops_before = link.drops() or 0
        self._ready: deque[Heard] = deque()
        self._shunned: deque[int] = deque(maxlen=_SHUNNED)
        self._bad_before = 0
        self._start()

    @property
    def reader(self) -> int:
        """Its pid."""
        return self._pid

    @property
    def bad(self) -> int:
        """Messages that were not the kernel's, or not understood."""
        return self._bad_before + self._frames.bad

    def wait(self, seconds: float) -> bool:
        """Whether events are there, after at most so long."""
        return bool(self._ready) or bool(self._poll.poll(seconds * 1000))

    def take(self, most: int) -> list[Heard]:
        """At most so many events. Raises ReaderEnded."""
        while len(self._ready) < most and self._poll.poll(0):
            chunk = os.read(self._pipe, _CHUNK)
            if not chunk:
                raise ReaderEnded("the process that reads the kernel's events has ended")
            for heard in self._frames.feed(chunk):
                self._losses.count(heard.cpu, heard.sequence)
                self._ready.append(heard)
        return [self._ready.popleft() for _ in range(min(most, len(self._ready)))]

    def losses(self) -> int:
        """How many events were lost until now."""
        drops = self._link.drops()
        return self._losses.total(None if drops is None else drops - self._drops_before)

    def tend(self) -> None:
        """Replace a reader that hangs in a process's memory; it never reads that process's again."""
        pid, since_ns = READING.unpack_from(self._page, 0)
        if pid and time.monotonic_ns() - since_ns > _HANGS_AFTER_NS:
            self.hangs += 1
            self._shunned.append(pid)
            self._end()
            self._start()

    def close(self) -> None:
        """End the reader, and the subscription. Once is enough."""
        if not self._page.closed:
            self._end()
            self._link.close()
            self._page.close()

    def _start(self) -> None:
        self._page[: READING.size] = READING.pack(0, 0)
        self._frames = Frames()
        self._pipe, sink = os.pipe()
        with suppress(OSError, ImportError):
            import fcntl

            fcntl.fcntl(sink, _F_SETPIPE_SZ, _PIPE_BYTES)
        pid = os.fork()
        if pid == 0:
            become_reader(self._link.socket, sink, self._page, self._proc, frozenset(self._shunned))
        self._pid = pid
        os.close(sink)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        with suppress(OSError):
            while self._poll.poll(0) and (chunk := os.read(self._pipe, _CHUNK)):
                for heard in self._frames.feed(chunk):
                    self._losses.count(heard.cpu, heard.sequence)
                    self._ready.append(heard)
        self._bad_before += self._frames.bad
        os.close(self._pipe)
