"""The process that stays root: it starts sensors, fetches them when they end, and tidies up at the end.

It reads no configuration and no rule, and what the console can ask of it is one message of fixed form.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Collection
from types import FrameType

from edr_tui import tty
from edr_tui.launch import popen, sensor_command, sensor_environment
from edr_tui.privilege.orders import (
    ORDER_SIZE,
    Order,
    OrderError,
    Reply,
    SensorEnded,
    Started,
    StartFailed,
    decode_order,
    encode_reply,
)

_FORWARDED = tuple(
    number
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT")
    if isinstance(number := getattr(signal, name, None), signal.Signals)
)
# A sensor that was asked to end is made to after this, the console likewise. Seconds.
_SENSOR_PATIENCE = 1.0
_CONSOLE_PATIENCE = 5.0


class Supervisor:
    """Keeps the sensor that the console wants, until the console has ended.

    console: its pid, a child of this process. channel: the socket to it. sensors: the names that it may
    ask for. full_screen: whether the terminal has to be tidied up behind a console that was killed.
    """

    def __init__(
        self, console: int, channel: socket.socket, sensors: Collection[str], full_screen: bool
    ) -> None:
        self._console: int | None = console
        self._channel = channel
        self._sensors = sensors
        self._full_screen = full_screen
        self._modes = tty.attributes()
        self._sensor: subprocess.Popen[bytes] | None = None
        self._wanted: Order | None = None
        self._order = b""
        self._sensor_deadline = self._console_deadline = math.inf
        self._signalled: int | None = None
        self._asks = True
        self.sentence: str | None = None

    def run(self) -> int:
        """Work until the console has ended, whatever ends it; the exit code for our own end."""
        wake, woken = socket.socketpair()
        for end in (wake, woken, self._channel):
            end.setblocking(False)
        before = {signal.SIGCHLD: signal.signal(signal.SIGCHLD, _noted)}
        for number in _FORWARDED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._forward)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(woken, selectors.EVENT_READ)
                selector.register(self._channel, selectors.EVENT_READ)
                return self._work(selector, woken)
        finally:
            self._end_sensor()
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            for end in (wake, woken, self._channel):
                end.close()

    def _work(self, selector: selectors.BaseSelector, woken: socket.socket) -> int:
        while True:
            assert self._console is not None
            ended, status = os.waitpid(self._console, os.WNOHANG)
            if ended:
                self._console = None  # its pid may be another's from here on
                return self._console_ended(os.waitstatus_to_exitcode(status))
            self._tend_sensor()
            now = time.monotonic()
            if now >= self._console_deadline:
                self._kill_console(signal.SIGKILL)
                self._console_deadline = math.inf
            due = min(self._sensor_deadline, self._console_deadline)
            for key, _ in selector.select(None if due == math.inf else max(0.0, due - now)):
                if key.fileobj is woken:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                elif not self._listen():
                    selector.unregister(self._channel)

    def _forward(self, number: int, frame: FrameType | None) -> None:
        """What ends us is the console's to answer, which gives the terminal back."""
        self._signalled = number
        if self._console_deadline == math.inf:
            self._console_deadline = time.monotonic() + _CONSOLE_PATIENCE
        self._kill_console(number)

    def _kill_console(self, number: int) -> None:
        if self._console is not None:
            os.kill(self._console, number)

    def _listen(self) -> bool:
        """Hear what the console says; whether there may be more of it."""
        try:
            part = self._channel.recv(ORDER_SIZE - len(self._order))
        except BlockingIOError:
            return True
        except OSError:
            part = b""
        if not part:
            # It closes the socket with its end only; and who has closed it orders nothing more.
            self._give_up_console(None)
            return False
        self._order += part
        if len(self._order) < ORDER_SIZE:
            return True
        message, self._order = self._order, b""
        try:
            self._obey(decode_order(message, self._sensors))
        except OrderError as fault:
            self._give_up_console(f"the console asked for what it may not have: {fault}")
            return False
        return True

    def _give_up_console(self, why: str | None) -> None:
        self.sentence = why
        if why is None:
            self._console_deadline = min(self._console_deadline, time.monotonic() + _CONSOLE_PATIENCE)
        else:
            self._kill_console(signal.SIGKILL)

    def _obey(self, order: Order) -> None:
        self._wanted = order
        if self._sensor is None:
            self._start_wanted()
        elif self._sensor_deadline == math.inf:
            self._sensor.terminate()
            self._sensor_deadline = time.monotonic() + _SENSOR_PATIENCE

    def _start_wanted(self) -> None:
        order, self._wanted = self._wanted, None
        if order is None or order.sensor is None:
            return
        command = sensor_command(order.sensor, order.interval_us / 1_000_000)
        try:
            self._sensor = popen(command, sensor_environment(self._console))
        except OSError as fault:
            self._tell(StartFailed(fault.errno or errno.EIO))
            return
        pipes = [
            pipe
            for pipe in (self._sensor.stdin, self._sensor.stdout, self._sensor.stderr)
            if pipe is not None
        ]
        self._tell(Started(), [pipe.fileno() for pipe in pipes])
        for pipe in pipes:
            pipe.close()

    def _tend_sensor(self) -> None:
        if self._sensor is None:
            return
        code = self._sensor.poll()
        if code is None:
            if time.monotonic() >= self._sensor_deadline:
                self._sensor.kill()
                self._sensor_deadline = math.inf
            return
        self._sensor, self._sensor_deadline = None, math.inf
        self._tell(SensorEnded(code))
        self._start_wanted()

    def _tell(self, reply: Reply, descriptors: Collection[int] = ()) -> None:
        with contextlib.suppress(OSError):  # it is gone, and that is noticed elsewhere
            socket.send_fds(self._channel, [encode_reply(reply)], list(descriptors))

    def _end_sensor(self) -> None:
        if self._sensor is None:
            return
        self._sensor.terminate()
        try:
            self._sensor.wait(_SENSOR_PATIENCE)
        except subprocess.TimeoutExpired:
            self._sensor.kill()
            self._sensor.wait()

    def _console_ended(self, code: int) -> int:
        if code >= 0:
            return code
        if self._full_screen:
            tty.restore(self._modes)
        if self.sentence is not None:
            return 1
        if self._signalled is None:
            self.sentence = f"the console was ended by signal {-code}"
        return 128 + (self._signalled or -code)


def _noted(number: int, frame: FrameType | None) -> None:
    """A child has ended: the loop is woken by the signal itself."""
