"""Siblings in blocks answer as one sorted list would."""

from __future__ import annotations

import random

from edr_tui.ui.tree_node import BLOCK_SIZE, Node
from tests.ui.builders import process


def family(rng: random.Random, count: int) -> tuple[Node, list[Node]]:
    parent = Node(process("parent"))
    nodes = [Node(process(f"c{number}", "parent", start=number)) for number in range(count)]
    for node in rng.sample(nodes, count):
        node.link(parent)
        node.announce(False)
    return parent, nodes


def test_many_siblings_in_any_order() -> None:
    rng = random.Random(7)
    parent, nodes = family(rng, 5 * BLOCK_SIZE)
    assert list(parent.children) == nodes
    assert parent.inner == parent.kids == len(nodes)
    for node in rng.sample(nodes, 4 * BLOCK_SIZE + 100):
        node.unlink()
    kept = [node for node in nodes if node.parent is not None]
    assert list(parent.children) == kept
    assert parent.inner == sum(block.rows for block in parent.children.blocks) == len(kept)
    assert all(len(block.nodes) <= BLOCK_SIZE for block in parent.children.blocks)
    assert len(parent.children.blocks) <= 6
    for place, node in enumerate(kept):
        assert parent.children.rows_before(node) == place
        assert parent.children.at(place) == (node, 0)


def test_neighbours_skip_what_the_filter_hides() -> None:
    parent, nodes = family(random.Random(3), 3 * BLOCK_SIZE)
    shown = [nodes[5], nodes[2 * BLOCK_SIZE + 9]]
    for node in nodes:
        node.matches = node in shown
        node.announce(True)
    siblings = parent.children
    assert siblings.first() is shown[0]
    assert siblings.after(nodes[0]) is shown[0]
    assert siblings.after(shown[0]) is shown[1]
    assert siblings.after(shown[1]) is None
    assert siblings.before(nodes[-1]) is shown[1]
    assert siblings.before(shown[1]) is shown[0]
    assert siblings.before(shown[0]) is None


def test_the_last_to_leave_leaves_nobody() -> None:
    parent, nodes = family(random.Random(1), 2)
    for node in nodes:
        assert node.unlink() is parent
    assert not parent.children.blocks
    assert parent.inner == parent.below == parent.kids == 0
    assert parent.arrived_below == 2
