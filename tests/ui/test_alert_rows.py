from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.alert import AlertState, Severity
from edr_tui.ui.alert_rows import AlertRows
from tests.telling import alert_about


def alerts(count, **more):
    return [alert_about(str(number), rule=f"r{number}", at=number, **more) for number in range(count)]


def shown(rows):
    return [alert.entity_id for alert in rows.rows()]


def test_newest_first_and_a_repeat_moves_nothing():
    rows = AlertRows()
    rows.apply(alerts(3))
    assert shown(rows) == ["2", "1", "0"]
    repeated = alert_about("0", rule="r0", at=0, count=9)
    rows.apply([repeated])
    assert shown(rows) == ["2", "1", "0"]
    assert rows.row(2).count == 9


def test_lower_levels_are_counted_but_not_listed():
    rows = AlertRows(threshold=Severity.MEDIUM)
    rows.apply([*alerts(1), alert_about("low", rule="low", level=Severity.LOW)])
    assert shown(rows) == ["0"]
    assert rows.counts().open == ((Severity.HIGH, 1), (Severity.LOW, 1))
    assert rows.counts().open_total == 2


def test_acknowledged_ones_can_be_left_out():
    rows = AlertRows()
    rows.apply(alerts(2))
    rows.apply(alerts(1, state=AlertState.ACKNOWLEDGED))
    assert shown(rows) == ["1", "0"]
    rows.show(open_only=True)
    assert shown(rows) == ["1"]
    rows.show(open_only=False)
    assert shown(rows) == ["1", "0"]
    assert rows.counts().acknowledged == 1


def test_filter_and_index():
    rows = AlertRows()
    rows.apply(alerts(10))
    rows.set_filter(lambda alert: int(alert.entity_id) % 2 == 0)
    assert shown(rows) == ["8", "6", "4", "2", "0"]
    assert rows.index_of(rows.row(1).id) == 1
    odd = next(alert for alert in rows.all() if alert.entity_id == "3")
    assert rows.index_of(odd.id) is None
    rows.set_filter(None)
    assert len(rows) == 10


def test_alerts_of_a_process_include_those_that_joined():
    rows = AlertRows()
    high = alert_about("b", rule="r1", also=("a",))
    critical = alert_about("a", rule="r2", level=Severity.CRITICAL, at=0)
    acked = alert_about("a", rule="r3", level=Severity.CRITICAL, state=AlertState.ACKNOWLEDGED)
    rows.apply([high, critical, acked])
    assert rows.about("a") == [critical, high, acked]
    assert rows.about("b") == [high]
    rows.apply([], closed=[high.id])
    assert rows.about("b") == []


def test_a_repeat_forgets_whom_the_alert_no_longer_names():
    rows = AlertRows()
    for number in range(100):
        also = tuple(str(earlier) for earlier in range(max(number - 3, 0), number))
        rows.apply([alert_about(str(number), also=also)])
    assert rows.about("0") == []
    assert [alert.entity_id for alert in rows.about("96")] == ["99"]
    assert len(rows._of_process) == 4
    rows.apply([], closed=[rows.row(0).id])
    assert [rows.about(str(number)) for number in range(100)] == [[]] * 100
    assert not rows._of_process


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 9), st.sampled_from(AlertState), st.booleans()),
        max_size=40,
    )
)
def test_any_history_gives_the_same_list_as_sorting(history):
    rows, kept = AlertRows(), {}
    for number, at, state, close in history:
        alert = alert_about(str(number), rule=f"r{number}", at=at, state=state)
        if close:
            rows.apply([], closed=[alert.id])
            kept.pop(alert.id, None)
        else:
            rows.apply([alert])
            kept[alert.id] = alert
    expected = sorted(kept.values(), key=lambda alert: (alert.first_ns, alert.id), reverse=True)
    assert list(rows.rows()) == expected
    assert all(rows.index_of(alert.id) == index for index, alert in enumerate(expected))
