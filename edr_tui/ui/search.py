"""Search in the tree: the next match in the order of the rows, also in what is collapsed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from edr_tui.model.process import Process
from edr_tui.ui.tree_rows import TreeRows


def find(
    rows: TreeRows,
    start: str | None,
    matches: Callable[[Process], bool],
    *,
    forward: bool = True,
    from_start: bool = False,
) -> str | None:
    """The entity_id of the next match from start, around the end; None if there is none at all.

    from_start: start itself may be the match. What a filter hides is not searched.
    """
    order = list(_in_order(rows))
    at = order.index(start) if start in order else -1 if forward else len(order)
    if forward:
        first = at if from_start and at >= 0 else at + 1
        round_trip = order[first:] + order[:first]
    else:
        first = at + 1 if from_start else at
        round_trip = order[:first][::-1] + order[first:][::-1]
    for entity_id in round_trip:
        process = rows.process(entity_id)
        if process is not None and matches(process):
            return entity_id
    return None


def _in_order(rows: TreeRows) -> Iterator[str]:
    """All processes that pass the filter or stand above one that does, parents before children."""
    first = rows.row(0).process.entity_id if len(rows) else None
    entity_id = first
    while entity_id is not None:
        yield entity_id
        below = rows.first_child(entity_id)
        while below is None and entity_id is not None:
            below = rows.next_sibling(entity_id)
            if below is None:
                entity_id = rows.parent_of(entity_id)
        entity_id = below
