"""The loop of `edr-tui sensor`: a thread senses, a thread writes, this one keeps time and ends it all."""

from __future__ import annotations

import math
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import Any, NamedTuple

from edr_tui.model.ledger import PASSED_OVER
from edr_tui.sensors.base import Report, Sensor, SensorUnavailable
from edr_tui.sensors.choose import AUTO, SENSORS, Choice, Sensors, best, choose
from edr_tui.sensors.identity import host
from edr_tui.sensors.output import OutputError, OutputQueue, Writer, open_output
from edr_tui.sensors.requests import RequestListener
from edr_tui.sensors.stream import QueuedStream

STATUS_S = 1.0
_FLUSH_S = 5.0  # what --duration grants the reader to take the rest
_FLUSH_ON_SIGNAL_S = 0.2
_JOIN_S = 0.5
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


class End(NamedTuple):
    """Why it ends: the exit code, a sentence where there is one, and how long the reader may still read."""

    code: int
    sentence: str | None = None
    flush_s: float = 0.0


def run_sensor(
    name: str,
    interval_s: float,
    duration_s: float | None,
    output: str | None,
    requests: bool = False,
    read_only: bool = False,
) -> int:
    """Sense until a signal, the end of the output or of the duration; returns the exit code.

    name: one of choose.NAMES. requests: answer what is asked on standard input; read_only: but
    send no signals. Standard error gets one sentence where the code is 1 or 2.
    """
    # A SimpleQueue, because a signal handler may put into it at any moment.
    ends: queue.SimpleQueue[End] = queue.SimpleQueue()
    before = _catch_signals(ends)
    try:
        end = _run(name, interval_s, duration_s, output, ends, requests, read_only)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if end.sentence is not None:
        _say(end.sentence)
    return end.code


class Sensing:
    """The sensor that runs; with auto the next one when it fails."""

    def __init__(self, name: str, interval_s: float, sensors: Sensors = SENSORS) -> None:
        self.choice: Choice = choose(name, interval_s, sensors)
        self._interval_s = interval_s
        self._sensors = sensors
        self._falls = name == AUTO
        self._failed: dict[str, str] = {}
        if self._falls:
            _say(self.choice.sentence)

    def run(self, stream: QueuedStream, stop: threading.Event, ends: queue.SimpleQueue[End]) -> None:
        """Sense until stop is set, or no sensor is left."""
        while True:
            sensor = self.choice.sensor
            try:
                sensor.run(stream, stop)
                return
            except Exception as fault:
                sentence = _failure(fault)
            if not self._falls or not self._fall(sensor, sentence):
                ends.put(End(1, sentence, 0.2))
                return
            stream.spoken_by(self.choice.sensor.name)
            _say(self.choice.sentence)

    def report(self) -> Report:
        """The sensor's own, and why it is not a better one."""
        report = self.choice.sensor.report()
        passed_over = {f"{name}{PASSED_OVER}": why for name, why in self.choice.passed_over.items()}
        return replace(report, blind={**report.blind, **passed_over}) if passed_over else report

    def _fall(self, sensor: Sensor, sentence: str) -> bool:
        """Take the next one; False if there is none."""
        self._failed[sensor.name] = sentence
        with suppress(Exception):  # it has failed once, and may do so again
            sensor.close()
        try:
            self.choice = best(self._interval_s, self._failed, self._sensors)
        except SensorUnavailable:
            return False
        return True


def _run(
    name: str,
    interval_s: float,
    duration_s: float | None,
    output: str | None,
    ends: queue.SimpleQueue[End],
    requests: bool,
    read_only: bool,
) -> End:
    try:
        fd = open_output(output)
    except OutputError as fault:
        return End(1 if output is None else 2, str(fault))
    try:
        sensing = Sensing(name, interval_s)
    except SensorUnavailable as why:
        return End(1, str(why))
    choice = sensing.choice
    lines = OutputQueue()
    stream = QueuedStream(choice.sensor.name, host(choice.boot_id), lines)
    Writer(lines, fd, wrote=stream.room_made, ended=lambda fault: ends.put(_output_ended(fault))).start()
    if requests:
        _listen(choice.boot_id, stream, lines, read_only)
    stop = threading.Event()
    thread = threading.Thread(target=sensing.run, args=(stream, stop, ends), name="sensing", daemon=True)
    thread.start()
    end = _keep_time(sensing.report, stream, ends, duration_s)
    stop.set()
    thread.join(min(end.flush_s, _JOIN_S))
    if end.code == 0 and end.flush_s:
        stream.status(sensing.report(), time.time_ns())
    if not lines.drain(end.flush_s) and end.code == 0 and end.flush_s:
        return End(0, f"the reader did not take everything within {end.flush_s:g} s; the rest is lost.")
    return end


def _listen(boot_id: str | None, stream: QueuedStream, lines: OutputQueue, read_only: bool) -> None:
    """Answer requests in the stream, never ahead of their reader."""
    from edr_tui.sensors.inspect.desk import RequestDesk
    from edr_tui.sensors.inspect.examiner import examiner

    desk = RequestDesk(examiner(boot_id), stream.answered, read_only)
    desk.start()
    RequestListener(desk.take, lambda: lines.has_room(1, 1 / 2)).start()


def _keep_time(
    report: Callable[[], Report],
    stream: QueuedStream,
    ends: queue.SimpleQueue[End],
    duration_s: float | None,
) -> End:
    """Tell the status every second, whatever the sensor does, until there is a reason to end."""
    began = time.monotonic()
    until = math.inf if duration_s is None else began + duration_s
    due = began + STATUS_S
    while True:
        now = time.monotonic()
        if now >= due:
            stream.status(report(), time.time_ns())
            due = max(due + STATUS_S, now)
        if now >= until:
            return End(0, flush_s=_FLUSH_S)
        try:
            return ends.get(timeout=max(0.0, min(due, until) - time.monotonic()))
        except queue.Empty:
            continue


def _failure(fault: Exception) -> str:
    """One sentence for a defect of ours."""
    where = fault.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = "" if where is None else f" in {where.tb_frame.f_code.co_name}, line {where.tb_lineno}"
    return f"the sensor failed{place}: {type(fault).__name__}: {str(fault)!a}."


def _say(sentence: str) -> None:
    with suppress(OSError, ValueError):
        print(f"edr-tui sensor: {sentence}", file=sys.stderr, flush=True)


def _output_ended(fault: OSError | None) -> End:
    if fault is None:
        return End(0)
    return End(1, f"cannot write the output: {(fault.strerror or str(fault)).lower()}.")


def _catch_signals(ends: queue.SimpleQueue[End]) -> dict[int, Any]:
    """Let TERM, INT and HUP (unless ignored, as by nohup) end the loop; returns the handlers before."""

    def end(number: int, frame: FrameType | None) -> None:
        ends.put(End(128 + number, flush_s=_FLUSH_ON_SIGNAL_S))

    before: dict[int, Any] = {}
    if threading.current_thread() is not threading.main_thread():
        return before
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is None or (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
            continue
        before[number] = signal.signal(number, end)
    return before
