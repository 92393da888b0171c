"""Files and folders -> rules, with every fault of every file; a bad file never stops the others."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from edr_tui.detect.document import MAX_BYTES, YamlFault, documents
from edr_tui.detect.read import Faults, Skipped, rule_of
from edr_tui.detect.rule import Rule
from edr_tui.trust import foreign_writer

BUNDLED = "edr-tui core"
MAX_FILES = 100_000
_SUFFIXES = (".yml", ".yaml")
_READ_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. line: from 1; 1 also where it is the whole file."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A sound rule that is not run, and why."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: skipped: {self.reason}"


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """What came of loading: the rules, in the order of their files, and what is not among them."""

    rules: tuple[Rule, ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: tuple[SkippedRule, ...] = ()


class _FileFault(Exception):
    """A file or folder that is not read, and why."""


def load_rules(paths: Sequence[Path] = (), bundled: bool = True) -> LoadedRules:
    """The rules of these files and folders, behind the bundled ones where asked for.

    A folder is searched whole for *.yml and *.yaml. A rule whose id is already there is a fault;
    a file that is given twice is read once.
    """
    loading = _Loading()
    if bundled:
        for path, content in _bundled_files():
            loading.take(path, content, BUNDLED)
    for given in paths:
        loading.take_path(given)
    return LoadedRules(tuple(loading.rules), tuple(loading.faults), tuple(loading.skipped))


class _Loading:
    """One run of load_rules."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.faults: list[Fault] = []
        self.skipped: list[SkippedRule] = []
        self._places: dict[str, str] = {}
        self._seen: set[tuple[int, int]] = set()

    def take_path(self, given: Path) -> None:
        """Load a file, or all rule files below a folder."""
        try:
            files = _files_below(given)
        except _FileFault as fault:
            self.faults.append(Fault(str(given), 1, str(fault)))
            return
        for number, path in enumerate(files):
            if isinstance(path, Fault):
                self.faults.append(path)
                continue
            if number >= MAX_FILES:
                self.faults.append(
                    Fault(str(given), 1, f"more than {MAX_FILES} rule files: the rest is not read")
                )
                return
            try:
                identity, content = _read(path)
            except _FileFault as fault:
                self.faults.append(Fault(str(path), 1, str(fault)))
                continue
            if identity not in self._seen:
                self._seen.add(identity)
                self.take(str(path), content, str(path))

    def take(self, path: str, content: bytes, ruleset: str) -> None:
        """Load the rules of one file."""
        try:
            found = documents(content)
        except YamlFault as fault:
            self.faults.append(Fault(path, fault.line, fault.sentence))
            return
        if not found:
            self.faults.append(Fault(path, 1, "the file holds no rule"))
        for document in found:
            faults = Faults()
            try:
                rule = rule_of(document, path, ruleset, faults)
            except Skipped as reason:
                self.skipped.append(SkippedRule(path, document.line, str(reason)))
                rule = None
            self.faults += (Fault(path, line, sentence) for line, sentence in faults.found)
            if rule is not None:
                self._add(rule)

    def _add(self, rule: Rule) -> None:
        place = f"{rule.path}:{rule.line}"
        first = self._places.get(rule.id)
        if first is not None:
            self.faults.append(Fault(rule.path, rule.line, f"the id {rule.id} is already that of {first}"))
            return
        self._places[rule.id] = place
        self.rules.append(rule)


def _bundled_files() -> Iterator[tuple[str, bytes]]:
    root = resources.files("edr_tui.detect") / "rules"
    for folder in _sorted(root):
        if folder.is_dir():
            for file in _sorted(folder):
                if file.name.endswith(_SUFFIXES):
                    yield f"edr_tui/detect/rules/{folder.name}/{file.name}", file.read_bytes()


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)


def _files_below(given: Path) -> Iterator[Path | Fault]:
    """The rule files below a folder, or the file itself; a folder that cannot be read is a fault.

    Raises _FileFault if nothing is there.
    """
    try:
        status = given.stat()
    except (OSError, ValueError) as fault:
        raise _FileFault(_because(fault)) from None
    if not stat.S_ISDIR(status.st_mode):
        return iter((given,))
    return _walk(given)


def _walk(root: Path) -> Iterator[Path | Fault]:
    """Depth first, each folder once however many links lead to it."""
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        folders = []
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            _refuse_if_others_may_write(folder)
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except (OSError, _FileFault) as fault:
            yield Fault(str(folder), 1, _because(fault) if isinstance(fault, OSError) else str(fault))
            continue
        for entry in found:
            path = folder / entry.name
            if _is_folder(entry):
                folders.append(path)
            elif entry.name.endswith(_SUFFIXES):
                yield path
        waiting += reversed(folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a loop of links: reading it names the fault if it looks like a rule


def _read(path: Path) -> tuple[tuple[int, int], bytes]:
    """The identity and content of a regular file, read to just beyond MAX_BYTES. Raises _FileFault."""
    try:
        _refuse_unless_regular(path.stat())  # before it is opened: opening a device may do something
        descriptor = os.open(path, _READ_FLAGS)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _refuse_unless_regular(status)
            _refuse_if_others_may_write(path)
            return (status.st_dev, status.st_ino), file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        raise _FileFault(_because(fault)) from None


def _refuse_unless_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _FileFault("not a regular file")


def _refuse_if_others_may_write(path: Path) -> None:
    """As root, rules are read only where nobody but root can change them, or what leads to them."""
    if (writer := foreign_writer(path)) is not None:
        raise _FileFault(f"{writer}, so root does not read it")


def _because(fault: OSError | ValueError) -> str:
    if isinstance(fault, FileNotFoundError):
        return "there is no such file or folder"
    text = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return f"cannot be read: {text}"
