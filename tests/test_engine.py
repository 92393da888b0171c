import dataclasses
import threading

from edr_tui.engine import AlertStateSet, Engine
from edr_tui.model.alert import AlertState
from edr_tui.model.alerts import AlertTable
from edr_tui.model.event import EventsLost, SnapshotSpan
from edr_tui.model.ledger import SourceHealth
from edr_tui.model.table import ProcessTable
from edr_tui.sources.base import Delivery
from edr_tui.sources.memory import MemorySource
from tests.telling import EPOCH, SECOND, WEB1, Teller, alert_about
from tests.waiting import eventually

NOW = EPOCH + 60 * SECOND


def engine_over(source=None, detect=None, **more):
    return Engine(source or MemorySource(), detect or (lambda *_: ()), lambda: NOW, **more)


def shells_are_bad(process, ancestors, host, at_ns):
    """A rule of our own: a shell below nginx."""
    if process.name == "sh" and any(above.name == "nginx" for above in ancestors):
        yield alert_about(process.entity_id, at=(at_ns - EPOCH) / SECOND)


def test_what_is_told_comes_out_once_with_its_newest_value():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    engine = engine_over()
    engine.receive(Delivery(events=[tell.snapshot(nginx), tell.exit(nginx, 3)]))
    update = engine.turn()
    assert [process.name for process in update.processes] == ["nginx"]
    assert update.processes[0].exit.code == 0
    assert update.host == WEB1
    assert update.at_ns == NOW
    assert engine.turn() is None, "nothing changed since"


def test_a_match_is_an_alert_and_repeats_join():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    engine = engine_over(detect=shells_are_bad)
    engine.receive(Delivery(events=[tell.snapshot(nginx)]))
    shells = [tell.record(20 + number, nginx, at=number) for number in range(3)]
    engine.receive(Delivery(events=[tell.start(shell) for shell in shells]))
    (alert,) = engine.turn().alerts
    assert (alert.count, alert.entity_id) == (3, shells[2].entity_id)
    assert alert.also == (shells[0].entity_id, shells[1].entity_id)


def test_what_runs_at_the_start_is_judged_too_and_kernel_threads_are_not():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    fake = tell.record(12, nginx, kernel_thread=True)
    engine = engine_over(detect=shells_are_bad)
    shell = tell.record(11, nginx, at=1)
    engine.receive(Delivery(events=[tell.snapshot(nginx), tell.snapshot(shell), tell.snapshot(fake)]))
    (alert,) = engine.turn().alerts
    assert (alert.count, alert.entity_id) == (1, shell.entity_id)


def test_an_exec_is_judged_anew_and_an_exit_is_not():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    child = tell.record(11, nginx, name="nginx", at=1)
    shell = dataclasses.replace(tell.record(11, nginx, name="sh"), entity_id=child.entity_id)
    engine = engine_over(detect=shells_are_bad)
    engine.receive(Delivery(events=[tell.snapshot(nginx), tell.start(child)]))
    assert engine.turn().alerts == ()
    engine.receive(Delivery(events=[tell.exec(shell, 2), tell.exit(shell, 3)]))
    (alert,) = engine.turn().alerts
    assert alert.count == 1


def test_the_analyst_acknowledges_and_takes_it_back():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    engine = engine_over(detect=shells_are_bad, table=ProcessTable(keep=0))
    shell = tell.record(11, nginx, at=1)
    engine.receive(Delivery(events=[tell.snapshot(nginx), tell.start(shell), tell.exit(shell, 2)]))
    update = engine.turn()
    assert update.evicted == (), "an open alert keeps its process"
    engine.obey(AlertStateSet((update.alerts[0].id, "unknown"), AlertState.ACKNOWLEDGED))
    update = engine.turn()
    assert [alert.state for alert in update.alerts] == [AlertState.ACKNOWLEDGED]
    assert update.evicted == (shell.entity_id,), "an acknowledged one does not"
    engine.obey(AlertStateSet((update.alerts[0].id,), AlertState.OPEN))
    assert [alert.state for alert in engine.turn().alerts] == [AlertState.OPEN]


def test_a_whole_snapshot_of_a_new_sensor_ends_the_ghosts():
    tell = Teller()
    ghost, stays = tell.record(10), tell.record(11)
    engine = engine_over()
    engine.receive(Delivery(events=[tell.snapshot(ghost), tell.snapshot(stays)]))
    again = Teller()
    span = SnapshotSpan(first=1, last=1, count=1)
    engine.receive(Delivery(events=[again.snapshot(stays, 5), again.status(6, span)], new_stream=True))
    update = engine.turn()
    assert [(process.pid, process.exit.seen) for process in update.processes if process.exit] == [(10, False)]
    assert update.ledger.running == 1
    assert update.ledger.exits_not_seen == 1


def test_a_snapshot_with_unreadable_lines_ends_nobody():
    tell = Teller()
    told, unread = tell.record(10), tell.record(11)
    engine = engine_over()
    first = tell.snapshot(told)
    engine.receive(Delivery(events=[tell.snapshot(unread)]))
    engine.receive(Delivery(events=[first], undecoded=1))
    engine.receive(Delivery(events=[tell.status(2, SnapshotSpan(first=1, last=3, count=3))]))
    assert engine.turn().ledger.running == 2
    again = tell.snapshot(told, 3, repair=True)
    engine.receive(
        Delivery(events=[again, tell.status(4, SnapshotSpan(first=again.sequence, last=4, count=1))])
    )
    assert engine.turn().ledger.running == 1


