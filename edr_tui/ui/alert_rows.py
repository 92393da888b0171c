"""The alerts as a list: newest first, filtered, and still while new ones arrive."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edr_tui.model.alert import Alert, Severity

AlertPredicate = Callable[[Alert], bool]


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """How many alerts there are: open by level (highest first), and acknowledged; below: open, not listed."""

    open: tuple[tuple[Severity, int], ...]
    acknowledged: int
    below: int = 0

    @property
    def open_total(self) -> int:
        """All open ones."""
        return sum(count for _, count in self.open)


class AlertRows:
    """The alerts that pass, newest first by their first match: a repeat never moves a row.

    threshold: alerts below that level are counted, not listed. open_only: acknowledged ones are
    not listed.
    """

    def __init__(self, threshold: Severity = Severity.MEDIUM) -> None:
        self._threshold = threshold
        self._alerts: dict[str, Alert] = {}
        self._of_process: dict[str, dict[str, None]] = {}
        self._predicate: AlertPredicate | None = None
        self._open_only = False
        # Sorted keys of the alerts that pass: newest first is the end first.
        self._keys: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def open_only(self) -> bool:
        """Whether acknowledged alerts are left out."""
        return self._open_only

    @property
    def threshold(self) -> Severity:
        """The lowest level that is listed."""
        return self._threshold

    @property
    def filtering(self) -> bool:
        """Whether a filter is set."""
        return self._predicate is not None

    def apply(self, alerts: Iterable[Alert], closed: Iterable[str] = ()) -> None:
        """Take new and changed alerts in, and let closed ones go."""
        for alert in alerts:
            self._drop(alert.id)
            self._unname(alert.id)
            self._alerts[alert.id] = alert
            for entity_id in (alert.entity_id, *alert.also):
                self._of_process.setdefault(entity_id, {})[alert.id] = None
            if self._passes(alert):
                key = _key(alert)
                self._keys.insert(bisect_left(self._keys, key), key)
        for alert_id in closed:
            self._drop(alert_id)
            self._unname(alert_id)
            self._alerts.pop(alert_id, None)

    def set_filter(self, predicate: AlertPredicate | None) -> None:
        """List only what the predicate takes; None lists all again."""
        self._predicate = predicate
        self._list()

    def ask_again(self) -> None:
        """Ask the filter of every alert anew."""
        self._list()

    def show(self, open_only: bool) -> None:
        """List open alerts only, or all."""
        self._open_only = open_only
        self._list()

    def row(self, index: int) -> Alert:
        """The alert of this row, 0 the newest. Raises IndexError."""
        if not 0 <= index < len(self._keys):
            raise IndexError(index)
        return self._alerts[self._keys[-1 - index][1]]

    def rows(self) -> Iterable[Alert]:
        """All listed alerts, newest first."""
        return (self._alerts[alert_id] for _, alert_id in reversed(self._keys))

    def index_of(self, alert_id: str) -> int | None:
        """The row of an alert; None if it is not listed."""
        alert = self._alerts.get(alert_id)
        if alert is None:
            return None
        key = _key(alert)
        place = bisect_left(self._keys, key)
        if place == len(self._keys) or self._keys[place] != key:
            return None
        return len(self._keys) - 1 - place

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id, listed or not."""
        return self._alerts.get(alert_id)

    def all(self) -> Iterable[Alert]:
        """All alerts, listed or not."""
        return self._alerts.values()

    def about(self, entity_id: str) -> list[Alert]:
        """The alerts of one process: the open first, the highest first, the newest first."""
        found = (self._alerts[alert_id] for alert_id in self._of_process.get(entity_id, ()))
        return sorted(found, key=lambda alert: (not alert.open, -alert.level, -alert.last_ns, alert.id))

    def counts(self) -> AlertCounts:
        """How many there are, for the header."""
        open_ = dict.fromkeys(reversed(Severity), 0)
        acknowledged = 0
        for alert in self._alerts.values():
            if alert.open:
                open_[alert.level] += 1
            else:
                acknowledged += 1
        by_level = tuple((level, count) for level, count in open_.items() if count)
        below = sum(count for level, count in by_level if level < self._threshold)
        return AlertCounts(by_level, acknowledged, below)

    def _passes(self, alert: Alert) -> bool:
        if alert.level < self._threshold or (self._open_only and not alert.open):
            return False
        return self._predicate is None or self._predicate(alert)

    def _list(self) -> None:
        self._keys = sorted(_key(alert) for alert in self._alerts.values() if self._passes(alert))

    def _unname(self, alert_id: str) -> None:
        """Forget which processes the value that is kept names: the next one may name others."""
        alert = self._alerts.get(alert_id)
        for entity_id in () if alert is None else (alert.entity_id, *alert.also):
            of_process = self._of_process.get(entity_id, {})
            of_process.pop(alert_id, None)
            if not of_process:
                self._of_process.pop(entity_id, None)

    def _drop(self, alert_id: str) -> None:
        alert = self._alerts.get(alert_id)
        if alert is None:
            return
        key = _key(alert)
        place = bisect_left(self._keys, key)
        if place < len(self._keys) and self._keys[place] == key:
            del self._keys[place]


def _key(alert: Alert) -> tuple[int, str]:
    return (alert.first_ns, alert.id)
