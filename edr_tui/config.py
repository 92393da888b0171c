"""The configuration: config.toml and the command line -> one frozen value. docs/config.md is its manual."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from edr_tui import paths
from edr_tui.model.alert import Severity
from edr_tui.tomlfile import FileFault, read_toml, shown
from edr_tui.trust import path_shown

MIN_INTERVAL, MAX_INTERVAL = 0.05, 3600.0
MAX_PROCESSES = 1_000_000
MAX_SECONDS = 7 * 86_400

T = TypeVar("T")
Check = Callable[[Any], T]  # raises ValueError with the end of a sentence: "0.01 is too small: from 0.05"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the user decided; the defaults are what runs without any file.

    level: from it up alerts are listed and turn chains red; lower ones are tags on their rows.
    sensor: None chooses the best that works here.
    interval: seconds between two looks of a polling sensor. retention_processes and
    retention_seconds: how many ended processes are kept, and for how long. rules: files and folders
    of rules besides the bundled ones, which bundled turns off. keys: action id -> keys.
    """

    theme: str = "edr-dark"
    level: Severity = Severity.MEDIUM
    sensor: str | None = None
    interval: float = 1.0
    retention_processes: int = 50_000
    retention_seconds: float = 3600.0
    rules: tuple[Path, ...] = ()
    bundled: bool = True
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


DEFAULTS = Config()


class Loaded(NamedTuple):
    """A configuration and what is wrong with its file; where something is wrong, the default stands."""

    config: Config
    faults: tuple[str, ...]


def load(path: Path | None = None, *, sensors: Collection[str] | None = None) -> Loaded:
    """The configuration in a file; None reads the user's own, which need not be there.

    sensors: the names that exist, where the caller knows them. Never raises: every fault is a
    sentence, all of them at once.
    """
    file = paths.config_file() if path is None else path
    try:
        document = read_toml(file)
    except FileFault as fault:
        faults = () if path is None and fault.missing else (fault.sentence,)
        return Loaded(DEFAULTS, faults)
    reader = _Reader(file)
    return Loaded(_read(document, reader, sensors), tuple(reader.faults))


def with_options(
    config: Config,
    *,
    theme: str | None = None,
    level: Severity | None = None,
    sensor: str | None = None,
    interval: float | None = None,
    rules: tuple[Path, ...] = (),
    bundled: bool | None = None,
) -> Config:
    """The configuration after the command line: what was given there wins; its rules come on top."""
    given = {"theme": theme, "level": level, "sensor": sensor, "interval": interval, "bundled": bundled}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(config, rules=(*config.rules, *rules), **changes)


def interval(text: str) -> float:
    """Seconds as typed on the command line. Raises ValueError with a sentence."""
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{shown(text)} is not a number of seconds") from None
    return _interval(number)


def _read(document: dict[str, Any], reader: _Reader, sensors: Collection[str] | None) -> Config:
    base = reader.file.absolute().parent
    top = reader.table(document, None)
    theme = top.take("theme", _text, DEFAULTS.theme)
    level = top.take("level", _level, DEFAULTS.level)
    nothing: dict[str, Any] = {}
    tables = {name: top.take(name, _mapping, nothing) for name in ("sensor", "retention", "rules", "keys")}
    top.refuse_rest()

    sensor = reader.table(tables["sensor"], "sensor")
    name = sensor.take("name", _one_of(sensors), None)
    seconds = sensor.take("interval", _interval, DEFAULTS.interval)
    sensor.refuse_rest()

    retention = reader.table(tables["retention"], "retention")
    kept = retention.take("processes", _whole_number(0, MAX_PROCESSES), DEFAULTS.retention_processes)
    age = retention.take("seconds", _number(0, MAX_SECONDS, "seconds"), DEFAULTS.retention_seconds)
    retention.refuse_rest()

    rules = reader.table(tables["rules"], "rules")
    folders = rules.take("paths", _paths(base), DEFAULTS.rules)
    bundled = rules.take("bundled", _flag, DEFAULTS.bundled)
    rules.refuse_rest()

    return Config(
        theme=theme,
        level=level,
        sensor=name,
        interval=seconds,
        retention_processes=kept,
        retention_seconds=age,
        rules=folders,
        bundled=bundled,
        keys=reader.table(tables["keys"], "keys").texts(),
    )


