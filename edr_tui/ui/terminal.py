"""The terminal is given back as it was: on signals, when it hangs up, and when nobody reads it any more."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import functools
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size

from edr_tui.tty import attributes, in_background, restore

ENDING_SIGNALS = tuple(
    number
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT")
    if isinstance(number := getattr(signal, name, None), signal.Signals)
)
# An orderly end needs a running event loop and a terminal that reads; after this it goes without.
_PATIENCE = 2.0
_WATCHED_EVERY_MS = 1_000
_LAST_CALL = 0.2
_BREATH = 0.001  # seconds before reading begins, or begins anew


class Terminal:
    """Watches over the terminal while a full-screen program runs.

    end: asks the program to end; called at most once, from a signal handler or a thread.
    last: what must still be done if it does not end by itself, such as ending a child process.
    """

    def __init__(self, end: Callable[[int], None], last: Callable[[], None]) -> None:
        self._end = end
        self._last = last
        self._attributes: list[object] | None = None
        self._over = threading.Event()
        self.code: int | None = None

    @contextlib.contextmanager
    def watched(self) -> Iterator[Terminal]:
        """While this lasts, signals and a hang-up end the program in order."""
        self._attributes = attributes()
        before = {number: signal.signal(number, self._signal) for number in ENDING_SIGNALS}
        if hasattr(select, "poll"):
            threading.Thread(target=self._watch_hang_up, name="terminal-watch", daemon=True).start()
        try:
            yield self
        finally:
            self._over.set()
            for number, handler in before.items():
                signal.signal(number, handler)
            _let_go_of_what_is_gone()

    def _signal(self, number: int, frame: FrameType | None) -> None:
        self.ask_to_end(128 + number)

    def ask_to_end(self, code: int) -> None:
        """End the program in order, and after some patience without; the first code that is given counts."""
        if self.code is not None:
            return
        self.code = code
        threading.Thread(target=self._insist, args=(code,), name="terminal-end", daemon=True).start()
        self._end(code)

    def _insist(self, code: int) -> None:
        """A stalled terminal holds up the event loop: after some patience the end comes from here."""
        if self._over.wait(_PATIENCE):
            return
        with contextlib.suppress(Exception):
            self._last()
        restore(self._attributes)
        os._exit(code)

    def _watch_hang_up(self) -> None:
        """A terminal that is gone, even while SIGHUP is ignored, ends the program too."""
        poll = select.poll()
        try:
            poll.register(sys.__stdin__.fileno(), select.POLLHUP | select.POLLERR)  # type: ignore[union-attr]
        except (OSError, ValueError, AttributeError):
            return
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                if any(
                    state & (select.POLLHUP | select.POLLERR) for _, state in poll.poll(_WATCHED_EVERY_MS)
                ):
                    self.ask_to_end(128 + signal.SIGHUP)
                    return


def leave_no_thread(code: int) -> None:
    """End the process here and now if a thread would keep it after its end.

    Textual's reader of keys is no daemon: of a terminal that went away in the middle of things it
    may be left reading nothing, over and over, with nobody to tell it to stop.
    """
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(_LAST_CALL)
    if any(thread.is_alive() and not thread.daemon for thread in others):
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)


def undaunted(driver: type[Driver]) -> type[Driver]:
    """Textual's driver, reading on whatever bytes come and at the size that the terminal has.

    A byte that is no UTF-8, or a number in a report too large for C, would end the reading of keys for
    good: a paste is enough. The first become U+FFFD, so that a paste stays one; of the second, what came
    with it is passed over.

    Textual asks for the size within the handler of SIGWINCH. A signal that comes meanwhile is handled
    first, and its newer size overtaken by the older one, for good. Here the event loop asks.
    """
    if not hasattr(driver, "run_input_thread"):
        return driver
    from textual.drivers import linux_driver

    linux_driver.getincrementaldecoder = _forgiving  # type: ignore[attr-defined, assignment]

    class Undaunted(driver):  # type: ignore[misc, valid-type]
        def run_input_thread(self) -> None:
            while not self.exit_event.wait(_BREATH):
                try:
                    super().run_input_thread()
                except OSError:
                    return  # it hung up, and who watches over that ends the program
                except Exception:
                    continue
                return

        def start_application_mode(self) -> None:
            super().start_application_mode()
            loop = asyncio.get_running_loop()
            signal.signal(signal.SIGWINCH, lambda _number, _frame: loop.call_soon_threadsafe(self._tell_size))

        def stop_application_mode(self) -> None:
            # Of a terminal that somebody else has by now the modes are theirs; touching it must not stop us.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            if in_background(self.fileno):
                self.attrs_before = None
            super().stop_application_mode()

        def _tell_size(self) -> None:
            if not self._in_band_window_resize:
                size = Size(*self._get_terminal_size())
                self._app.post_message(Resize(size, size))

    return Undaunted


def _forgiving(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return functools.partial(codecs.getincrementaldecoder(encoding), errors="replace")


def _let_go_of_what_is_gone() -> None:
    """What is still to be written to a terminal that hung up goes nowhere.

    The interpreter's last flush would fail, and turn the exit code into its own 120.
    """
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
