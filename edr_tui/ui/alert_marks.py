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
        self._own: dict[str, dict[str, Alert]] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
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
            touched |= self._forget(alert.id)
            self._alerts[alert.id] = alert
            for entity_id in _matched(alert):
                self._own.setdefault(entity_id, {})[alert.id] = alert
                touched.add(entity_id)
            if alert.open and alert.level >= self.threshold:
                path = tuple(_path(alert, parent_of))
                self._paths[alert.id] = path
                for entity_id in path:
                    self._passing[entity_id] = self._passing.get(entity_id, 0) + 1
        for alert_id in closed:
            touched |= self._forget(alert_id)
        return {entity_id for entity_id in touched if self._mark_again(entity_id)}

    def _forget(self, alert_id: str) -> set[str]:
        old = self._alerts.pop(alert_id, None)
        if old is None:
            return set()
        for entity_id in _matched(old):
            own = self._own[entity_id]
            del own[alert_id]
            if not own:
                del self._own[entity_id]
        for entity_id in self._paths.pop(alert_id, ()):
            if self._passing[entity_id] == 1:
                del self._passing[entity_id]
            else:
                self._passing[entity_id] -= 1
        return set(_matched(old))

    def _mark_again(self, entity_id: str) -> bool:
        mark = self._mark(list(self._own.get(entity_id, {}).values()))
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


def _matched(alert: Alert) -> Iterator[str]:
    """All processes whose matches were joined in an alert, as far as it names them."""
    yield alert.entity_id
    yield from (entity_id for entity_id in alert.also if entity_id != alert.entity_id)


def _path(alert: Alert, parent_of: Callable[[str], str | None]) -> Iterator[str]:
    """The processes from where the chain is red down to those that matched, each once."""
    yield from dict.fromkeys((*_path_to_newest(alert, parent_of), *_paths_to_others(alert, parent_of)))


def _paths_to_others(alert: Alert, parent_of: Callable[[str], str | None]) -> Iterator[str]:
    """Earlier matches that were joined have the same parent, and mostly the same chain."""
    for entity_id in alert.also:
        walked: str | None = entity_id
        path = []
        while walked is not None and walked != alert.chain_start:
            path.append(walked)
            walked = parent_of(walked)
        yield from path if walked is not None else (entity_id,)


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
        known = {ancestor.entity_id for ancestor in alert.ancestry}
        walked = parent_of(alert.entity_id)
        between: list[str] = []
        while walked is not None and walked != alert.chain_start:
            if walked not in known:
                between.append(walked)
            walked = parent_of(walked)
        if walked is not None:
            yield from between


def _evidence(alerts: Iterable[Alert]) -> Iterator[str]:
    for alert in alerts:
        for why in alert.why:
            if why.pattern and why.field == "CommandLine" and why.entity_id in (None, alert.entity_id):
                yield why.pattern


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
