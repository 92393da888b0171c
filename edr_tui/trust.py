"""Whether others could have written what root is about to believe: a configuration, a theme, a rule."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_MOST_LINKS = 40  # as the kernel follows


def foreign_writer(path: Path) -> str | None:
    """Who else can change what the path leads to, as the beginning of a sentence; None if nobody can.

    Only root asks: for everybody else it is None. Every folder and link on the way counts, for whoever
    can put another file in place of one changes it too. Raises OSError if it cannot be looked at.
    """
    geteuid = getattr(os, "geteuid", None)
    if geteuid is None or geteuid() != 0:
        return None
    for place, facts in _way(path):
        if (who := _writer(facts)) is not None:
            return f"{who} can change {'it' if place is path else path_shown(place)}"
    return None


def path_shown(path: Path) -> str:
    """A path for a sentence, whole, escaped where it has unprintable characters."""
    plain = str(path)
    return plain if plain.isprintable() else repr(plain)[1:-1]


def _way(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every folder and link that the kernel passes on the way, and what is at its end."""
    at = Path("/")
    yield at, at.lstat()
    rest = list(reversed((Path.cwd() / path).parts[1:]))
    links = 0
    while rest:
        name = rest.pop()
        if name == "..":
            at = at.parent
            continue
        place = at / name
        facts = place.lstat()
        yield (path if not rest and not links else place), facts
        if not stat.S_ISLNK(facts.st_mode):
            at = place
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError("too many symbolic links")
        target = Path(os.readlink(place))
        if target.is_absolute():
            at = Path("/")
        rest += reversed(target.parts[1:] if target.is_absolute() else target.parts)


def _writer(facts: os.stat_result) -> str | None:
    """Who besides root can change a file, put another link in place, or another file into a folder."""
    if facts.st_uid != 0:
        return f"user {facts.st_uid}"
    if stat.S_ISLNK(facts.st_mode):
        return None  # its mode means nothing
    if stat.S_ISDIR(facts.st_mode) and facts.st_mode & stat.S_ISVTX:
        return None  # what is root's in there, only root can replace: and that is looked at next
    if facts.st_mode & stat.S_IWOTH:
        return "everybody"
    if facts.st_mode & stat.S_IWGRP and facts.st_gid != 0:
        return f"group {facts.st_gid}"
    return None
