"""Reads that hang are left behind, and the rest is read."""

from __future__ import annotations

import threading

from edr_tui.sensors.deadline import DeadlineReads
from tests.waiting import eventually


def test_everything_is_read_in_order() -> None:
    reads = DeadlineReads(lambda item: item * 2)
    assert reads.all(list(range(1000))) == [item * 2 for item in range(1000)]
    assert reads.all([]) == []
    assert reads.stuck() == 0


def test_a_read_that_fails_gives_nothing_for_its_item_only() -> None:
    reads = DeadlineReads(lambda item: 1 // item)
    assert reads.all([1, 0, 1]) == [1, None, 1]


def test_reads_that_hang_are_left_behind() -> None:
    release = threading.Event()

    def read(item: int) -> int:
        if item % 3 == 0:
            release.wait()
        return item

    reads = DeadlineReads(read, first_s=0.05, next_s=0.05)
    try:
        assert reads.all([1, 2, 3, 4, 5, 6, 7]) == [1, 2, None, 4, 5, None, 7]
        assert reads.stuck() == 2
        assert reads.all([8, 9, 10]) == [8, None, 10]
        assert reads.stuck() == 3
    finally:
        release.set()
    eventually(lambda: reads.stuck() == 0)
    assert reads.all([11, 12]) == [11, 12]


def test_a_batch_may_take_longer_than_the_deadline_of_one_read() -> None:
    pause = threading.Event()
    reads = DeadlineReads(lambda item: pause.wait(0.02) or item, first_s=0.2, next_s=0.2)
    assert reads.all(list(range(30))) == list(range(30))
    assert reads.stuck() == 0
