"""Numbers what a sensor tells, encodes it, queues it, and keeps the books of what found no room."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from edr_tui.ecs import encode
from edr_tui.ecs.lines import Ended, Heads, exit_line, heads_of, record_line
from edr_tui.model.event import EventsLost, Host, RequestAnswered, SensorStatus, SnapshotSpan
from edr_tui.model.process import ProcessRecord
from edr_tui.sensors.base import Answer, Report
from edr_tui.sensors.output import OutputQueue

STAGE = "sensor_queue"
# A loss counts as over once the queue has drained so far, so that a slow reader gets few, large gaps.
_ROOM = 7 / 8
# A snapshot fills the queue so far and waits then: the other part is for what happens meanwhile.
_SNAPSHOT_SHARE = 1 / 2
_INCOMPLETE = "incomplete picture"
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


class _Stamp(TypedDict):
    at_ns: int
    sequence: int
    provider: str
    host: Host


@dataclass(slots=True)
class _Run:
    """A snapshot that is being told: what is left of it, and what of it has a number already."""

    records: Iterator[ProcessRecord]
    repair: bool
    lost_before: int
    first: int = 0
    last: int = 0
    count: int = 0


class QueuedStream:
    """A base.Stream into an OutputQueue. Every method may be called from any thread, but those about
    snapshots from one alone.

    Each event takes one sequence number, and one that finds no room keeps it: the gap is the loss. The
    gap is told as EventsLost as soon as there is room again, and a snapshot is wanted then.
    """

    def __init__(
        self, provider: str, host: Host, queue: OutputQueue, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.provider = provider
        self.host = host
        self.lost = 0
        self._heads = heads_of(provider, host)
        self._queue = queue
        self._clock = clock
        self._lock = threading.Lock()
        self._sequence = 0
        self._gap: tuple[int, int] | None = None  # first and last number without room, not told yet
        self._missing: dict[str, int] = {}  # stage -> lost before they came here, not told yet
        self._span: SnapshotSpan | None = None
        self._told_whole = False  # nothing was lost since the last snapshot that was told whole
        self._begun = False
        self._run: _Run | None = None
        self._pause_s = _FIRST_PAUSE_S
        self._not_before = 0.0

    def started(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a new process."""
        self.write(lambda heads, number: record_line(heads.start, at_ns, number, record))

    def executed(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a new image of a process."""
        self.write(lambda heads, number: record_line(heads.exec, at_ns, number, record))

    def exited(self, end: Ended, at_ns: int) -> None:
        """Tell an end."""
        self.write(lambda heads, number: exit_line(heads.exit, at_ns, number, end))

    def write(self, line_of: Callable[[Heads, int], bytes]) -> int:
        """Tell an event by the line that line_of writes of its sequence number, which is returned.

        line_of is not called while there is no room: what it would write is lost.
        """
        with self._lock:
            if self._gap is not None or self._missing:
                self._tell_losses()
            self._sequence = number = self._sequence + 1
            # While a gap is open nothing may pass: what was lost stays one range.
            if self._gap is not None or not self._queue.put(line_of(self._heads, number)):
                self._gap = (self._gap[0] if self._gap else number, number)
                self.lost += 1
                self._told_whole = False
            return number

    def found(self, record: ProcessRecord, at_ns: int) -> None:
        """Tell a running process once more: something new is known of it."""
        self.write(_snapshot_line(record, False, at_ns))

    def snapshot(self, records: Iterable[ProcessRecord], at_ns: int) -> bool:
        """Begin to tell every running process. If nothing is lost until its end, a status says its span."""
        self._run = _Run(iter(records), self._begun, self.lost)
        self._begun = True
        return self.resume(at_ns)

    def events_lost(self, stage: str, count: int) -> None:
        """Tell that so many events were lost before they came here; at the latest when there is room."""
        with self._lock:
            self._missing[stage] = self._missing.get(stage, 0) + count
            self._told_whole = False
            self._tell_losses()

    def resume(self, at_ns: int) -> bool:
        """Tell more of a snapshot, never faster than the queue drains. True if none waits to be told."""
        run = self._run
        if run is None:
            return True
        while self._has_room():
            record = next(run.records, None)
            if record is None:
                self._run = None
                self._finish(run)
                return True
            run.last = self.write(_snapshot_line(record, run.repair, at_ns))
            run.first = run.first or run.last
            run.count += 1
        return False

    def snapshot_wanted(self) -> bool:
        """Whether a loss is told, and not mended yet."""
        with self._lock:
            mending = self._told_whole or self._run is not None
            return not mending and self._gap is None and self._clock() >= self._not_before

    def status(self, report: Report, at_ns: int) -> None:
        """Tell how the sensor is doing."""
        self.write(lambda _, number: encode(self._status_of(report, self._stamp(at_ns, number))))

    def spoken_by(self, provider: str) -> None:
        """Another sensor speaks from here on, and begins with a snapshot: what came in between is missing."""
        with self._lock:
            self.provider = provider
            self._heads = heads_of(provider, self.host)
            self._run = None
            self._told_whole = False

    def answered(self, answer: Answer) -> None:
        """Tell the answer to a request."""
        self.write(
            lambda _, number: encode(
                RequestAnswered(
                    **self._stamp(time.time_ns(), number),
                    action=answer.action,
                    request_id=answer.request_id,
                    fault=answer.fault,
                    inspection=answer.inspection,
                    signalled=answer.signalled,
                )
            )
        )

    def room_made(self) -> None:
        """Lines have left the queue: tell a loss that waits for room."""
        if self._gap is not None or self._missing:
            with self._lock:
                self._tell_losses()

    def _has_room(self) -> bool:
        with self._lock:
            self._tell_gap()
            return self._gap is None and self._queue.has_room(1, _SNAPSHOT_SHARE)

    def _finish(self, run: _Run) -> None:
        with self._lock:
            if self.lost != run.lost_before:
                self._not_before = self._clock() + self._pause_s
                self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
                return
            self._told_whole = True
            self._pause_s = _FIRST_PAUSE_S
            if run.count:
                self._span = SnapshotSpan(first=run.first, last=run.last, count=run.count)

    def _status_of(self, report: Report, stamp: _Stamp) -> SensorStatus:
        incomplete = {} if self._told_whole else {_INCOMPLETE: "not every running process is told yet"}
        return SensorStatus(
            **stamp,
            sensor=self.provider,
            health="limited" if incomplete else report.health,
            counters={**report.counters, "queue_lost": self.lost},
            blind={**report.blind, **incomplete},
            interval_ns=report.interval_ns,
            snapshot=self._span,
        )

    def _tell_losses(self) -> None:
        if self._gap is not None:
            self._tell_gap()
        while self._missing and self._gap is None:
            stage, count = next(iter(self._missing.items()))
            self._sequence += 1
            now_ns = time.time_ns()
            if not self._put(EventsLost(**self._stamp(now_ns, self._sequence), stage=stage, count=count)):
                self._sequence -= 1
                return
            del self._missing[stage]

    def _tell_gap(self) -> None:
        if self._gap is None or not self._queue.has_room(1, _ROOM):
            return
        first, last = self._gap
        self._sequence += 1
        stamp = self._stamp(time.time_ns(), self._sequence)
        lost = EventsLost(**stamp, stage=STAGE, count=last - first + 1, first=first, last=last)
        if self._put(lost):
            self._gap = None
        else:
            self._sequence -= 1

    def _stamp(self, at_ns: int, number: int) -> _Stamp:
        return _Stamp(at_ns=at_ns, sequence=number, provider=self.provider, host=self.host)

    def _put(self, event: EventsLost) -> bool:
        return self._queue.put(encode(event))


def _snapshot_line(record: ProcessRecord, repair: bool, at_ns: int) -> Callable[[Heads, int], bytes]:
    return lambda heads, number: record_line(heads.snapshot, at_ns, number, record, repair)
