"""A command that tells events: started, listened to, watched, and started again when it dies.

The sensor of this host is one, and so is `ssh` to a sensor on another.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from edr_tui.model.ledger import SourceHealth, SourceState
from edr_tui.sources.base import Inbox
from edr_tui.sources.child import Child, Launch
from edr_tui.sources.lines import LineDecoder

# A status comes every second: 1.6 s without a word, looked at four times a second, is seen within 2 s.
SILENT_AFTER = 1.6
# A sensor that says nothing for so long is ended, and another one started.
GIVEN_UP_AFTER = 10.0
FIRST_WORD_WITHIN = 30.0
BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_AFTER = 60.0
# After so many deaths, none of them after a steady time, a lesser sensor is tried.
DEATHS = 2
WRONG_USE = 2
_CHUNK = 1 << 18
_LAST_WORDS = 2_000


class SensorSource:
    """Keeps one sensor running until stop(), and says at any time how it is doing.

    who: what it is, for sentences. again: what is said while it is about to be started anew. lesser:
    what is tried in its place, one after the other, when it keeps dying.
    """

    def __init__(
        self,
        launch: Launch,
        *,
        who: str = "the sensor",
        again: SourceHealth = SourceHealth.RESTARTING,
        back_off: Sequence[float] = BACK_OFF,
        lesser: Sequence[Launch] = (),
    ) -> None:
        self._launch = launch
        self._lesser = list(lesser)
        self._who = who
        self._again = again
        self._back_off = back_off
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._gave_up: str | None = None
        self._heard: float | None = None
        self._delivering = False
        self._born = time.monotonic()
        self._restarts = 0
        self._runs = False
        self._state = SourceState(health=SourceHealth.STARTING, since_ns=time.time_ns())
        self._thread: threading.Thread | None = None
        self._prepared: Child | None = None

    def prepare(self) -> None:
        """Start the sensor ahead of start(): its first words are ready when somebody listens.

        If it cannot be started, that is left to start() to tell. stop() ends it either way.
        """
        with contextlib.suppress(OSError):
            self._prepared = self._spawn()

    def start(self, inbox: Inbox) -> None:
        """Start the sensor and a thread that listens to it."""
        self._thread = threading.Thread(target=self._run, args=(inbox,), name="sensor-source", daemon=True)
        self._thread.start()

    def state(self) -> SourceState:
        """How it is doing; a sensor that has been silent for too long is ended here."""
        with self._lock:
            # A new sensor is being restarted until its first word; while none runs, there is none to judge.
            if self._state.health is not SourceHealth.ENDED and self._runs:
                self._judge(time.monotonic())
            return self._state

    def stop(self) -> None:
        """End the sensor: asked first, then made to."""
        self._stopping.set()
        self._end_child()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
        elif self._prepared is not None:
            # Nobody has listened, so nobody else closes what it was to be heard through.
            self._prepared.hush()
            os.close(self._prepared.stdout)
            os.close(self._prepared.stderr)

    def request(self, line: bytes) -> bool:
        """Send it a line; False if there is nobody to take it, or no room. Never waits."""
        with self._lock:
            return self._runs and self._child is not None and self._child.request(line)

    def _judge(self, now: float) -> None:
        if self._delivering:
            return  # nobody listens until the inbox has room: that silence is the console's own
        silence = now - (self._heard if self._heard is not None else self._born)
        limit = SILENT_AFTER if self._heard is not None else FIRST_WORD_WITHIN
        if silence <= limit:
            if self._heard is not None:
                self._turn(SourceHealth.LIVE)
            return
        self._turn(SourceHealth.SILENT, f"no word for {silence:.0f} s")
        if silence > limit + GIVEN_UP_AFTER and self._child is not None:
            # It may be stopped or stuck, so it is not asked.
            self._gave_up = f"{self._who} was given up: no word for {silence:.0f} s"
            self._child.kill()

    def _turn(self, health: SourceHealth, reason: str | None = None) -> None:
        since = self._state.since_ns if health is self._state.health else time.time_ns()
        self._state = SourceState(health=health, since_ns=since, reason=reason, restarts=self._restarts)

    def _run(self, inbox: Inbox) -> None:
        tries = deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code, words = self._listen(inbox, first=self._restarts == 0 and tries == 0)
            if self._stopping.is_set():
                return
            if code in (0, WRONG_USE):
                with self._lock:
                    self._turn(
                        SourceHealth.ENDED, None if code == 0 else words or f"{self._who} refused its options"
                    )
                return
            steady = time.monotonic() - began > STEADY_AFTER
            tries, deaths = (0, 0) if steady else (tries, deaths + 1)
            pause = self._back_off[min(tries, len(self._back_off) - 1)]
            tries += 1
            with self._lock:
                self._restarts += 1
                reason = self._gave_up or f"{self._who} {_ended(code)}"
                self._gave_up = None
                if words and (code is None or code > 0):  # else they are not about its end
                    reason += f": {words}"
                if deaths >= DEATHS and self._lesser:
                    self._launch, deaths = self._lesser.pop(0), 0
                    reason += "; a lesser one is tried"
                self._turn(self._again, reason)
            self._stopping.wait(pause)

    def _listen(self, inbox: Inbox, first: bool) -> tuple[int | None, str]:
        """Run one sensor to its end: (its exit code, None if it could not be started; its last words)."""
        try:
            child, self._prepared = self._prepared or self._spawn(), None
        except OSError as fault:
            return None, f"{fault.strerror or fault}"
        last_words = _LastWords(child)
        decoder = LineDecoder()
        new_stream = not first
        while chunk := os.read(child.stdout, _CHUNK):
            with self._lock:
                self._delivering = True
                self._turn(SourceHealth.LIVE)
            delivery = replace(decoder.feed(chunk), numbered=True, new_stream=new_stream)
            new_stream = False
            told = bool(delivery.events or delivery.undecoded or delivery.new_stream)
            wanted = not told or inbox.put(delivery)
            with self._lock:
                self._heard = time.monotonic()
                self._delivering = False
            if not wanted:
                break
        else:
            if (half := decoder.finish()).undecoded or half.events:
                inbox.put(replace(half, numbered=True))
        with self._lock:
            self._runs = False
        os.close(child.stdout)
        code = child.wait()
        child.hush()
        return code, last_words.text()

    def _spawn(self) -> Child:
        with self._lock:
            if self._stopping.is_set():
                raise InterruptedError  # stop() has looked for a child to end, and will not look again
            self._heard = None
            self._born = time.monotonic()
            if self._restarts == 0:
                self._turn(SourceHealth.STARTING)
            self._runs = True
            self._child = self._launch()
            return self._child

    def _end_child(self) -> None:
        with self._lock:
            child = self._child
        if child is None:
            return
        child.ask()
        try:
            child.wait(1.0)
        except TimeoutError:
            child.kill()
            with contextlib.suppress(TimeoutError):
                child.wait(1.0)


class _LastWords:
    """Reads a child's standard error away, and keeps the end of it."""

    def __init__(self, child: Child) -> None:
        self._tail = bytearray()
        self._thread = threading.Thread(target=self._read, args=(child,), name="sensor-stderr", daemon=True)
        self._thread.start()

    def _read(self, child: Child) -> None:
        with open(child.stderr, "rb", buffering=0) as stream:
            while chunk := stream.read(4096):
                self._tail = (self._tail + chunk)[-_LAST_WORDS:]

    def text(self) -> str:
        """The last line that is not blank."""
        self._thread.join(timeout=0.5)
        lines = [line for line in bytes(self._tail).decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""


def _ended(code: int | None) -> str:
    if code is None:
        return "could not be started"
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with exit code {code}"
