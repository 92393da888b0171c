"""The terminal as it was before a full-screen program: its modes, and what may have been switched on."""

from __future__ import annotations

import contextlib
import os
import sys

# What a full-screen program may have switched on, each switched off again: alternate screen, mouse,
# bracketed paste, focus reports, window size reports, kitty keys; line wrap and cursor on.
RESET = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?2004l\x1b[?1004l\x1b[?2048l"
    "\x1b[<u\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m"
)


def attributes() -> list[object] | None:
    """The modes of the terminal that the keys come from; None if there is none."""
    with contextlib.suppress(Exception):
        import termios

        return list(termios.tcgetattr(sys.__stdin__.fileno()))  # type: ignore[union-attr]
    return None


def restore(modes: list[object] | None) -> None:
    """Put the terminal's modes back, and switch off what was switched on, without ever waiting for it.

    In the background the modes are left alone: they are those of whoever has the terminal now.
    """
    stream = sys.__stderr__ or sys.__stdout__
    if stream is None:
        return
    with contextlib.suppress(Exception):
        descriptor = stream.fileno()
        if modes is not None and not in_background(descriptor):
            import termios

            termios.tcsetattr(descriptor, termios.TCSANOW, modes)  # type: ignore[arg-type]
        os.set_blocking(descriptor, False)
        os.write(descriptor, RESET.encode("ascii"))


def in_background(descriptor: int) -> bool:
    """Whether another process group has that terminal now."""
    with contextlib.suppress(OSError, AttributeError):
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    return False
