"""What the analyst chose while the program ran, kept for the next time: choices.toml.

config.toml is the user's own and never written. A theme that was chosen on the screen wins over the one
of config.toml only as long as that still says what it said then.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edr_tui.tomlfile import FileFault, read_toml
from edr_tui.trust import path_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """theme, and theme_was: what the configuration said when it was chosen.

    columns: those of the list, None the usual ones. sort, descending: of the list. flat: a list in
    place of the tree. kernel_threads: shown. toured: the tour was seen.
    """

    theme: str | None = None
    theme_was: str | None = None
    columns: tuple[str, ...] | None = None
    sort: str | None = None
    descending: bool = False
    flat: bool = False
    kernel_threads: bool = True
    toured: bool = False


class Kept:
    """Choices in a file. path: None keeps them for this run alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.choices = Choices() if path is None else _read(path)

    def change(self, **changes: Any) -> str | None:
        """Keep these choices; a sentence if the file cannot be written."""
        self.choices = dataclasses.replace(self.choices, **changes)
        if self._path is None:
            return None
        try:
            _write(self._path, _text(self.choices))
        except OSError as fault:
            why = (fault.strerror or str(fault)).lower()
            return f"{path_shown(self._path)}: {why}: the choice lasts until the end of the program"
        return None


def _read(path: Path) -> Choices:
    """What is in the file and of the right kind; a choice that cannot be read was never made."""
    try:
        document = read_toml(path)
    except FileFault:
        return Choices()
    kinds = {"theme": str, "theme_was": str, "sort": str}
    given: dict[str, Any] = {}
    for field in dataclasses.fields(Choices):
        value = document.get(field.name)
        if field.name == "columns":
            if isinstance(value, list) and all(isinstance(each, str) for each in value):
                given["columns"] = tuple(value)
        elif isinstance(value, kinds.get(field.name, bool)):
            given[field.name] = value
    return Choices(**given)


def _text(choices: Choices) -> str:
    lines = ["# Written by edr-tui: what was chosen on the screen. It may be removed.\n"]
    for name, value in dataclasses.asdict(choices).items():
        if value is not None:
            lines.append(f"{name} = {_toml(value)}\n")
    return "".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    escaped = (
        character if character.isprintable() and character not in '"\\' else f"\\U{ord(character):08x}"
        for character in str(value)
    )
    return f'"{"".join(escaped)}"'


def _write(path: Path, text: str) -> None:
    """Whole or not at all; for nobody else to read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
