"""What is wrong with a file or a document, and why a sound one is left out."""

from __future__ import annotations

from dataclasses import dataclass, field


class Skipped(Exception):
    """A rule that is sound but not for us, and why."""


@dataclass(slots=True)
class Faults:
    """Collects what is wrong in one document."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Note one fault."""
        self.found.append((line, sentence))


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
