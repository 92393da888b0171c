"""A source whose events are handed to it: for recordings in memory, demonstrations and tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from edr_tui.model.event import AnyEvent
from edr_tui.model.ledger import SourceHealth, SourceState
from edr_tui.sources.base import Delivery, Inbox


class MemorySource:
    """Delivers what it was made with at once, and whatever tell() brings later.

    answer: what a request's line is answered with; None where this source takes no requests.
    """

    def __init__(
        self,
        events: Iterable[AnyEvent] = (),
        ends: bool = False,
        answer: Callable[[bytes], Iterable[AnyEvent]] | None = None,
    ) -> None:
        self._first = list(events)
        self._ends = ends
        self._answer = answer
        self._inbox: Inbox | None = None
        self._state = SourceState(health=SourceHealth.STARTING, since_ns=time.time_ns())

    def start(self, inbox: Inbox) -> None:
        """Deliver the first events."""
        self._inbox = inbox
        inbox.put(Delivery(events=self._first))
        self.turn(SourceHealth.ENDED if self._ends else SourceHealth.LIVE)

    def tell(self, *events: AnyEvent, new_stream: bool = False) -> None:
        """Deliver more."""
        if self._inbox is not None:
            self._inbox.put(Delivery(events=events, new_stream=new_stream))

    def turn(self, health: SourceHealth, reason: str | None = None) -> None:
        """Be in that health from now on."""
        self._state = SourceState(health=health, since_ns=time.time_ns(), reason=reason)

    def state(self) -> SourceState:
        """How it is doing."""
        return self._state

    def request(self, line: bytes) -> bool:
        """Answer it at once, if this source takes requests."""
        if self._answer is None:
            return False
        self.tell(*self._answer(line))
        return True

    def stop(self) -> None:
        """Nothing runs here that would have to end."""
