"""TreeRows against the plainest model: after any sequence of changes, the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edr_tui.model.alert import Alert, AlertState, Severity
from edr_tui.model.process import Exit, Process
from edr_tui.ui.alert_marks import UNMARKED
from edr_tui.ui.tree_rows import InChain, Row, TreeRows
from tests.ui.builders import NOW, alert, process

IDS = [f"p{number:02}" for number in range(8)]
SOME_ID = st.sampled_from(IDS)


class Plain:
    """The tree as one would write it first: everything is worked out anew at every look."""

    def __init__(self) -> None:
        self.processes: dict[str, Process] = {}
        self.collapsed: dict[str, set[str]] = {}  # id -> ids that had come below when it was collapsed
        self.arrivals: dict[str, int] = {}
        self.predicate: Callable[[Process], bool] | None = None
        self.collapsed_in_filter: set[str] = set()
        self.collapse_new = False
        self.alerts: dict[str, Alert] = {}

    def parent(self, entity_id: str) -> str | None:
        parent_id = self.processes[entity_id].parent_id
        return parent_id if parent_id in self.processes else None

    def ancestors(self, entity_id: str) -> list[str]:
        found = []
        at = self.parent(entity_id)
        while at is not None:
            found.append(at)
            at = self.parent(at)
        return found

    def closed(self, entity_id: str) -> bool:
        return entity_id in (self.collapsed_in_filter if self.predicate else self.collapsed)

    def set_closed(self, entity_id: str, closed: bool) -> None:
        if closed == self.closed(entity_id):
            return
        if self.predicate:
            (self.collapsed_in_filter.add if closed else self.collapsed_in_filter.discard)(entity_id)
        elif closed:
            self.collapsed[entity_id] = set()
        else:
            del self.collapsed[entity_id]

    def rows(self) -> list[tuple[str, int, tuple[bool, ...], bool, bool, bool, int, InChain, bool]]:
        kids: dict[str | None, list[str]] = {}
        for entity_id in sorted(self.processes, key=lambda one: self.processes[one].order):
            kids.setdefault(self.parent(entity_id), []).append(entity_id)
        shown = {
            keeper
            for entity_id, one in self.processes.items()
            if self.predicate is None or self.predicate(one)
            for keeper in (entity_id, *self.ancestors(entity_id))
        }
        path, sources = set(), set()
        for one in self.alerts.values():
            if one.open and one.level >= Severity.MEDIUM:
                sources.add(one.entity_id)
                ids = [ancestor.entity_id for ancestor in one.ancestry]
                path |= set(ids[ids.index(one.chain_start) :])
        found = []
        stack = [(root, ()) for root in reversed(self._last(kids, None, shown))]
        while stack:
            (entity_id, last), lines = stack.pop()
            children = self._last(kids, entity_id, shown)
            closed = self.closed(entity_id)
            below = sum(1 for other in shown if entity_id in self.ancestors(other))
            in_chain = InChain.NONE
            if sources & set(self.ancestors(entity_id)):
                in_chain = InChain.DESCENDANT
            if entity_id in path:
                in_chain = InChain.PATH
            matches = self.predicate is None or self.predicate(self.processes[entity_id])
            found.append(
                (
                    entity_id,
                    len(self.ancestors(entity_id)),
                    lines[1:],
                    last,
                    bool(children),
                    bool(children) and not closed,
                    below if closed else 0,
                    in_chain,
                    matches,
                )
            )
            if not closed:
                stack.extend((child, (*lines, not last)) for child in reversed(children))
        return found

    @staticmethod
    def _last(
        kids: dict[str | None, list[str]], parent: str | None, shown: set[str]
    ) -> list[tuple[str, bool]]:
        listed = [child for child in kids.get(parent, []) if child in shown]
        return [(child, child == listed[-1]) for child in listed]

    def level_below(self, entity_id: str) -> Severity | None:
        return max(
            (
                one.level
                for one in self.alerts.values()
                if one.open and one.entity_id in self.processes and entity_id in self.ancestors(one.entity_id)
            ),
            default=None,
        )


def seen(row: Row) -> tuple[str, int, tuple[bool, ...], bool, bool, bool, int, InChain, bool]:
    return (
        row.process.entity_id,
        row.depth,
        row.guides,
        row.is_last,
        row.expandable,
        row.expanded,
        row.hidden,
        row.in_chain,
        row.matches,
    )


class TreeRowsMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.rows = TreeRows()
        self.plain = Plain()
        self.wanted: set[str] = set()
        self._timed = lambda one: one.entity_id in self.wanted

    def _would_close_a_circle(self, entity_id: str, parent_id: str | None) -> bool:
        at, processes = parent_id, self.plain.processes
        while at is not None:
            if at == entity_id:
                return True
            at = processes[at].parent_id if at in processes else None
        return False

    @rule(
        batch=st.lists(
            st.tuples(SOME_ID, st.none() | SOME_ID, st.integers(0, 5), st.sampled_from("abc")), max_size=8
        ),
        evicted=st.lists(SOME_ID, max_size=2),
    )
    def told(self, batch: list[tuple[str, str | None, int, str]], evicted: list[str]) -> None:
        told = []
        for entity_id, parent_id, start, name in batch:
            if self._would_close_a_circle(entity_id, parent_id):
                continue
            one = process(entity_id, parent_id, start=start, name=name)
            told.append(one)
            if entity_id not in self.plain.processes and self.plain.collapse_new:
                self.plain.collapsed[entity_id] = set()
            self.plain.processes[entity_id] = one
        for entity_id in evicted:
            self.plain.processes.pop(entity_id, None)
            self.plain.collapsed.pop(entity_id, None)
            self.plain.collapsed_in_filter.discard(entity_id)
        self.rows.apply(told, evicted)

    @rule(entity_id=SOME_ID)
    def exits(self, entity_id: str) -> None:
        if (one := self.plain.processes.get(entity_id)) is not None:
            self.plain.processes[entity_id] = replace(one, exit=Exit(at_ns=NOW))
            self.rows.apply([self.plain.processes[entity_id]])

    @rule(entity_id=SOME_ID)
    def toggled(self, entity_id: str) -> None:
        if entity_id in self.plain.processes:
            self.plain.set_closed(entity_id, not self.plain.closed(entity_id))
        self.rows.toggle(entity_id)

    @rule(entity_id=SOME_ID)
    def path_expanded(self, entity_id: str) -> None:
        if entity_id in self.plain.processes:
            for ancestor in self.plain.ancestors(entity_id):
                self.plain.set_closed(ancestor, False)
        self.rows.expand_path(entity_id)

    @rule(closed=st.booleans())
    def all_closed(self, closed: bool) -> None:
        if not self.plain.predicate:
            self.plain.collapse_new = closed
        parents = {self.plain.parent(one) for one in self.plain.processes}
        for entity_id in self.plain.processes:
            if entity_id in parents:
                root = self.plain.parent(entity_id) is None
                self.plain.set_closed(entity_id, closed and (not root or self.plain.closed(entity_id)))
            elif not self.plain.predicate:
                self.plain.set_closed(entity_id, closed)
        self.rows.collapse_all() if closed else self.rows.expand_all()

    @rule()
    def filtered_by_level(self) -> None:
        self.plain.predicate = lambda one: any(
            each.open and each.entity_id == one.entity_id for each in self.plain.alerts.values()
        )
        self.plain.collapsed_in_filter.clear()
        self.rows.set_filter(lambda one: (self.rows.mark(one.entity_id) or UNMARKED).level is not None)

    @rule(wanted=st.sets(SOME_ID))
    def time_passes(self, wanted: set[str]) -> None:
        if self.plain.predicate is not self._timed:
            self.wanted = wanted
            self.plain.predicate = self._timed
            self.plain.collapsed_in_filter.clear()
            self.rows.set_filter(self._timed)
        self.wanted = wanted
        self.rows.ask_again()

    @rule(name=st.none() | st.sampled_from("abc"))
    def filtered(self, name: str | None) -> None:
        self.plain.predicate = None if name is None else lambda one: one.name == name
        self.plain.collapsed_in_filter.clear()
        self.rows.set_filter(self.plain.predicate)

    @rule(
        alert_id=st.sampled_from("xyz"),
        chain=st.lists(SOME_ID, min_size=1, max_size=4, unique=True),
        start=st.integers(0, 3),
        level=st.sampled_from(list(Severity)),
        state=st.sampled_from(list(AlertState)),
    )
    def alerted(
        self, alert_id: str, chain: list[str], start: int, level: Severity, state: AlertState
    ) -> None:
        one = alert(alert_id, chain, level=level, state=state, start=chain[min(start, len(chain) - 1)])
        self.plain.alerts[alert_id] = one
        self.rows.apply_alerts([one])

    @rule(alert_id=st.sampled_from("xyz"))
    def alert_closed(self, alert_id: str) -> None:
        self.plain.alerts.pop(alert_id, None)
        self.rows.apply_alerts([], [alert_id])

    @invariant()
    def same_rows(self) -> None:
        expected = self.plain.rows()
        rows = list(self.rows.rows(0, 10_000))
        assert [seen(row) for row in rows] == expected
        assert len(self.rows) == len(expected)
        for index, row in enumerate(rows):
            entity_id = row.process.entity_id
            assert self.rows.index_of(entity_id) == index
            assert self.rows.row(index) == row
            assert row.process is self.plain.processes[entity_id]
            closed = self.plain.closed(entity_id)
            assert row.level_below == (self.plain.level_below(entity_id) if closed else None)
            assert 0 <= row.new_hidden <= row.hidden
        listed = {row.process.entity_id for row in rows}
        for entity_id in IDS:
            if entity_id not in listed:
                assert self.rows.index_of(entity_id) is None
            nearest = self.rows.nearest_on_list(entity_id)
            if entity_id in self.plain.processes:
                line = [entity_id, *self.plain.ancestors(entity_id)]
                assert nearest == next((one for one in line if one in listed), None)

    @invariant()
    def same_siblings(self) -> None:
        by_parent: dict[str | None, list[str]] = {}
        for row in self.rows.rows(0, 10_000):
            entity_id = row.process.entity_id
            by_parent.setdefault(self.rows.parent_of(entity_id), []).append(entity_id)
        for siblings in by_parent.values():
            for one, other in zip([None, *siblings], [*siblings, None], strict=True):
                if one is not None:
                    assert self.rows.next_sibling(one) == other
                if other is not None:
                    assert self.rows.previous_sibling(other) == one


TestTreeRows = TreeRowsMachine.TestCase
TestTreeRows.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
