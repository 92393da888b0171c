from dataclasses import replace

from edr_tui.model.alert import AlertState, RuleReference, Severity, alert_id
from edr_tui.model.alerts import ALSO_KEPT, AlertTable
from tests.telling import alert_about


def test_matches_of_one_id_join_and_the_newest_is_told():
    table = AlertTable()
    first = alert_about("a", at=1)
    second = alert_about("b", at=5)
    table.offer(first)
    joined, closed = table.offer(second)
    assert closed == ()
    assert (joined.count, joined.entity_id, joined.also) == (2, "b", ("a",))
    assert (joined.first_ns, joined.last_ns) == (first.first_ns, second.last_ns)
    assert table.alerts() == (joined,)


def test_the_same_process_twice_is_named_once():
    table = AlertTable()
    for entity_id in ("a", "b", "a"):
        joined, _ = table.offer(alert_about(entity_id))
    assert (joined.entity_id, joined.also) == ("a", ("b",))
    joined, _ = table.offer(alert_about("a"))
    assert (joined.count, joined.also) == (4, ("b",))


def test_a_flood_joins_exactly_and_stays_bounded():
    table = AlertTable()
    for number in range(5_000):
        joined, _ = table.offer(alert_about(str(number)))
    assert joined.count == 5_000
    assert len(joined.also) == ALSO_KEPT
    assert joined.also[-1] == "4998"


def test_a_repeat_of_an_acknowledged_alert_only_counts():
    table = AlertTable()
    alert, _ = table.offer(alert_about("a"))
    assert [changed.state for changed in table.set_state([alert.id], AlertState.ACKNOWLEDGED)] == [
        AlertState.ACKNOWLEDGED
    ]
    joined, _ = table.offer(alert_about("b"))
    assert (joined.state, joined.count) == (AlertState.ACKNOWLEDGED, 2)


def test_a_higher_level_opens_it_again():
    table = AlertTable()
    alert, _ = table.offer(alert_about("a", level=Severity.MEDIUM))
    table.set_state([alert.id], AlertState.ACKNOWLEDGED)
    joined, _ = table.offer(alert_about("b", level=Severity.HIGH))
    assert joined.state is AlertState.OPEN
    assert joined.level is Severity.HIGH


def test_acknowledging_is_taken_back_and_unknown_ids_are_passed_over():
    table = AlertTable()
    alert, _ = table.offer(alert_about("a"))
    assert table.set_state([alert.id, "nobody"], AlertState.OPEN) == ()
    table.set_state([alert.id], AlertState.ACKNOWLEDGED)
    (back,) = table.set_state([alert.id], AlertState.OPEN)
    assert back == alert


def test_beyond_the_bound_the_oldest_of_the_lowest_level_closes():
    table = AlertTable(limit=3)
    levels = [Severity.HIGH, Severity.LOW, Severity.LOW, Severity.MEDIUM]
    closed = []
    for number, level in enumerate(levels):
        _, gone = table.offer(alert_about(str(number), rule=f"r{number}", level=level))
        closed.extend(gone)
    assert [alert.entity_id for alert in closed] == ["1"]
    assert table.closed == 1
    assert [alert.entity_id for alert in table.alerts()] == ["0", "2", "3"]


def test_acknowledged_alerts_are_bounded_of_their_own():
    table = AlertTable(limit=2)
    for number in range(5):
        alert, _ = table.offer(alert_about(str(number), rule=f"r{number}"))
        table.set_state([alert.id], AlertState.ACKNOWLEDGED)
    assert [alert.entity_id for alert in table.close_excess()] == ["0", "1", "2"]
    assert len(table) == 2


def test_ids_are_deterministic_and_tell_unknown_from_empty():
    assert alert_id("r", "p", "i", "u") == alert_id("r", "p", "i", "u")
    assert (
        len({alert_id("r", None, "i", "u"), alert_id("r", "", "i", "u"), alert_id("r", "p", "i", None)}) == 3
    )
    assert len(alert_id("r", "\udcff", None, None)) == 32


def test_levels_read_from_words():
    assert Severity.of("High") is Severity.HIGH
    assert (
        replace(alert_about("a"), rule=RuleReference(id="r", name="n", level=Severity.LOW)).level.word
        == "low"
    )
