"""The nodes and the edges between them: who hangs from whom. Structure only, no meaning of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from edr_tui.model.process import Process, Provenance
from edr_tui.model.replacing import replace


class Forest:
    """Nodes by entity_id with their children. An edge may wait for a parent that is not told yet."""

    def __init__(self) -> None:
        self.nodes: dict[str, Process] = {}
        self._children: dict[str, dict[str, None]] = {}

    def put(self, node: Process) -> None:
        """Put the newest value of a node in place; its parent must be the same as before."""
        self.nodes[node.entity_id] = node

    def hang(self, node: Process) -> None:
        """Put a node in place, with the edge to its parent."""
        old = self.nodes.get(node.entity_id)
        if old is not None and old.parent_id != node.parent_id:
            self._forget_edge(old)
        self.nodes[node.entity_id] = node
        if node.parent_id is not None:
            self._children.setdefault(node.parent_id, {})[node.entity_id] = None

    def remove(self, node: Process) -> None:
        """Take a node out; its children wait for it."""
        self._forget_edge(node)
        del self.nodes[node.entity_id]

    def child_ids(self, entity_id: str) -> Iterable[str]:
        """The entity_ids of its children, in the order in which they came."""
        return self._children.get(entity_id, ())

    def is_leaf(self, entity_id: str) -> bool:
        """Whether nothing hangs from it."""
        return not self._children.get(entity_id)

    def ancestors(self, entity_id: str | None) -> Iterator[Process]:
        """Nearest first, without the node itself."""
        node = self.nodes.get(entity_id) if entity_id is not None else None
        while node is not None and node.parent_id is not None:
            node = self.nodes.get(node.parent_id)
            if node is not None:
                yield node

    def ended_in_a_row(self, node: Process, below: int) -> list[Process]:
        """The ended processes above and below an ended one, each the parent of the one before it.

        Below, it is one line of those that have children of their own, at most so many.
        """
        line: list[Process] = []
        lowest = node
        while len(line) < below:
            children = (self.nodes[child_id] for child_id in self.child_ids(lowest.entity_id))
            ended = (
                child for child in children if child.exit is not None and not self.is_leaf(child.entity_id)
            )
            found = next(ended, None)
            if found is None:
                break
            line.append(found)
            lowest = found
        above = takewhile(lambda one: one.exit is not None, self.ancestors(node.entity_id))
        return [*reversed(line), node, *above]

    def is_ancestor(self, entity_id: str, of: str) -> bool:
        """Whether the first is the second or above it."""
        above: str | None = of
        while above is not None:
            if above == entity_id:
                return True
            node = self.nodes.get(above)
            above = node.parent_id if node is not None else None
        return False

    def adopt(self, names: Iterable[str], parent_id: str) -> None:
        """Children that wait for a parent under one of these names get the one that it has now."""
        for name in names:
            for child_id in self._children.pop(name, {}):
                self._children.setdefault(parent_id, {})[child_id] = None
                self.nodes[child_id] = replace(self.nodes[child_id], parent_id=parent_id)

    def cut(self, entity_id: str) -> Process:
        """Make a node a root: its parent is not known after all."""
        node = replace(self.nodes[entity_id], parent_id=None, provenance=Provenance.UNKNOWN)
        self.hang(node)
        return node

    def splice(self, victim: Process) -> list[Process]:
        """Take a node out of the middle of a chain; its children hang from its parent, and count it."""
        moved = []
        for child_id in tuple(self.child_ids(victim.entity_id)):
            child = self.nodes[child_id]
            folded = child.folded + victim.folded + 1
            child = replace(child, parent_id=victim.parent_id, folded=folded)
            self.hang(child)
            moved.append(child)
        self.remove(victim)
        return moved

    def _forget_edge(self, node: Process) -> None:
        siblings = self._children.get(node.parent_id) if node.parent_id is not None else None
        if node.parent_id is not None and siblings is not None:
            siblings.pop(node.entity_id, None)
            if not siblings:
                del self._children[node.parent_id]
