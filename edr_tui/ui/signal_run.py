"""One action from its confirmation to its outcome: who gets which signal, in which order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from edr_tui.model.event import RequestAnswered
from edr_tui.model.printable import printable
from edr_tui.model.process import Process
from edr_tui.model.request import SignalRequest
from edr_tui.ui.asking import Asking
from edr_tui.ui.shown import shown

SIGNALS = {
    "TERM": "asks it to end",
    "KILL": "ends it at once",
    "STOP": "lets it stand still",
    "CONT": "lets it go on",
}
_LOOSE_AT_MOST = 64
_REASON_SHOWN = 300
_GONE = "it has ended"


class SignalChoice(NamedTuple):
    """What was confirmed: a signal of SIGNALS, and whether the subtree gets it too."""

    signal: str
    subtree: bool


class Living(NamedTuple):
    """The living descendants: how many, and those of them that hang from one that has ended.

    The system no longer knows whom those loose ones come from; the tree does.
    """

    number: int
    loose: tuple[Process, ...]


def living(root: Process, children_of: Callable[[str], Sequence[Process]]) -> Living:
    """The living descendants of a process, by the tree of who has started whom."""
    count = 0
    loose: list[Process] = []
    waiting = [(child, root.alive) for child in children_of(root.entity_id)]
    while waiting:
        process, hangs = waiting.pop()
        if process.alive:
            count += 1
            if not hangs and len(loose) < _LOOSE_AT_MOST:
                loose.append(process)
        waiting += [(child, process.alive) for child in children_of(process.entity_id)]
    return Living(count, tuple(loose))


class SignalRun:
    """Sends what was confirmed to the process it was confirmed for, and says what became of it.

    A subtree is stopped as a whole before any of it is ended, the loose ones included; the sensor does
    so for each of them. done: called once with a sentence, and whether the process got its signal.
    """

    def __init__(
        self,
        asking: Asking,
        clock: Callable[[], int],
        entity_ids: Sequence[str],
        choice: SignalChoice,
        done: Callable[[str, bool], None],
    ) -> None:
        self._asking = asking
        self._clock = clock
        self._root, *loose = entity_ids
        self._loose = loose if choice.subtree else []
        self._choice = choice
        self._done = done
        ends = choice.signal in ("TERM", "KILL")
        self._phases = ["STOP", choice.signal] if self._loose and ends else [choice.signal]
        self._waiting = 0
        self._count = 0
        self._refused: list[str] = []

    def start(self) -> None:
        """Send the first of it: to the process itself, for if it is refused nobody gets anything."""
        self._count, self._refused = 0, []
        self._send(self._root, self._root_answered)

    def _send(self, entity_id: str, answered: Callable[[RequestAnswered | None, str | None], None]) -> None:
        signal, subtree = self._phases[0], self._choice.subtree
        self._asking.ask(
            lambda id_: SignalRequest(id=id_, entity_id=entity_id, signal=signal, subtree=subtree),
            answered,
            self._clock(),
        )

    def _root_answered(self, answer: RequestAnswered | None, fault: str | None) -> None:
        if fault is not None or answer is None:
            self._done(f"refused: {_sentence(fault or 'no answer')}", False)
            return
        self._note(answer, fault)
        self._waiting = len(self._loose)
        if not self._loose:
            self._go_on()
        for entity_id in self._loose:
            self._send(entity_id, self._loose_answered)

    def _loose_answered(self, answer: RequestAnswered | None, fault: str | None) -> None:
        self._note(answer, fault)
        self._waiting -= 1
        if self._waiting == 0:
            self._go_on()

    def _note(self, answer: RequestAnswered | None, fault: str | None) -> None:
        if answer is not None and answer.signalled is not None:
            self._count += answer.signalled.count
            self._refused += map(_sentence, answer.signalled.refused)
        elif fault is not None and fault != _GONE:
            self._refused.append(_sentence(fault))

    def _go_on(self) -> None:
        self._phases = self._phases[1:]
        if self._phases:
            self.start()
            return
        words = "sent" if not self._choice.subtree else f"sent to {self._count:,} processes"
        if self._refused:
            words += f"; not to all: {'; '.join(self._refused[:3])}"
            if len(self._refused) > 3:
                words += f" and {len(self._refused) - 3:,} more"
        self._done(words, True)


def _sentence(fault: str) -> str:
    return shown(printable(fault[:_REASON_SHOWN]), _REASON_SHOWN)
