"""Matches of rules over time -> matches of correlations; what is remembered is bounded."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from edr_tui.detect.condition import And, Condition, Not, Or, Selection
from edr_tui.detect.correlation import OPERATORS, Correlation, CorrelationType
from edr_tui.detect.fields import Subject
from edr_tui.detect.match import Match
from edr_tui.detect.resolve import by_name
from edr_tui.detect.rule import Rule
from edr_tui.model.alert import Why

MAX_GROUPS = 4_096  # of one correlation; the one that was quiet for longest is forgotten first
MAX_KEPT = 200_000  # events and values of all groups of one correlation
MAX_SHOWN = 6  # matches that speak in the why of an alert, the newest ones
MAX_PARTS = 3  # of the why of each
MAX_TEXT = 256  # characters of what they say

_Key = tuple[str, ...]


class Correlator:
    """Counts matches. feed() takes those of one subject."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Rules: all that run; what correlations refer to is among them."""
        names = by_name(rules)
        self._counting: dict[str, list[tuple[_Window, str]]] = {}
        self._silent: set[str] = set()
        self._windows: list[_Window] = []
        for rule in rules:
            asked = rule.correlation
            if asked is None:
                continue
            window = _Window(rule, asked)
            self._windows.append(window)
            for name in dict.fromkeys(asked.rules):
                counted = names.get(name)
                if counted is not None:
                    self._counting.setdefault(counted.id, []).append((window, name))
                    if not asked.generate:
                        self._silent.add(counted.id)

    @property
    def forgotten(self) -> int:
        """Groups that were dropped for want of room while their time still ran."""
        return sum(window.forgotten for window in self._windows)

    def feed(self, matches: Iterable[Match]) -> list[Match]:
        """The matches that raise alerts: those of correlations too, without those that only count."""
        waiting = deque(matches)
        raised: list[Match] = []
        while waiting:
            match = waiting.popleft()
            if match.rule.id not in self._silent:
                raised.append(match)
            for window, name in self._counting.get(match.rule.id, ()):
                found = window.take(match, name)
                if found is not None:
                    waiting.append(found)
        return raised


@dataclass(slots=True)
class _Group:
    """The matches that share the values of group-by, as far as they count.

    events: times, the newest last. values: value -> time, the newest last. seen: rule -> time.
    starts: of an ordered sequence, for each rule when the chain that reaches it began.
    """

    events: deque[int]
    values: OrderedDict[str, int] = field(default_factory=OrderedDict)
    seen: dict[str, int] = field(default_factory=dict)
    starts: list[int | None] = field(default_factory=list)
    told: deque[tuple[Why, ...]] = field(default_factory=lambda: deque(maxlen=MAX_SHOWN))
    newest: int = 0
    fired: int | None = None

    @property
    def size(self) -> int:
        return 1 + len(self.events) + len(self.values)


