"""What goes wrong around the polling sensor, and what it says of it."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time

import psutil
import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import Host, ProcessExec, ProcessSnapshot, ProcessStart, SensorStatus
from edr_tui.sensors import host as sensor_host
from edr_tui.sensors.base import Report
from edr_tui.sensors.choose import Choice
from edr_tui.sensors.deadline import DeadlineReads
from edr_tui.sensors.output import OutputQueue
from edr_tui.sensors.psutil_system import PsutilSystem
from edr_tui.sensors.stream import QueuedStream
from edr_tui.sensors.system import Details, Met, Sight
from tests.sensors.probe import (
    STEPS,
    Probe,
    end,
    go,
    only_exec,
    only_exit,
    only_start,
    pid_of,
    python,
    started,
    waiting,
)
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these processes are POSIX programs")


class Hanging(PsutilSystem):
    """Reading the details of some processes hangs, as on a hostile process's memory."""

    def __init__(self) -> None:
        super().__init__()
        self.hostile: set[int] = set()
        self.release = threading.Event()

    def details(self, sight: Sight) -> Details:
        if sight.pid in self.hostile:
            self.release.wait()
        return super().details(sight)


def test_a_process_whose_details_hang_is_told_without_them_and_the_others_with() -> None:
    system = Hanging()
    probe = Probe(system)
    probe.sensor._details = DeadlineReads(system.details, first_s=0.1)
    probe.tick()
    processes = [subprocess.Popen(["/bin/sleep", "600"]) for _ in range(3)]
    try:
        system.hostile.add(processes[1].pid)
        told = {pid_of(event): event for event in probe.tick()}
        records = [told[process.pid].process for process in processes]
        assert records[1].unknown["process.command_line"] == "late"
        assert records[1].image.name is not None
        assert records[0].image.args == records[2].image.args == ("/bin/sleep", "600")
        status = probe.status()
        assert status.health == "limited"
        assert status.blind["stuck processes"] == "reading the details of 1 processes hangs"
        assert status.counters["late"] == 1
        assert [event for event in probe.tick() if pid_of(event) == processes[1].pid] == []
        end(processes[1])
        assert only_exit(probe.about(processes[1].pid)).entity_id == records[1].entity_id
        system.release.set()
        eventually(lambda: "stuck processes" not in probe.status().blind)
    finally:
        system.release.set()
        for process in processes:
            end(process)
        probe.close()


def test_an_exec_between_the_look_and_the_details_is_read_as_one_image(linux: Probe) -> None:
    system = linux.system
    read = system.details
    with python(
        STEPS + "say('ready'); wait(); os.execv('/bin/sh', ['sh', '-c', 'echo done; read x'])"
    ) as process:
        # Seen by name and stack, read, and only then the exec.
        calls = []

        def exec_then_read(sight: Sight) -> Details:
            details = read(sight)
            if sight.pid == process.pid and not calls:
                calls.append(sight)
                go(process)
            return details

        linux.sensor._details = DeadlineReads(exec_then_read)
        record = only_start(linux.about(process.pid))
        assert calls
        assert (record.image.name, record.image.args) == ("sh", ("sh", "-c", "echo done; read x"))
        assert linux.about(process.pid) == []


def test_a_pid_that_goes_to_another_process_between_the_look_and_the_details(linux: Probe) -> None:
    """The details of the dead are not taken from whoever has its pid now."""
    with started("/bin/sleep", "600") as process:
        met = linux.system.meet(process.pid)
        # The handle is that of a process that has ended; the pid reads as a living one.
        with started("/bin/sleep", "1") as other:
            end(other)
            watch = linux.system._watch
            watch._handles[process.pid], handle = _ended_handle(watch), watch._handles[process.pid]
            try:
                details = linux.system.details(met.sight)
            finally:
                watch._handles[process.pid] = handle
        assert (details.executable, details.command_line, details.user) == (None, None, None)
        assert details.unknown["process.executable"] == "gone"


