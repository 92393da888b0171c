"""The books: every number is either read or told lost, and a loss is followed by a repair."""

from __future__ import annotations

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import decode
from edr_tui.model.event import AnyEvent, EventsLost, Host, ProcessSnapshot, SensorStatus
from edr_tui.model.process import Image, ProcessRecord
from edr_tui.sensors.base import Ended, Report
from edr_tui.sensors.output import OutputQueue, Writer
from edr_tui.sensors.stream import STAGE, QueuedStream
from tests.sensors.probe import waiting
from tests.waiting import eventually

GONE = Ended(entity_id="boot-1-1", pid=1)
REPORT = Report(health="ok")


def records(count: int) -> list[ProcessRecord]:
    return [ProcessRecord(entity_id=f"boot-{pid}-1", pid=pid, image=Image(name="x")) for pid in range(count)]


class Books:
    """A stream with a small queue, a clock that stands still, and what a reader has read of it."""

    def __init__(self, bound: int = 16, max_bytes: int = 1 << 20) -> None:
        self.now = 0.0
        self.queue = OutputQueue(bound, max_bytes)
        self.stream = QueuedStream("poll", Host(), self.queue, clock=lambda: self.now)
        self.read: list[AnyEvent] = []

    def take(self) -> None:
        self.read += [decode(line) for line in self.queue.take()]
        self.queue.done()
        self.stream.room_made()

    def take_all(self) -> None:
        while not self.queue.has_room(self.queue.max_documents):
            self.take()

    def check(self) -> None:
        """Every number from 1 is there once, or within one loss that was told."""
        expected = 1
        lost = 0
        told = iter(self.read)
        for event in told:
            if event.sequence != expected:
                assert isinstance(event, EventsLost), f"{event.sequence} where {expected} was due"
                assert (event.stage, event.first, event.last) == (STAGE, expected, event.sequence - 1)
                assert event.count == event.sequence - expected
                lost += event.count
            expected = event.sequence + 1
        assert lost == self.stream.lost


def test_numbers_run_from_one_while_nothing_is_lost() -> None:
    books = Books()
    books.stream.started(records(1)[0], 1)
    books.stream.executed(records(1)[0], 2)
    books.stream.exited(GONE, 3)
    books.stream.status(REPORT, 4)
    books.take_all()
    assert [event.sequence for event in books.read] == [1, 2, 3, 4]
    assert [event.at_ns for event in books.read] == [1, 2, 3, 4]


def test_a_loss_is_told_exactly_as_soon_as_there_is_room() -> None:
    books = Books(bound=16)
    for at in range(20):
        books.stream.exited(GONE, at)
    books.take()
    lost = [decode(line) for line in waiting(books.queue)]
    assert [(type(event), event.count, event.first, event.last) for event in lost] == [
        (EventsLost, 4, 17, 20)
    ]
    assert lost[0].sequence == 21


def test_bytes_bound_the_queue_too() -> None:
    books = Books(bound=1000, max_bytes=4000)
    for at in range(100):
        books.stream.exited(GONE, at)
    assert 0 < 100 - books.stream.lost < 20
    books.take_all()
    books.check()


def test_after_a_loss_a_snapshot_repairs_and_its_span_follows() -> None:
    books = Books(bound=16)
    assert books.stream.snapshot(records(3), 1)
    books.stream.status(REPORT, 1)
    for at in range(20):
        books.stream.exited(GONE, at)
    assert not books.stream.snapshot_wanted()
    books.take_all()
    assert books.stream.snapshot_wanted()
    assert books.stream.snapshot(records(3), 2)
    assert not books.stream.snapshot_wanted()
    books.stream.status(REPORT, 3)
    books.take_all()
    books.check()
    first, *_, second = [event for event in books.read if isinstance(event, SensorStatus)]
    assert (first.snapshot.first, first.snapshot.last, first.snapshot.count) == (1, 3, 3)
    repaired = [event for event in books.read if isinstance(event, ProcessSnapshot) and event.repair]
    assert [event.sequence for event in repaired] == [second.snapshot.first, 27, second.snapshot.last]
    assert second.counters["queue_lost"] == books.stream.lost


def test_a_loss_within_a_snapshot_does_not_stop_it_and_it_is_told_again_after_a_pause() -> None:
    books = Books(bound=16)

    def disturbed(count: int):
        """A snapshot in the middle of which more happens than finds room."""
        for record in records(count):
            if record.pid == 3:
                for at in range(20):
                    books.stream.exited(GONE, at)
            yield record

    def told_to_its_end() -> list[int]:
        while not books.stream.resume(1):
            books.take()
        books.take_all()
        return [e.process.pid for e in books.read if isinstance(e, ProcessSnapshot)]

    assert not books.stream.snapshot(disturbed(6), 1)
    assert set(told_to_its_end()) == {0, 1, 2, 4, 5}, "what comes after the loss is told all the same"
    assert not books.stream.snapshot_wanted()
    books.now += 1.0
    assert books.stream.snapshot_wanted()
    assert not books.stream.snapshot(disturbed(6), 2)
    told_to_its_end()
    books.now += 1.0
    assert not books.stream.snapshot_wanted(), "the pause grows"
    books.now += 1.0
    assert books.stream.snapshot_wanted()
    books.stream.snapshot(records(6), 3)
    told_to_its_end()
    books.stream.status(REPORT, 4)
    books.take_all()
    books.check()
    spans = [event.snapshot for event in books.read if isinstance(event, SensorStatus)]
    assert (spans[-1].count, spans[-1].last - spans[-1].first) == (6, 5)