class _Reader:
    """Collects the faults of one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.faults: list[str] = []

    def table(self, values: Mapping[str, Any], name: str | None) -> _Table:
        return _Table(self, dict(values), name)

    def fault(self, table: str | None, key: str, said: str) -> None:
        place = f"[{table}] {shown(key)}" if table else shown(key)
        self.faults.append(f"{path_shown(self.file)}: {place}: {said}")


class _Table:
    """One table of the file, from which known keys are taken until the unknown remain."""

    def __init__(self, reader: _Reader, values: dict[str, Any], name: str | None) -> None:
        self._reader = reader
        self._values = values
        self._name = name
        self._known: list[str] = []

    def take(self, key: str, check: Check[T], default: T) -> T:
        """The checked value of a key; the default if it is absent or wrong, which is then a fault."""
        self._known.append(key)
        if key not in self._values:
            return default
        try:
            return check(self._values.pop(key))
        except ValueError as error:
            self._reader.fault(self._name, key, str(error))
            return default

    def refuse_rest(self) -> None:
        """Every key that is left is a fault."""
        where = f"[{self._name}]" if self._name else "the file"
        for key in self._values:
            self._reader.fault(self._name, key, f"is not known: {where} has {_choice(self._known, 'and')}")

    def texts(self) -> Mapping[str, str]:
        """A table of free keys with texts as values."""
        return MappingProxyType(
            {key: text for key in list(self._values) if (text := self.take(key, _text, ""))}
        )


def _choice(words: Collection[str], last: str) -> str:
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def _is(value: object) -> str:
    """A wrong value for a sentence, as TOML would spell it where that differs."""
    if isinstance(value, bool):
        return str(value).lower()
    return shown(repr(value)) if isinstance(value, str) else shown(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'{_is(value)} is not a text in quotes, such as "abc"')
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_is(value)} is neither true nor false")
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{_is(value)} is not a table: write [name] on a line of its own")
    return value


def _level(value: object) -> Severity:
    return Severity.of(_text(value))


def _number(least: float, most: float, unit: str) -> Check[float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
            raise ValueError(f"{_is(value)} is not a number of {unit}")
        if value < least:
            raise ValueError(f"{_is(value)} is too small: from {least:g}")
        if value > most:
            raise ValueError(f"{_is(value)} is too large: up to {most:g}")
        return float(value)

    return check


_interval = _number(MIN_INTERVAL, MAX_INTERVAL, "seconds")


def _whole_number(least: int, most: int) -> Check[int]:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{_is(value)} is not a whole number")
        if not least <= value <= most:
            raise ValueError(f"{_is(value)} is out of range: from {least} to {most}")
        return value

    return check


def _one_of(names: Collection[str] | None) -> Check[str | None]:
    def check(value: object) -> str:
        name = _text(value)
        if names is not None and name not in names:
            raise ValueError(f"{_is(name)} is not a sensor: use {_choice(sorted(names), 'or')}")
        return name

    return check


def _paths(base: Path) -> Check[tuple[Path, ...]]:
    """Paths relative to the file that names them, not to wherever we are started."""

    def check(value: object) -> tuple[Path, ...]:
        if not isinstance(value, list):
            raise ValueError(f'{_is(value)} is not a list of paths: write paths = ["one", "two"]')
        return tuple(_path(base, each) for each in value)

    return check


def _path(base: Path, value: object) -> Path:
    text = _text(value)
    if "\0" in text:
        raise ValueError(f"{_is(text)} is not a path")
    try:
        return base / Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"{_is(text)} begins with the home of a user that is not known") from None
