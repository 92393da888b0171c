"""What is asked on the sensor's standard input, a line of JSON a request, and what is answered."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator

from edr_tui.ecs.requests import LONGEST_REQUEST

_CHUNK = 1 << 16
# While the answers before it wait for their reader, the next request is not read; looked at so often.
_LOOKED_AT_EVERY_S = 0.1


def lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines in these chunks, without their ends; of one that is too long so much that it shows."""
    rest = bytearray()
    for chunk in chunks:
        *lines, last = chunk.split(b"\n")
        for line in lines:
            yield bytes(rest + line[: LONGEST_REQUEST + 1])
            rest.clear()
        rest += last[: LONGEST_REQUEST + 1 - len(rest)]
    if rest:
        yield bytes(rest)


class RequestListener:
    """Reads requests from standard input, in a thread of its own.

    take: answers one line. room: whether there is room for one more answer now.
    """

    def __init__(self, take: Callable[[bytes], None], room: Callable[[], bool], descriptor: int = 0) -> None:
        self._take = take
        self._room = room
        self._descriptor = descriptor
        self._never = threading.Event()

    def start(self) -> None:
        """Begin to listen. The end of the input ends the listening, and nothing else."""
        if sys.stdin is not None:  # else it was closed at the start, and another file has its number
            threading.Thread(target=self._run, name="requests", daemon=True).start()

    def _run(self) -> None:
        for line in lines_of(self._chunks()):
            if line.strip():
                while not self._room():
                    self._never.wait(_LOOKED_AT_EVERY_S)
                self._take(line)

    def _chunks(self) -> Iterator[bytes]:
        try:
            while chunk := os.read(self._descriptor, _CHUNK):
                yield chunk
        except OSError:
            return