def test_psutil_takes_no_details_from_the_next_owner_of_a_pid_either() -> None:
    system = PsutilSystem()
    with started("/bin/sleep", "600") as process:
        met = system.meet(process.pid)
        user = system._users.user

        def reused_meanwhile(uid: int):
            system._processes[process.pid] = psutil.Process()
            return user(uid)

        system._users.user = reused_meanwhile
        details = system.details(met.sight)
        assert (details.executable, details.command_line, details.user) == (None, None, None)
        assert details.unknown["process.command_line"] == "gone"


def _ended_handle(watch):
    process = subprocess.Popen(["/bin/true"])
    fd = os.pidfd_open(process.pid)
    process.wait()
    return watch._handles[next(iter(watch._handles))]._replace(fd=fd)


def test_a_step_of_the_wall_clock_starts_and_ends_nothing(probe: Probe) -> None:
    with started("/bin/sleep", "600") as process:
        eventually(lambda: probe.about(process.pid))
        for step in (86_400, -86_400, 0):
            probe.sensor._wall_ns = lambda step=step: time.time_ns() + step * 1_000_000_000
            assert [event for event in probe.tick() if pid_of(event) in (process.pid, os.getpid(), 1)] == []
            again = probe.system.look(process.pid, None)
            known = probe.sensor._known[process.pid].sight
            assert probe.system.start_ns(again) == probe.system.start_ns(known)


def test_a_scan_that_takes_long_is_said_while_it_runs() -> None:
    now = [0.0]

    class Slow(PsutilSystem):
        report = None

        def pids(self) -> list[int]:
            now[0] = 7.0
            self.report = probe.sensor.report()
            return super().pids()

    system = Slow()
    probe = Probe(system)
    probe.sensor._monotonic = lambda: now[0]
    probe.tick()
    assert system.report.health == "limited"
    assert system.report.blind["slow scan"] == "the scan that runs now has taken 7 s"
    assert "slow scan" not in probe.sensor.report().blind
    probe.close()


class Stuck:
    """A sensor that never comes back."""

    name = "poll"

    def run(self, stream: object, stop: threading.Event) -> None:
        stop.wait()

    def report(self) -> Report:
        return Report(health="limited", blind={"slow scan": "stuck"})


def test_a_status_is_told_every_second_while_the_sensor_is_stuck() -> None:
    lines = OutputQueue()
    stream = QueuedStream("poll", Host(), lines)
    done = sensor_host._keep_time(Stuck().report, stream, queue.SimpleQueue(), 2.1)
    told = [decode(line) for line in waiting(lines)]
    assert done.code == 0
    assert [type(event) for event in told] == [SensorStatus, SensorStatus]
    assert told[0].blind["slow scan"] == "stuck"
    assert 0.9 < (told[1].at_ns - told[0].at_ns) / 1e9 < 1.5


def test_a_sensor_that_fails_ends_with_one_sentence() -> None:
    class Failing(Stuck):
        def run(self, stream: object, stop: threading.Event) -> None:
            raise TypeError("bad \x1b[2J thing")

    ends: queue.SimpleQueue[sensor_host.End] = queue.SimpleQueue()
    sensing = sensor_host.Sensing("poll", 1.0, {"poll": lambda _: Choice(Failing(), None, "")})
    sensing.run(QueuedStream("poll", Host(), OutputQueue()), threading.Event(), ends)
    ended = ends.get(timeout=1)
    assert ended.code == 1
    assert ended.sentence.startswith("the sensor failed in run, line ")
    assert ended.sentence.endswith("TypeError: 'bad \\x1b[2J thing'.")


class Scripted:
    """A system that shows what a test wrote down."""

    boot = "0" * 12

    def __init__(self, *sights: Sight) -> None:
        self.sights = {sight.pid: sight for sight in sights}

    def pids(self) -> list[int]:
        return list(self.sights)

    def look(self, pid: int, last: Sight | None) -> Sight | None:
        return self.sights.get(pid)

    def meet(self, pid: int) -> Met | None:
        return Met(self.sights[pid], None) if pid in self.sights else None

    def details(self, sight: Sight) -> Details:
        return Details()

    def ended(self) -> set[int]:
        return set()

    def ending(self, sight: Sight) -> None:
        return None

    def forget(self, pid: int) -> None: ...

    def close(self) -> None: ...

    def start_ns(self, sight: Sight) -> int:
        return sight.start

    def forks(self) -> int | None:
        return None

    def blind(self) -> dict[str, str]:
        return {}

    def limited(self) -> bool:
        return False


