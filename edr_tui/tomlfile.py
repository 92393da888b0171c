"""Reading a small TOML file that a person wrote, with a sentence for whatever is wrong with it."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from edr_tui.trust import foreign_writer, path_shown

LIMIT = 1 << 20  # bytes; a configuration is a page of text

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class FileFault(Exception):
    """A file that cannot be used. sentence: says which and why. missing: it is not there."""

    def __init__(self, sentence: str, *, missing: bool = False) -> None:
        self.sentence = sentence
        self.missing = missing
        super().__init__(sentence)


def shown(text: object) -> str:
    """A name or a value for a sentence: escaped where it has unprintable characters, at most 80 long."""
    plain = str(text)
    plain = plain if len(plain) <= 80 else plain[:79] + "…"
    return plain if plain.isprintable() else repr(plain)[1:-1]


def read_toml(path: Path, *, ours: bool = False) -> dict[str, Any]:
    """The document in a file. A link is followed, but what it leads to has to be a regular file.

    ours: it is a part of the program, and whoever can change it can change the code too.
    Raises FileFault: not there, unreadable, no regular file, over 1 MiB, changeable by others while
    we are root, not UTF-8, not TOML.
    """
    file = path_shown(path)
    content = _read(path, file, ours)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFault(f"{file}:{line}: not UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileFault(_syntax(file, text, str(error))) from None
    except RecursionError:
        raise FileFault(f"{file}: nested too deeply") from None
    except ValueError as error:  # a number of more digits than int() takes, which tomllib lets pass
        raise FileFault(f"{file}: {shown(error)}") from None


def _syntax(file: str, text: str, message: str) -> str:
    """tomllib's message with its place in front, as compilers write it."""
    place = _PLACE.search(message)
    said = message[: place.start()] if place else message
    said = shown(said[:1].lower() + said[1:])
    if place and place[1]:
        return f"{file}:{place[1]}: column {place[2]}: {said}"
    if place:
        return f"{file}:{text.count(chr(10)) + 1}: {said} at the end of the file"
    return f"{file}: {said}"


def _read(path: Path, file: str, ours: bool) -> bytes:
    """The bytes of a regular file. O_NONBLOCK: opening a pipe must not wait for its writer."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise FileFault(f"{file}: no such file", missing=True) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileFault(f"{file}: {reason.lower()}") from None
    try:
        if (refused := _refused(os.fstat(handle))) is not None:
            raise FileFault(f"{file}: {refused}")
        if not ours and (writer := foreign_writer(path)) is not None:
            raise FileFault(f"{file}: {writer}, so root does not read it")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            content = stream.read(LIMIT + 1)
    except OSError as error:
        raise FileFault(f"{file}: {(error.strerror or str(error)).lower()}") from None
    finally:
        os.close(handle)
    if len(content) > LIMIT:  # it grew, or has no size of its own
        raise FileFault(f"{file}: larger than 1 MiB")
    return content


def _refused(facts: os.stat_result) -> str | None:
    """Why an opened file is not read; None if it is."""
    if not stat.S_ISREG(facts.st_mode):
        return "not a regular file"
    if facts.st_size > LIMIT:
        return "larger than 1 MiB"
    return None
