"""Drives the eBPF sensor turn by turn on the real kernel, and reads what it told as any reader would."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import (
    AnyEvent,
    EventsLost,
    Host,
    ProcessExec,
    ProcessExit,
    ProcessStart,
    SensorStatus,
)
from edr_tui.model.table import ProcessTable
from edr_tui.sensors.base import SensorUnavailable
from edr_tui.sensors.output import OutputQueue
from edr_tui.sensors.stream import QueuedStream
from tests.sensors.probe import pid_of, waiting

MUST_RUN = sys.platform == "linux" and os.geteuid() == 0 and os.environ.get("CI") == "true"
RING_BYTES = 16 * 1024 * 1024


class KernelProbe:
    """A sensor with its stream, and everything that it told. Skips, with the reason, where it cannot run."""

    def __init__(self, ring_bytes: int = RING_BYTES, canary: object = None, hidden: object = None) -> None:
        programs = programs_or_skip(ring_bytes)
        from edr_tui.sensors.ebpf.sensor import EbpfSensor
        from edr_tui.sensors.kernel.canary import Canary
        from edr_tui.sensors.linux import LinuxSystem

        self.programs = programs
        self.sensor = EbpfSensor(LinuxSystem(), programs, canary or Canary(every_s=3600), hidden)
        self.queue = OutputQueue(max_documents=10**6, max_bytes=2**30)
        self.stream = QueuedStream("ebpf", Host(id="here", os_type="linux"), self.queue)
        self.told: list[AnyEvent] = []

    def turn(self) -> list[AnyEvent]:
        """One turn, and everything that was told until now."""
        self.sensor.turn(self.stream)
        self.told += [decode(line) for line in waiting(self.queue)]
        return self.told

    def until(self, condition: Callable[[list[AnyEvent]], object], within: float = 20.0) -> None:
        """Turn until the condition holds for what was told."""
        end = time.monotonic() + within
        while not condition(self.turn()):
            assert time.monotonic() < end, f"not told within {within} s"
            self.sensor._wait(0.05)

    def about(self, pid: int) -> list[AnyEvent]:
        """What was told of a pid."""
        return [event for event in self.told if pid_of(event) == pid]

    def until_exit(self, pid: int) -> list[AnyEvent]:
        """Turn until the exit of a pid is told; everything about it."""
        self.until(lambda told: any(isinstance(e, ProcessExit) and e.pid == pid for e in told[-4000:]))
        return self.about(pid)

    def until_exec(self, pid: int) -> ProcessExec:
        """Turn until an exec of a pid is told; the newest."""
        self.until(lambda told: any(isinstance(e, ProcessExec) and pid_of(e) == pid for e in told[-4000:]))
        return next(e for e in reversed(self.told) if isinstance(e, ProcessExec) and pid_of(e) == pid)

    def status(self) -> SensorStatus:
        """Its word at this moment."""
        self.stream.status(self.sensor.report(), time.time_ns())
        self.turn()
        return next(event for event in reversed(self.told) if isinstance(event, SensorStatus))

    def close(self) -> None:
        self.sensor.close()


class ConnectorProbe(KernelProbe):
    """The same with the connector sensor; buffer_bytes: what the kernel's socket holds."""

    def __init__(self, buffer_bytes: int | None = None, canary: object = None) -> None:
        from edr_tui.sensors.connector.feed import Feed
        from edr_tui.sensors.connector.sensor import ConnectorSensor
        from edr_tui.sensors.kernel.canary import Canary
        from edr_tui.sensors.linux import LinuxSystem

        self.link = link_or_skip(buffer_bytes)
        self.feed = Feed(self.link)
        self.sensor = ConnectorSensor(LinuxSystem(), self.feed, canary or Canary(every_s=3600))
        self.queue = OutputQueue(max_documents=10**6, max_bytes=2**30)
        self.stream = QueuedStream("connector", Host(id="here", os_type="linux"), self.queue)
        self.told = []


def link_or_skip(buffer_bytes: int | None = None):
    """The open subscription; where there is none, the test is skipped with the sensor's own sentence."""
    from edr_tui.sensors.connector.link import BUFFER_BYTES, Link

    try:
        return Link(buffer_bytes or BUFFER_BYTES)
    except SensorUnavailable as why:
        if MUST_RUN:
            pytest.fail(f"root in CI must be able to run the connector sensor: {why}")
        pytest.skip(str(why))


def programs_or_skip(ring_bytes: int = RING_BYTES):
    """The loaded programs; where they cannot be, the test is skipped with the sensor's own sentence."""
    from edr_tui.sensors.ebpf.loader import Programs

    try:
        return Programs(ring_bytes)
    except SensorUnavailable as why:
        if MUST_RUN:
            pytest.fail(f"root in CI must be able to run the ebpf sensor: {why}")
        pytest.skip(str(why))


def table_of(told: list[AnyEvent]) -> ProcessTable:
    """The console's table after all that was told; nothing in it may be doubtful."""
    table = ProcessTable()
    for event in told:
        if isinstance(event, SensorStatus):
            if event.snapshot is not None:
                table.settle(event.snapshot, event.at_ns)
        elif not isinstance(event, EventsLost):
            table.apply(event)
    return table


def first_told(told: list[AnyEvent], pid: int) -> ProcessStart:
    """The start of a pid."""
    return next(event for event in told if isinstance(event, ProcessStart) and pid_of(event) == pid)
