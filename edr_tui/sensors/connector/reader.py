"""The reader: a process that only hears the kernel, and reads at once what is gone a moment later.

It shares nothing with the sensor but the socket, a pipe and a page of memory, so that nothing that the
sensor does can make it late. What it hears goes into the pipe in batches; it never waits for the sensor.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import marshal
import mmap
import os
import select
import signal
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from edr_tui.sensors import pidfd
from edr_tui.sensors.connector import messages
from edr_tui.sensors.connector.at_once import AtExec, AtFork, Handle, Handles, preloads, sockets
from edr_tui.sensors.connector.frames import LENGTH, Heard
from edr_tui.sensors.connector.messages import EXEC, EXIT, FORK, BadMessage

_DATAGRAM = 4096
_BATCH = 256  # events, before they are handed over though more are there
_HELD_BACK_BYTES = 64 * 1024 * 1024
_IDLE_MS = 250
# What the page of shared memory says: the pid whose memory is being read, and since when (ns).
READING = struct.Struct("=qq")
_NOTHING = READING.pack(0, 0)
_NAME = b"edr-reader"
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
# struct sched_attr: size, policy, flags, nice, priority, runtime (here: the slice), deadline, period.
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
_SLICE_NS = 100_000


def hurry() -> None:
    """Run before everything else, as far as this user may."""
    with suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    # Short turns of the processor come sooner (Linux 6.12 and later); anybody may have those.
    number = _SCHED_SETATTR.get(os.uname().machine)
    if number is not None:
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, 0, 0, nice, 0, _SLICE_NS, 0, 0)
        ctypes.CDLL(None).syscall(number, 0, attributes, 0)


class Reader:
    """The loop. source: the kernel's socket; sink: the pipe, which is never waited for; reading: the page.

    shunned: pids whose memory is not read again, for that hung.
    """

    def __init__(
        self, source: socket.socket, sink: int, reading: mmap.mmap, proc: str, shunned: frozenset[int]
    ) -> None:
        self._source = source
        self._sink = sink
        self._reading = reading
        self._shunned = shunned
        self._handles = Handles(proc)
        self._batch: list[Heard] = []
        self._jobs: deque[Callable[[], None]] = deque()
        self._waiting: deque[bytes] = deque()  # frames, the first perhaps in part
        self._waiting_bytes = 0
        self._bad = 0
        self._poll = select.poll()
        self._poll.register(source, select.POLLIN)
        self._poll.register(sink, 0)  # which still tells when nobody reads any more

    def run(self) -> None:
        """Hear until nobody reads."""
        os.set_blocking(self._sink, False)
        self._source.setblocking(False)
        while True:
            heard = self._hear()
            if len(self._batch) >= _BATCH:
                while self._jobs:
                    self._jobs.popleft()()
            if not (heard or self._jobs) or len(self._batch) >= _BATCH:
                self._hand_over()
            if heard:
                continue
            if self._jobs:
                self._jobs.popleft()()
                continue
            for fd, what in self._poll.poll(_IDLE_MS):
                if fd == self._sink and what & (select.POLLERR | select.POLLHUP):
                    return

    def _hear(self) -> bool:
        """One datagram; False if there is none."""
        try:
            datagram, sender = self._source.recvfrom(_DATAGRAM)
        except BlockingIOError:
            return False
        except OSError as fault:
            if fault.errno == errno.ENOBUFS:
                return True  # the books tell how many
            raise
        if sender[0] != 0:
            self._bad += 1  # not the kernel's word
            return True
        try:
            found = messages.split(datagram)
        except BadMessage:
            self._bad += 1
            return True
        for message in found:
            heard = Heard(message.cpu, message.sequence, message.body)
            self._batch.append(heard)
            self._at_once(heard)
        return True

    def _at_once(self, heard: Heard) -> None:
        what, _, _, first, second, third, fourth = messages.numbers(heard.body)
        if what == FORK:
            if third == fourth:
                handle = self._handles.open(third)
                self._jobs.append(lambda: self._read_fork(heard, handle, third))
        elif what == EXEC:
            self._read_exec(heard, second)
        elif what == EXIT and first == second:
            held = self._handles.pop(first)
            if held is not None:
                # Its zombie may still say who it was.
                self._jobs.append(held.close)

    def _read_exec(self, heard: Heard, pid: int) -> None:
        handle = self._handles.pop(pid)
        if handle is None or handle.directory < 0:
            handle = self._handles.new(pid)
        argv: bytes | int | None = None
        if pid not in self._shunned:
            READING.pack_into(self._reading, 0, pid, time.monotonic_ns())
            argv = handle.argv()
            self._reading[: READING.size] = _NOTHING
        heard.at_exec = AtExec(argv=argv, executable=handle.link("exe"), stat=handle.stat())
        self._jobs.append(lambda: self._read_rest(heard, handle, pid))

    def _read_fork(self, heard: Heard, handle: Handle, pid: int) -> None:
        if handle.directory < 0:
            heard.at_fork = AtFork(stat=errno.ENOENT)
            return
        handle.hold(pid)
        inode = self._handles.inode(handle)
        # Read last: if this still finds the process of the event, the pidfd is its own too.
        heard.at_fork = AtFork(stat=handle.stat(), inode=inode)

    def _read_rest(self, heard: Heard, handle: Handle, pid: int) -> None:
        try:
            assert heard.at_exec is not None
            directory = handle.link("cwd")
            if directory in (errno.ENOENT, errno.ESRCH):  # it has ended
                heard.at_exec = heard.at_exec._replace(
                    directory=directory, preloads=directory, sockets=directory
                )
                return
            if handle.pidfd < 0:
                handle.hold(pid)
            environment: tuple[bytes, ...] | int | None = None
            if pid not in self._shunned:
                READING.pack_into(self._reading, 0, pid, time.monotonic_ns())
                environment = preloads(handle)
                self._reading[: READING.size] = _NOTHING
            credentials = None
            with suppress(OSError):
                credentials = pidfd.credentials(handle.pidfd) if handle.pidfd >= 0 else None
            heard.at_exec = heard.at_exec._replace(
                preloads=environment,
                sockets=sockets(handle),
                directory=directory,
                login_uid=handle.read("loginuid"),
                credentials=credentials,
                inode=self._handles.inode(handle),
            )
        finally:
            handle.close()

    def _hand_over(self) -> None:
        """What was heard, into the pipe; what it does not take waits here, and is lost beyond a bound."""
        if self._batch:
            if self._waiting_bytes < _HELD_BACK_BYTES:
                frame = marshal.dumps((self._bad, [heard.plain() for heard in self._batch]))
                self._waiting.append(LENGTH.pack(len(frame)) + frame)
                self._waiting_bytes += LENGTH.size + len(frame)
            self._batch = []
        while self._waiting:
            frame = self._waiting[0]
            try:
                written = os.write(self._sink, frame)
            except BlockingIOError:
                self._poll.modify(self._sink, select.POLLOUT)
                return
            self._waiting_bytes -= written
            if written < len(frame):
                self._waiting[0] = frame[written:]
            else:
                self._waiting.popleft()
        self._poll.modify(self._sink, 0)


def become_reader(
    source: socket.socket, sink: int, reading: mmap.mmap, proc: str, shunned: frozenset[int]
) -> None:
    """What the forked process does, to its end. Never returns."""
    code = 1
    try:
        for name in ("SIGINT", "SIGHUP"):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        keep = sorted((source.fileno(), sink))
        os.closerange(0, keep[0])
        os.closerange(keep[0] + 1, keep[1])
        os.closerange(keep[1] + 1, os.sysconf("SC_OPEN_MAX"))
        gc.disable()
        hurry()
        with suppress(OSError), open("/proc/self/comm", "wb") as own:
            own.write(_NAME)
        Reader(source, sink, reading, proc, shunned).run()
        code = 0
    except BrokenPipeError:
        code = 0
    finally:
        os._exit(code)
