"""Update + expansion + filter -> rows: the process tree as a list that is never made whole.

Every node knows how many rows its subtree takes, so a row is found by descending and a change costs
a walk to the root. Pure and without recursion: a chain of 10,000 generations is a tree like another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from edr_tui.model.alert import Alert, Severity
from edr_tui.model.process import Process
from edr_tui.ui.alert_marks import UNMARKED, AlertMarks, Mark, highest
from edr_tui.ui.forest import Forest, Predicate
from edr_tui.ui.tree_node import Node

GUIDES_KEPT = 64
"""A row tells the guides of so many of its nearest ancestors; no screen has room for more."""


class InChain(Enum):
    """How a process stands to a red chain."""

    NONE = "none"
    PATH = "path"  # between the ancestor that matched and the suspect, both included
    DESCENDANT = "descendant"  # started by a suspect, directly or not


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree.

    guides: of the levels between the root and the row, nearest last and at most GUIDES_KEPT, whether
        the ancestor there has a later sibling, so that its line goes on. Roots and their children
        have none. is_last: the row itself has no later sibling.
    hidden: how many rows a collapsed node holds back; new_hidden: those of them that came since.
    level: the highest open alert of its own; level_below: of what is hidden.
    acknowledged: it has alerts, and none of them is open. evidence: see alert_marks.Mark.
    matches: False where the filter shows it only for what is below.
    """

    process: Process
    depth: int
    guides: tuple[bool, ...]
    is_last: bool
    expandable: bool
    expanded: bool
    hidden: int
    new_hidden: int
    level: Severity | None
    level_below: Severity | None
    in_chain: InChain
    acknowledged: bool
    techniques: tuple[str, ...]
    evidence: tuple[str, ...]
    matches: bool


