"""The nodes under tree_rows: each knows how many rows it takes, and finds its place among siblings.

A node keeps two kinds of numbers: sums over its children, and what it last announced to its parent,
so that one change costs one walk to the root and no count is ever made anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from edr_tui.model.process import Process

BLOCK_SIZE = 512
"""Siblings stand in blocks of at most so many, each with the sum of its rows."""


class Block:
    """Neighbouring siblings in order, with the sums of their rows, shown and shown_below."""

    __slots__ = ("nodes", "rows", "shown", "shown_below")

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.empty()
        for node in nodes:
            node.block = self
            self.count(node, 1)

    def empty(self) -> None:
        """Forget the sums."""
        self.rows = self.shown = self.shown_below = 0

    def count(self, node: Node, sign: int) -> None:
        """Add what a node has announced to the sums, or with sign -1 take it away."""
        self.rows += sign * node.rows
        self.shown += sign * node.shown
        self.shown_below += sign * node.shown_below


class Node:
    """One process in the tree. The invisible parent of all roots is the only one without a parent.

    matches: whether the filter takes it; without one, always.
    Sums over the children: inner (rows when open), below (descendants that the filter shows),
        kids (children that it shows), alerts_below (open alerts, packed as alerts), arrived_below
        (all that ever came below).
    Announced to the parent: rows, shown (0 or 1), shown_below, told_alerts, told_arrived.
    alerts: own open alerts, counted by level in one packed number.
    arrived_before: arrived_below when it was collapsed.
    epoch: which time of everything being expanded or collapsed its own state is from (Forest.close_all).
    """

    __slots__ = (
        "alerts",
        "alerts_below",
        "arrived_before",
        "arrived_below",
        "below",
        "block",
        "children",
        "collapsed",
        "collapsed_in_filter",
        "epoch",
        "inner",
        "kids",
        "matches",
        "order",
        "parent",
        "process",
        "rows",
        "shown",
        "shown_below",
        "siblings",
        "told_alerts",
        "told_arrived",
    )

    def __init__(self, process: Process, *, epoch: int = 0) -> None:
        self.process = process
        self.order = process.order
        self.parent: Node | None = None
        self.siblings = NOBODY
        self.children = NOBODY
        self.block: Block | None = None
        self.collapsed = False
        self.epoch = epoch
        self.collapsed_in_filter = False
        self.matches = True
        self.inner = self.below = self.kids = self.alerts_below = self.arrived_below = 0
        self.rows = self.shown = self.shown_below = self.told_alerts = self.told_arrived = 0
        self.alerts = 0
        self.arrived_before = 0

    def announce(self, filtering: bool) -> bool:
        """Tell the parent what has changed since the last time; False if nothing has."""
        parent, block = self.parent, self.block
        assert parent is not None
        assert block is not None
        shown = 1 if self.matches or self.below else 0
        rows = shown
        if shown and not (self.collapsed_in_filter if filtering else self.collapsed):
            rows += self.inner
        shown_below = self.below + shown
        alerts = self.alerts + self.alerts_below
        arrived = self.arrived_below + 1
        if (rows, shown_below, alerts, arrived, shown) == (
            self.rows,
            self.shown_below,
            self.told_alerts,
            self.told_arrived,
            self.shown,
        ):
            return False
        parent.inner += rows - self.rows
        block.rows += rows - self.rows
        block.shown += shown - self.shown
        block.shown_below += shown_below - self.shown_below
        parent.below += shown_below - self.shown_below
        parent.kids += shown - self.shown
        parent.alerts_below += alerts - self.told_alerts
        parent.arrived_below += arrived - self.told_arrived
        self.rows, self.shown_below, self.shown = rows, shown_below, shown
        self.told_alerts, self.told_arrived = alerts, arrived
        return True

    def link(self, parent: Node) -> None:
        """Stand among the children of parent, announcing nothing yet."""
        if parent.children is NOBODY:
            parent.children = Siblings()
        parent.children.add(self)
        self.parent, self.siblings = parent, parent.children

    def unlink(self) -> Node:
        """Leave the parent, taking back all that was announced, and return it.

        What arrived stays counted there: it did arrive.
        """
        parent = self.parent
        assert parent is not None
        self.siblings.remove(self)
        if not self.siblings.blocks:
            parent.children = NOBODY
        parent.inner -= self.rows
        parent.below -= self.shown_below
        parent.kids -= self.shown
        parent.alerts_below -= self.told_alerts
        self.rows = self.shown = self.shown_below = self.told_alerts = self.told_arrived = 0
        self.parent, self.siblings = None, NOBODY
        return parent


class Siblings:
    """The children of one node by Node.order, in blocks: every question costs their square root."""

    __slots__ = ("blocks",)

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def __iter__(self) -> Iterator[Node]:
        for block in self.blocks:
            yield from block.nodes

    def add(self, node: Node) -> None:
        """Put a node where its order says. Most are the newest and come last."""
        if not self.blocks:
            self.blocks.append(Block([node]))
            return
        last = self.blocks[-1]
        if last.nodes[-1].order < node.order:
            if len(last.nodes) < BLOCK_SIZE:
                last.nodes.append(node)
                last.count(node, 1)
                node.block = last
            else:
                self.blocks.append(Block([node]))
            return
        place = max(0, bisect_right(self.blocks, node.order, key=lambda block: block.nodes[0].order) - 1)
        block = self.blocks[place]
        block.nodes.insert(bisect_left(block.nodes, node.order, key=lambda other: other.order), node)
        block.count(node, 1)
        node.block = block
        if len(block.nodes) > BLOCK_SIZE:
            half = len(block.nodes) // 2
            self.blocks[place : place + 1] = [Block(block.nodes[:half]), Block(block.nodes[half:])]

    def remove(self, node: Node) -> None:
        """Take a node out; sparse neighbours become one block."""
        block = node.block
        assert block is not None
        block.nodes.remove(node)
        block.count(node, -1)
        node.block = None
        if len(block.nodes) >= BLOCK_SIZE // 4:
            return
        place = self.blocks.index(block)
        if place + 1 < len(self.blocks):
            follower = self.blocks[place + 1]
            if len(block.nodes) + len(follower.nodes) <= BLOCK_SIZE // 2:
                self.blocks[place : place + 2] = [Block(block.nodes + follower.nodes)]
                return
        if not block.nodes:
            del self.blocks[place]

    def rows_before(self, node: Node) -> int:
        """How many rows the siblings above a node take."""
        count = 0
        for block in self.blocks:
            if block is node.block:
                break
            count += block.rows
        for other in block.nodes:
            if other is node:
                break
            count += other.rows
        return count

    def at(self, index: int) -> tuple[Node, int]:
        """The sibling whose rows hold row index of all their rows, and the row's number in it."""
        for block in self.blocks:
            if index < block.rows:
                break
            index -= block.rows
        for node in block.nodes:
            if index < node.rows:
                return node, index
            index -= node.rows
        raise IndexError(index)

    def first(self) -> Node | None:
        """The first sibling that is shown."""
        return _first_shown(self.blocks)

    def after(self, node: Node) -> Node | None:
        """The next sibling that is shown."""
        block = node.block
        assert block is not None
        for other in block.nodes[block.nodes.index(node) + 1 :]:
            if other.rows:
                return other
        if block is self.blocks[-1]:
            return None
        return _first_shown(self.blocks[self.blocks.index(block) + 1 :])

    def before(self, node: Node) -> Node | None:
        """The previous sibling that is shown."""
        block = node.block
        assert block is not None
        for other in reversed(block.nodes[: block.nodes.index(node)]):
            if other.rows:
                return other
        for earlier in reversed(self.blocks[: self.blocks.index(block)]):
            if earlier.rows:
                return next(other for other in reversed(earlier.nodes) if other.rows)
        return None


NOBODY = Siblings()
"""The children of those that have none. Nobody is ever put here."""


def _first_shown(blocks: list[Block]) -> Node | None:
    for block in blocks:
        if block.rows:
            return next(node for node in block.nodes if node.rows)
    return None
