"""Rules as they were read, kept on disk by the content of their files.

What is kept is plain values (MessagePack), checked against their types when they are read: whoever
could write the file could at worst make rules say something else, never run anything. It is
believed only where nobody but us can have written it, and lost without harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from functools import cache
from pathlib import Path

import msgspec

from edr_tui.detect.clause import Atom, Clause
from edr_tui.detect.document import Mapping, documents
from edr_tui.detect.matcher import Kind
from edr_tui.detect.read import body_of
from edr_tui.detect.rule import Body, Logsource, Rule
from edr_tui.model.alert import RuleReference

MAX_BYTES = 134_217_728
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class KeptRule(msgspec.Struct, array_like=True):
    """A rule without its body, which is read from its file when it is looked at.

    document: which of the file's documents it is, from 0.
    """

    reference: RuleReference
    logsource: Logsource
    condition_text: str
    line: int
    clauses: list[tuple[list[tuple[str, str, str]], float]]
    fields: list[str]
    name: str | None
    status: str | None
    tags: tuple[str, ...]
    false_positives: tuple[str, ...]
    document: int

    def rule(self, path: str, content: bytes) -> Rule:
        """The rule of a file with this content."""
        number = self.document
        return Rule(
            reference=self.reference,
            logsource=self.logsource,
            condition_text=self.condition_text,
            path=path,
            line=self.line,
            body=cache(lambda: _body(content, number)),
            clauses=tuple(
                Clause(frozenset(Atom(field, _KINDS[kind], text) for field, kind, text in atoms), share)
                for atoms, share in self.clauses
            ),
            fields=frozenset(self.fields),
            name=self.name,
            status=self.status,
            tags=self.tags,
            false_positives=self.false_positives,
        )


class KeptFile(msgspec.Struct, array_like=True):
    """What came of one file. names: ids and names of the rules that are left out."""

    rules: list[KeptRule]
    faults: list[tuple[int, str]]
    skipped: list[tuple[int, str]]
    names: list[str]


class _Kept(msgspec.Struct, array_like=True):
    code: str
    files: dict[str, KeptFile]


_KINDS = {kind.value: kind for kind in Kind}
_decoder = msgspec.msgpack.Decoder(_Kept)


def kept(rule: Rule, document: int) -> KeptRule:
    """A rule as it is kept. document: which of its file's documents it is, from 0."""
    return KeptRule(
        reference=rule.reference,
        logsource=rule.logsource,
        condition_text=rule.condition_text,
        line=rule.line,
        clauses=[
            ([(atom.field, atom.kind.value, atom.text) for atom in clause.atoms], clause.share)
            for clause in rule.clauses
        ],
        fields=sorted(rule.fields),
        name=rule.name,
        status=rule.status,
        tags=rule.tags,
        false_positives=rule.false_positives,
        document=document,
    )


class RuleCache:
    """The files that were read with one selection of rules; file None keeps nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known = _load(file) if file is not None else {}
        self._used: dict[str, KeptFile] = {}
        self._changed = False

    def get(self, path: str, ruleset: str, content: bytes) -> KeptFile | None:
        """What came of a file with this content under this path, None if it was not read before."""
        if self._file is None:
            return None
        key = _key(path, ruleset, content)
        found = self._known.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def put(self, path: str, ruleset: str, content: bytes, file: KeptFile) -> None:
        """Keep what came of a file."""
        if self._file is not None:
            self._used[_key(path, ruleset, content)] = file
            self._changed = True

    def save(self) -> None:
        """Write what this run used, if anything is new. A disk that refuses is no fault: it is a cache."""
        if self._file is None or not self._changed:
            return
        content = msgspec.msgpack.encode(_Kept(_code(), self._used))
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix=".rules-")
            try:
                with open(descriptor, "wb") as file:
                    file.write(content)
                os.replace(name, self._file)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(name)


def _key(path: str, ruleset: str, content: bytes) -> str:
    digest = hashlib.sha256("\0".join((path, ruleset, "")).encode("utf-8", "surrogatepass"))
    digest.update(content)
    return digest.hexdigest()


@cache
def _code() -> str:
    """What changes whenever the code does that reads rules."""
    try:
        facts = [(file.name, file.stat()) for file in sorted(Path(__file__).parent.glob("*.py"))]
        told = [f"{name} {status.st_size} {status.st_mtime_ns}" for name, status in facts]
    except OSError:
        told = []
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _load(file: Path) -> dict[str, KeptFile]:
    """What the file keeps; nothing where it is not there, not ours alone, or not what we write."""
    try:
        descriptor = os.open(file, _READ_FLAGS)
        with open(descriptor, "rb") as opened:
            status = os.fstat(descriptor)
            if not _ours(status) or status.st_size > MAX_BYTES:
                return {}
            found = _decoder.decode(opened.read(MAX_BYTES))
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return found.files if found.code == _code() else {}


def _ours(status: os.stat_result) -> bool:
    if not stat.S_ISREG(status.st_mode):
        return False
    geteuid = getattr(os, "geteuid", None)
    return geteuid is None or (status.st_uid == geteuid() and not status.st_mode & 0o022)


def _body(content: bytes, number: int) -> Body:
    document = documents(content)[number]
    detection = document.get("detection") if isinstance(document, Mapping) else None
    if detection is None:
        raise ValueError("what is kept of a rule does not belong to its file")
    return body_of(detection)
