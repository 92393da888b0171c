"""Which exited processes may go: the oldest ends first, by count and by age."""

from __future__ import annotations

from collections import deque

# A jump of the clock or a night asleep is no reason to forget what was seen before it.
_LONGEST_STEP_NS = 60_000_000_000


class Retention:
    """The order in which ended, childless, unpinned processes give way.

    Age is told time: the sum of the steps forward that events tell, each at most a minute.
    """

    def __init__(self, keep: int, keep_ns: int) -> None:
        self._keep = keep
        self._keep_ns = keep_ns
        self._queue: deque[tuple[int, str]] = deque()
        self._waiting: dict[str, int] = {}
        self._pins: dict[str, int] = {}
        self._told_ns = 0
        self._last_ns: int | None = None

    def advance(self, at_ns: int) -> None:
        """Something happened at this time; what happened earlier turns nothing back."""
        if self._last_ns is None or at_ns > self._last_ns:
            self.tell_time(at_ns)

    def tell_time(self, at_ns: int) -> None:
        """It is this time now, also if the clock was set back."""
        if self._last_ns is not None:
            self._told_ns += min(max(at_ns - self._last_ns, 0), _LONGEST_STEP_NS)
        self._last_ns = at_ns

    def offer(self, entity_id: str) -> None:
        """This one may go when its turn comes."""
        if entity_id not in self._waiting and entity_id not in self._pins:
            self._waiting[entity_id] = self._told_ns
            self._queue.append((self._told_ns, entity_id))

    def withdraw(self, entity_id: str) -> None:
        """This one may not go after all."""
        self._waiting.pop(entity_id, None)

    def due(self, kept: int) -> str | None:
        """The next that must go with so many exited ones kept; None if all may stay."""
        while self._queue:
            offered_ns, entity_id = self._queue[0]
            if self._waiting.get(entity_id) != offered_ns:
                self._queue.popleft()
                continue
            if kept <= self._keep and self._told_ns - offered_ns <= self._keep_ns:
                return None
            self._queue.popleft()
            del self._waiting[entity_id]
            return entity_id
        return None

    def pin(self, entity_id: str) -> None:
        """Keep it, once more."""
        self._pins[entity_id] = self._pins.get(entity_id, 0) + 1
        self.withdraw(entity_id)

    def unpin(self, entity_id: str) -> None:
        """Take one pin back."""
        pins = self._pins.get(entity_id, 0) - 1
        if pins > 0:
            self._pins[entity_id] = pins
        else:
            self._pins.pop(entity_id, None)

    def pinned(self, entity_id: str) -> bool:
        """Whether something still refers to it."""
        return entity_id in self._pins

    def forget(self, entity_id: str) -> None:
        """It has left the table."""
        self._waiting.pop(entity_id, None)


class PastLines:
    """The long command lines of ended processes: together they keep within a bound of characters."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._queue: deque[tuple[str, int]] = deque()
        self._total = 0

    def add(self, entity_id: str, characters: int) -> None:
        """An ended process keeps a line of so many characters."""
        self._queue.append((entity_id, characters))
        self._total += characters

    def due(self) -> str | None:
        """The next whose line has to be cut, the oldest end first; None if all may stay."""
        if self._total <= self._bound:
            return None
        entity_id, characters = self._queue.popleft()
        self._total -= characters
        return entity_id
