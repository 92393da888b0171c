"""What a source listens to: a process with three pipes, whoever has started it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from edr_tui.ecs.requests import LONGEST_REQUEST
from edr_tui.launch import popen, sensor_command, sensor_environment


class Child(Protocol):
    """A running process that speaks on its standard output.

    stdout, stderr: descriptors to read from, closed by who reads there.
    """

    stdout: int
    stderr: int

    def request(self, line: bytes) -> bool:
        """Write a line to its standard input; False if that takes none now, or no more. Never waits."""

    def ask(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """Make it end."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, -n for signal n. Raises TimeoutError if it runs on after so many seconds."""

    def hush(self) -> None:
        """Close its standard input: nothing more will be asked."""


# Starts a child. Raises OSError where it cannot be started.
Launch = Callable[[], Child]


class RequestPipe:
    """The way to a child's standard input. Takes a line whole or not at all, and never waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self._lock = threading.Lock()
        with contextlib.suppress(OSError, AttributeError):  # where the system can do that
            os.set_blocking(descriptor, False)

    def write(self, line: bytes) -> bool:
        """Whether the line was taken; one longer than LONGEST_REQUEST never is."""
        with self._lock:
            if self._descriptor is None or len(line) > LONGEST_REQUEST:
                return False
            try:
                return os.write(self._descriptor, line) == len(line)
            except OSError:  # full, or nobody reads any more
                return False

    def close(self) -> None:
        """Nothing more is written."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


class OwnChild:
    """A child process of ours."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = popen(command, environment)
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        # Descriptors of our own: each is closed by whoever used it last, in whichever thread.
        stdin, self.stdout, self.stderr = (os.dup(pipe.fileno()) for pipe in pipes if pipe is not None)
        for pipe in pipes:
            if pipe is not None:
                pipe.close()
        self._requests = RequestPipe(stdin)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def request(self, line: bytes) -> bool:
        """Write a line to its standard input."""
        return self._requests.write(line)

    def ask(self) -> None:
        """SIGTERM."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None

    def hush(self) -> None:
        """Close its standard input."""
        self._requests.close()


def own_child(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Launch:
    """Starts this command, with this environment or that of a sensor."""
    return partial(OwnChild, command, sensor_environment() if environment is None else environment)


def own_sensor(name: str, interval: float) -> Launch:
    """Starts the sensor of that name as a child process of ours. interval: seconds between two looks."""
    return own_child(sensor_command(name, interval))
