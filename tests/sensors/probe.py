"""Drives the polling sensor tick by tick, and reads what it told as any reader would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import AnyEvent, Host, ProcessExec, ProcessExit, ProcessStart
from edr_tui.model.process import ProcessRecord
from edr_tui.sensors.output import OutputQueue
from edr_tui.sensors.poll import PollSensor
from edr_tui.sensors.stream import QueuedStream
from edr_tui.sensors.system import System

LINUX = sys.platform == "linux"
ROOT = LINUX and os.geteuid() == 0

linux_only = pytest.mark.skipif(not LINUX, reason="this is about Linux's /proc")
root_only = pytest.mark.skipif(not ROOT, reason="this needs root on Linux")


class Probe:
    """A sensor with its stream; each tick returns what was told in it."""

    def __init__(self, system: System, queue: OutputQueue | None = None) -> None:
        self.system = system
        self.queue = queue or OutputQueue()
        self.stream = QueuedStream("poll", Host(os_type="linux"), self.queue)
        self.sensor = PollSensor(system, 1.0)

    def close(self) -> None:
        self.sensor.close()

    def tick(self) -> list[AnyEvent]:
        self.sensor.tick(self.stream)
        return self.told()

    def told(self) -> list[AnyEvent]:
        return [decode(line) for line in waiting(self.queue)]

    def about(self, pid: int) -> list[AnyEvent]:
        """One tick, and of what it told only what concerns this pid."""
        return [event for event in self.tick() if pid_of(event) == pid]

    def status(self) -> AnyEvent:
        self.stream.status(self.sensor.report(), time.time_ns())
        return self.told()[-1]


def waiting(queue: OutputQueue) -> list[bytes]:
    """All lines of the queue, which is empty then."""
    lines: list[bytes] = []
    while not queue.has_room(queue.max_documents):
        lines += queue.take()
        queue.done()
    return lines


def pid_of(event: AnyEvent) -> int | None:
    if isinstance(event, ProcessExit):
        return event.pid
    process = getattr(event, "process", None)
    return process.pid if isinstance(process, ProcessRecord) else None


def only_start(events: list[AnyEvent]) -> ProcessRecord:
    assert [type(event) for event in events] == [ProcessStart]
    assert isinstance(events[0], ProcessStart)
    return events[0].process


def only_exec(events: list[AnyEvent]) -> ProcessRecord:
    assert [type(event) for event in events] == [ProcessExec]
    assert isinstance(events[0], ProcessExec)
    return events[0].process


def only_exit(events: list[AnyEvent]) -> ProcessExit:
    assert [type(event) for event in events] == [ProcessExit]
    assert isinstance(events[0], ProcessExit)
    return events[0]


@contextmanager
def started(*argv: str | bytes, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A real process with a pipe to its standard input and from its standard output; killed at the end."""
    process = subprocess.Popen(  # type: ignore[call-overload]
        argv, **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()


@contextmanager
def python(code: str, *args: str, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that has said "ready" and waits for lines; go() lets it do the next step."""
    with started(sys.executable, "-I", "-S", "-c", code, *args, **options) as process:
        expect(process, b"ready")
        yield process


def expect(process: subprocess.Popen[bytes], word: bytes) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == word, line


def go(process: subprocess.Popen[bytes], word: bytes | None = b"done") -> None:
    """Let it do its next step, and wait until it says that word."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    if word is not None:
        expect(process, word)


def executable_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/exe").readlink())


# The beginning of the programs that python() runs.
STEPS = """
import sys, os, ctypes
libc = ctypes.CDLL(None, use_errno=True)
def say(word):
    os.write(1, word.encode() + b"\\n")
def wait():
    sys.stdin.buffer.raw.read(1)
"""
