"""What a source hands to the engine, and the bounded way between them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edr_tui.model.event import AnyEvent
from edr_tui.model.ledger import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One portion of a stream.

    events: decoded, in order. undecoded: lines that were no documents, with the first fault told.
    new_stream: a new sensor speaks from here on. numbered: it is a sensor's own stream, in which
        every number comes or is told lost; a recording may be a part of one.
    """

    events: Sequence[AnyEvent] = field(default=())
    undecoded: int = 0
    fault: str | None = None
    new_stream: bool = False
    numbered: bool = False


class Inbox:
    """Deliveries on their way to the engine, at most `bound` events of them.

    put() blocks while it is full: the pipe fills behind it, and the sensor, whose queue is the one
    place where events may be lost, counts. post() never blocks: it carries the analyst's words.
    """

    def __init__(self, bound: int = 20_000) -> None:
        self._bound = bound
        self._deliveries: deque[Delivery] = deque()
        self._posted: deque[object] = deque()
        self._waiting = 0
        self._closed = False
        self._change = threading.Condition()

    def put(self, delivery: Delivery) -> bool:
        """Hand one over; False if the inbox was closed meanwhile."""
        with self._change:
            while self._waiting >= self._bound and not self._closed:
                self._change.wait()
            if self._closed:
                return False
            self._deliveries.append(delivery)
            self._waiting += len(delivery.events)
            self._change.notify_all()
            return True

    def post(self, word: object) -> None:
        """Hand over a word of the analyst, past the queue."""
        with self._change:
            self._posted.append(word)
            self._change.notify_all()

    def take(self, timeout: float) -> tuple[list[Delivery], list[object]]:
        """All that waits, after at most `timeout` seconds of waiting for the first of it."""
        with self._change:
            if not self._deliveries and not self._posted and not self._closed:
                self._change.wait(timeout)
            deliveries, posted = list(self._deliveries), list(self._posted)
            self._deliveries.clear()
            self._posted.clear()
            self._waiting = 0
            self._change.notify_all()
            return deliveries, posted

    def close(self) -> None:
        """Nothing more is wanted: whoever waits is let go."""
        with self._change:
            self._closed = True
            self._change.notify_all()


class Source(Protocol):
    """A stream of events with a life of its own."""

    def start(self, inbox: Inbox) -> None:
        """Begin to deliver, from a thread of its own."""

    def state(self) -> SourceState:
        """How it is doing at this moment."""

    def request(self, line: bytes) -> bool:
        """Send a request's line to the sensor; False if none takes it now. Never waits."""

    def stop(self) -> None:
        """End it, and all that it started, within two seconds."""
