"""The processes as trees of nodes whose counts are always right: who hangs where, and what is open.

A change marks the nodes it touches; settle() then lets each of them, and each of their ancestors,
announce itself once, children first. So a batch costs the paths that it touches, whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from edr_tui.model.process import Process
from edr_tui.ui.alert_marks import UNMARKED, Mark
from edr_tui.ui.tree_node import NOBODY, Node

Predicate = Callable[[Process], bool]


class Forest:
    """All processes that are kept. top: the invisible parent of the roots. marks: of the alerts.

    Everything is expanded until it is collapsed. A collapsed node stays so, whatever comes below it.
    """

    def __init__(self, marks: dict[str, Mark]) -> None:
        self.top = Node(Process(entity_id="", pid=0, images=(), first_seen_ns=0))
        self.nodes: dict[str, Node] = {}
        self.predicate: Predicate | None = None
        self._marks = marks
        self._waiting: dict[str, set[str]] = {}  # an absent parent's id -> the roots that are its children
        self._epoch = 0
        self._all_closed = False

    def apply(self, processes: Iterable[Process], evicted: Iterable[str]) -> None:
        """Take new and changed processes, in any order, then let the evicted go.

        A process whose parent is not here is a root until it comes; an edge that would close a
        circle is not drawn. What an evicted process leaves below it becomes a root.
        """
        dirty: set[Node] = set()
        for process in processes:
            node = self.nodes.get(process.entity_id)
            if node is None:
                self._add(process, dirty)
            else:
                self._change(node, process, dirty)
        for entity_id in evicted:
            self._evict(entity_id, dirty)
        self._settle(dirty)

    def mark(self, entity_ids: Iterable[str]) -> None:
        """Count the alerts of these processes anew, and ask the predicate: it may be about them."""
        dirty: set[Node] = set()
        for entity_id in entity_ids:
            if (node := self.nodes.get(entity_id)) is not None:
                node.alerts = self._marks.get(entity_id, UNMARKED).packed
                node.matches = self.predicate is None or self.predicate(node.process)
                dirty.add(node)
        self._settle(dirty)

    def set_predicate(self, predicate: Predicate | None) -> None:
        """Show what the predicate takes, with its ancestors; None shows all. One pass over all nodes."""
        self.predicate = predicate
        for node in self.nodes.values():
            node.matches = predicate is None or predicate(node.process)
            node.collapsed_in_filter = False
        self._recount()

    def ask_again(self) -> None:
        """Ask the predicate of every process anew: what it answers may depend on the time."""
        if self.predicate is None:
            return
        dirty = set()
        for node in self.nodes.values():
            if self.predicate(node.process) != node.matches:
                node.matches = not node.matches
                dirty.add(node)
        self._settle(dirty)

    def closed(self, node: Node) -> bool:
        """Whether a node is collapsed; a filter has an expansion of its own."""
        if self.predicate is not None:
            return node.collapsed_in_filter
        return node.collapsed if node.epoch == self._epoch else self._all_closed

    def in_order(self) -> Iterator[Node]:
        """All nodes, parents before their children, siblings by their order, collapsed or not."""
        ways = [iter(self.top.children)]
        while ways:
            node = next(ways[-1], None)
            if node is None:
                ways.pop()
            else:
                yield node
                if node.children is not NOBODY:
                    ways.append(iter(node.children))

    def close(self, nodes: Iterable[Node], closed: bool) -> None:
        """Collapse or expand these nodes."""
        dirty = set()
        for node in nodes:
            if self.closed(node) != closed:
                self._set_closed(node, closed)
                dirty.add(node)
        self._settle(dirty)

    def close_all(self, closed: bool) -> None:
        """Expand everything, or collapse everything but open roots, also what comes later.

        One flat pass over the parents: what a node takes no longer depends on how its descendants
        stand. Those without children learn of it by the epoch, when they get some. A filter's
        expansion is about what is there now.
        """
        top, filtering = self.top, self.predicate is not None
        # Collapsed roots would leave nothing to look at; one that is collapsed stays so.
        open_roots = {node for node in top.children if node.children is not NOBODY and not self.closed(node)}
        if not filtering:
            self._epoch += 1
            self._all_closed = closed
        for node in self.nodes.values():
            if node.children is NOBODY:
                continue
            closes = closed and node not in open_roots
            if filtering:
                node.collapsed_in_filter = closes
            else:
                if node.collapsed != closes:
                    node.arrived_before = node.arrived_below
                node.collapsed, node.epoch = closes, self._epoch
            node.inner = node.kids if closed else node.below
            node.rows = node.shown if closes else node.shown + node.inner
            for block in node.children.blocks:
                block.rows = block.shown if closed else block.shown_below
        for block in top.children.blocks:
            block.rows = sum(node.rows for node in block.nodes)
        top.inner = sum(block.rows for block in top.children.blocks)

    def _add(self, process: Process, dirty: set[Node]) -> None:
        node = Node(process, epoch=-1)
        node.matches = self.predicate is None or self.predicate(process)
        self.nodes[process.entity_id] = node
        if (mark := self._marks.get(process.entity_id)) is not None:
            node.alerts = mark.packed
        self._link(node)
        dirty.add(node)
        for child in self._waiting.pop(process.entity_id, ()):
            self._move(self.nodes[child], dirty)

    def _change(self, node: Node, process: Process, dirty: set[Node]) -> None:
        before = node.process
        node.process = process
        matches = self.predicate is None or self.predicate(process)
        if matches != node.matches:
            node.matches = matches
            dirty.add(node)
        if before.parent_id != process.parent_id or node.order != process.order:
            self._stop_waiting(before)
            self._move(node, dirty)

    def _evict(self, entity_id: str, dirty: set[Node]) -> None:
        node = self.nodes.pop(entity_id, None)
        if node is None:
            return
        self._stop_waiting(node.process)
        for child in list(node.children):
            self._move(child, dirty)
        dirty.discard(node)
        dirty.add(node.unlink())

    def _move(self, node: Node, dirty: set[Node]) -> None:
        dirty.add(node.unlink())
        node.order = node.process.order
        self._link(node)
        dirty.add(node)

    def _link(self, node: Node) -> None:
        """Put a node under its parent, or among the roots while that is absent or its descendant."""
        parent_id = node.process.parent_id
        parent = self.nodes.get(parent_id) if parent_id is not None else None
        if parent_id is not None and parent is None:
            self._waiting.setdefault(parent_id, set()).add(node.process.entity_id)
        if parent is None or parent is node or (node.children.blocks and _descends(parent, node)):
            parent = self.top
        self._catch_up(parent)
        node.link(parent)

    def _stop_waiting(self, process: Process) -> None:
        if process.parent_id is not None and (waiting := self._waiting.get(process.parent_id)):
            waiting.discard(process.entity_id)
            if not waiting:
                del self._waiting[process.parent_id]

    def _set_closed(self, node: Node, closed: bool) -> None:
        if self.predicate is not None:
            node.collapsed_in_filter = closed
            return
        self._catch_up(node)
        if node.collapsed != closed:
            node.collapsed = closed
            node.arrived_before = node.arrived_below

    def _catch_up(self, node: Node) -> None:
        """Let a node know that everything was expanded or collapsed since it was last asked."""
        if node.epoch != self._epoch and node is not self.top:
            node.collapsed, node.epoch = self._all_closed, self._epoch
            node.arrived_before = node.arrived_below

    def _recount(self) -> None:
        """Count rows anew from below, after a change of the filter."""
        top = self.top
        top.inner = top.below = top.kids = 0
        _empty_blocks(top)
        order: list[Node] = list(top.children)
        for node in order:  # grows while it is read: parents before their children
            node.inner = node.below = node.kids = node.rows = node.shown = node.shown_below = 0
            if node.children.blocks:
                _empty_blocks(node)
                order.extend(node.children)
        filtering = self.predicate is not None
        for node in reversed(order):
            node.announce(filtering)

    def _settle(self, dirty: set[Node]) -> None:
        dirty.discard(self.top)
        filtering = self.predicate is not None
        if len(dirty) == 1:
            node = dirty.pop()
            while node.parent is not None and node.announce(filtering):
                node = node.parent
            return
        waits_for: dict[Node, int] = {}
        for node in dirty:
            if node in waits_for:
                continue
            waits_for[node] = 0
            while (parent := node.parent) is not None and parent is not self.top:
                seen = parent in waits_for
                waits_for[parent] = waits_for.get(parent, 0) + 1
                if seen:
                    break
                node = parent
        ready = [node for node, children in waits_for.items() if children == 0]
        while ready:
            node = ready.pop()
            node.announce(filtering)
            parent = node.parent
            if parent is not None and parent is not self.top:
                waits_for[parent] -= 1
                if waits_for[parent] == 0:
                    ready.append(parent)


def _empty_blocks(node: Node) -> None:
    for block in node.children.blocks:
        block.empty()


def _descends(node: Node | None, ancestor: Node) -> bool:
    while node is not None and node is not ancestor:
        node = node.parent
    return node is not None
