"""Sensors that a supervisor starts for us, because it is root and we are not."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable

from edr_tui.privilege.orders import (
    REPLY_SIZE,
    Order,
    SensorEnded,
    Started,
    StartFailed,
    decode_reply,
    encode_order,
)
from edr_tui.sources.child import Launch, RequestPipe

_ANSWERED_WITHIN = 10.0
# What is said of a sensor whose supervisor is gone: it ends by itself, as nobody listens.
_UNKNOWN_END = 1


class Supervised:
    """The console's end of the socket. A thread of its own hears what the supervisor says."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._change = threading.Condition()
        self._ordered = False
        self._started: SupervisedChild | None = None
        self._fault: int | None = None
        self._running: SupervisedChild | None = None
        self._gone = False
        self._when_gone: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._hear, name="supervisor", daemon=True).start()

    @property
    def gone(self) -> bool:
        """Whether the supervisor is gone."""
        return self._gone

    def when_gone(self, call: Callable[[], None]) -> None:
        """Call this, from another thread, once the supervisor is gone: without it nothing goes on."""
        with self._change:
            self._when_gone = call
            gone = self._gone
        if gone:
            call()

    def sensor(self, name: str, interval: float) -> Launch:
        """Starts the sensor of that name. interval: seconds between two looks."""
        order = Order(name, round(interval * 1_000_000))
        return lambda: self._launch(order)

    def drop(self, child: SupervisedChild) -> None:
        """This sensor is wanted no more."""
        with self._change:
            if child is self._running:
                self._say(Order(None))

    def _launch(self, order: Order) -> SupervisedChild:
        with self._change:
            self._ordered, self._started, self._fault = True, None, None
            self._say(order)
            answered = self._change.wait_for(
                lambda: self._started or self._fault is not None or self._gone, _ANSWERED_WITHIN
            )
            self._ordered = False
            started, fault = self._started, self._fault
            if started is not None:
                return started
            if fault is not None:
                raise OSError(fault, os.strerror(fault))
            raise OSError("the supervisor is gone" if answered else "the supervisor does not answer")

    def _say(self, order: Order) -> None:
        with contextlib.suppress(OSError):  # it is gone, and that is noticed elsewhere
            self._channel.sendall(encode_order(order))

    def _hear(self) -> None:
        while True:
            try:
                # In the one size that messages have: descriptors come with the message they belong to.
                message, descriptors, _, _ = socket.recv_fds(self._channel, REPLY_SIZE, 3)
            except OSError:
                break
            if len(message) != REPLY_SIZE:
                break
            with self._change:
                self._take(message, descriptors)
                self._change.notify_all()
        with self._change:
            self._gone = True
            if self._running is not None:
                self._running.ended(_UNKNOWN_END)
            self._change.notify_all()
            call = self._when_gone
        if call is not None:
            call()

    def _take(self, message: bytes, descriptors: list[int]) -> None:
        match decode_reply(message):
            case Started():
                for descriptor in descriptors:
                    os.set_inheritable(descriptor, False)
                child = self._running = SupervisedChild(self, *descriptors)
                if self._ordered:
                    self._started = child
                else:  # whoever ordered it has given up waiting
                    child.abandon()
                    self._say(Order(None))
            case StartFailed(number):
                self._fault = number
            case SensorEnded(code):
                if self._running is not None:
                    self._running.ended(code)
                    self._running = None


class SupervisedChild:
    """A sensor that the supervisor has started."""

    def __init__(self, supervised: Supervised, stdin: int, stdout: int, stderr: int) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self._supervised = supervised
        self._requests = RequestPipe(stdin)
        self._code: int | None = None
        self._over = threading.Event()

    def request(self, line: bytes) -> bool:
        """Write a line to its standard input."""
        return self._requests.write(line)

    def ask(self) -> None:
        """The supervisor asks it to end, and a second later makes it."""
        self._supervised.drop(self)

    def kill(self) -> None:
        """The same: the supervisor has the patience."""
        self._supervised.drop(self)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code."""
        if not self._over.wait(timeout) or self._code is None:
            raise TimeoutError
        return self._code

    def hush(self) -> None:
        """Close its standard input."""
        self._requests.close()

    def ended(self, code: int) -> None:
        """The supervisor says so."""
        self._code = code
        self._over.set()

    def abandon(self) -> None:
        """Nobody listens: close what it would be heard through."""
        self._requests.close()
        os.close(self.stdout)
        os.close(self.stderr)
