"""The child that senses: its stream, its silence, its deaths, its end. Real processes throughout."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from edr_tui.ecs import encode
from edr_tui.launch import sensor_command
from edr_tui.model.ledger import SourceHealth
from edr_tui.sources import sensor as module
from edr_tui.sources.base import Inbox
from edr_tui.sources.child import own_child
from edr_tui.sources.memory import MemorySource
from edr_tui.sources.sensor import SensorSource
from tests.telling import Teller
from tests.waiting import eventually

EVENTS = [Teller().start(Teller().record(pid)) for pid in (10, 11, 12)]
STREAM = b"".join(encode(event) for event in EVENTS)


def child(script: str, *arguments: str) -> list[str]:
    """A sensor that we wrote: it prints STREAM, then does as the script says."""
    said = f"import os, sys, time, signal; STREAM = {STREAM!r}; os.write(1, STREAM)\n{script}"
    return own_child([sys.executable, "-I", "-c", said, *arguments])


@pytest.fixture
def listening():
    """Start a source; what it delivered so far can be looked at; it is stopped at the end."""
    running = []

    def start(source):
        inbox = Inbox()
        deliveries = []
        running.append((source, inbox))
        source.start(inbox)

        def drain():
            while not inbox._closed:
                deliveries.extend(inbox.take(0.1)[0])

        threading.Thread(target=drain, daemon=True).start()
        return deliveries

    yield start
    for source, inbox in running:
        inbox.close()
        source.stop()


def events_of(deliveries):
    return [event for delivery in deliveries for event in delivery.events]


@pytest.mark.parametrize(
    "source",
    [
        lambda: MemorySource(EVENTS),
        lambda: SensorSource(child("time.sleep(60)")),
    ],
    ids=["memory", "sensor"],
)
def test_a_source_delivers_in_order_and_is_live(listening, source):
    source = source()
    deliveries = listening(source)
    eventually(lambda: events_of(deliveries) == EVENTS)
    eventually(lambda: source.state().health is SourceHealth.LIVE)


def test_a_sensor_that_dies_is_started_again_and_the_reason_is_told(listening):
    source = SensorSource(child("print('out of luck', file=sys.stderr); sys.exit(3)"), back_off=[0.05])
    deliveries = listening(source)
    eventually(lambda: source.state().restarts >= 2)
    eventually(lambda: sum(delivery.new_stream for delivery in deliveries) >= 1)
    assert not deliveries[0].new_stream
    seen = eventually(lambda: source.state() if source.state().health is SourceHealth.RESTARTING else None)
    assert seen.reason == "the sensor ended with exit code 3: out of luck"


def test_a_sensor_killed_by_a_signal_says_which(listening):
    source = SensorSource(child("os.kill(os.getpid(), signal.SIGKILL)"), back_off=[30])
    listening(source)
    state = eventually(lambda: source.state() if source.state().health is SourceHealth.RESTARTING else None)
    assert state.reason == "the sensor was ended by signal 9"


def test_a_sensor_that_keeps_dying_gives_way_to_a_lesser_one(listening):
    dying = child("print('which one runs', file=sys.stderr); os.kill(os.getpid(), signal.SIGKILL)")
    last = child("time.sleep(60)")
    source = SensorSource(dying, back_off=[0.01, 0.2], lesser=[dying, last])
    deliveries = listening(source)
    state = eventually(lambda: source.state() if "lesser" in (source.state().reason or "") else None)
    assert state.reason == "the sensor was ended by signal 9; a lesser one is tried"
    eventually(lambda: source.state().health is SourceHealth.LIVE and source.state().restarts == 4)
    assert sum(delivery.new_stream for delivery in deliveries) >= 1


def test_a_sensor_that_cannot_be_started_says_why(listening):
    source = SensorSource(own_child(["/nonexistent/edr-tui"]), back_off=[30])
    listening(source)
    state = eventually(lambda: source.state() if source.state().health is SourceHealth.RESTARTING else None)
    assert state.reason == "the sensor could not be started: No such file or directory"


def test_a_sensor_that_refuses_its_options_is_not_started_again(listening):
    source = SensorSource(child("print('no such sensor', file=sys.stderr); sys.exit(2)"))
    listening(source)
    state = eventually(lambda: source.state() if source.state().health is SourceHealth.ENDED else None)
    assert state.reason == "no such sensor"
    assert state.restarts == 0


def test_a_sensor_that_finishes_ends_the_source(listening):
    source = SensorSource(child(""))
    deliveries = listening(source)
    eventually(lambda: source.state().health is SourceHealth.ENDED)
    assert events_of(deliveries) == EVENTS
    assert source.state().reason is None


def test_silence_is_seen_within_two_seconds(listening):
    source = SensorSource(child("time.sleep(60)"))
    listening(source)
    eventually(lambda: source.state().health is SourceHealth.LIVE)
    began = time.monotonic()
    eventually(lambda: source.state().health is SourceHealth.SILENT, within=5)
    assert time.monotonic() - began < module.SILENT_AFTER + 2
    assert source.state().reason.startswith("no word for")


def test_a_stopped_sensor_is_given_up_and_replaced(listening, monkeypatch):
    monkeypatch.setattr(module, "GIVEN_UP_AFTER", 0.2)
    source = SensorSource(child("os.kill(os.getpid(), signal.SIGSTOP)"), back_off=[0.05])
    listening(source)
    eventually(lambda: source.state().restarts >= 1, within=10)


def test_a_sensor_is_not_silent_while_the_console_takes_nothing():
    """The listener waits for room in the inbox: what it does not read is not the sensor's silence."""
    source, inbox = SensorSource(child("while True: os.write(1, STREAM)")), Inbox(bound=1)
    much_later = time.monotonic() + 1_000

    def judged():
        with source._lock:
            source._judge(much_later)
        return source._state.health

    source.start(inbox)
    try:
        eventually(lambda: inbox._change._waiters)
        pid = source._child.pid
        assert judged() is SourceHealth.LIVE
        assert psutil.pid_exists(source._child.pid)
        heard = source._heard
        inbox.take(0)
        eventually(lambda: source._heard != heard)
        assert source._child.pid == pid
        assert source.state().restarts == 0
    finally:
        inbox.close()
        source.stop()


