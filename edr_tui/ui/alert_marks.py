"""What the alerts say of each process: its level, its techniques, and whether a red chain passes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from edr_tui.model.alert import Alert, Severity

LEVELS = tuple(sorted(Severity))
_FIELD_BITS = 24  # 16 million alerts of one level below one node, before they would meet the next
_PACKED = {level: 1 << (_FIELD_BITS * rank) for rank, level in enumerate(LEVELS)}


def highest(packed: int) -> Severity | None:
    """The highest level in a packed count."""
    return LEVELS[(packed.bit_length() - 1) // _FIELD_BITS] if packed else None


@dataclass(frozen=True, slots=True)
class Mark:
    """The alerts of one process.

    level: the highest that is open. acknowledged: all of them are.
    chain: an open alert makes its descendants suspects too.
    evidence: what rules found in its command line.
    packed: the open alerts, counted by level in one number that can be added up.
    """

    level: Severity | None = None
    acknowledged: bool = False
    chain: bool = False
    techniques: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    packed: int = 0


UNMARKED = Mark()


class AlertMarks:
    """All alerts that are kept, by the processes that they touch.

    threshold: the lowest level that turns a chain red; lower ones are tags on their process.
    """

    def __init__(self, threshold: Severity = Severity.MEDIUM) -> None:
        self.threshold = threshold
        self.marks: dict[str, Mark] = {}
        self._alerts: dict[str, Alert] = {}
        self._own: dict[str, dict[str, None]] = {}  # the ids of its alerts: a dict as an ordered set
        self._paths: dict[str, dict[str, None]] = {}
        self._passing: dict[str, int] = {}

    def in_path(self, entity_id: str) -> bool:
        """Whether an open red chain passes this process."""
        return entity_id in self._passing

    def apply(
        self, alerts: Iterable[Alert], closed: Iterable[str], parent_of: Callable[[str], str | None]
    ) -> set[str]:
        """Take the newest values, forget the closed; the entity_ids whose mark is another now.

        parent_of: the parent of a process in the tree; asked where an ancestry was folded.
        """
        touched: set[str] = set()
        for alert in alerts:
            old = self._alerts.get(alert.id)
            self._alerts[alert.id] = alert
            touched |= self._match(alert.id, old, alert)
            red = alert.open and alert.level >= self.threshold
            self._pass(alert.id, _path(alert, parent_of) if red else {})
        for alert_id in closed:
            old = self._alerts.pop(alert_id, None)
            touched |= self._match(alert_id, old, None)
            self._pass(alert_id, {})
        return {entity_id for entity_id in touched if self._mark_again(entity_id)}

    def _match(self, alert_id: str, old: Alert | None, new: Alert | None) -> set[str]:
        """Let an alert stand with the processes that it names now; those whose mark may have changed.

        A repeat names one more: all others keep their mark, unless the alert says another thing.
        """
        before = set() if old is None else _matched(old)
        now = set() if new is None else _matched(new)
        for entity_id in now - before:
            self._own.setdefault(entity_id, {})[alert_id] = None
        for entity_id in before - now:
            own = self._own[entity_id]
            del own[alert_id]
            if not own:
                del self._own[entity_id]
        if old is not None and new is not None and _says(old) == _says(new):
            return before ^ now
        return before | now

    def _pass(self, alert_id: str, path: dict[str, None]) -> None:
        """Let the red chain of an alert go this way; none if it is empty."""
        before = self._paths.pop(alert_id, {})
        if path:
            self._paths[alert_id] = path
        for entity_id in path.keys() - before.keys():
            self._passing[entity_id] = self._passing.get(entity_id, 0) + 1
        for entity_id in before.keys() - path.keys():
            if self._passing[entity_id] == 1:
                del self._passing[entity_id]
            else:
                self._passing[entity_id] -= 1

    def _mark_again(self, entity_id: str) -> bool:
        mark = self._mark([self._alerts[alert_id] for alert_id in self._own.get(entity_id, ())])
        before = self.marks.get(entity_id, UNMARKED)
        if mark == UNMARKED:
            self.marks.pop(entity_id, None)
        else:
            self.marks[entity_id] = mark
        return mark != before

    def _mark(self, alerts: list[Alert]) -> Mark:
        if not alerts:
            return UNMARKED
        alerts.sort(key=lambda alert: (alert.open, alert.level), reverse=True)
        open_alerts = [alert for alert in alerts if alert.open]
        level = open_alerts[0].level if open_alerts else None
        return Mark(
            level=level,
            acknowledged=not open_alerts,
            chain=level is not None and level >= self.threshold,
            techniques=_unique(technique.id for alert in alerts for technique in alert.rule.techniques),
            evidence=_unique(_evidence(open_alerts)),
            packed=sum(_PACKED[alert.level] for alert in open_alerts),
        )


def _matched(alert: Alert) -> set[str]:
    """All processes whose matches were joined in an alert, as far as it names them."""
    return {alert.entity_id, *alert.also}


def _says(alert: Alert) -> tuple[object, ...]:
    """All of an alert that goes into a mark."""
    return alert.open, alert.level, alert.rule.techniques, tuple(_evidence((alert,)))


def _path(alert: Alert, parent_of: Callable[[str], str | None]) -> dict[str, None]:
    """The processes from where the chain is red down to those that matched, each once."""
    return dict.fromkeys((*_path_to_newest(alert, parent_of), *_paths_to_others(alert, parent_of)))


def _paths_to_others(alert: Alert, parent_of: Callable[[str], str | None]) -> Iterator[str]:
    """Earlier matches that were joined have mostly the same parent: from each, one walk is enough."""
    walked_from: set[str] = set()
    for entity_id in alert.also:
        if entity_id == alert.chain_start:
            continue
        yield entity_id
        parent_id = parent_of(entity_id)
        if parent_id is not None and parent_id not in walked_from:
            walked_from.add(parent_id)
            yield from _between(parent_id, alert.chain_start, parent_of)


def _between(entity_id: str, chain_start: str, parent_of: Callable[[str], str | None]) -> list[str]:
    """A process and those above it, as far as chain_start and without it; none if that is not above."""
    walked: str | None = entity_id
    path = []
    while walked is not None and walked != chain_start:
        path.append(walked)
        walked = parent_of(walked)
    return path if walked is not None else []


def _path_to_newest(alert: Alert, parent_of: Callable[[str], str | None]) -> Iterator[str]:
    reached, folded = False, False
    for ancestor in alert.ancestry:
        reached = reached or ancestor.entity_id == alert.chain_start
        if reached:
            folded = folded or ancestor.folded > 0
            yield ancestor.entity_id
    if not reached:
        yield alert.entity_id
    if folded:
        yield from _between(alert.entity_id, alert.chain_start, parent_of)


def _evidence(alerts: Iterable[Alert]) -> Iterator[str]:
    for alert in alerts:
        for why in alert.why:
            if why.pattern and why.field == "CommandLine" and why.entity_id in (None, alert.entity_id):
                yield why.pattern


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
