"""The table under any story: hypothesis tells it, the invariants must hold after every event."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edr_tui.model.event import SnapshotSpan
from edr_tui.model.process import Provenance
from edr_tui.model.table import ProcessTable
from tests.telling import EPOCH, SECOND, Teller

KEEP = 6
CHAIN = 4


class TableMachine(RuleBasedStateMachine):
    """A host with few pids, so that reuse, loops and evictions happen all the time."""

    def __init__(self):
        super().__init__()
        self.table = ProcessTable(keep=KEEP, keep_ns=50 * SECOND, chain_kept=CHAIN)
        self.tell = Teller()
        self.now = 100.0
        self.records = []
        self.first_facts = {}
        self.pinned = []
        self.counters = ()

    def _apply(self, event):
        self.table.apply(event)
        self.now += 0.5

    @initialize()
    def boot(self):
        init = self.tell.record(1, name="init", at=0)
        self.records.append(init)
        self._apply(self.tell.snapshot(init, self.now))

    def _pick(self, number):
        return self.records[number % len(self.records)]

    @rule(pid=st.integers(2, 9), parent=st.integers(0, 50), seen=st.booleans(), age=st.floats(0, 3))
    def start(self, pid, parent, seen, age):
        """A new process: its parent may be live, ended, evicted, or younger than it."""
        known = Provenance.SEEN if seen else Provenance.INFERRED
        record = self.tell.record(pid, self._pick(parent), at=max(self.now - age, 0), provenance=known)
        self.records.append(record)
        self._apply(self.tell.start(record, self.now))

    @rule(pid=st.integers(2, 9), parent=st.integers(0, 50))
    def find(self, pid, parent):
        record = self.tell.record(pid, self._pick(parent), at=self.now)
        self.records.append(record)
        self._apply(self.tell.snapshot(record, self.now, repair=True))

    @rule(length=st.integers(2, 12), seed=st.randoms(use_true_random=False))
    def chain(self, length, seed):
        """A chain of processes that ends in any order but for its last."""
        above, chain = self.records[0], []
        for _ in range(length):
            above = self.tell.record(100 + len(self.records), above, at=self.now)
            self.records.append(above)
            chain.append(above)
            self._apply(self.tell.start(above, self.now))
        *ending, _ = chain
        seed.shuffle(ending)
        for record in ending:
            self._apply(self.tell.exit(record, self.now))

    @rule(which=st.integers(0, 50), parent=st.integers(0, 50))
    def retell_with_another_parent(self, which, parent):
        record = replace(
            self._pick(which),
            parent=self.tell.record(3, self._pick(parent)).parent,
            provenance=Provenance.SEEN,
        )
        self._apply(self.tell.start(record, self.now))

    @rule(which=st.integers(0, 50), name=st.sampled_from(["sh", "curl", "x"]))
    def exec(self, which, name):
        record = self._pick(which)
        self._apply(self.tell.exec(replace(record, image=replace(record.image, name=name)), self.now))

    @rule(which=st.integers(0, 50))
    def exit(self, which):
        self._apply(self.tell.exit(self._pick(which), self.now))

    @rule(which=st.integers(0, 50))
    def duplicate(self, which):
        """Telling what is there a second time changes nothing."""
        node = self.table.get(self._pick(which).entity_id)
        if node is None or not node.alive:
            return
        record = replace(self._pick(which), image=node.image, provenance=Provenance.INFERRED)
        self.table.apply(self.tell.snapshot(record, self.now))
        before = self.table.processes()
        duplicates = self.table.duplicates
        self.table.apply(self.tell.snapshot(record, self.now))
        assert self.table.processes() == before
        assert self.table.duplicates == duplicates + 1

    @rule(keep=st.sets(st.integers(0, 50), max_size=4))
    def whole_snapshot(self, keep):
        """After a snapshot that was told whole, who lives is who it named: no ghosts."""
        chosen = {}
        for which in keep:
            record = self._pick(which)
            chosen[record.pid] = record
        first = self.tell.last_sequence + 1
        for record in chosen.values():
            self._apply(self.tell.snapshot(record, self.now, repair=True))
        span = SnapshotSpan(first=first, last=self.tell.last_sequence, count=len(chosen))
        self.table.settle(span, EPOCH + round(self.now * SECOND))
        live = {process.pid for process in self.table.processes() if process.alive}
        assert live == set(chosen)
        assert self.table.settle(span, EPOCH) == ()

    @rule()
    def restart(self):
        self.table.next_stream()
        self.tell = Teller()
        self.tell._inode = iter(range(10_000 + len(self.records) * 100, 10**9))

    @rule(which=st.integers(0, 50))
    def pin(self, which):
        node = self.table.get(self._pick(which).entity_id)
        if node is not None:
            self.table.pin(node.entity_id)
            self.pinned.append(node.entity_id)

    @rule()
    def unpin(self):
        if self.pinned:
            self.table.unpin(self.pinned.pop())

    @rule(step=st.floats(0, 70))
    def time_passes(self, step):
        self.now += step
        self.table.expire()

    @rule()
    def expire(self):
        self.table.expire()
        held = {
            above.entity_id
            for process in self.table.processes()
            for above in self.table.ancestors(process.entity_id)
        }
        loose = [
            process
            for process in self.table.processes()
            if not process.alive and process.entity_id not in held and process.entity_id not in self.pinned
        ]
        assert not loose or self.table.exited_kept <= KEEP

    @invariant()
    def every_node_reaches_one_root(self):
        for process in self.table.processes():
            seen = {process.entity_id}
            for above in self.table.ancestors(process.entity_id):
                assert above.entity_id not in seen, "a loop"
                seen.add(above.entity_id)

    @invariant()
    def edges_agree_both_ways(self):
        for process in self.table.processes():
            if process.parent_id is not None and self.table.get(process.parent_id) is not None:
                assert process in self.table.children(process.parent_id)
            for child in self.table.children(process.entity_id):
                assert child.parent_id == process.entity_id

    @invariant()
    def one_live_process_a_pid(self):
        live = [process.pid for process in self.table.processes() if process.alive]
        assert len(live) == len(set(live))
        assert self.table.running == len(live)
        assert self.table.exited_kept == len(self.table) - len(live)

    @invariant()
    def first_facts_never_change(self):
        for process in self.table.processes():
            facts = (process.pid, process.start_ns, process.first_seen_ns, process.images[0].name)
            assert self.first_facts.setdefault((process.entity_id, process.first_seen_ns), facts) == facts

    @invariant()
    def pinned_nodes_stay(self):
        assert all(self.table.get(entity_id) is not None for entity_id in self.pinned)

    @invariant()
    def chains_are_bounded(self):
        for process in self.table.processes():
            exited = 0
            for above in self.table.ancestors(process.entity_id):
                exited = exited + 1 if not above.alive and above.entity_id not in self.pinned else 0
                # Branches of a chain are folded one by one, each when it ends.
                assert exited <= 2 * CHAIN + 1

    @invariant()
    def counters_only_grow(self):
        table = self.table
        now = (
            table.duplicates,
            table.edges_broken,
            table.exits_not_seen,
            table.exits_unmatched,
            table.evicted,
        )
        assert all(after >= before for before, after in zip(self.counters, now, strict=False))
        self.counters = now


TestTable = TableMachine.TestCase
TestTable.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