def test_an_unreadable_line_beside_the_status_ends_nobody():
    tell = Teller()
    told, unread = tell.record(10), tell.record(11)
    engine = engine_over()
    engine.receive(Delivery(events=[tell.snapshot(told), tell.snapshot(unread)]))
    again = tell.snapshot(told, 3, repair=True)
    status = tell.status(4, SnapshotSpan(first=again.sequence, last=again.sequence + 1, count=2))
    engine.receive(Delivery(events=[again, status], undecoded=1))
    assert engine.turn().ledger.running == 2


def test_an_alert_that_closes_and_comes_back_within_a_turn_is_there():
    tell = Teller()

    def by_name(process, ancestors, host, at_ns):
        yield alert_about(process.entity_id, rule=process.name)

    engine = engine_over(detect=by_name, alerts=AlertTable(limit=1))
    names = ("a", "b", "a")
    events = [tell.start(tell.record(10 + number, name=name)) for number, name in enumerate(names)]
    engine.receive(Delivery(events=events))
    update = engine.turn()
    assert [alert.rule.id for alert in update.alerts] == ["a"]
    assert len(update.closed) == 1
    assert update.alerts[0].id not in update.closed


def test_losses_are_in_the_ledger():
    tell = Teller()
    engine = engine_over()
    lost = EventsLost(at_ns=EPOCH, sequence=9, provider="poll", host=WEB1, stage="sensor_queue", count=7)
    engine.receive(Delivery(events=[tell.snapshot(tell.record(10)), lost, lost], undecoded=2))
    ledger = engine.turn().ledger
    assert ledger.lost == {"sensor_queue": 14}
    assert ledger.lost_total == 16
    assert ledger.events == 1
    assert ledger.argv_share == 1.0


def test_a_status_alone_is_told_when_it_says_something_new():
    tell = Teller()
    engine = engine_over()
    engine.receive(Delivery(events=[tell.status(1, counters={"ticks": 1}, blind={"a": "b"})]))
    update = engine.turn()
    assert update.ledger.counters == {"ticks": 1}
    assert update.ledger.blind == {"a": "b"}
    engine.receive(Delivery(events=[tell.status(2, counters={"ticks": 1}, blind={"a": "b"})]))
    assert engine.turn() is None


def test_run_tells_all_to_the_end_of_the_source():
    tell = Teller()
    events = [tell.start(tell.record(pid)) for pid in range(10, 1_010)]
    updates = []
    engine_over(MemorySource(events, ends=True), pass_events=True).run(updates.append, until_end=True)
    assert [event for update in updates for event in update.events] == events
    assert updates[-1].source.health is SourceHealth.ENDED


def test_run_ends_on_stop_and_obeys_from_other_threads():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    source = MemorySource([tell.snapshot(nginx), tell.start(tell.record(11, nginx, at=1))])
    engine = engine_over(source, shells_are_bad)
    updates = []
    thread = threading.Thread(target=engine.run, args=(updates.append,))
    thread.start()
    alert = eventually(lambda: next((alert for update in updates for alert in update.alerts), None))
    engine.acknowledge([alert.id])
    eventually(lambda: updates[-1].alerts and updates[-1].alerts[0].state is AlertState.ACKNOWLEDGED)
    engine.reopen([alert.id])
    eventually(lambda: updates[-1].alerts and updates[-1].alerts[0].open)
    engine.stop()
    thread.join(2)
    assert not thread.is_alive()


def test_replay_is_deterministic_however_it_is_batched():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    shells = [tell.record(20 + number, nginx, at=number) for number in range(50)]
    events = [tell.snapshot(nginx)]
    for shell in shells:
        events += [tell.start(shell, shell.pid), tell.exit(shell, shell.pid + 5)]

    def outcome(batch):
        table = ProcessTable(keep=7)
        engine = engine_over(detect=shells_are_bad, table=table)
        alerts = {}
        for at in range(0, len(events), batch):
            engine.receive(Delivery(events=events[at : at + batch]))
        update = engine.turn()
        alerts.update((alert.id, alert) for alert in update.alerts)
        return table.processes(), alerts

    assert outcome(1) == outcome(3) == outcome(1_000)


def test_a_known_process_that_is_found_to_hide_is_judged_once_more():
    tell = Teller()
    sleeper = tell.record(10, name="sleep")
    judged = []
    engine = engine_over(detect=lambda process, *_: (judged.append(process.hidden), ())[1])
    engine.receive(Delivery(events=[tell.snapshot(sleeper)]))
    found = dataclasses.replace(sleeper, hidden="/proc does not list it")
    engine.receive(Delivery(events=[tell.snapshot(found, 2, repair=True), tell.snapshot(found, 3)]))
    assert judged == [None, "/proc does not list it"]
    engine.receive(Delivery(events=[tell.snapshot(sleeper, 4)]))
    assert engine.process(sleeper.entity_id).hidden == "/proc does not list it"
