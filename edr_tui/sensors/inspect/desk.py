"""Where requests are answered: signals at once, inspections one after the other in a thread of their own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from edr_tui.ecs.requests import RequestError, action_of, decode_request
from edr_tui.model.inspection import HASH, PARTS, TARGET, Inspection
from edr_tui.model.request import InspectRequest, SignalRequest
from edr_tui.sensors.base import Answer
from edr_tui.sensors.deadline import DeadlineReads
from edr_tui.sensors.inspect.examiner import Examiner
from edr_tui.sensors.inspect.refused import Refused
from edr_tui.sensors.system import LATE

_WAITING = 64
_PART_WITHIN_S = 2.0
_HASH_WITHIN_S = 6.0  # what is read of it in five seconds counts
READ_ONLY = "this sensor is read-only: it sends no signals"


class _Wanted(NamedTuple):
    entity_id: str
    part: str


class RequestDesk:
    """Answers one line at a time. tell: takes the answers, from any thread.

    read_only: signals are refused.
    """

    def __init__(self, examiner: Examiner, tell: Callable[[Answer], None], read_only: bool = False) -> None:
        self._examiner = examiner
        self._tell = tell
        self._read_only = read_only
        self._waiting: queue.Queue[InspectRequest] = queue.Queue(_WAITING)
        self._reads = DeadlineReads(self._read, first_s=_PART_WITHIN_S)
        self._hashes = DeadlineReads(self._read, first_s=_HASH_WITHIN_S)

    def start(self) -> None:
        """Begin to inspect."""
        threading.Thread(target=self._inspect_all, name="inspect", daemon=True).start()

    def take(self, line: bytes) -> None:
        """Answer a line, whatever it holds, now or later."""
        try:
            request = decode_request(line)
        except RequestError as fault:
            self._tell(Answer(action=fault.action, request_id=fault.id, fault=str(fault)))
            return
        if isinstance(request, SignalRequest):
            self._tell(self._signal(request))
            return
        try:
            self._waiting.put_nowait(request)
        except queue.Full:
            busy = f"busy: {_WAITING} inspections wait already"
            self._tell(Answer(action=action_of(request), request_id=request.id, fault=busy))

    def _signal(self, request: SignalRequest) -> Answer:
        answer = Answer(action=action_of(request), request_id=request.id)
        if self._read_only:
            return replace(answer, fault=READ_ONLY)
        try:
            done = self._examiner.send(request.entity_id, request.signal, request.subtree)
        except Refused as why:
            return replace(answer, fault=str(why))
        return replace(answer, signalled=done)

    def _inspect_all(self) -> None:
        while True:
            request = self._waiting.get()
            answer = Answer(action=action_of(request), request_id=request.id)
            self._tell(replace(answer, inspection=self.inspect(request.entity_id, request.want)))

    def inspect(self, entity_id: str, want: Iterable[str]) -> Inspection:
        """Each part that is wanted, or why it is not told."""
        parts: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for part in dict.fromkeys(want):
            if part not in PARTS:
                faults[part] = f"there is no such part: there are {', '.join(PARTS)}"
                continue
            if part == TARGET and self._read_only:
                faults[part] = READ_ONLY
                continue
            reads = self._hashes if part == HASH else self._reads
            (value,) = reads.all([_Wanted(entity_id, part)])
            if value is None:
                faults[part] = LATE
            elif isinstance(value, Refused):
                faults[part] = str(value)
            else:
                parts[part] = value
        return Inspection(faults=faults, **parts)

    def _read(self, wanted: _Wanted) -> object:
        """One part, or the Refused itself. If it hangs it is left behind, and another thread goes on."""
        try:
            if wanted.part == TARGET:
                return self._examiner.target(wanted.entity_id)
            return self._examiner.part(wanted.entity_id, wanted.part)
        except Refused as why:
            return why