class _Window:
    """One correlation at work."""

    def __init__(self, rule: Rule, asked: Correlation) -> None:
        self._rule = rule
        self._asked = asked
        self._groups: OrderedDict[_Key, _Group] = OrderedDict()
        self._kept = 0
        self.forgotten = 0

    def take(self, match: Match, name: str) -> Match | None:
        """Count a match of the rule that goes by that name here; the correlation's own, if it is one."""
        subject, asked = match.subject, self._asked
        key = self._key(subject, name)
        value = _value(subject, asked.field_of(asked.values_of, name)) if asked.values_of else ""
        if key is None or value is None:
            return None
        at = _at(subject)
        group = self._group(key, at)
        before = group.size
        group.newest = max(group.newest, at)
        number = self._count(group, at, name, value)
        group.told.append(_spoken(match))
        self._kept += group.size - before
        self._make_room(key)
        if not (asked.holds(number) if asked.expression is None else self._expressed(group)):
            return None
        if group.fired is not None and 0 <= group.newest - group.fired < asked.span_ns:
            return None  # told already: the same matches are still in the window
        group.fired = group.newest
        found = Match(self._rule, match.view)
        found.why = self._why(group, key, number)
        return found

    def _key(self, subject: Subject, name: str) -> _Key | None:
        key = []
        for grouped in self._asked.group_by:
            value = _value(subject, self._asked.field_of(grouped, name))
            if value is None:
                return None
            key.append(value)
        return tuple(key)

    def _group(self, key: _Key, at: int) -> _Group:
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(deque(maxlen=self._asked.count + 1))
            self._kept += group.size
        self._groups.move_to_end(key)
        return group

    def _count(self, group: _Group, at: int, name: str, value: str) -> int:
        since = group.newest - self._asked.span_ns
        match self._asked.type:
            case CorrelationType.EVENT_COUNT:
                group.events.append(at)
                while group.events and group.events[0] <= since:
                    group.events.popleft()
                return len(group.events)
            case CorrelationType.VALUE_COUNT:
                group.values[value] = at
                group.values.move_to_end(value)
                while group.values and (
                    next(iter(group.values.values())) <= since or len(group.values) > self._asked.count + 1
                ):
                    group.values.popitem(last=False)
                return len(group.values)
            case CorrelationType.TEMPORAL:
                group.seen[name] = at
                group.seen = {rule: seen for rule, seen in group.seen.items() if seen > since}
                return len(group.seen)
            case CorrelationType.TEMPORAL_ORDERED:
                return self._ordered(group, at, name, since)

    def _ordered(self, group: _Group, at: int, name: str, since: int) -> int:
        """How many of the rules have matched in their order, the first of them within the time."""
        rules = self._asked.rules
        group.starts = group.starts or [None] * len(rules)
        for place in range(len(rules) - 1, -1, -1):  # backwards: one match moves a chain by one place
            if rules[place] == name:
                start = at if place == 0 else group.starts[place - 1]
                if start is not None and start > since:
                    group.starts[place] = start
        reached = 0
        for place, start in enumerate(group.starts):
            if start is not None and start > since:
                reached = place + 1
            else:
                group.starts[place] = None
        return reached

    def _expressed(self, group: _Group) -> bool:
        return self._asked.expression is not None and _true(self._asked.expression, group.seen)

    def _make_room(self, newest: _Key) -> None:
        while len(self._groups) > MAX_GROUPS or self._kept > MAX_KEPT:
            key, group = next(iter(self._groups.items()))
            if key == newest:
                return
            del self._groups[key]
            self._kept -= group.size
            self.forgotten += self._groups[newest].newest - group.newest < self._asked.span_ns

    def _why(self, group: _Group, key: _Key, number: int) -> tuple[Why, ...]:
        asked = self._asked
        test = OPERATORS[asked.comparison][0]
        seconds = f"{asked.span_ns // 1_000_000_000} s"
        counted = f" of {asked.values_of}" if asked.values_of else ""
        summary = Why(
            selection="correlation",
            field=asked.type.value + counted,
            test=test if asked.expression is None else "matches",
            pattern=f"{asked.count} within {seconds}" if asked.expression is None else f"within {seconds}",
            value=f"more than {asked.count}" if number > asked.count else str(number),
        )
        shared = (
            Why(selection="group-by", field=field, test="is the same", pattern="", value=value[:MAX_TEXT])
            for field, value in zip(asked.group_by, key, strict=True)
        )
        parts = (part for whys in reversed(group.told) for part in whys)
        return tuple(dict.fromkeys((summary, *shared, *parts)))


def _true(node: Condition, seen: dict[str, int]) -> bool:
    match node:
        case Selection(name):
            return name in seen
        case Not(part):
            return not _true(part, seen)
        case And(parts):
            return all(_true(part, seen) for part in parts)
        case Or(parts):
            return any(_true(part, seen) for part in parts)


def _value(subject: Subject, field: str) -> str | None:
    values = subject.values(field)
    return values[0].folded if values else None


def _at(subject: Subject) -> int:
    if subject.at_ns is not None:
        return subject.at_ns
    return subject.process.image.since_ns or subject.process.start_ns or subject.process.first_seen_ns


def _spoken(match: Match) -> tuple[Why, ...]:
    """What one of the matches says in an alert: a few of its reasons, each short, under its rule's name."""
    return tuple(
        replace(
            why,
            selection=f"{match.rule.name or match.rule.reference.name}: {why.selection}"[:MAX_TEXT],
            pattern=why.pattern[:MAX_TEXT],
            value=why.value[:MAX_TEXT],
        )
        for why in match.why[:MAX_PARTS]
    )
