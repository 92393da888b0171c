"""An alert: a rule matched a process, with the chain that led to it and the reason why."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from edr_tui.model.event import Host


class Severity(IntEnum):
    """Sigma's levels; the number is event.severity of the documents."""

    INFORMATIONAL = 21
    LOW = 35
    MEDIUM = 55
    HIGH = 75
    CRITICAL = 95

    @property
    def word(self) -> str:
        """The level as Sigma spells it: high."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The level that a word names. Raises ValueError with the words that are levels."""
        try:
            return cls[word.upper()]
        except KeyError:
            levels = ", ".join(level.word for level in cls)
            raise ValueError(f"{word!r} is not a level: use one of {levels}") from None


class AlertState(StrEnum):
    """Where the analyst stands with an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """An ATT&CK technique: T1059.001; name None where the rule gives only the id."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReference:
    """Which rule matched, with what its licence asks to show."""

    id: str
    name: str
    level: Severity
    description: str | None = None
    author: str | None = None
    references: tuple[str, ...] = ()
    license: str | None = None
    ruleset: str | None = None
    techniques: tuple[Technique, ...] = ()
    tactics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One part of the condition that was true: this field of that process had this value.

    test: the comparison in words (ends with, contains, matches, is).
    pattern: what the rule asked for. value: what the field held. entity_id: whose field it is.
    """

    selection: str
    field: str
    test: str
    pattern: str
    value: str
    entity_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """One generation in an alert's ancestry, root first, the process itself last.

    folded: how many generations were left out above this one.
    """

    entity_id: str
    pid: int
    name: str | None = None
    executable: str | None = None
    command_line: str | None = None
    start_ns: int | None = None
    user: str | None = None
    folded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A joined alert. All times are ns since the epoch.

    chain_start: entity_id of the ancestor from which the chain is red.
    count: how many matches were joined: same rule, parent, image and user. entity_id, ancestry
        and why tell of the newest; also names the processes of earlier ones, newest last, bounded.
    decoded: text that the command line hid (the base64 of an encoded command), if any.
    """

    id: str
    rule: RuleReference
    message: str
    entity_id: str
    ancestry: tuple[Ancestor, ...]
    chain_start: str
    host: Host
    first_ns: int
    last_ns: int
    why: tuple[Why, ...] = ()
    decoded: str | None = None
    count: int = 1
    also: tuple[str, ...] = ()
    state: AlertState = AlertState.OPEN

    @property
    def level(self) -> Severity:
        """The rule's level."""
        return self.rule.level

    @property
    def process(self) -> Ancestor:
        """The process that matched, as it was when it did."""
        return self.ancestry[-1]

    @property
    def open(self) -> bool:
        """Whether it still waits for the analyst."""
        return self.state is AlertState.OPEN


def alert_id(rule_id: str, parent_id: str | None, image: str | None, user: str | None) -> str:
    """The deterministic id under which matches join: 32 hex digits."""
    parts = "\0".join(part if part is not None else "\1" for part in (rule_id, parent_id, image, user))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
