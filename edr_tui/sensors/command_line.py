"""The command line of a process as the documents carry it: at most 64 KiB of them, said when cut."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from edr_tui.ecs.size import MOST_PER_CHARACTER, beginning, encoded_size

KEPT_BYTES = 64 * 1024  # as a document writes it: a control character takes six
_SEPARATOR = 3  # what a document writes between two arguments: ","
READ_BYTES = 8 * 1024 * 1024  # more than execve accepts; a process may still lay its arguments over more

TRUNCATED = "truncated"


class CommandLine(NamedTuple):
    """args and their text. length (characters) and sha256 (of the whole text's bytes) only if cut.

    unknown: the reason why text is not the whole truth, None if it is.
    """

    args: tuple[str, ...]
    text: str
    length: int | None = None
    sha256: str | None = None
    unknown: str | None = None


def from_cmdline(raw: bytes, *, expected: int | None = None) -> CommandLine | None:
    """The command line in the bytes of /proc/PID/cmdline; None if there is none.

    expected: how many bytes there should be (stat fields 48 and 49), where that is known: a process
    can make the kernel stop reading half-way. Bytes that are not UTF-8 become surrogates.
    """
    if not raw:
        return None
    short = len(raw) > READ_BYTES or (expected is not None and len(raw) < min(expected, READ_BYTES))
    whole = raw.removesuffix(b"\0")
    # No byte is written shorter than it is.
    words = [_text(arg) for arg in _without_padding(whole[: KEPT_BYTES + 1].split(b"\0"))]
    kept = _kept(words)
    text = " ".join(kept)
    if len(whole) <= KEPT_BYTES and len(kept) == len(words) and kept[-1] == words[-1]:
        return CommandLine(kept, text, unknown=TRUNCATED if short else None)
    if short:
        return CommandLine(kept, text, unknown=TRUNCATED)
    line = whole.replace(b"\0", b" ")
    return CommandLine(kept, text, len(_text(line)), hashlib.sha256(line).hexdigest(), unknown=TRUNCATED)


def from_args(args: Sequence[str], join: Callable[[Sequence[str]], str] = " ".join) -> CommandLine | None:
    """The command line of arguments that are text already; None if there are none.

    join: how the system writes arguments in one line.
    """
    if not args:
        return None
    text = join(args)
    kept = _kept(args)
    if len(kept) == len(args) and kept[-1] == args[-1] and encoded_size(text) <= KEPT_BYTES:
        return CommandLine(kept, text)
    shown = beginning(join(kept), KEPT_BYTES)
    return CommandLine(kept, shown, len(text), hashlib.sha256(_bytes(text)).hexdigest(), unknown=TRUNCATED)


def _kept(args: Sequence[str]) -> tuple[str, ...]:
    """As many arguments as a document may carry, the last one perhaps cut."""
    if (sum(map(len, args)) + len(args)) * MOST_PER_CHARACTER <= KEPT_BYTES:
        return tuple(args)
    kept: list[str] = []
    room = KEPT_BYTES
    for arg in args:
        size = encoded_size(arg)
        if size > room:
            kept.append(beginning(arg, room))
            break
        kept.append(arg)
        room -= size + _SEPARATOR
        if room <= 0:
            break
    return tuple(kept)


def _without_padding(args: list[bytes]) -> list[bytes]:
    # A server that writes its title over argv (nginx) leaves NULs behind it: they are no arguments.
    if len(args) > 1 and b" " in args[0] and not any(args[1:]):
        return args[:1]
    return args


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    # Windows has halves of surrogate pairs in names, which surrogateescape does not take.
    return text.encode("utf-8", "surrogatepass")
