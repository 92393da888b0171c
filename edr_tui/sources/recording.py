"""What somebody else has written, or is writing: a file, or standard input."""

from __future__ import annotations

import os
import threading
import time

from edr_tui.model.ledger import SourceHealth, SourceState
from edr_tui.sources.base import Inbox
from edr_tui.sources.lines import LineDecoder
from edr_tui.sources.sensor import SILENT_AFTER

_CHUNK = 1 << 18


class RecordingSource:
    """Reads documents from an open descriptor to its end, as fast as they are taken.

    who: what it is, for sentences. live: somebody speaks there at this moment, and may fall silent.
    """

    def __init__(self, descriptor: int, *, who: str = "the recording", live: bool = False) -> None:
        self._descriptor = descriptor
        self._who = who
        self._live = live
        self._lock = threading.Lock()
        self._heard: float | None = None
        self._state = SourceState(health=SourceHealth.STARTING, since_ns=time.time_ns(), who=who)

    def start(self, inbox: Inbox) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, args=(inbox,), name="recording", daemon=True).start()

    def state(self) -> SourceState:
        """How it is doing."""
        with self._lock:
            if self._live and self._heard is not None and self._state.health is not SourceHealth.ENDED:
                silence = time.monotonic() - self._heard
                if silence > SILENT_AFTER:
                    self._turn(SourceHealth.SILENT, f"no word for {silence:.0f} s")
                else:
                    self._turn(SourceHealth.LIVE)
            return self._state

    def request(self, line: bytes) -> bool:
        """Nobody is there to be asked."""
        return False

    def stop(self) -> None:
        """What still waits to be read is left where it is."""

    def _turn(self, health: SourceHealth, reason: str | None = None) -> None:
        since = self._state.since_ns if health is self._state.health else time.time_ns()
        self._state = SourceState(health=health, since_ns=since, reason=reason, who=self._who)

    def _run(self, inbox: Inbox) -> None:
        fault = self._read(inbox)
        with self._lock:
            self._turn(SourceHealth.ENDED, fault)

    def _read(self, inbox: Inbox) -> str | None:
        """Deliver all of it; a sentence if that was not possible."""
        decoder = LineDecoder()
        try:
            with open(self._descriptor, "rb", buffering=0) as stream:
                while chunk := stream.read(_CHUNK):
                    with self._lock:
                        self._heard = None  # nobody listens until the inbox has room
                        self._turn(SourceHealth.LIVE)
                    if not inbox.put(decoder.feed(chunk)):
                        return None
                    with self._lock:
                        self._heard = time.monotonic()
        except OSError as fault:
            return f"it cannot be read on: {(fault.strerror or str(fault)).lower()}"
        inbox.put(decoder.finish())
        return None


def open_recording(path: str) -> int:
    """A descriptor to read the file from; waits for the writer of a pipe. Raises OSError."""
    return os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
