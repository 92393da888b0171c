"""Which entity_ids name the same process: a document without the pidfs inode meets its node."""

from __future__ import annotations

from collections.abc import Iterator

from edr_tui.model.process import Process, ProcessKey

# The start of a process is read in clock ticks (10 ms); both sides may be off by one.
_SLACK_TICKS = 1
_SLACK_NS = 20_000_000


class IdentityIndex:
    """entity_id, as told -> entity_id of the node."""

    def __init__(self) -> None:
        self._node_of: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}

    def resolve(self, entity_id: str) -> str:
        """The node's entity_id for any that names it; the same text if none is known."""
        node = self._node_of.get(entity_id)
        if node is not None:
            return node
        key = ProcessKey.parse(entity_id)
        if key is None or key.inode is None:
            return entity_id
        by_alias = self._node_of.get(key.alias)
        # Two inodes are two processes, even within one clock tick.
        if by_alias is None or self._inode_of(by_alias) is not None:
            return entity_id
        return by_alias

    def add(self, entity_id: str, node_id: str) -> None:
        """Let entity_id, and its form without the inode, name that node; the newest wins the form."""
        if entity_id in self._node_of and self._node_of[entity_id] == node_id:
            return
        self._name(entity_id, node_id)
        key = ProcessKey.parse(entity_id)
        if key is not None and key.inode is not None:
            self._name(key.alias, node_id)

    def aliases(self, node_id: str) -> Iterator[str]:
        """The other texts that name this node."""
        return (name for name in self._names.get(node_id, ()) if name != node_id)

    def remove(self, node_id: str) -> None:
        """Forget a node."""
        for name in self._names.pop(node_id, ()):
            if self._node_of.get(name) == node_id:
                del self._node_of[name]

    def _name(self, entity_id: str, node_id: str) -> None:
        self._node_of[entity_id] = node_id
        names = self._names.setdefault(node_id, [])
        if entity_id not in names:
            names.append(entity_id)

    def _inode_of(self, node_id: str) -> int | None:
        """The inode by which a node is known, under whichever of its names."""
        for name in self._names.get(node_id, (node_id,)):
            key = ProcessKey.parse(name)
            if key is not None and key.inode is not None:
                return key.inode
        return None


def started_before(one: Process, other: Process) -> bool:
    """Whether one certainly started before the other: by ticks of one boot, else by the clock."""
    first, second = ProcessKey.parse(one.entity_id), ProcessKey.parse(other.entity_id)
    if first is not None and second is not None and first.boot == second.boot:
        return first.start_ticks + _SLACK_TICKS < second.start_ticks
    if one.start_ns is None or other.start_ns is None:
        return False
    return one.start_ns + _SLACK_NS < other.start_ns
