from edr_tui.model.table import ProcessTable
from edr_tui.ui.search import find
from edr_tui.ui.tree_rows import TreeRows
from tests.telling import Teller


def tree(names):
    """A tree from (name, name of its parent)."""
    tell, table, records, rows = Teller(), ProcessTable(), {}, TreeRows()
    for number, (name, parent) in enumerate(names):
        record = tell.record(10 + number, records.get(parent), at=number, name=name)
        records[name] = record
        rows.apply([table.apply(tell.start(record)).process])
    return rows, {name: record.entity_id for name, record in records.items()}


ROWS, IDS = tree(
    [("init", None), ("sshd", "init"), ("bash1", "sshd"), ("cron", "init"), ("bash2", "cron"), ("x", None)]
)


def seek(start, part, **how):
    found = find(ROWS, IDS.get(start), lambda process: part in process.name, **how)
    return next((name for name, entity_id in IDS.items() if entity_id == found), None)


def test_the_next_match_in_the_order_of_the_rows_and_around_the_end():
    assert seek("init", "bash") == "bash1"
    assert seek("bash1", "bash") == "bash2"
    assert seek("bash2", "bash") == "bash1"
    assert seek("x", "bash") == "bash1"


def test_backward_and_around_the_beginning():
    assert seek("x", "bash", forward=False) == "bash2"
    assert seek("bash2", "bash", forward=False) == "bash1"
    assert seek("bash1", "bash", forward=False) == "bash2"
    assert seek("init", "bash", forward=False) == "bash2"


def test_the_start_counts_only_where_asked():
    assert seek("bash1", "bash1", from_start=True) == "bash1"
    assert seek("bash1", "bash1") == "bash1", "around the end it is the only one"
    assert seek("bash1", "bash", from_start=True, forward=False) == "bash1"


def test_without_a_start_it_begins_at_an_end():
    assert seek(None, "bash") == "bash1"
    assert seek(None, "bash", forward=False) == "bash2"


def test_nothing_is_nothing():
    assert seek("init", "nobody") is None
    assert find(TreeRows(), None, lambda process: True) is None


def test_what_is_collapsed_is_searched_and_what_is_filtered_is_not():
    rows, ids = tree(
        [("init", None), ("sshd", "init"), ("bash1", "sshd"), ("cron", "init"), ("bash2", "cron")]
    )
    rows.collapse(ids["init"])
    assert find(rows, ids["init"], lambda process: process.name == "bash2") == ids["bash2"]
    rows.set_filter(lambda process: process.name == "bash1")
    assert find(rows, ids["init"], lambda process: process.name == "bash2") is None
