"""Bounds the memory that remembered command lines take, whatever an attacker starts.

A fork bomb whose every process carries 64 KiB of arguments would cost gigabytes here, and next to
nothing there. Each is told in full; past the bound the long ones are told, but not remembered.
"""

from __future__ import annotations

from dataclasses import replace

from edr_tui.model.process import ProcessRecord
from edr_tui.sensors.command_line import TRUNCATED

LONG = 4096  # characters; shorter ones are bounded by the number of processes
BUDGET = 64 * 1024 * 1024  # characters, of arguments and command lines together


class Thrift:
    """Decides what is remembered of a record for repairs and for its children."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.spent = 0
        self._budget = budget

    def keep(self, record: ProcessRecord) -> ProcessRecord:
        """The record to remember: without its long command lines once the budget is spent."""
        cost = _cost(record)
        if self.spent + cost <= self._budget:
            self.spent += cost
            return record
        unknown = dict(record.unknown)
        image, parent = record.image, record.parent
        if _long(image.command_line):
            image = replace(image, args=None, command_line=None)
            unknown["process.command_line"] = TRUNCATED
        if parent is not None and _long(parent.command_line):
            parent = replace(parent, command_line=None)
            unknown["process.parent.command_line"] = TRUNCATED
        return replace(record, image=image, parent=parent, unknown=unknown)

    def drop(self, record: ProcessRecord) -> None:
        """A record that keep() gave is remembered no more."""
        self.spent -= _cost(record)


def _cost(record: ProcessRecord) -> int:
    line, parent = record.image.command_line, record.parent
    cost = 0 if line is None or len(line) <= LONG else 2 * len(line)
    if parent is None or parent.command_line is None or len(parent.command_line) <= LONG:
        return cost
    return cost + len(parent.command_line)


def _long(line: str | None) -> bool:
    return line is not None and len(line) > LONG
