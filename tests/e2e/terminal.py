"""A pseudo-terminal with a person in front of it: keys go in, and what stands on the screen can be read."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pyte
import pytest
from pyte.screens import Char
from wcwidth import wcwidth

from tests.waiting import eventually

if os.name != "posix":
    pytest.skip("this needs a pseudo-terminal, which only POSIX systems have", allow_module_level=True)

import fcntl
import pty
import termios

EDR_TUI = (sys.executable, "-m", "edr_tui")
TRUE_COLOUR = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

# Switched on by a full-screen program -> what switches it off again.
MODES = {
    b"\x1b[?1049h": b"\x1b[?1049l",  # alternate screen
    b"\x1b[?1000h": b"\x1b[?1000l",  # mouse: buttons
    b"\x1b[?1003h": b"\x1b[?1003l",  # mouse: every move
    b"\x1b[?1006h": b"\x1b[?1006l",  # mouse: SGR reports
    b"\x1b[?2004h": b"\x1b[?2004l",  # bracketed paste
    b"\x1b[?1004h": b"\x1b[?1004l",  # focus reports
    b"\x1b[?25l": b"\x1b[?25h",  # cursor
    b"\x1b[?7l": b"\x1b[?7h",  # line wrap
}

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+c": "\x03",
    "backspace": "\x7f",
}


class _Screen(pyte.Screen):
    """pyte gives up the rest of a text behind a character that takes no cell and is no combining mark."""

    def draw(self, data: str) -> None:
        super().draw("".join(each for each in data if wcwidth(each) > 0 or unicodedata.combining(each)))


class Terminal:
    """A program in a pseudo-terminal of its own, whose output is always read away, unless reading is off.

    raw: every byte that the program has written so far.
    """

    def __init__(
        self,
        argv: Sequence[str | bytes],
        columns: int = 120,
        rows: int = 40,
        *,
        env: dict[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        reading: bool = True,
        before: Callable[[], None] | None = None,
    ) -> None:
        self.master, self.slave = pty.openpty()
        self.raw = bytearray()
        self._fed = 0
        self._held = b""
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._display: list[str] | None = None
        self._reading = threading.Event()
        if reading:
            self._reading.set()
        self._over = threading.Event()
        self._set_size(columns, rows)
        self.attributes_before = termios.tcgetattr(self.slave)

        def in_the_child() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if before is not None:
                before()

        self.process = subprocess.Popen(
            argv,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=in_the_child,
            env=env,
            cwd=cwd,
            close_fds=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # The program

    @property
    def pid(self) -> int:
        return self.process.pid

    def descendants(self) -> list[psutil.Process]:
        """Every process that the program has started and that still runs."""
        return psutil.Process(self.pid).children(recursive=True)

    def sensor(self) -> psutil.Process:
        """The sensor that the program has started."""
        return eventually(
            lambda: next((child for child in self.descendants() if "sensor" in _command(child)), None)
        )

    def wait(self, within: float = 10.0) -> int:
        """The exit code, negative for a signal; fails if the program has not ended by then."""
        code = self.process.wait(timeout=within)
        # What it wrote last may still be on the way.
        time.sleep(0.05)
        until = time.monotonic() + 2
        while (
            time.monotonic() < until
            and not self._over.is_set()
            and select.select([self.master], [], [], 0)[0]
        ):
            time.sleep(0.02)
        return code

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    # The person

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, by the names of KEYS or as characters."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())
            if key == "escape":
                time.sleep(0.15)  # or what comes next would be read as one sequence with it

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def paste(self, text: bytes) -> None:
        """Paste, as a terminal does that was asked for bracketed paste."""
        os.write(self.master, b"\x1b[200~" + text + b"\x1b[201~")

    def click(self, column: int, row: int, times: int = 1) -> None:
        """Press and release the left button over a cell, counted from 0."""
        for _ in range(times):
            at = f"{column + 1};{row + 1}"
            os.write(self.master, f"\x1b[<0;{at}M\x1b[<0;{at}m".encode())

    def wheel(self, column: int, row: int, by: int) -> None:
        """Turn the wheel, downwards for a positive number."""
        button = 65 if by > 0 else 64
        os.write(self.master, f"\x1b[<{button};{column + 1};{row + 1}M".encode() * abs(by))

    def resize(self, columns: int, rows: int) -> None:
        self.lines()
        self._screen.resize(rows, columns)
        self._display = None
        self._set_size(columns, rows)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGWINCH)

    def stop_reading(self) -> None:
        self._reading.clear()

    def read_on(self) -> None:
        self._reading.set()

    # The screen

    def lines(self) -> list[str]:
        """The screen as text."""
        self._feed()
        if self._display is None:
            # pyte's own display fails on a half of a wide character that was written over.
            self._display = [self.part(row) for row in range(self._screen.lines)]
        return self._display

    def part(self, row: int, first: int = 0, last: int | None = None) -> str:
        """The text in the cells of a row from one column up to another."""
        return "".join(cell.data for cell in self.cells(row)[first:last])

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    def cells(self, row: int) -> list[Char]:
        """The cells of a row with their colours."""
        self._feed()
        return [self._screen.buffer[row][column] for column in range(self._screen.columns)]

    def edges(self, columns: Sequence[int], first: int, last: int) -> list[str]:
        """The rows from first to last in which the borders do not stand in all of these columns."""
        self._feed()
        buffer = self._screen.buffer
        wrong = [
            row
            for row in range(first, last + 1)
            if any(buffer[row][column].data not in "│╭╮╰╯" for column in columns)
        ]
        return [self.lines()[row] for row in wrong]

    @property
    def size(self) -> tuple[int, int]:
        return self._screen.columns, self._screen.lines

    def find(self, *words: str, upto: int | None = None) -> int | None:
        """The first row that holds all of the words, within so many columns from the left."""
        return next(
            (
                at
                for at, line in enumerate(self.lines())
                if all(word in line for word in words)
                and (upto is None or all(word in self.part(at, 0, upto) for word in words))
            ),
            None,
        )

    def see(self, *words: str, within: float = 20.0, upto: int | None = None) -> int:
        """Wait until one row holds all of the words; where it is."""
        try:
            return eventually(
                lambda: [at for at in [self.find(*words, upto=upto)] if at is not None], within
            )[0]
        except AssertionError:
            raise AssertionError(f"{words} not seen within {within} s on\n{self.text()}") from None

    def see_no(self, *words: str, within: float = 20.0) -> None:
        """Wait until no row holds all of the words."""
        try:
            eventually(lambda: self.find(*words) is None, within)
        except AssertionError:
            raise AssertionError(f"{words} still seen after {within} s on\n{self.text()}") from None

    def until(self, condition: Callable[[], object], within: float = 20.0) -> None:
        """Wait for a condition; where it does not come, the failure shows the screen."""
        try:
            eventually(condition, within)
        except AssertionError as fault:
            raise AssertionError(f"{fault}; on the screen:\n{self.text()}") from None

    def colour(self, row: int, word: str) -> str:
        """The colour of a word in a row."""
        column = self.column(row, word)
        return self.cells(row)[column].fg

    def column(self, row: int, word: str) -> int:
        """The cell in which a word begins."""
        cells = self.cells(row)
        text, at = "", []
        for column, cell in enumerate(cells):
            at += [column] * len(cell.data)
            text += cell.data
        return at[text.index(word)]

    # The end

    def restored(self) -> list[str]:
        """What of the terminal is not as it was before; empty if all is."""
        wrong = []
        if termios.tcgetattr(self.slave) != self.attributes_before:
            wrong.append("termios")
        for on, off in MODES.items():
            if on in self.raw and self.raw.rfind(off) < self.raw.rfind(on):
                wrong.append(repr(on))
        return wrong

    def after_the_screen(self) -> bytes:
        """What was written after the alternate screen was left."""
        at = self.raw.rfind(b"\x1b[?1049l")
        return bytes(self.raw[at + len(b"\x1b[?1049l") :]) if at >= 0 else bytes(self.raw)

    def hang_up(self) -> None:
        """The terminal is gone, as when an ssh connection breaks."""
        self._over.set()
        self._reading.set()
        self._reader.join()
        for descriptor in (self.slave, self.master):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def close(self) -> None:
        """End the program, whatever state it is in, and all that it started."""
        started: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            started = self.descendants()
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        self.process.wait()
        for child in started:
            with contextlib.suppress(psutil.Error):
                child.kill()
        self.hang_up()

    # Within

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        while not self._over.is_set():
            if not self._reading.wait(0.05):
                continue
            try:
                if select.select([self.master], [], [], 0.05)[0]:
                    self.raw += os.read(self.master, 1 << 16)
            except OSError:
                return

    def _feed(self) -> None:
        """Let the model of the terminal read on."""
        end = len(self.raw)
        if end == self._fed:
            return
        self._display = None
        new = self._held + bytes(self.raw[self._fed : end])
        self._fed = end
        cut = len(new)
        if (half := re.search(rb"\x1b(\[<?)?\Z", new)) is not None:
            cut = half.start()
        new, self._held = new[:cut], new[cut:]
        # It would print the end of a sequence that it does not know.
        self._stream.feed(new.replace(b"\x1b[<u", b""))


@contextlib.contextmanager
def terminal(
    argv: Sequence[str | bytes], columns: int = 120, rows: int = 40, **options: object
) -> Iterator[Terminal]:
    """A program in a terminal, which is ended at the end whatever happened."""
    made = Terminal(argv, columns, rows, **options)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def environment(config_home: Path, **more: str) -> dict[str, str]:
    """What a person's shell would hand over, with a config home of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(config_home),
        "XDG_CONFIG_HOME": str(config_home),
        **TRUE_COLOUR,
        **more,
    }


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