class TreeRows:
    """The processes it was told of, as rows from 0 to len(rows) - 1.

    threshold: the lowest level of an alert that turns its chain red.
    """

    def __init__(self, threshold: Severity = Severity.MEDIUM) -> None:
        self._marks = AlertMarks(threshold)
        self._forest = Forest(self._marks.marks)
        self._top = self._forest.top
        self._nodes = self._forest.nodes

    def apply(self, processes: Iterable[Process] = (), evicted: Iterable[str] = ()) -> None:
        """Take new and changed processes, in any order, then let the evicted go (Forest.apply)."""
        self._forest.apply(processes, evicted)

    def apply_alerts(self, alerts: Iterable[Alert] = (), closed: Iterable[str] = ()) -> None:
        """Take new and changed alerts, also of processes that are not here yet; forget the closed."""
        self._forest.mark(self._marks.apply(alerts, closed, self.parent_of))

    def set_filter(self, predicate: Predicate | None) -> None:
        """Show only what the predicate takes, with its ancestors; None shows all again.

        A filter begins with everything expanded and has an expansion of its own: without it, all
        is as it was before.
        """
        self._forest.set_predicate(predicate)

    def ask_again(self) -> None:
        """Ask the filter of every process anew; expansion stays."""
        self._forest.ask_again()

    # What is seen

    def __len__(self) -> int:
        """How many rows there are."""
        return self._top.inner

    def __contains__(self, entity_id: str) -> bool:
        """Whether the process is known, on the list or not."""
        return entity_id in self._nodes

    @property
    def known(self) -> int:
        """How many processes there are, on the list or not."""
        return len(self._nodes)

    @property
    def filtering(self) -> bool:
        """Whether a filter is set."""
        return self._forest.predicate is not None

    def process(self, entity_id: str) -> Process | None:
        """The newest value of a process."""
        node = self._nodes.get(entity_id)
        return None if node is None else node.process

    def row(self, index: int) -> Row:
        """The row with this number. Raises IndexError."""
        for row in self.rows(index, index + 1):
            return row
        raise IndexError(index)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """The rows from start to stop, as far as there are any; not to be held over a change."""
        if not 0 <= start < len(self):
            return
        walk = _Walk(self._forest, self._marks, start)
        for left in range(min(stop, len(self)) - start, 0, -1):
            yield walk.row()
            if left > 1:
                walk.advance()

    def index_of(self, entity_id: str) -> int | None:
        """The number of a process's row; None if it is not on the list."""
        node = self._nodes.get(entity_id)
        if node is None or not node.rows:
            return None
        index = 0
        while True:
            index += node.siblings.rows_before(node)
            parent = node.parent
            if parent is None or parent is self._top:
                return index
            if self._forest.closed(parent):
                return None
            index += 1
            node = parent

    def ancestors_of(self, entity_id: str) -> tuple[Process, ...]:
        """The ancestors of a process, nearest first, whatever is collapsed or filtered."""
        found = []
        node = self._nodes.get(entity_id)
        while node is not None and (node := node.parent) is not None and node is not self._top:
            found.append(node.process)
        return tuple(found)

    def children_of(self, entity_id: str) -> tuple[Process, ...]:
        """The children of a process in order, whatever is collapsed or filtered."""
        node = self._nodes.get(entity_id)
        return () if node is None else tuple(child.process for child in node.children)

    def mark(self, entity_id: str) -> Mark | None:
        """What the alerts say of a process; None if there are none."""
        return self._marks.marks.get(entity_id)

    def in_chain(self, entity_id: str) -> bool:
        """Whether an open red chain passes a process, or ends there."""
        return self._marks.in_path(entity_id)

    # Where one can go from a row

    def parent_of(self, entity_id: str) -> str | None:
        """The parent in the tree, collapsed or not; None for a root."""
        node = self._nodes.get(entity_id)
        return None if node is None else _id(node.parent)

    def first_child(self, entity_id: str) -> str | None:
        """The first child that is on the list when the node is expanded."""
        node = self._nodes.get(entity_id)
        return None if node is None else _id(node.children.first())

    def next_sibling(self, entity_id: str) -> str | None:
        """The next child of the same parent, of those on the list."""
        node = self._nodes.get(entity_id)
        return None if node is None else _id(node.siblings.after(node))

    def previous_sibling(self, entity_id: str) -> str | None:
        """The child of the same parent before this one, of those on the list."""
        node = self._nodes.get(entity_id)
        return None if node is None else _id(node.siblings.before(node))

    def nearest_on_list(self, entity_id: str) -> str | None:
        """The process itself if its row is on the list, else its nearest ancestor whose row is."""
        node = found = self._nodes.get(entity_id)
        while node is not None and (parent := node.parent) is not None:
            if not node.rows or (parent is not self._top and self._forest.closed(parent)):
                found = parent
            node = parent
        return _id(found)

    def survivor(self, entity_id: str, leaving: set[str]) -> str | None:
        """Who is nearest to a process when these leave: itself, an ancestor, or a neighbour."""
        node = self._nodes.get(entity_id)
        while node is not None and node is not self._top:
            if node.process.entity_id not in leaving:
                return node.process.entity_id
            if node.parent is self._top:
                return self._neighbour(node.process.entity_id, leaving)
            node = node.parent
        return None

    def _neighbour(self, entity_id: str, leaving: set[str]) -> str | None:
        for step in (self.next_sibling, self.previous_sibling):
            found = step(entity_id)
            while found is not None and found in leaving:
                found = step(found)
            if found is not None:
                return found
        return None

    def search(self, predicate: Predicate, start: str | None, *, backwards: bool = False) -> str | None:
        """The next process that the predicate takes, in the order of the tree, collapsed or not.

        It goes around the end, and comes to start itself last. A filter's own choice bounds it.
        """
        order = [node for node in self._forest.in_order() if node.shown]
        if backwards:
            order.reverse()
        begin = self._nodes.get(start) if start is not None else None
        if begin is not None and begin.shown:
            after = order.index(begin) + 1
            order = order[after:] + order[:after]
        return next((node.process.entity_id for node in order if predicate(node.process)), None)

    # Expansion

    def is_expandable(self, entity_id: str) -> bool:
        """Whether a node has children to show or hide."""
        node = self._nodes.get(entity_id)
        return node is not None and node.kids > 0

    def is_expanded(self, entity_id: str) -> bool:
        """Whether a node shows its children, or would if it had any."""
        node = self._nodes.get(entity_id)
        return node is not None and not self._forest.closed(node)

    def expand(self, entity_id: str) -> None:
        """Show the children of a node."""
        if (node := self._nodes.get(entity_id)) is not None:
            self._forest.close([node], False)

    def collapse(self, entity_id: str) -> None:
        """Hide what is below a node."""
        if (node := self._nodes.get(entity_id)) is not None:
            self._forest.close([node], True)

    def toggle(self, entity_id: str) -> None:
        """Collapse what is expanded, expand what is collapsed."""
        if (node := self._nodes.get(entity_id)) is not None:
            self._forest.close([node], not self._forest.closed(node))

    def expand_path(self, entity_id: str) -> None:
        """Expand all ancestors of a process, so that its row is on the list (if a filter takes it)."""
        path = []
        node = self._nodes.get(entity_id)
        while node is not None and (node := node.parent) is not None and node is not self._top:
            path.append(node)
        self._forest.close(path, False)

    def expand_all(self) -> None:
        """Show everything, also what comes later."""
        self._forest.close_all(False)

    def collapse_all(self) -> None:
        """Show the roots and their children alone; what comes later below those stays hidden too."""
        self._forest.close_all(True)


