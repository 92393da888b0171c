"""What the reader hands to the sensor: batches of events, each with what was read for it."""

from __future__ import annotations

import marshal
import struct
from typing import Any

from edr_tui.sensors.connector.at_once import AtExec, AtFork

LENGTH = struct.Struct("=I")


class Heard:
    """One event. sequence counts those of its cpu; body: its struct proc_event."""

    __slots__ = ("at_exec", "at_fork", "body", "cpu", "sequence")

    def __init__(self, cpu: int, sequence: int, body: bytes) -> None:
        self.cpu = cpu
        self.sequence = sequence
        self.body = body
        self.at_fork: AtFork | None = None
        self.at_exec: AtExec | None = None

    def plain(self) -> tuple[Any, ...]:
        """It as marshal takes it."""
        read = self.at_exec or self.at_fork
        return (self.cpu, self.sequence, self.body, None if read is None else tuple(read))


class Frames:
    """Puts together what came through the pipe."""

    def __init__(self) -> None:
        self._rest = b""
        self.bad = 0  # messages that were not the kernel's, or not understood

    def feed(self, chunk: bytes) -> list[Heard]:
        """The events of all frames that are whole now."""
        data = self._rest + chunk if self._rest else chunk
        found: list[Heard] = []
        at = 0
        while len(data) - at >= LENGTH.size:
            (length,) = LENGTH.unpack_from(data, at)
            end = at + LENGTH.size + length
            if end > len(data):
                break
            self.bad, batch = marshal.loads(data[at + LENGTH.size : end])
            found += map(_heard, batch)
            at = end
        self._rest = data[at:]
        return found


def _heard(plain: tuple[Any, ...]) -> Heard:
    cpu, sequence, body, read = plain
    heard = Heard(cpu, sequence, body)
    if read is not None:
        if len(read) == len(AtFork._fields):
            heard.at_fork = AtFork._make(read)
        else:
            heard.at_exec = AtExec._make(read)
    return heard
