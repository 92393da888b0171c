"""A program in a pseudo-terminal that is read as a person would: frames with the moment they were there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pyte

SIZE = (120, 40)
SYNC_START, SYNC_END = b"\x1b[?2026h", b"\x1b[?2026l"
_SYNC_ASKED, _SYNC_TOLD = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_PID = re.compile(r"\s(\d+)(?:\s|$)")
T = TypeVar("T")


class Frames:
    """Cuts what a program writes into frames: what stands between the marks of a synchronised update.

    What comes outside of them is a frame of its own, as far as it has come.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The frames that the chunk ends."""
        self._rest += chunk
        found: list[bytes] = []
        while (end := self._rest.find(SYNC_END)) >= 0:
            end += len(SYNC_END)
            found.append(self._rest[:end])
            self._rest = self._rest[end:]
        if SYNC_START not in self._rest:
            # A read may end in the middle of a mark.
            sizes = range(len(SYNC_START) - 1, -1, -1)
            begun = next(size for size in sizes if self._rest.endswith(SYNC_START[:size]))
            whole = len(self._rest) - begun
            if whole:
                found.append(self._rest[:whole])
                self._rest = self._rest[whole:]
        return found


class Terminal:
    """Runs a command in a pseudo-terminal of its own until the end of the with block.

    watched: whether what it writes is kept for the screen; else it is only read away.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        size: tuple[int, int] = SIZE,
        watched: bool = True,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._cut = Frames()
        self._frames: deque[tuple[float, bytes]] = deque()
        self._watched = watched
        self._news = threading.Condition()
        self._ended = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.spawned_at = time.monotonic()
        try:
            self.process = subprocess.Popen(
                command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=environment,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )
        finally:
            os.close(slave)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        """End the program: asked first, then made to."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(5)
        self._thread.join(2)
        os.close(self._master)

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        while True:
            poll.poll()
            try:
                chunk = os.read(self._master, 1 << 16)
            except OSError:
                chunk = b""
            at = time.monotonic()
            if not chunk:
                with self._news:
                    self._ended = True
                    self._news.notify_all()
                return
            if _SYNC_ASKED in chunk:
                os.write(self._master, _SYNC_TOLD)
            if self._watched:
                with self._news:
                    self._frames.extend((at, frame) for frame in self._cut.feed(chunk))
                    self._news.notify_all()

    def write(self, keys: bytes) -> float:
        """Type; the moment (time.monotonic) just before."""
        at = time.monotonic()
        os.write(self._master, keys)
        return at

    def frame(self, timeout: float) -> float | None:
        """Draw the next frame on the screen: the moment when it was read; None if none came."""
        with self._news:
            self._news.wait_for(lambda: self._frames or self._ended, timeout)
            if not self._frames:
                return None
            at, data = self._frames.popleft()
        self._stream.feed(data)
        return at

    def until(self, condition: Callable[[], T], timeout: float) -> tuple[float, T] | None:
        """The moment of the first frame that makes the condition true, and what it gives then."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            at = self.frame(left)
            if at is None:
                break
            if result := condition():
                return at, result
        return None

    def settle(self, quiet: float = 0.1, timeout: float = 10.0) -> None:
        """Draw until nothing has come for `quiet` seconds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.frame(quiet) is not None:
            pass

    # What a person sees

    def row(self, number: int) -> str:
        """The text of one line."""
        line = self.screen.buffer[number]
        return "".join(line[column].data for column in range(self.screen.columns))

    def text(self) -> str:
        """All lines."""
        return "\n".join(self.row(number) for number in range(self.screen.lines))

    def tree_box(self) -> tuple[int, int, int] | None:
        """First and last line of the tree's pane, and its width in cells, borders included."""
        for top in range(self.screen.lines):
            first = self.row(top)
            if first.startswith("╭") and "Processes" in first:
                width = first.index("╮") + 1
                for bottom in range(top + 1, self.screen.lines):
                    if self.row(bottom).startswith("╰"):
                        return top, bottom, width
        return None

    def tree_rows(self) -> list[tuple[int, str]]:
        """(line, text) of each row of the tree."""
        box = self.tree_box()
        if box is None:
            return []
        top, bottom, width = box
        return [(number, self.row(number)[1 : width - 2]) for number in range(top + 1, bottom)]

    def tree_look(self) -> tuple[object, ...]:
        """All that can be seen of the tree, colours included: to tell whether it has changed."""
        return tuple(
            tuple(self.screen.buffer[number][column] for column in range(len(text)))
            for number, text in self.tree_rows()
        )

    def row_background(self, index: int) -> str:
        """The background of a row of the tree: hexadecimal, without #."""
        return str(self.screen.buffer[self.tree_rows()[index][0]][1].bg)

    def selected(self, background: str) -> str | None:
        """The pid in the row of the tree that has the background of the selected row."""
        for number, text in self.tree_rows():
            if self.screen.buffer[number][1].bg == background and (found := _PID.search(text)):
                return found[1]
        return None

    def tree_count(self) -> tuple[int, int] | None:
        """(shown, known) as the pane's lower border tells them."""
        box = self.tree_box()
        found = box and re.search(r"([\d,]+)(?: of ([\d,]+))?", self.row(box[1])[: box[2]])
        if not found:
            return None
        shown = int(found[1].replace(",", ""))
        return shown, int(found[2].replace(",", "")) if found[2] else shown


def console(*options: str) -> list[str]:
    """The command line of the console under test: the command that an installation has, if there is one."""
    command = Path(sys.executable).with_name("edr-tui")
    return [*([str(command)] if command.exists() else [sys.executable, "-m", "edr_tui"]), *options]