class _Walk:
    """A place on the list: the nodes from the root to the row.

    suspects: for each of them, whether it descends from a suspect. later: whether it has a later
    sibling on the list, None until somebody asks.
    """

    def __init__(self, forest: Forest, marks: AlertMarks, index: int) -> None:
        self._forest = forest
        self._marks = marks
        self._path: list[Node] = []
        self._suspects: list[bool] = []
        self._later: list[bool | None] = []
        node = forest.top
        while True:
            node, index = node.children.at(index)
            self._push(node)
            if index == 0:
                return
            index -= 1

    def row(self) -> Row:
        """The row here."""
        path = self._path
        node, depth = path[-1], len(path) - 1
        process = node.process
        mark = self._marks.marks.get(process.entity_id, UNMARKED)
        closed = self._forest.closed(node)
        in_chain = InChain.DESCENDANT if self._suspects[-1] else InChain.NONE
        if self._marks.in_path(process.entity_id):
            in_chain = InChain.PATH
        hidden = node.below if closed else 0
        arrived = node.arrived_below - node.arrived_before if closed and not self._forest.predicate else 0
        return Row(
            process=process,
            depth=depth,
            guides=tuple(self._has_later(level) for level in range(max(1, depth - GUIDES_KEPT), depth)),
            is_last=not self._has_later(depth),
            expandable=node.kids > 0,
            expanded=node.kids > 0 and not closed,
            hidden=hidden,
            new_hidden=min(arrived, hidden),
            level=mark.level,
            level_below=highest(node.alerts_below) if closed else None,
            in_chain=in_chain,
            acknowledged=mark.acknowledged,
            techniques=mark.techniques,
            evidence=mark.evidence,
            matches=node.matches,
        )

    def advance(self) -> None:
        """Go to the next row. There must be one."""
        node = self._path[-1]
        if node.rows > 1:
            first = node.children.first()
            assert first is not None
            self._push(first)
            return
        while True:
            node = self._path.pop()
            self._suspects.pop()
            self._later.pop()
            if (following := node.siblings.after(node)) is not None:
                self._push(following)
                return

    def _push(self, node: Node) -> None:
        suspect = False
        if self._path:
            above = self._marks.marks.get(self._path[-1].process.entity_id)
            suspect = self._suspects[-1] or (above is not None and above.chain)
        self._path.append(node)
        self._suspects.append(suspect)
        self._later.append(None)

    def _has_later(self, level: int) -> bool:
        known = self._later[level]
        if known is None:
            node = self._path[level]
            known = self._later[level] = node.siblings.after(node) is not None
        return known


def _id(node: Node | None) -> str | None:
    return None if node is None or node.parent is None else node.process.entity_id
