"""Reads that may block for ever, each with a deadline: a hostile process can make its /proc files hang."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

FIRST_S = 1.0
NEXT_S = 0.1  # once one read of a batch has hung; an attacker may have started many such processes
MAX_STUCK = 256


class _Batch(Generic[ItemT, ResultT]):
    def __init__(self, items: Sequence[ItemT]) -> None:
        self.items = items
        self.results: list[ResultT | None] = []
        self.finished: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.given_up = False


class DeadlineReads(Generic[ItemT, ResultT]):
    """Runs a read in a thread that is left behind when it hangs; a new one goes on with the rest."""

    def __init__(
        self, read: Callable[[ItemT], ResultT], *, first_s: float = FIRST_S, next_s: float = NEXT_S
    ) -> None:
        self._read = read
        self._first_s = first_s
        self._next_s = next_s
        self._batches: queue.SimpleQueue[_Batch[ItemT, ResultT] | None] | None = None
        self._stuck: list[_Batch[ItemT, ResultT]] = []

    def all(self, items: Sequence[ItemT]) -> list[ResultT | None]:
        """The result for every item, in order; None where the read hung or failed."""
        results: list[ResultT | None] = []
        deadline_s = self._first_s
        while len(results) < len(items):
            batch = self._start(items[len(results) :])
            if batch is None:
                results.extend([None] * (len(items) - len(results)))
                break
            if not _wait(batch, deadline_s):
                self._leave_behind(batch)
                deadline_s = self._next_s
            results.extend(batch.results[: len(items) - len(results)])
            if batch.given_up and len(results) < len(items):
                results.append(None)
        return results

    def stuck(self) -> int:
        """How many reads hang at this moment."""
        return sum(batch.finished.empty() for batch in self._stuck)

    def close(self) -> None:
        """Let the thread end, if it does not hang."""
        if self._batches is not None:
            self._batches.put(None)
            self._batches = None

    def _start(self, items: Sequence[ItemT]) -> _Batch[ItemT, ResultT] | None:
        self._stuck = [batch for batch in self._stuck if batch.finished.empty()]
        if len(self._stuck) >= MAX_STUCK:
            return None
        if self._batches is None:
            self._batches = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(self._batches,), name="details", daemon=True).start()
        batch: _Batch[ItemT, ResultT] = _Batch(items)
        self._batches.put(batch)
        return batch

    def _leave_behind(self, batch: _Batch[ItemT, ResultT]) -> None:
        batch.given_up = True
        batch.results = list(batch.results)
        self._stuck.append(batch)
        self.close()

    def _work(self, batches: queue.SimpleQueue[_Batch[ItemT, ResultT] | None]) -> None:
        while (batch := batches.get()) is not None:
            results = batch.results
            for item in batch.items:
                if batch.given_up:
                    break
                results.append(self._try(item))
            batch.finished.put(None)

    def _try(self, item: ItemT) -> ResultT | None:
        try:
            return self._read(item)
        except Exception:
            # Whatever a vanishing process makes a library raise: its details stay unknown.
            return None


def _wait(batch: _Batch[ItemT, ResultT], deadline_s: float) -> bool:
    """Whether it finished; False once no item was read for deadline_s."""
    done = -1
    while done != len(batch.results):
        done = len(batch.results)
        try:
            batch.finished.get(timeout=deadline_s)
        except queue.Empty:
            continue
        return True
    return False
