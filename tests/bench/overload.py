"""More execs than can be read, stalls, small buffers: seen and lost are together what the kernel says."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edr_tui.model.event import SensorStatus
from edr_tui.model.ledger import Ledger
from edr_tui.sensors.output import OutputQueue, Writer
from edr_tui.sensors.stream import QueuedStream
from edr_tui.sources.lines import LineDecoder
from tests.bench.execs import Flood, shortest_program
from tests.bench.host import Settings
from tests.bench.report import Figure, load

RUNS, EXECS = 30, 8_000
_KNOWN = ("forks", "execs", "exits", "told_already", "exits_unknown", "records_own", "records_bad")


@dataclass(frozen=True)
class Books:
    """One run. kernel: records that the kernel's side made, those without room among them.

    records: that the sensor read; accounted: of these, what its counters say became of each. lost: by stage,
    as the reader at the other end counted. numbers: the last number of the stream; read: by the reader.
    """

    kernel: int
    records: int
    accounted: int
    lost: Mapping[str, int]
    numbers: int
    read: int
    execs_a_second: float

    @property
    def difference(self) -> int:
        """By how many events the books are wrong, either way."""
        of_kernel = abs(self.kernel - self.records - self.lost.get("kernel", 0))
        on_the_way = sum(count for stage, count in self.lost.items() if stage != "kernel")
        return of_kernel + abs(self.records - self.accounted) + abs(self.numbers - self.read - on_the_way)


class _Reader(threading.Thread):
    """The console's end of the pipe, which stalls."""

    def __init__(self, fd: int, stall_s: float) -> None:
        super().__init__(daemon=True)
        self.ledger = Ledger()
        self.status: SensorStatus | None = None
        self.last = 0
        self._fd = fd
        self._stall_s = stall_s

    def run(self) -> None:
        decoder = LineDecoder()
        time.sleep(self._stall_s)
        while chunk := os.read(self._fd, 1 << 18):
            delivery = decoder.feed(chunk)
            self.ledger.unread(delivery.undecoded)
            for event in delivery.events:
                self.ledger.follow(event)
                self.ledger.count(event)
                self.last = event.sequence
                if isinstance(event, SensorStatus):
                    self.status = event


def run(seed: int, folder: Path, execs: int = EXECS) -> Books:
    """One run with buffers and stalls that the seed chooses. Raises SensorUnavailable."""
    from edr_tui.sensors.ebpf.loader import Programs
    from edr_tui.sensors.ebpf.sensor import EbpfSensor
    from edr_tui.sensors.identity import host
    from edr_tui.sensors.linux import LinuxSystem

    rng = random.Random(seed)
    programs = Programs(1 << rng.randint(16, 24))
    system = LinuxSystem()
    sensor = EbpfSensor(system, programs)
    queue = OutputQueue(rng.choice((500, 5_000, 65_536)), 1 << rng.randint(20, 26))
    stream = QueuedStream("ebpf", host(system.boot), queue)
    read, write = os.pipe()
    reader = _Reader(read, rng.uniform(0, 3))
    Writer(queue, write, wrote=stream.room_made, ended=lambda fault: None).start()
    reader.start()
    try:
        with Flood(shortest_program(folder), execs, 0) as flood:
            sensor.turn(stream)
            flood.begin()
            while flood.running:
                sensor.turn(stream)
                if rng.random() < 0.01:
                    time.sleep(rng.uniform(0, 1))
            took = flood.within()
        programs.detach()  # the kernel's word stands still from here on
        end = time.monotonic() + 60
        while time.monotonic() < end and not _settled(sensor, programs, reader):
            sensor.turn(stream)
            stream.status(sensor.report(), time.time_ns())
            queue.drain(10)
        counts = programs.counts()
    finally:
        sensor.close()
        queue.drain(5)
        os.close(write)
        reader.join(5)
        os.close(read)
    assert reader.status is not None
    counters = reader.status.counters
    return Books(
        kernel=counts.told + counts.lost + counts.missed,
        records=counters["records"],
        accounted=sum(counters[name] for name in _KNOWN),
        lost=dict(reader.ledger.lost),
        numbers=reader.last,
        read=reader.ledger.read,
        execs_a_second=execs / took,
    )


def _settled(sensor: object, programs: object, reader: _Reader) -> bool:
    """Whether all that was recorded has been read, and all that was lost told."""
    status, counts = reader.status, programs.counts()  # type: ignore[attr-defined]
    return (
        status is not None
        and status.counters["records"] == counts.told
        and reader.ledger.lost.get("kernel", 0) == counts.lost + counts.missed
    )


def overload(settings: Settings) -> list[Figure]:
    """How many runs are exact, and what they lost."""
    runs = [run(seed, settings.home) for seed in range(settings.times(RUNS, 3))]
    exact = sum(not books.difference for books in runs)
    lost = {
        stage: sum(books.lost.get(stage, 0) for books in runs)
        for stage in ("kernel", "sensor_queue", "decoder", "pipe")
    }
    told = ", ".join(f"{stage} {count:,}" for stage, count in lost.items())
    fastest = max(books.execs_a_second for books in runs)
    return [
        Figure(
            f"seen + lost = what the kernel says, {EXECS:,} execs with stalls of 0-3 s",
            f"{len(runs)} of {len(runs)} runs exact",
            f"{exact} of {len(runs)} ({sum(books.kernel for books in runs):,} records; lost: {told})",
            exact / len(runs),
            f"up to {fastest:,.0f} execs/s, rings of 64 KiB to 16 MiB",
            load(),
        )
    ]
