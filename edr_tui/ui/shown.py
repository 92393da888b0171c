"""Hostile text in as many characters as are shown: cut before it is made printable, never after.

What a process says of itself can be 64 KiB of control characters in each of 64 images; only what
stands on the screen may cost anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from edr_tui.model.printable import SHOWN_LIMIT, printable, runs, shell_runs
from edr_tui.model.process import Image

Runs = list[tuple[str, bool]]


def shown(text: str, limit: int = SHOWN_LIMIT) -> str:
    """printable(text) in at most limit characters, and what is left out counted: …(+N).

    Escapes that are cut count as they would have been shown, the rest as it is.
    """
    head = printable(text[: limit + 1])  # never shorter than what it is made from
    if len(head) <= limit:
        return head
    return f"{head[:limit]}…(+{len(head) - limit + max(len(text) - limit - 1, 0)})"


def command_runs(image: Image, limit: int = SHOWN_LIMIT) -> Runs | None:
    """A command line in runs (text, escaped), shell-quoted where the arguments are known.

    At most limit characters, then what is left out counted; None where nothing is known.
    """
    args = image.args
    if args is None or (not args and image.command_line):
        text = image.command_line
        return None if text is None else _cut(runs(text[:limit]), limit, max(len(text) - limit, 0))
    kept: list[str] = []
    length, left_out = 0, 0
    for arg in args:
        if length > limit:
            break
        kept.append(arg[:limit])
        length += len(arg) + 1
        left_out += max(len(arg) - limit, 0)
    left_out += sum(len(arg) + 1 for arg in args[len(kept) :])
    return _cut(shell_runs(kept), limit, left_out)


def _cut(told: Iterable[tuple[str, bool]], limit: int, left_out: int) -> Runs:
    """Runs cut to the limit; left_out: what was left out before them."""
    kept: Runs = []
    for text, escaped in told:
        room = max(limit, 0)
        if room:
            kept.append((text[:room], escaped))
        left_out += max(len(text) - room, 0)
        limit -= len(text)
    if left_out:
        kept.append((f"…(+{left_out:,})", True))
    return kept
