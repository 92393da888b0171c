"""The watchdog: one alert for each time that a sensor goes wrong, and none for one that does not."""

from __future__ import annotations

import pytest

from edr_tui.ecs import decode, encode
from edr_tui.engine import Engine
from edr_tui.model.ledger import SourceHealth, SourceState
from edr_tui.model.watchdog import BLIND, ENDED, NO_STATUS, RULES, SILENT, Watchdog
from edr_tui.sources.base import Delivery
from edr_tui.sources.memory import MemorySource
from tests.telling import EPOCH, SECOND, WEB1, Teller


def barks(dog, at, health=SourceHealth.LIVE, since=0.0, reason=None, status=None, blind=None):
    """The names of the rules of the alerts of one look, `at` seconds after the epoch."""
    state = SourceState(health=health, since_ns=EPOCH + round(since * SECOND), reason=reason)
    alerts = dog.look(
        state,
        sensor="ebpf",
        status_ns=None if status is None else EPOCH + round(status * SECOND),
        blind=blind or {},
        host=WEB1,
        now_ns=EPOCH + round(at * SECOND),
    )
    return [alert.rule for alert in alerts]


def test_a_silence_is_an_alert_once_until_it_speaks_again():
    dog = Watchdog()
    assert barks(dog, 1, SourceHealth.SILENT, since=0) == []
    assert barks(dog, 3, SourceHealth.SILENT, since=0, reason="no word for 3 s") == [SILENT]
    assert barks(dog, 4, SourceHealth.SILENT, since=0) == []
    assert barks(dog, 5) == []
    assert barks(dog, 9, SourceHealth.SILENT, since=6) == [SILENT]


def test_an_end_that_nobody_asked_for_is_an_alert_and_another_end_is_not():
    dog = Watchdog()
    assert barks(dog, 1, SourceHealth.STARTING) == []
    assert barks(dog, 2, SourceHealth.RESTARTING, reason="ended by signal 9") == [ENDED]
    assert barks(Watchdog(), 2, SourceHealth.ENDED) == []


def test_a_sensor_that_only_stops_its_status_is_an_alert():
    dog = Watchdog()
    assert barks(dog, 4, status=0) == []
    assert barks(dog, 5, status=0) == [NO_STATUS]
    assert barks(dog, 6, status=6) == []
    assert barks(dog, 100) == []


def test_a_canary_that_does_not_come_back_is_an_alert():
    dog = Watchdog()
    blind = {"canary": "an exec of the sensor's own did not come back within 2 s"}
    assert barks(dog, 1, blind=blind) == [BLIND]
    assert barks(dog, 2, blind=blind) == []
    assert barks(dog, 2, blind={"failed execs": "they are not counted"}) == []


def test_all_alerts_have_ids_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


class Clock:
    now = EPOCH

    def __call__(self):
        return self.now


@pytest.mark.parametrize("numbered", [True, False])
def test_the_engine_raises_it_and_its_document_comes_back(numbered):
    clock, source, tell = Clock(), MemorySource(), Teller(provider="ebpf")
    engine = Engine(source, lambda *_: (), clock)
    source.turn(SourceHealth.LIVE)
    engine.receive(Delivery(events=[tell.status(0)], numbered=numbered))
    assert engine.turn().alerts == ()
    clock.now += 6 * SECOND
    engine.receive(Delivery(events=[tell.snapshot(tell.record(10), 6)], numbered=numbered))
    alerts = engine.turn().alerts
    if not numbered:
        assert alerts == (), "a recording goes at its own pace"
        return
    (alert,) = alerts
    assert alert.rule == NO_STATUS
    assert alert.message == "Sensor gives no status: no status for 6 s"
    assert alert.process.name == "ebpf sensor"
    assert decode(encode(alert)) == alert
    engine.acknowledge([alert.id])
    engine.obey(engine._inbox.take(0)[1][0])
    assert engine.turn().alerts[0].state.value == "acknowledged"
