"""The alerts that stand: repeats join, acknowledging, and the bound on how many are kept."""

from __future__ import annotations

from collections.abc import Iterable

from edr_tui.model.alert import Alert, AlertState, Severity
from edr_tui.model.replacing import replace

ALSO_KEPT = 32


class AlertTable:
    """All alerts by id. One writer: the engine.

    limit: how many open ones, and how many acknowledged ones, are kept; beyond it the oldest of
    the lowest level closes, and is counted in closed.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._alerts: dict[str, Alert] = {}
        # Per (state, level) the ids in the order in which they came there: a dict as an ordered set.
        self._order: dict[tuple[AlertState, Severity], dict[str, None]] = {}
        self._kept = dict.fromkeys(AlertState, 0)
        self.closed = 0

    def __len__(self) -> int:
        return len(self._alerts)

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id."""
        return self._alerts.get(alert_id)

    def alerts(self) -> tuple[Alert, ...]:
        """All alerts, oldest first."""
        return tuple(self._alerts.values())

    def offer(self, match: Alert) -> tuple[Alert, tuple[Alert, ...]]:
        """Take a new match in: (the alert as it stands now, the alerts that closed for it).

        A match of the same id joins. An acknowledged alert only counts on, unless the level rose.
        """
        old = self._alerts.get(match.id)
        if old is None:
            self._put(match)
            return match, self._close_beyond_limit(match.state)
        joined = _join(old, match)
        self._replace(old, joined)
        return joined, self._close_beyond_limit(joined.state) if joined.state is not old.state else ()

    def set_state(self, alert_ids: Iterable[str], state: AlertState) -> tuple[Alert, ...]:
        """Put these into a state; those that changed, as they are now. Unknown ids are passed over."""
        changed = []
        for alert_id in alert_ids:
            old = self._alerts.get(alert_id)
            if old is not None and old.state is not state:
                new = replace(old, state=state)
                self._replace(old, new)
                changed.append(new)
        return tuple(changed)

    def close_excess(self) -> tuple[Alert, ...]:
        """Close what is beyond the bound after states changed; those that closed."""
        return tuple(alert for state in AlertState for alert in self._close_beyond_limit(state))

    def _put(self, alert: Alert) -> None:
        self._alerts[alert.id] = alert
        self._order.setdefault((alert.state, alert.level), {})[alert.id] = None
        self._kept[alert.state] += 1

    def _replace(self, old: Alert, new: Alert) -> None:
        self._alerts[new.id] = new
        if (old.state, old.level) != (new.state, new.level):
            del self._order[old.state, old.level][old.id]
            self._order.setdefault((new.state, new.level), {})[new.id] = None
            self._kept[old.state] -= 1
            self._kept[new.state] += 1

    def _close_beyond_limit(self, state: AlertState) -> tuple[Alert, ...]:
        closed = []
        while self._kept[state] > self._limit:
            ids = next(ids for level in Severity if (ids := self._order.get((state, level))))
            alert_id = next(iter(ids))
            del ids[alert_id]
            closed.append(self._alerts.pop(alert_id))
            self._kept[state] -= 1
            self.closed += 1
        return tuple(closed)


def _join(old: Alert, match: Alert) -> Alert:
    also = old.also
    if match.entity_id != old.entity_id:
        also = (*(seen for seen in old.also if seen != match.entity_id), old.entity_id)[-ALSO_KEPT:]
    return replace(
        match,
        count=old.count + match.count,
        also=also,
        first_ns=min(old.first_ns, match.first_ns),
        last_ns=max(old.last_ns, match.last_ns),
        state=AlertState.OPEN if match.level > old.level else old.state,
    )