def test_exits_come_before_starts_and_starts_parents_first_whatever_the_pids() -> None:
    system = Scripted(Sight(1, 1, 0, "init"), Sight(50, 5, 1, "old"))
    probe = Probe(system)
    probe.tick()
    system.sights = {
        5: Sight(5, 9, 900, "child"),
        50: Sight(50, 8, 1, "new"),
        900: Sight(900, 9, 50, "parent"),
        1: Sight(1, 1, 0, "init"),
    }
    told = probe.tick()
    assert [(type(event).__name__, pid_of(event)) for event in told] == [
        ("ProcessExit", 50),
        ("ProcessStart", 50),
        ("ProcessStart", 900),
        ("ProcessStart", 5),
    ]
    assert told[3].process.parent.entity_id == told[2].process.entity_id
    probe.close()


def test_a_parent_that_is_younger_than_its_child_is_not_its_parent() -> None:
    system = Scripted(Sight(1, 1, 0, "init"), Sight(50, 9, 1, "young"), Sight(60, 5, 50, "older"))
    probe = Probe(system)
    told = {pid_of(event): event.process for event in probe.tick()}
    assert (told[60].parent.pid, told[60].parent.entity_id) == (50, None)
    assert told[60].unknown["process.parent.entity_id"] == "gone"
    assert told[60].provenance == "unknown"
    probe.close()


def test_a_parent_that_ended_in_the_same_tick_is_still_named() -> None:
    system = Scripted(Sight(1, 1, 0, "init"), Sight(50, 5, 1, "shell"))
    probe = Probe(system)
    first = {pid_of(event): event.process for event in probe.tick()}
    system.sights = {1: Sight(1, 1, 0, "init"), 60: Sight(60, 6, 50, "child")}
    ended, start = probe.tick()
    assert ended.entity_id == start.process.parent.entity_id == first[50].entity_id
    probe.close()


def test_parents_that_go_round_in_a_circle_are_told_nevertheless() -> None:
    system = Scripted(Sight(1, 1, 3, "a"), Sight(2, 1, 1, "b"), Sight(3, 1, 2, "c"), Sight(4, 1, 4, "self"))
    probe = Probe(system)
    told = probe.tick()
    assert sorted(pid_of(event) for event in told) == [1, 2, 3, 4]
    assert all(isinstance(event, ProcessSnapshot) for event in told)
    assert next(event.process.parent for event in told if pid_of(event) == 4) is None
    probe.close()


def test_a_deep_chain_is_told_without_recursion() -> None:
    depth = 10_000
    system = Scripted(*(Sight(pid, 1, pid + 1 if pid < depth else 0, "x") for pid in range(1, depth + 1)))
    probe = Probe(system)
    assert [pid_of(event) for event in probe.tick()] == list(range(depth, 0, -1))
    probe.close()


def test_a_parent_that_came_between_the_list_and_the_look_is_met_too() -> None:
    system = Scripted(Sight(1, 1, 0, "init"))
    probe = Probe(system)
    probe.tick()
    system.sights |= {9: Sight(9, 5, 1, "parent"), 10: Sight(10, 5, 9, "child")}
    listed = system.pids
    system.pids = lambda: [pid for pid in listed() if pid != 9]
    told = probe.tick()
    assert [(type(event), pid_of(event)) for event in told] == [(ProcessStart, 9), (ProcessStart, 10)]
    assert told[1].process.parent.entity_id == told[0].process.entity_id
    probe.close()


def test_an_exec_and_a_child_in_one_tick_come_in_that_order() -> None:
    system = Scripted(Sight(1, 1, 0, "init"), Sight(50, 5, 1, "sh", stack=7, code=7))
    probe = Probe(system)
    probe.tick()
    system.sights |= {50: Sight(50, 5, 1, "nginx", stack=8, code=8), 51: Sight(51, 6, 50, "sh")}
    executed, start = probe.tick()
    assert only_exec([executed]).image.name == "nginx"
    assert isinstance(executed, ProcessExec)
    assert start.process.parent.name == "nginx"
    probe.close()
