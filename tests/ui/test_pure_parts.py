"""Durations, wrapping, evidence, the feed: small pure parts of the screen."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from edr_tui.model.alert import AlertState
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.process import Process
from edr_tui.model.table import ProcessTable
from edr_tui.model.update import Update
from edr_tui.ui.evidence import marked
from edr_tui.ui.feed import Feed
from edr_tui.ui.wrapping import wrap
from tests.telling import EPOCH, Teller, alert_about

texts = st.text(st.sampled_from("ab 漢́😀-"), max_size=40)


@given(st.lists(st.tuples(texts, st.sampled_from(["", "bold"])), max_size=6), st.integers(2, 20))
def test_wrapping_loses_nothing_but_blanks_at_line_ends(runs, width):
    lines = wrap(runs, width)
    assert all(line.cell_length <= width for line in lines)
    told = "".join(text for text, _ in runs)
    assert "".join(line.plain for line in lines).replace(" ", "") == told.replace(" ", "")


def test_wrapping_cuts_at_blanks_and_inside_what_is_too_long():
    assert [line.plain for line in wrap([("one two three", "")], 7)] == ["one ", "two ", "three"]
    assert [line.plain for line in wrap([("abcdefghij", "")], 4)] == ["abcd", "efgh", "ij"]
    assert [line.plain for line in wrap([("漢漢漢", "")], 5)] == ["漢漢", "漢"]
    assert [line.plain for line in wrap([], 5)] == [""]


def test_wrapping_a_long_line_is_linear():
    lines = wrap([("x" * 4096, ""), ("y " * 2048, "")], 50)
    assert sum(cell_len(line.plain.rstrip()) for line in lines) <= 8192
    assert len(lines) < 180


def test_evidence_is_found_in_any_case_and_merged_where_it_overlaps():
    runs = [("curl -s HTTP://x | sh", False), ("\\x1b", True)]
    assert marked(runs, ["http://X | ", "| sh", ""]) == [
        ("curl -s ", False, False),
        ("HTTP://x | sh", False, True),
        ("\\x1b", True, False),
    ]


@given(
    st.lists(st.tuples(st.text(max_size=20), st.booleans()), max_size=5),
    st.lists(st.text(max_size=4), max_size=3),
)
def test_marking_changes_no_text(runs, evidence):
    pieces = marked(runs, evidence)
    assert "".join(text for text, _, _ in pieces) == "".join(text for text, _ in runs)


def update_with(**more):
    source = SourceState(health=SourceHealth.LIVE, since_ns=EPOCH)
    return Update(at_ns=EPOCH, ledger=LedgerView(), source=source, **more)


def processes(*pids):
    tell, table = Teller(), ProcessTable()
    return tuple(table.apply(tell.start(tell.record(pid))).process for pid in pids)


def test_the_feed_merges_and_announces_once():
    announced = []
    feed = Feed(lambda: announced.append(1))
    (one, two) = processes(10, 11)
    alert = alert_about("a")
    feed.put(update_with(processes=(one,), alerts=(alert,)))
    feed.put(update_with(processes=(two,), evicted=(one.entity_id,)))
    assert announced == [1]
    update = feed.take()
    assert update.processes == (two,)
    assert update.evicted == (one.entity_id,)
    assert update.alerts == (alert,)
    assert feed.take() is None
    feed.put(update_with())
    assert announced == [1, 1]


def test_the_feed_keeps_the_newest_and_what_came_back():
    feed = Feed(lambda: None)
    (one,) = processes(10)
    again = Process(**{name: getattr(one, name) for name in Process.__slots__} | {"folded": 3})
    acked = alert_about("a", state=AlertState.ACKNOWLEDGED)
    feed.put(update_with(evicted=(one.entity_id,), processes=(one,), alerts=(alert_about("a"),)))
    feed.put(update_with(processes=(again,), alerts=(acked,)))
    feed.put(update_with(closed=("gone",)))
    update = feed.take()
    assert update.processes == (again,)
    assert update.evicted == ()
    assert update.alerts == (acked,)
    assert update.closed == ("gone",)
