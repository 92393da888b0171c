"""Where the lines go: a bounded queue, and a thread that alone waits for the reader."""

from __future__ import annotations

import os
import select
import stat
import sys
import threading
from collections import deque
from collections.abc import Callable

MAX_DOCUMENTS = 65_536
MAX_BYTES = 64 * 1024 * 1024
_BATCH_BYTES = 64 * 1024  # what one write carries: a pipe's whole buffer


class OutputQueue:
    """Lines that wait for the writer, bounded in number and bytes. Putting never waits."""

    def __init__(self, max_documents: int = MAX_DOCUMENTS, max_bytes: int = MAX_BYTES) -> None:
        self.max_documents = max_documents
        self.max_bytes = max_bytes
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._writing = False
        self._awaited = False  # somebody waits for a change: to tell nobody would cost at every line
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    def put(self, line: bytes) -> bool:
        """Queue a line; False if there is no room for it."""
        size = len(line)
        with self._lock:
            if len(self._lines) >= self.max_documents or self._bytes + size > self.max_bytes:
                return False
            self._lines.append(line)
            self._bytes += size
            if self._awaited:
                self._awaited = False
                self._changed.notify_all()
            return True

    def has_room(self, documents: int, share: float = 1.0) -> bool:
        """Whether so many more lines fit, with bytes and number below a share of the bounds."""
        with self._changed:
            return (
                len(self._lines) + documents <= self.max_documents * share
                and self._bytes <= self.max_bytes * share
            )

    def take(self) -> list[bytes]:
        """The next lines, as many as one write carries; waits for the first. done() follows."""
        with self._changed:
            while not self._lines:
                self._awaited = True
                self._changed.wait()
            self._writing = True
            taken: list[bytes] = []
            size = 0
            while self._lines and (not taken or size + len(self._lines[0]) <= _BATCH_BYTES):
                line = self._lines.popleft()
                size += len(line)
                taken.append(line)
            self._bytes -= size
            return taken

    def done(self) -> None:
        """What was taken is written."""
        with self._changed:
            self._writing = False
            self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Wait until all is written, at most timeout seconds; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._lines and not self._writing, timeout)


class OutputError(Exception):
    """A sentence that says why nothing can be written there."""


def open_output(path: str | None) -> int:
    """A file descriptor for standard output, or for a file of our own that only its owner can read.

    Raises OutputError with a sentence.
    """
    if path is None:
        return _standard_output()
    shown = ascii(path)
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    # Non-blocking for the opening only: a FIFO without a reader would hold us here.
    flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(path, flags, 0o600)
    except (OSError, ValueError) as fault:
        raise OutputError(f"cannot write to {shown}: {_why(path, fault)}.") from None
    try:
        mode = os.fstat(fd).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            raise OutputError(f"cannot write to {shown}: it is neither a regular file nor a device.")
        if stat.S_ISREG(mode):
            os.ftruncate(fd, 0)
            if hasattr(os, "fchmod"):
                os.fchmod(fd, 0o600)
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(fd, True)
    except OSError as fault:
        os.close(fd)
        raise OutputError(f"cannot write to {shown}: {_why(path, fault)}.") from None
    except OutputError:
        os.close(fd)
        raise
    return fd


def _why(path: str, fault: OSError | ValueError) -> str:
    if os.path.islink(path):
        return "it is a symbolic link, which is not followed"
    return (getattr(fault, "strerror", None) or str(fault)).lower()


def _standard_output() -> int:
    fd = 1
    try:
        os.fstat(fd)
    except OSError:
        raise OutputError("standard output is closed.") from None
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(fd, os.O_BINARY)
    return fd


class Writer:
    """The thread that writes the queue to a file descriptor.

    wrote: called after each batch has left the queue. ended: called once when nothing can be written any
    more, with None if the reader has gone, else with the fault.
    """

    def __init__(
        self,
        queue: OutputQueue,
        fd: int,
        *,
        wrote: Callable[[], None],
        ended: Callable[[OSError | None], None],
    ) -> None:
        self._queue = queue
        self._fd = fd
        self._wrote = wrote
        self._ended = ended

    def start(self) -> None:
        """Begin to write; and, where the output is a pipe, to listen for its reader going away."""
        threading.Thread(target=self._run, name="writer", daemon=True).start()
        if hasattr(select, "poll") and _is_pipe(self._fd):
            threading.Thread(target=self._listen, name="reader-gone", daemon=True).start()

    def _run(self) -> None:
        try:
            while True:
                lines = self._queue.take()
                self._wrote()
                self._write(b"".join(lines))
                self._queue.done()
        except BrokenPipeError:
            self._ended(None)
        except OSError as fault:
            self._ended(fault)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._fd, view) :]
            except BlockingIOError:
                # Whoever shares our standard output has made it non-blocking.
                select.select([], [self._fd], [])

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._fd, 0)
        poll.poll()
        self._ended(None)


def _is_pipe(fd: int) -> bool:
    mode = os.fstat(fd).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