@pytest.mark.parametrize("bounds", [(16, 1 << 20), (1000, 4000)], ids=["documents", "bytes"])
def test_a_snapshot_that_is_larger_than_the_queue_is_told_as_it_drains(bounds) -> None:
    books = Books(*bounds)
    whole = books.stream.snapshot(records(100), 1)
    assert not whole
    while not whole:
        assert not books.stream.snapshot_wanted(), "one is being told"
        books.stream.exited(GONE, 2)
        books.stream.status(REPORT, 2)
        books.take()
        whole = books.stream.resume(3)
    books.stream.status(REPORT, 4)
    books.take_all()
    books.check()
    assert books.stream.lost == 0
    told = [event for event in books.read if isinstance(event, ProcessSnapshot)]
    assert [event.process.pid for event in told] == list(range(100))
    *before, last = [event for event in books.read if isinstance(event, SensorStatus)]
    assert {(status.health, status.snapshot) for status in before} == {("limited", None)}
    assert all("incomplete picture" in status.blind for status in before)
    assert (last.health, dict(last.blind)) == ("ok", {})
    assert (last.snapshot.first, last.snapshot.last) == (told[0].sequence, told[-1].sequence)
    assert last.snapshot.count == 100


def test_a_snapshot_leaves_room_for_what_happens_meanwhile() -> None:
    books = Books(bound=16)
    assert not books.stream.snapshot(records(100), 1)
    for at in range(8):
        books.stream.exited(GONE, at)
    assert books.stream.lost == 0


def test_a_status_between_the_documents_of_a_snapshot_is_not_counted() -> None:
    books = Books(bound=64)

    def interrupted():
        for record in records(4):
            yield record
            books.stream.status(REPORT, 1)

    assert books.stream.snapshot(interrupted(), 1)
    books.stream.status(REPORT, 2)
    books.take_all()
    span = books.read[-1].snapshot
    assert (span.first, span.last, span.count) == (1, 7, 4)


@given(
    st.lists(st.sampled_from(["exit", "status", "burst", "snapshot", "resume", "take", "take all", "wait"]))
)
def test_whatever_happens_the_books_are_exact(steps: list[str]) -> None:
    books = Books(bound=8)
    for step in steps:
        match step:
            case "exit":
                books.stream.exited(GONE, 1)
            case "status":
                books.stream.status(REPORT, 1)
            case "burst":
                for _ in range(10):
                    books.stream.exited(GONE, 1)
            case "snapshot":
                books.stream.snapshot(records(3), 1)
            case "resume":
                books.stream.resume(1)
            case "take" if not books.queue.has_room(8):
                books.take()
            case "take all":
                books.take_all()
            case "wait":
                books.now += 100
                if books.stream.snapshot_wanted():
                    books.stream.snapshot(records(3), 1)
    books.take_all()
    books.stream.resume(1)
    books.take_all()
    books.stream.status(REPORT, 1)
    books.take_all()
    books.check()
    for status in (event for event in books.read if isinstance(event, SensorStatus) and event.snapshot):
        within = [
            event
            for event in books.read
            if status.snapshot.first <= event.sequence <= status.snapshot.last
            and isinstance(event, ProcessSnapshot)
        ]
        assert len(within) == status.snapshot.count == 3


def test_a_slow_reader_of_a_real_pipe_gets_exact_books() -> None:
    books = Books(bound=200)
    read, write = os.pipe()
    Writer(books.queue, write, wrote=books.stream.room_made, ended=lambda fault: None).start()
    storm_over = threading.Event()

    def storm() -> None:
        while not storm_over.is_set():
            books.stream.exited(GONE, 1)

    threading.Thread(target=storm).start()
    with os.fdopen(read, "rb") as lines:
        try:
            eventually(lambda: books.stream.lost > 5_000)
            while sum(isinstance(event, EventsLost) for event in books.read) < 5:
                books.read.append(decode(lines.readline()))
        finally:
            storm_over.set()
        threading.Thread(target=lambda: books.queue.drain(20.0) and books.stream.status(REPORT, 1)).start()
        while not isinstance(books.read[-1], SensorStatus):
            books.read.append(decode(lines.readline()))
    books.check()
    assert books.read[-1].counters["queue_lost"] == books.stream.lost > 5_000
