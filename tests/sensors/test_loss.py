"""A slow reader: what it missed is counted, and a repair makes its picture whole again."""

from __future__ import annotations

import os
import subprocess
import threading

import psutil

from edr_tui.model.event import EventsLost, ProcessExit, ProcessSnapshot, SensorStatus
from edr_tui.model.table import ProcessTable
from edr_tui.sensors.output import OutputQueue
from edr_tui.sensors.psutil_system import PsutilSystem
from tests.sensors.probe import Probe, end, pid_of
from tests.waiting import eventually


class Reader:
    """The console's side: the table, and every event in order."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.table = ProcessTable()
        self.read = []

    def take(self) -> None:
        for event in self.probe.told():
            self.read.append(event)
            if isinstance(event, SensorStatus):
                if event.snapshot is not None:
                    self.table.settle(event.snapshot, event.at_ns)
            elif not isinstance(event, EventsLost):
                self.table.apply(event)
        self.probe.stream.room_made()

    def take_snapshot(self) -> None:
        """Tick and read until a snapshot was told whole."""
        whole = False
        while not whole:
            self.probe.sensor.tick(self.probe.stream)
            self.probe.stream.status(self.probe.sensor.report(), 1)
            self.take()
            whole = self.read[-1].health == "ok"

    def live(self) -> set[int]:
        return {process.pid for process in self.table.processes() if process.alive}


def test_what_a_slow_reader_missed_is_counted_and_mended() -> None:
    others = len(psutil.pids())
    probe = Probe(PsutilSystem(), OutputQueue(max_documents=others + 40))
    probe.sensor._system.limited = lambda: False  # the rights of whoever runs this are not the question
    reader = Reader(probe)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes += [subprocess.Popen(["/bin/sleep", "600"]) for _ in range(10)]
        reader.take_snapshot()
        assert {process.pid for process in processes} <= reader.live()

        # Nobody reads: the ends of these, and of a crowd that comes and goes, find no room.
        crowd = [subprocess.Popen(["/bin/sleep", "600"]) for _ in range(others + 60)]
        probe.sensor.tick(probe.stream)
        for process in (*crowd, *processes[:5]):
            end(process)
        late = subprocess.Popen(["/bin/sleep", "600"])
        processes.append(late)
        probe.sensor.tick(probe.stream)
        probe.stream.status(probe.sensor.report(), 2)
        assert probe.stream.lost > 60

        reader.take()
        assert late.pid not in reader.live()
        assert processes[0].pid in reader.live()
        reader.take()
        assert isinstance(reader.read[-1], EventsLost)
        reader.take_snapshot()

        assert sum(e.count for e in reader.read if isinstance(e, EventsLost)) == probe.stream.lost
        repaired = [e for e in reader.read if isinstance(e, ProcessSnapshot) and e.repair]
        assert late.pid in {event.process.pid for event in repaired}
        expected = {process.pid for process in processes[5:]}
        ours = {process.pid for process in (*processes, *crowd)}
        assert reader.live() & ours == expected
        assert os.getpid() in reader.live()
        assert reader.table.get(repaired[0].process.entity_id) is not None
    finally:
        for process in processes:
            end(process)
        probe.close()


def test_a_process_that_ends_or_changes_while_a_snapshot_waits_is_told_as_it_is() -> None:
    """The first snapshot finds room for a few only; the table of its reader is right nevertheless."""
    probe = Probe(PsutilSystem(), OutputQueue(max_documents=20))
    processes = [subprocess.Popen(["/bin/sleep", "600"]) for _ in range(12)]
    try:
        probe.sensor.tick(probe.stream)
        first = probe.told()
        assert all(isinstance(event, ProcessSnapshot) for event in first)
        waiting = [p for p in processes if p.pid not in {event.process.pid for event in first}]
        end(waiting[0])
        told = probe.tick()
        while not probe.stream.resume(1):
            told += probe.told()
        told += probe.told()
        about = [type(event) for event in told if pid_of(event) == waiting[0].pid]
        assert about == [ProcessExit], "it is not told as running after its end"
        expected = {process.pid for process in processes if process is not waiting[0]}
        assert expected <= {pid_of(event) for event in (*first, *told)}
    finally:
        for process in processes:
            end(process)
        probe.close()


def test_a_snapshot_goes_on_between_two_looks() -> None:
    """With an hour between the looks, a reader need not wait for the second one."""
    queue = OutputQueue(max_documents=8)
    probe = Probe(PsutilSystem(), queue)
    probe.sensor._interval_s = 3600.0
    stop = threading.Event()
    running = threading.Thread(target=probe.sensor.run, args=(probe.stream, stop))
    running.start()
    try:
        told = set()
        eventually(lambda: told.update(map(pid_of, probe.told())) or os.getpid() in told)
        eventually(lambda: told.update(map(pid_of, probe.told())) or probe.stream._told_whole)
        assert probe.sensor.report().counters["ticks"] == 1
    finally:
        stop.set()
        running.join()
        probe.close()


def test_a_snapshot_of_no_process_at_all_is_not_believed() -> None:
    """A /proc that cannot be read for a moment ends nothing."""

    class Blinking(PsutilSystem):
        blink = False

        def pids(self) -> list[int]:
            return [] if self.blink else super().pids()

    system = Blinking()
    probe = Probe(system)
    try:
        assert probe.tick()
        system.blink = True
        assert probe.tick() == []
        system.blink = False
        assert [event for event in probe.tick() if getattr(event, "pid", None) == os.getpid()] == []
        assert eventually(lambda: probe.status().counters["ticks"]) == 3
    finally:
        probe.close()
