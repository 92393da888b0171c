"""The command line of a process as the documents carry it: at most 64 KiB, said when cut."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

KEPT_BYTES = 64 * 1024
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
    if len(whole) <= KEPT_BYTES:
        args = _without_padding(whole.split(b"\0"))
        words = tuple(_text(arg) for arg in args)
        return CommandLine(words, " ".join(words), unknown=TRUNCATED if short else None)
    words = tuple(_text(arg) for arg in _whole_characters(whole[:KEPT_BYTES]).split(b"\0"))
    line = whole.replace(b"\0", b" ")
    if short:
        return CommandLine(words, " ".join(words), unknown=TRUNCATED)
    return CommandLine(
        words, " ".join(words), len(_text(line)), hashlib.sha256(line).hexdigest(), unknown=TRUNCATED
    )


def from_args(args: Sequence[str], join: Callable[[Sequence[str]], str] = " ".join) -> CommandLine | None:
    """The command line of arguments that are text already; None if there are none.

    join: how the system writes arguments in one line.
    """
    if not args:
        return None
    text = join(args)
    encoded = _bytes(text)
    kept = tuple(_kept(args))
    if len(encoded) <= KEPT_BYTES and len(kept) == len(args):
        return CommandLine(tuple(args), text)
    shown = _whole_characters(_bytes(join(kept))[:KEPT_BYTES]).decode("utf-8", "surrogatepass")
    return CommandLine(kept, shown, len(text), hashlib.sha256(encoded).hexdigest(), unknown=TRUNCATED)


def _kept(args: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = KEPT_BYTES
    for arg in args:
        encoded = _bytes(arg)
        if len(encoded) > room:
            kept.append(_whole_characters(encoded[:room]).decode("utf-8", "surrogatepass"))
            break
        kept.append(arg)
        room -= len(encoded) + 1
        if room <= 0:
            break
    return kept


def _without_padding(args: list[bytes]) -> list[bytes]:
    # A server that writes its title over argv (nginx) leaves NULs behind it: they are no arguments.
    if len(args) > 1 and b" " in args[0] and not any(args[1:]):
        return args[:1]
    return args


def _whole_characters(cut: bytes) -> bytes:
    """Without the first bytes of a UTF-8 character at its end, of which the cut took the rest."""
    for back in range(1, min(4, len(cut) + 1)):
        byte = cut[-back]
        if byte < 0x80:
            return cut
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return cut[:-back] if needed > back else cut
    return cut


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    # Windows has halves of surrogate pairs in names, which surrogateescape does not take.
    return text.encode("utf-8", "surrogatepass")
