"""The polling sensor: compares one cheap look at every process with the last one. Every system."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from edr_tui.model.process import ProcessKey, ProcessRecord
from edr_tui.sensors.base import Ended, Report, Stream
from edr_tui.sensors.deadline import DeadlineReads
from edr_tui.sensors.records import (
    Found,
    parents_first,
    record_of,
    same_program,
    with_new_image,
)
from edr_tui.sensors.system import (
    DENIED,
    DETAIL_FIELDS,
    GONE,
    LATE,
    Details,
    Ending,
    Sight,
    System,
    image_changed,
)
from edr_tui.sensors.thrift import Thrift

_GUESSES = 10  # how often a process may look as if it had run exec, without proof
_SLOW_SCAN_S = 5.0
_RESUME_S = 0.1  # how soon a snapshot that found no room is gone on with


@dataclass(slots=True)
class Watched:
    """A process between two ticks. record is None for one that had ended before we came.

    end_told: it is a zombie, and its end is told. waited: a tick was spent on waiting for its code.
    """

    sight: Sight
    key: ProcessKey
    record: ProcessRecord | None
    end_told: bool = False
    waited: bool = False
    guesses: int = 0


class PollSensor:
    """Looks at every process once an interval. One thread runs it; report() may come from another."""

    name = "poll"

    def __init__(
        self,
        system: System,
        interval_s: float,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._interval_s = interval_s
        self._wall_ns = wall_ns
        self._monotonic = monotonic
        # In the order in which they were told: parents before their children.
        self._known: dict[int, Watched] = {}
        self._left: dict[int, Watched] = {}
        self._thrift = Thrift()
        self._details = DeadlineReads(system.details)
        self._counters = dict.fromkeys(
            ("ticks", "scan_us", "processes", "starts", "execs", "exits", "renames", "denied", "late"), 0
        )
        self._forks_at_start: int | None = None
        self._scan_began: float | None = None
        self._seen_ns = 0  # when the last scan looked

    def run(self, stream: Stream, stop: threading.Event) -> None:
        """Snapshot, then a tick each interval; a scan may take half of the time at most."""
        due = self._monotonic()
        while not stop.is_set():
            began = self._monotonic()
            self.tick(stream)
            ended = self._monotonic()
            due = max(due + self._interval_s, ended + min(ended - began, self._interval_s))
            if self._wait(stream, stop, due - ended):
                return

    def close(self) -> None:
        """Let go of every process. Not while another thread is in run()."""
        self._details.close()
        self._system.close()

    def tick(self, stream: Stream) -> None:
        """One scan, told. The first one tells the snapshot."""
        began = self._scan_began = self._monotonic()
        first = not self._counters["ticks"]
        if first and (forks := self._system.forks()) is not None:
            self._forks_at_start = forks
            self._counters["forks_unseen_at_most"] = 0
        ended = self._system.ended()
        pids = self._system.pids()
        if pids:  # an empty list is a /proc that could not be read, not an empty host
            at_ns = self._seen_ns = self._wall_ns()
            gone, new, execs = self._compare(pids, ended)
            self._tell_gone(stream, gone, at_ns)
            self._tell_execs(stream, execs, at_ns)
            if first:
                self._meet(new, None, at_ns)
                stream.snapshot(self._running(), at_ns)
            else:
                self._meet(new, stream, at_ns)
                if stream.resume(at_ns) and stream.snapshot_wanted():
                    stream.snapshot(self._running(), at_ns)
        self._left.clear()
        self._counters["ticks"] += 1
        self._counters["processes"] = len(self._known)
        self._counters["scan_us"] = round((self._monotonic() - began) * 1e6)
        self._count_forks()
        self._scan_began = None

    def report(self) -> Report:
        """Counters and blind spots; docs/sensors.md explains each."""
        blind = {
            "short-lived processes": f"a process that lives less than {self._interval_s:g} s may not be seen",
            "execs in between": "of several execs within an interval only the last is seen",
            "adopted processes": "if its parent ended before it was first seen, the adopter counts as parent",
            **self._system.blind(),
        }
        limited = self._system.limited()
        if stuck := self._details.stuck():
            blind["stuck processes"] = f"reading the details of {stuck} processes hangs"
            limited = True
        began = self._scan_began
        if began is not None and (lasts := self._monotonic() - began) > _SLOW_SCAN_S:
            blind["slow scan"] = f"the scan that runs now has taken {lasts:.0f} s"
            limited = True
        return Report(
            health="limited" if limited else "ok",
            counters=dict(self._counters),
            blind=blind,
            interval_ns=round(self._interval_s * 1e9),
        )

    def _wait(self, stream: Stream, stop: threading.Event, seconds: float) -> bool:
        """Until the next tick, going on with a snapshot meanwhile. True if it is time to stop."""
        while not stream.resume(self._seen_ns) and seconds > _RESUME_S:
            if stop.wait(_RESUME_S):
                return True
            seconds -= _RESUME_S
        return stop.wait(seconds)

    def _running(self) -> Iterator[ProcessRecord]:
        """What was known when the first was asked for, each as it is when it is asked for itself."""
        known = self._known
        for watched in list(known.values()):
            record = watched.record
            if record is not None and not watched.end_told and known.get(record.pid) is watched:
                yield record

    def _compare(
        self, pids: list[int], ended: AbstractSet[int]
    ) -> tuple[list[Watched], list[int], list[tuple[Watched, Sight]]]:
        """What is gone, what is new, and what may have a new image since the last tick."""
        gone: list[Watched] = []
        new: list[int] = []
        execs: list[tuple[Watched, Sight]] = []
        known, look = self._known, self._system.look
        for pid in pids:
            watched = known.get(pid)
            if watched is None:
                new.append(pid)
                continue
            last = watched.sight
            sight = look(pid, last)
            if sight is last and pid not in ended:
                continue
            if sight is None:
                gone.append(watched)
            elif _another(last, sight, pid in ended):
                gone.append(watched)
                new.append(pid)
            elif sight.ended:
                watched.sight = sight
                if not watched.end_told:
                    gone.append(watched)
            elif image_changed(last, sight) is False:
                self._counters["renames"] += last.name != sight.name and not sight.kernel_thread
                watched.sight = sight
            else:
                execs.append((watched, sight))
        gone.extend(known[pid] for pid in known.keys() - set(pids))
        return gone, new, execs

    def _tell_gone(self, stream: Stream, gone: list[Watched], at_ns: int) -> None:
        for watched in gone:
            sight = watched.sight
            # A zombie is still there: its end is told, and it is watched until it is reaped.
            now = self._system.look(sight.pid, sight) if sight.ended else None
            zombie = now is not None and now.ended and now.start == sight.start
            if not watched.end_told:
                ending = self._system.ending(sight)
                if ending is None and zombie and not watched.waited:
                    watched.waited = True
                    continue
                # The code of a zombie is its parent's to read, and of whoever may trace it.
                unknown = Ending(reason=DENIED if zombie else GONE)
                self._tell_end(stream, watched, ending or unknown, at_ns)
            if not zombie:
                self._left[sight.pid] = watched
                del self._known[sight.pid]
                if watched.record is not None:
                    self._thrift.drop(watched.record)
            self._system.forget(sight.pid)

    def _tell_end(self, stream: Stream, watched: Watched, ending: Ending, at_ns: int) -> None:
        watched.end_told = True
        record = watched.record
        if record is None:
            return
        stream.exited(
            Ended(
                entity_id=record.entity_id,
                pid=record.pid,
                name=record.image.name,
                executable=record.image.executable,
                start_ns=record.start_ns,
                exit_code=ending.code,
                exit_signal=ending.signal,
                unknown={} if ending.reason is None else {"process.exit_code": ending.reason},
            ),
            at_ns,
        )
        self._counters["exits"] += 1

    def _tell_execs(self, stream: Stream, execs: list[tuple[Watched, Sight]], at_ns: int) -> None:
        for (watched, before), (sight, details) in zip(execs, self._read([s for _, s in execs]), strict=True):
            proven = image_changed(watched.sight, before)
            watched.sight = sight
            record = watched.record
            if record is None or not self._is_exec(watched, record, details, proven):
                self._counters["renames"] += 1
                continue
            self._thrift.drop(record)
            record = with_new_image(record, sight, details, at_ns)
            watched.record = self._thrift.keep(record)
            stream.executed(record, at_ns)
            self._counters["execs"] += 1

    def _is_exec(
        self, watched: Watched, record: ProcessRecord, details: Details, proven: bool | None
    ) -> bool:
        if proven:
            watched.guesses = 0
            return True
        old, new = record.image.executable, details.executable
        if new is None and details.command_line is None:
            return False  # it ends at this moment: its memory is gone, and with it what it ran
        if old is not None and new is not None and old != new:
            watched.guesses = 0
            return True
        if same_program(record.image, details) or watched.guesses >= _GUESSES:
            return False
        watched.guesses += 1
        return True

    def _meet(self, pids: list[int], stream: Stream | None, at_ns: int) -> None:
        """Watch new processes and tell their starts, parents first; without a stream nothing is told."""
        found: dict[int, Found] = {}
        wanted = list(pids)
        tried: set[int] = set()
        while wanted:
            pid = wanted.pop()
            if pid in tried or pid in self._known:
                continue
            tried.add(pid)
            met = self._system.meet(pid)
            if met is None:
                continue
            found[pid] = Found(met, at_ns)
            ppid = met.sight.ppid
            if ppid > 0 and ppid not in self._left:
                wanted.append(ppid)  # it may have come between the list and the look
        order = parents_first(list(found.values()))
        readable = [one for one in order if stream is not None or not one.met.sight.ended]
        for one, (sight, details) in zip(readable, self._read([f.met.sight for f in readable]), strict=True):
            one.met = one.met._replace(sight=sight)
            one.details = details
        ended: list[Watched] = []
        for one in order:
            sight, inode = one.met
            key = ProcessKey(self._system.boot, sight.pid, sight.start, inode)
            watched = self._known[sight.pid] = Watched(sight, key, None, end_told=one.details is None)
            if one.details is None:
                continue
            record = self._record(watched, one.details, None if stream is None else at_ns)
            watched.record = self._thrift.keep(record)
            if stream is not None:
                stream.started(record, record.start_ns or at_ns)
                self._counters["starts"] += 1
            if sight.ended:
                ended.append(watched)
        if stream is not None:
            self._tell_gone(stream, ended, at_ns)

    def _record(self, watched: Watched, details: Details, noticed_ns: int | None) -> ProcessRecord:
        sight = watched.sight
        start_ns = self._system.start_ns(sight)
        candidates = [w for w in (self._known.get(sight.ppid), self._left.get(sight.ppid)) if w is not None]
        parent = next(
            (w.record for w in candidates if w is not watched and w.sight.start <= sight.start), None
        )
        since_ns = start_ns if sight.forked and noticed_ns is not None else noticed_ns
        record = record_of(watched.key, sight, details, start_ns=start_ns, since_ns=since_ns, parent=parent)
        self._counters["denied"] += sum(reason == DENIED for reason in record.unknown.values())
        return record

    def _read(self, sights: list[Sight]) -> list[tuple[Sight, Details]]:
        """The details of processes, each with a look at the image that they belong to."""
        read = self._read_once(sights)
        again: dict[int, Sight] = {}
        for index, sight in enumerate(sights):
            now = self._system.look(sight.pid, sight)
            if now is None or now is sight or now.start != sight.start or now.ended:
                continue
            if image_changed(sight, now) is False:
                read[index] = (now, read[index][1])
            else:
                again[index] = now  # an exec came in between: what was read may be half of each
        for index, pair in zip(again, self._read_once(list(again.values())), strict=True):
            read[index] = pair
        return read

    def _read_once(self, sights: list[Sight]) -> list[tuple[Sight, Details]]:
        if not sights:
            return []
        found = self._details.all(sights)
        self._counters["late"] += found.count(None)
        late = Details(unknown=dict.fromkeys(DETAIL_FIELDS, LATE))
        return [(sight, details or late) for sight, details in zip(sights, found, strict=True)]

    def _count_forks(self) -> None:
        forks = self._system.forks()
        if forks is not None and self._forks_at_start is not None:
            unseen = forks - self._forks_at_start - self._counters["starts"]
            self._counters["forks_unseen_at_most"] = max(0, unseen)


def _another(last: Sight, now: Sight, ended: bool) -> bool:
    """Whether the pid belongs to another process than at the last look.

    ended: a handle kept on the process said, before this look, that it has ended; only its zombie
    can still be seen then. Without a handle the start decides.
    """
    if last.start != now.start or (last.ended and not now.ended):
        return True
    return ended and not now.ended
