"""Which sensor runs: the best that works, the next one when it dies, and in one line why not the others."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import Host, ProcessSnapshot, ProcessStart, SensorStatus
from edr_tui.model.process import Image, ProcessRecord
from edr_tui.sensors.base import Report, SensorUnavailable, Stream
from edr_tui.sensors.choose import AUTO, Choice, Sensors, best, choose
from edr_tui.sensors.host import End, Sensing
from edr_tui.sensors.output import OutputQueue
from edr_tui.sensors.stream import QueuedStream
from tests.sensors.probe import ROOT, waiting


class Telling:
    """A sensor that knows one process, and fails if it is told to."""

    def __init__(self, name: str, fault: Exception | None = None) -> None:
        self.name = name
        self.closed = False
        self._fault = fault

    def run(self, stream: Stream, stop: threading.Event) -> None:
        record = ProcessRecord(entity_id="one", pid=1, image=Image(name=self.name))
        stream.snapshot([record], 1)
        if self._fault is not None:
            stream.started(ProcessRecord(entity_id="two", pid=2, image=Image(name=self.name)), 2)
            raise self._fault

    def report(self) -> Report:
        return Report(health="ok", blind={"its own": "blind spot"})

    def close(self) -> None:
        self.closed = True
        if self._fault is not None:
            raise OSError("closing fails too")


def unavailable(why: str) -> object:
    def make(_: float) -> Choice:
        raise SensorUnavailable(why)

    return make


def available(sensor: Telling) -> object:
    return lambda _: Choice(sensor, None, f"{sensor.name} works")


def sensors(**made: Telling | str) -> Sensors:
    return {name: (unavailable if isinstance(one, str) else available)(one) for name, one in made.items()}


def test_the_first_that_works_is_the_best_and_says_why_not_the_others() -> None:
    there = sensors(a="a needs root.", b="b needs a kernel.", c=Telling("c"), d=Telling("d"))
    choice = best(1.0, sensors=there)
    assert choice.sensor.name == "c"
    assert choice.passed_over == {"a": "a needs root.", "b": "b needs a kernel."}
    assert "\n" not in choice.sentence
    assert choice.sentence.startswith("the c sensor runs: ")
    assert choice.sentence.endswith("Not a: a needs root. Not b: b needs a kernel.")


def test_only_auto_falls_back() -> None:
    there = sensors(a="a needs root.", b=Telling("b"))
    assert choose(AUTO, 1.0, there).sensor.name == "b"
    with pytest.raises(SensorUnavailable, match=r"a needs root\."):
        choose("a", 1.0, there)


def test_where_none_is_left_all_reasons_are_told() -> None:
    with pytest.raises(SensorUnavailable, match=r"a needs root\. b needs a kernel\."):
        best(1.0, sensors=sensors(a="a needs root.", b="b needs a kernel."))


def run(name: str, there: Sensors) -> tuple[Sensing, list, list[End]]:
    ends: queue.SimpleQueue[End] = queue.SimpleQueue()
    sensing = Sensing(name, 1.0, there)
    lines = OutputQueue()
    stream = QueuedStream(sensing.choice.sensor.name, Host(), lines)
    sensing.run(stream, threading.Event(), ends)
    stream.status(sensing.report(), 9)
    told = [decode(line) for line in waiting(lines)]
    return sensing, told, [ends.get() for _ in range(ends.qsize())]


def test_when_the_chosen_one_dies_the_next_goes_on_in_the_same_stream(capfd: pytest.CaptureFixture) -> None:
    dies = Telling("a", RuntimeError("it broke\n"))
    sensing, told, ends = run(AUTO, sensors(a=dies, b="b needs root.", c=Telling("c")))
    assert ends == []
    assert dies.closed
    assert [event.sequence for event in told] == [1, 2, 3, 4]
    assert [event.provider for event in told] == ["a", "a", "c", "c"]
    first, started, again, status = told
    assert isinstance(first, ProcessSnapshot)
    assert not first.repair
    assert isinstance(started, ProcessStart)
    # The new one's snapshot is a repair: who is not in it has ended.
    assert isinstance(again, ProcessSnapshot)
    assert again.repair
    assert isinstance(status, SensorStatus)
    assert (status.sensor, status.snapshot.first, status.snapshot.last) == ("c", 3, 3)
    assert set(status.blind) == {"its own", "a sensor", "b sensor"}
    assert "RuntimeError: 'it broke\\n'" in status.blind["a sensor"]
    assert status.blind["b sensor"] == "b needs root."
    said = capfd.readouterr().err.splitlines()
    assert [line.partition(" runs")[0] for line in said] == [
        "edr-tui sensor: the a sensor",
        "edr-tui sensor: the c sensor",
    ]


def test_a_sensor_that_was_named_dies_without_another(capfd: pytest.CaptureFixture) -> None:
    _, told, ends = run("a", sensors(a=Telling("a", RuntimeError("it broke")), b=Telling("b")))
    assert [end.code for end in ends] == [1]
    assert {event.provider for event in told} == {"a"}
    assert capfd.readouterr().err == ""


def test_when_all_have_died_it_ends() -> None:
    fault = RuntimeError("it broke")
    _, _, ends = run(AUTO, sensors(a=Telling("a", fault), b=Telling("b", fault)))
    assert [end.code for end in ends] == [1]


AS_NOBODY = """
import os
from edr_tui.cli.main import run
from edr_tui.sensors import host
from edr_tui.sensors.connector import feed, link, sensor
from edr_tui.sensors.ebpf import sensor
from edr_tui.sensors import linux, poll
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
raise SystemExit(run(['sensor', '--duration', '1.5']))
"""


@pytest.mark.skipif(not ROOT, reason="this needs root on Linux")
def test_root_gets_ebpf_and_a_user_without_root_the_connector() -> None:
    from edr_tui.sensors.connector import requirements
    from tests.sensors.kernel import link_or_skip, programs_or_skip

    programs_or_skip().close()
    link_or_skip().close()
    command = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--duration", "1.5"]
    as_root = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert as_root.returncode == 0
    assert as_root.stderr.startswith(b"edr-tui sensor: the ebpf sensor runs: ")
    assert {decode(line).provider for line in as_root.stdout.splitlines()} == {"ebpf"}
    as_user = subprocess.run(
        [sys.executable, "-I", "-c", AS_NOBODY], capture_output=True, timeout=60, check=False
    )
    assert as_user.returncode == 0
    told = [decode(line) for line in as_user.stdout.splitlines()]
    without = requirements.facts()._replace(net_admin=False)
    expected = "poll" if requirements.missing(without) else "connector"
    assert {event.provider for event in told} == {expected}
    status = next(event for event in told if isinstance(event, SensorStatus))
    assert "needs root" in status.blind["ebpf sensor"]
    assert as_user.stderr.decode().count("\n") == 1
    assert f"the {expected} sensor runs: " in as_user.stderr.decode()
    assert "Not ebpf: the ebpf sensor needs root" in as_user.stderr.decode()
