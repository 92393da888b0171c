"""Bytes of a stream -> deliveries: lines are cut, decoded, and what is no document is counted."""

from __future__ import annotations

from edr_tui.ecs import DocumentError, decode
from edr_tui.model.alert import Alert
from edr_tui.model.event import AnyEvent
from edr_tui.sources.base import Delivery

LONGEST_LINE = 1 << 20


class LineDecoder:
    """Feed it chunks as they come; it keeps the beginning of a line that is not whole yet.

    A line longer than 1 MiB is passed over and counted, without being kept.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> Delivery:
        """What the chunk brought."""
        self._rest += chunk
        *lines, rest = self._rest.split(b"\n")
        self._rest = rest
        events: list[AnyEvent] = []
        undecoded, fault = 0, None
        for line in lines:
            if self._skipping:
                self._skipping = False
                continue
            try:
                event = self._event(line)
            except DocumentError as error:
                undecoded += 1
                fault = fault or str(error)
                continue
            if event is not None:
                events.append(event)
        if len(self._rest) > LONGEST_LINE:
            self._rest = bytearray()
            if not self._skipping:
                undecoded += 1
                fault = fault or "a line is longer than 1 MiB"
            self._skipping = True
        return Delivery(events=events, undecoded=undecoded, fault=fault)

    def finish(self) -> Delivery:
        """The stream has ended: a last line without its newline counts too."""
        return self.feed(b"\n") if self._rest or self._skipping else Delivery()

    def _event(self, line: bytearray) -> AnyEvent | None:
        if not line.strip():
            return None
        if len(line) > LONGEST_LINE:
            raise DocumentError("a line is longer than 1 MiB")
        event = decode(bytes(line))
        # Alerts are made anew from the events; those that a stream carries are passed over.
        return None if isinstance(event, Alert) else event
