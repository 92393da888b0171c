"""The process table: every process that was told of, with its ancestry as history.

It takes events and gives back what changed. Parents are original parents, exited processes stay
within bounds, and nothing here walks by recursion: a hostile chain may be thousands deep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edr_tui.model.event import (
    Event,
    ProcessEvent,
    ProcessExec,
    ProcessExit,
    ProcessSnapshot,
    ProcessStart,
    SnapshotSpan,
)
from edr_tui.model.forest import Forest
from edr_tui.model.identity import IdentityIndex, started_before
from edr_tui.model.process import Exit, Process, ProcessRecord, Provenance
from edr_tui.model.retelling import LINE_OF_THE_PAST, image_of, lightened, retell, weight
from edr_tui.model.retention import PastLines, Retention

CHAIN_KEPT = 64
LINES_OF_THE_PAST = 16 << 20
"""How many characters the long command lines of ended processes may take together."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one event did to the table.

    process: the node that the event is about, None if it changed nothing.
    others: further nodes that changed with it. evicted: entity_ids that left the table.
    new: the node is new. image: it has an image that it did not have before. hidden: it was found to
    hide, which was not known before.
    """

    process: Process | None = None
    others: tuple[Process, ...] = ()
    evicted: tuple[str, ...] = ()
    new: bool = False
    image: bool = False
    hidden: bool = False


NO_CHANGE = Change()


class ProcessTable:
    """All processes by entity_id. One writer: the engine.

    keep: how many exited processes are kept. keep_ns: how long, in the time that events tell.
    chain_kept: how many of them in a row, each the parent of the next.
    """

    def __init__(
        self, keep: int = 50_000, keep_ns: int = 3_600_000_000_000, chain_kept: int = CHAIN_KEPT
    ) -> None:
        self._chain_kept = chain_kept
        self._forest = Forest()
        self._identity = IdentityIndex()
        self._retention = Retention(keep, keep_ns)
        self._live: dict[tuple[str | None, int], str] = {}
        self._host: dict[str, str | None] = {}
        self._told: dict[str, tuple[int, int]] = {}
        self._past = PastLines(LINES_OF_THE_PAST)
        self._stream = 1
        self.duplicates = 0
        self.edges_broken = 0
        self.exits_not_seen = 0
        self.exits_unmatched = 0
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._forest.nodes)

    @property
    def running(self) -> int:
        """How many live processes are known."""
        return len(self._live)

    @property
    def exited_kept(self) -> int:
        """How many ended processes are kept."""
        return len(self._forest.nodes) - len(self._live)

    def get(self, entity_id: str) -> Process | None:
        """The node of that identity, by any of its entity_ids."""
        return self._forest.nodes.get(self._identity.resolve(entity_id))

    def processes(self) -> tuple[Process, ...]:
        """All nodes, in the order in which they were first told of."""
        return tuple(self._forest.nodes.values())

    def children(self, entity_id: str) -> tuple[Process, ...]:
        """The processes that hang from this one, by start and pid."""
        found = (self._forest.nodes[child] for child in self._forest.child_ids(entity_id))
        return tuple(sorted(found, key=lambda process: process.order))

    def ancestors(self, entity_id: str) -> tuple[Process, ...]:
        """Who started it, and who started that: nearest first, without the process itself."""
        return tuple(self._forest.ancestors(self._identity.resolve(entity_id)))

    def apply(self, event: ProcessEvent) -> Change:
        """Take one event in. Telling the same twice changes nothing but the count of duplicates."""
        if not isinstance(event, ProcessStart):
            # A start is told with the time of the start, which may be long before it was noticed.
            self._retention.advance(event.at_ns)
        if isinstance(event, ProcessExit):
            return self._exit(event)
        node = self.get(event.process.entity_id)
        if node is None:
            return self._insert(event)
        self._told[node.entity_id] = (self._stream, event.sequence)
        return self._retell(node, event)

    def next_stream(self) -> None:
        """A new sensor speaks from here on, and counts its sequence anew."""
        self._stream += 1

    def settle(self, span: SnapshotSpan, at_ns: int) -> tuple[Process, ...]:
        """End every live process that a whole snapshot did not name: its exit was not seen."""
        begin = (self._stream, span.first)
        ghosts = [entity_id for entity_id in self._live.values() if self._told[entity_id] < begin]
        return tuple(self._end(self._forest.nodes[ghost], Exit(at_ns=at_ns, seen=False)) for ghost in ghosts)

    def tell_time(self, at_ns: int) -> None:
        """It is this time now (ns since the epoch), also where nothing happens."""
        self._retention.tell_time(at_ns)

    def lighten(self) -> tuple[Process, ...]:
        """Cut long command lines of ended processes while together they pass the bound; who changed."""
        changed = []
        while (entity_id := self._past.due()) is not None:
            node = self._forest.nodes.get(entity_id)
            if node is not None and node.exit is not None:
                node = replace(node, images=tuple(map(lightened, node.images)))
                self._forest.put(node)
                changed.append(node)
        return tuple(changed)

    def expire(self) -> tuple[str, ...]:
        """Let go of exited processes beyond the bounds; their entity_ids."""
        gone = []
        while (entity_id := self._retention.due(self.exited_kept)) is not None:
            node = self._forest.nodes[entity_id]
            self._remove(node)
            gone.append(entity_id)
            if node.parent_id is not None:
                self._offer_for_eviction(node.parent_id)
        return tuple(gone)

    def pin(self, entity_id: str) -> None:
        """Keep it while an open alert refers to it; once for each alert."""
        self._retention.pin(entity_id)

    def unpin(self, entity_id: str) -> None:
        """Take one pin back."""
        self._retention.unpin(entity_id)
        self._offer_for_eviction(entity_id)

    # A new node

    def _insert(self, event: ProcessSnapshot | ProcessStart | ProcessExec) -> Change:
        record = event.process
        repaired = self._is_repair(event)
        ended = self._take_pid(event, record.entity_id, record.pid)
        self._told[record.entity_id] = (self._stream, event.sequence)
        self._identity.add(record.entity_id, record.entity_id)
        self._forest.adopt(self._identity.aliases(record.entity_id), record.entity_id)
        node = Process(
            entity_id=record.entity_id,
            pid=record.pid,
            images=(image_of(record, event.at_ns),),
            first_seen_ns=event.at_ns,
            start_ns=record.start_ns,
            parent=record.parent,
            user=record.user,
            effective_user=record.effective_user,
            group_id=record.group_id,
            login_uid=record.login_uid,
            working_directory=record.working_directory,
            tty=record.tty,
            session_leader_pid=record.session_leader_pid,
            cgroup_id=record.cgroup_id,
            container_id=record.container_id,
            kernel_thread=record.kernel_thread,
            hidden=record.hidden,
            in_first_snapshot=isinstance(event, ProcessSnapshot) and not repaired,
            repaired=repaired,
            unknown=record.unknown,
        )
        node = self._with_parent(node, record)
        self._forest.hang(node)
        if node.parent_id is not None:
            self._retention.withdraw(node.parent_id)
        return Change(process=node, others=(*ended, *self._cut_older_children(node)), new=True, image=True)

    def _is_repair(self, event: Event) -> bool:
        return isinstance(event, ProcessSnapshot) and (event.repair or self._stream > 1)

    def _take_pid(self, event: Event, entity_id: str, pid: int) -> tuple[Process, ...]:
        """A pid belongs to one live process: an older holder has ended without our seeing it."""
        place = (event.host.id, pid)
        holder = self._live.get(place)
        ended: tuple[Process, ...] = ()
        if holder is not None and holder != entity_id:
            ended = (self._end(self._forest.nodes[holder], Exit(at_ns=event.at_ns, seen=False)),)
        self._live[place] = entity_id
        self._host[entity_id] = event.host.id
        return ended

    def _with_parent(self, node: Process, record: ProcessRecord) -> Process:
        """The node with the edge that the record tells, or without one where it cannot be."""
        if record.parent is None or record.parent.entity_id is None:
            return replace(node, parent=record.parent or node.parent)
        parent_id = self._identity.resolve(record.parent.entity_id)
        parent = self._forest.nodes.get(parent_id)
        younger = parent is not None and started_before(node, parent)
        # Only what has children, or is its own parent, can close a loop.
        may_loop = parent_id == node.entity_id or not self._forest.is_leaf(node.entity_id)
        if younger or (may_loop and self._forest.is_ancestor(node.entity_id, parent_id)):
            self.edges_broken += 1
            return node
        return replace(
            node, parent_id=parent_id, parent=record.parent, provenance=record.provenance, folded=0
        )

    def _cut_older_children(self, node: Process) -> list[Process]:
        """Children that came before their parent was known, and cannot be its children."""
        children = (self._forest.nodes[child] for child in self._forest.child_ids(node.entity_id))
        older = [child.entity_id for child in children if started_before(child, node)]
        self.edges_broken += len(older)
        return [self._forest.cut(entity_id) for entity_id in older]

    # More about a node that is there

    def _retell(self, node: Process, event: ProcessSnapshot | ProcessStart | ProcessExec) -> Change:
        ended = node.exit is not None
        if ended and (isinstance(event, ProcessStart) or _before_exit(event, node)):
            self.duplicates += 1
            return NO_CHANGE
        self._identity.add(event.process.entity_id, node.entity_id)
        retold = retell(node, event)
        merged = retold.process
        if event.process.provenance is Provenance.SEEN and node.provenance is not Provenance.SEEN:
            # A fork that was seen outweighs a parent that a snapshot inferred.
            merged = self._with_parent(merged, event.process)
        if merged == node:
            self.duplicates += 1
            return NO_CHANGE
        others: tuple[Process, ...] = ()
        if ended:
            # An exec by another thread than the leader, or a repair that erred: it lives.
            others = self._take_pid(event, node.entity_id, node.pid)
            self._retention.withdraw(node.entity_id)
        if self._is_repair(event):
            merged = replace(merged, repaired=True)
        self._forest.hang(merged)
        if node.parent_id is not None and merged.parent_id != node.parent_id:
            self._offer_for_eviction(node.parent_id)
            if merged.parent_id is not None:
                self._retention.withdraw(merged.parent_id)
        return Change(process=merged, others=others, image=retold.image, hidden=retold.hidden)

    # The end of a node

    def _exit(self, event: ProcessExit) -> Change:
        node = self.get(event.entity_id)
        if node is None:
            self.exits_unmatched += 1
            return NO_CHANGE
        if node.exit is not None and node.exit.seen:
            self.duplicates += 1
            return NO_CHANGE
        at_ns = event.end_ns if event.end_ns is not None else event.at_ns
        seen = Exit(at_ns=at_ns, code=event.exit_code, signal=event.exit_signal)
        if node.exit is not None:
            node = replace(node, exit=seen)
            self._forest.put(node)
            return Change(process=node)
        node = self._end(node, seen)
        others, evicted = self._fold_around(node)
        return Change(process=self._forest.nodes[node.entity_id], others=others, evicted=evicted)

    def _end(self, node: Process, end: Exit) -> Process:
        place = (self._host.get(node.entity_id), node.pid)
        if self._live.get(place) == node.entity_id:
            del self._live[place]
        if not end.seen:
            self.exits_not_seen += 1
        node = replace(node, exit=end)
        self._forest.put(node)
        self._offer_for_eviction(node.entity_id)
        if (heavy := weight(node.image)) > LINE_OF_THE_PAST:
            self._past.add(node.entity_id, heavy)
        return node

    def _offer_for_eviction(self, entity_id: str) -> None:
        node = self._forest.nodes.get(entity_id)
        if node is not None and node.exit is not None and self._forest.is_leaf(entity_id):
            self._retention.offer(entity_id)

    def _fold_around(self, node: Process) -> tuple[tuple[Process, ...], tuple[str, ...]]:
        """Keep at most chain_kept ended processes in a row: the middle gives way, counted."""
        run = self._forest.ended_in_a_row(node, self._chain_kept)
        changed: dict[str, Process] = {}
        evicted: list[str] = []
        while len(run) > self._chain_kept:
            middle = len(run) // 2
            loose = [at for at in range(1, len(run) - 1) if self._may_fold(run[at], node)]
            if not loose:
                break
            victim = run.pop(min(loose, key=lambda at: abs(at - middle)))
            moved = self._forest.splice(self._forest.nodes[victim.entity_id])
            changed.update((child.entity_id, child) for child in moved)
            changed.pop(victim.entity_id, None)
            self._forget(victim.entity_id)
            evicted.append(victim.entity_id)
        return tuple(changed.values()), tuple(evicted)

    def _may_fold(self, victim: Process, node: Process) -> bool:
        return victim.entity_id != node.entity_id and not self._retention.pinned(victim.entity_id)

    def _remove(self, node: Process) -> None:
        self._forest.remove(node)
        self._forget(node.entity_id)

    def _forget(self, entity_id: str) -> None:
        self._told.pop(entity_id, None)
        self._host.pop(entity_id, None)
        self._identity.remove(entity_id)
        self._retention.forget(entity_id)
        self.evicted += 1


def _before_exit(event: Event, node: Process) -> bool:
    """Whether a snapshot was read before the exit that was told already."""
    return isinstance(event, ProcessSnapshot) and node.exit is not None and event.at_ns < node.exit.at_ns