def test_stop_ends_the_child_even_one_that_ignores_being_asked(listening):
    source = SensorSource(child("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"))
    deliveries = listening(source)
    eventually(lambda: events_of(deliveries) == EVENTS)
    pid = source._child.pid
    began = time.monotonic()
    source.stop()
    assert time.monotonic() - began < 4
    assert not psutil.pid_exists(pid)


@pytest.mark.skipif(os.name == "nt", reason="sessions are POSIX's")
def test_the_child_has_a_session_and_an_environment_of_its_own(listening, monkeypatch, tmp_path):
    monkeypatch.setenv("LD_PRELOAD_LIKE", "hostile")
    told = tmp_path / "told"
    source = SensorSource(
        child(f"open({str(told)!r}, 'w').write(f'{{os.getsid(0)}} {{sorted(os.environ)}}')")
    )
    listening(source)
    eventually(lambda: told.exists() and told.read_text())
    session, names = told.read_text().split(" ", 1)
    assert int(session) != os.getsid(0)
    assert "LD_PRELOAD_LIKE" not in names


def test_the_command_is_isolated():
    command = sensor_command("poll", 0.25)
    assert command[:4] == [sys.executable, "-I", "-m", "edr_tui"]
    assert command[4:] == ["sensor", "--sensor", "poll", "--interval", "0.25", "--requests"]
    assert Path(command[0]).is_absolute()
    assert signal.SIGTERM


def test_a_prepared_sensor_is_the_one_that_is_listened_to(listening):
    source = SensorSource(child("time.sleep(60)"))
    source.prepare()
    pid = source._child.pid
    deliveries = listening(source)
    eventually(lambda: events_of(deliveries) == EVENTS)
    assert source._child.pid == pid
    assert source.state().restarts == 0


def test_a_prepared_sensor_that_nobody_listened_to_is_ended_too():
    source = SensorSource(child("time.sleep(60)"))
    source.prepare()
    pid = source._child.pid
    source.stop()
    assert not psutil.pid_exists(pid)
    for descriptor in (source._child.stdout, source._child.stderr):
        with pytest.raises(OSError):
            os.fstat(descriptor)


def test_a_sensor_that_cannot_be_prepared_is_told_once_it_is_wanted(listening):
    source = SensorSource(own_child(["/nonexistent/edr-tui"]), back_off=[60])
    source.prepare()
    listening(source)
    eventually(lambda: source.state().health is SourceHealth.RESTARTING)
    assert "No such file" in source.state().reason
