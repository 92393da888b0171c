"""What the screen asks of the sensor: each question waits for its answer, but not for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from edr_tui.model.event import RequestAnswered
from edr_tui.model.request import Request

ANSWER_WITHIN_NS = 10_000_000_000
NO_REQUESTS = "this source takes no requests: a recording, or a sensor without --requests, or none that runs"
NO_ANSWER = "no answer within 10 s: does the sensor take requests (edr-tui sensor --requests)?"

# The answer, or a sentence that says why there is none.
Answered = Callable[[RequestAnswered | None, str | None], None]


class _Waiting(NamedTuple):
    answered: Answered
    since_ns: int


class Asking:
    """Gives each request an id, and each answer to who has asked. ask: sends one, if anybody takes it."""

    def __init__(self, ask: Callable[[Request], bool]) -> None:
        self._ask = ask
        self._count = 0
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, make: Callable[[str], Request], answered: Answered, now_ns: int) -> None:
        """Send the request that make gives with this id; answered is called once, perhaps at once."""
        self._count += 1
        id_ = f"{self._count}"
        self._waiting[id_] = _Waiting(answered, now_ns)
        if not self._ask(make(id_)):
            self._end(id_, None, NO_REQUESTS)

    def take(self, answers: Iterable[RequestAnswered]) -> None:
        """Hand answers over; what nobody has asked, or no longer waits for, is for nobody."""
        for answer in answers:
            if answer.request_id is not None:
                self._end(answer.request_id, answer, answer.fault)

    def expire(self, now_ns: int) -> None:
        """Give up on what has waited too long."""
        for id_, waiting in list(self._waiting.items()):
            if now_ns - waiting.since_ns > ANSWER_WITHIN_NS:
                self._end(id_, None, NO_ANSWER)

    def _end(self, id_: str, answer: RequestAnswered | None, fault: str | None) -> None:
        waiting = self._waiting.pop(id_, None)
        if waiting is not None:
            waiting.answered(answer, fault)
