"""What the analyst has done in this session: who got which signal, and what became of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edr_tui.model.printable import printable, shell_quoted
from edr_tui.model.process import Process
from edr_tui.ui.shown import shown
from edr_tui.ui.words import clock

_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action. at_ns: when it was confirmed, ns since the epoch.

    outcome: a sentence, None while no answer has come. done: whether it was carried out.
    """

    number: int
    at_ns: int
    signal: str
    subtree: bool
    entity_id: str
    pid: int
    name: str
    command_line: str
    outcome: str | None = None
    done: bool = False

    @property
    def what(self) -> str:
        """KILL to the subtree."""
        return f"{self.signal} to {'its whole subtree' if self.subtree else 'the process'}"

    def line(self) -> str:
        """All of it in one printable line."""
        whom = f"{printable(self.name)} {self.pid}"
        scope = " and its subtree" if self.subtree else ""
        return (
            f"{clock(self.at_ns)} {self.signal} to {whom}{scope}: {self.outcome or 'no answer yet'}"
            f" ({shown(self.command_line, 200)})"
        )


class SessionLog:
    """The actions of a session, oldest first; the newest thousand are kept."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._count = 0

    def begin(self, process: Process, signal: str, subtree: bool, at_ns: int) -> Entry:
        """Note what was confirmed, before it is sent."""
        self._count += 1
        image = process.image
        entry = Entry(
            number=self._count,
            at_ns=at_ns,
            signal=signal,
            subtree=subtree,
            entity_id=process.entity_id,
            pid=process.pid,
            name=shown(process.name or "?", 64),
            command_line=shell_quoted(image.args[:64]) if image.args else printable(image.command_line or ""),
        )
        self._entries[entry.number] = entry
        if len(self._entries) > _KEPT:
            self._entries.popitem(last=False)
        return entry

    def end(self, entry: Entry, outcome: str, done: bool) -> Entry:
        """Note what became of it."""
        entry = replace(entry, outcome=outcome, done=done)
        if entry.number in self._entries:
            self._entries[entry.number] = entry
        return entry

    def entries(self) -> Sequence[Entry]:
        """All that are kept, oldest first."""
        return tuple(self._entries.values())

    def about(self, entity_id: str) -> Sequence[Entry]:
        """Those to one process."""
        return tuple(entry for entry in self._entries.values() if entry.entity_id == entity_id)
