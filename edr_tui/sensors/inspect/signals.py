"""Signals on Linux: through pidfds alone, to one process or to its whole living subtree."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from edr_tui.model.inspection import Signalled
from edr_tui.sensors import procfs
from edr_tui.sensors.inspect import protected
from edr_tui.sensors.inspect.handles import ENDED, Handles, has_ended
from edr_tui.sensors.inspect.refused import Refused

SIGNALS = {name: getattr(signal, f"SIG{name}") for name in ("TERM", "KILL", "STOP", "CONT")}
_SENTENCES = 20
_STOPPED_WITHIN_S = 2.0
_LOOKED_AT_EVERY_S = 0.002
_MEMBERS = 20_000
_STILL = (b"T", b"t", b"Z", b"X", b"x")


class LinuxSignals:
    """Sends signals, and says who would get them. proc: where /proc is mounted."""

    def __init__(self, proc: str, handles: Handles) -> None:
        self._proc = proc
        self._handles = handles

    def refusal(self, entity_id: str) -> str | None:
        """Hold that process; why it would get no signal, None if it would. Raises Refused if it is gone."""
        pid = self._handles.key(entity_id).pid
        self._handles.hold(entity_id)
        return protected.refusal(pid, self._handles.stat(pid), self._protected())

    def send(self, entity_id: str, name: str, subtree: bool = False) -> Signalled:
        """Send it. Raises Refused if not even that process gets it."""
        number = SIGNALS.get(name)
        if number is None:
            raise Refused(f"there are {', '.join(SIGNALS)} to send, not {name!a}")
        fd = self._handles.take(entity_id)
        pid = self._handles.key(entity_id).pid
        ours = self._protected()
        try:
            # While the pidfd has not ended the pid is its own, so that this is read of that process.
            why = protected.refusal(pid, self._handles.stat(pid), ours)
            if has_ended(fd) or why is not None:
                raise Refused(why or ENDED)
            if not subtree:
                _send(fd, number)
                return Signalled(count=1)
        except BaseException:
            os.close(fd)
            raise
        with _Subtree(pid, fd, self._handles, ours, self._stats) as members:
            return members.signal(number)

    def _protected(self) -> dict[int, str]:
        return protected.protected_pids(self._parent)

    def _parent(self, pid: int) -> int | None:
        stat = self._handles.stat(pid)
        return None if stat is None else stat.ppid

    def _stats(self) -> Iterator[procfs.Stat]:
        """Of every process that /proc lists, as it is at this moment."""
        with suppress(OSError):
            for name in os.listdir(self._proc):
                if name.isdigit() and (stat := self._handles.stat(int(name))) is not None:
                    yield stat


class _Subtree:
    """A process and its living descendants, each behind a pidfd; those that appear meanwhile join it."""

    def __init__(
        self,
        pid: int,
        fd: int,
        handles: Handles,
        ours: dict[int, str],
        stats: Callable[[], Iterator[procfs.Stat]],
    ) -> None:
        self._members = {pid: fd}  # parents before their children
        self._handles = handles
        self._ours = ours
        self._stats = stats
        self._refused: dict[int, str] = {}
        self._signalled: set[int] = set()

    def __enter__(self) -> _Subtree:
        return self

    def __exit__(self, *_: object) -> None:
        for fd in self._members.values():
            os.close(fd)

    def signal(self, number: int) -> Signalled:
        """Stop them all, then send it to all. Raises Refused if the first of them does not get it."""
        if number == signal.SIGCONT:
            self._gather(lambda pid: None)
        else:
            self._stop_all()
        if number != signal.SIGSTOP:
            # Children first: a parent that ends may let its stopped children go on (orphaned process group).
            for pid in reversed(self._members):
                self._send(pid, number)
            if number == signal.SIGTERM:
                for pid in reversed(self._members):
                    with suppress(Refused):
                        _send(self._members[pid], signal.SIGCONT)
        if not self._signalled:
            raise Refused(next(iter(self._refused.values()), ENDED))
        return Signalled(count=len(self._signalled), refused=tuple(self._refused.values())[:_SENTENCES])

    def _stop_all(self) -> None:
        """Until nothing new appears and everybody stands still, or the time for it is over."""
        root = next(iter(self._members))
        _send(self._members[root], signal.SIGSTOP)
        self._signalled.add(root)
        until = time.monotonic() + _STOPPED_WITHIN_S
        while self._gather(lambda pid: self._send(pid, signal.SIGSTOP)) or not self._still():
            if time.monotonic() > until or len(self._members) >= _MEMBERS:
                self._refused[0] = f"not all of them stood still within {_STOPPED_WITHIN_S:g} s"
                return
            time.sleep(_LOOKED_AT_EVERY_S)

    def _gather(self, met: Callable[[int], None]) -> int:
        """Let children that are not members yet join; how many did."""
        children: dict[int, list[int]] = {}
        for stat in self._stats():
            if not stat.flags & procfs.PF_KTHREAD:
                children.setdefault(stat.ppid, []).append(stat.pid)
        joined = 0
        waiting = list(self._members)
        while waiting:
            parent = waiting.pop()
            for pid in children.get(parent, ()):
                if pid not in self._members and pid not in self._refused and self._join(pid, parent):
                    met(pid)
                    waiting.append(pid)
                    joined += 1
        return joined

    def _join(self, pid: int, parent: int) -> bool:
        """Hold a child; whether it is one, by a look while it, and its parent, are held and alive."""
        try:
            fd = os.pidfd_open(pid)
        except OSError as fault:
            if not isinstance(fault, ProcessLookupError):
                self._refused[pid] = f"{pid}: it cannot be held: {(fault.strerror or str(fault)).lower()}"
            return False
        stat = self._handles.stat(pid)
        why = protected.refusal(pid, stat, self._ours)
        if stat is None or stat.ppid != parent or has_ended(fd) or has_ended(self._members[parent]):
            os.close(fd)
            return False
        if why is not None:
            self._refused[pid] = f"{pid}: {why}"
            os.close(fd)
            return False
        self._members[pid] = fd
        return True

    def _still(self) -> bool:
        """Whether nobody runs any more."""
        for pid, fd in self._members.items():
            if pid in self._refused or has_ended(fd):
                continue
            stat = self._handles.stat(pid)
            if stat is not None and stat.state not in _STILL:
                return False
        return True

    def _send(self, pid: int, number: int) -> None:
        try:
            _send(self._members[pid], number)
            self._signalled.add(pid)
        except Refused as why:
            if str(why) != ENDED:
                self._refused[pid] = f"{pid}: {why}"


def _send(fd: int, number: int) -> None:
    """Raises Refused where the system does."""
    try:
        signal.pidfd_send_signal(fd, number)
    except ProcessLookupError:
        raise Refused(ENDED) from None
    except PermissionError:
        raise Refused("the sensor is not permitted to signal it") from None
    except OSError as fault:
        raise Refused(f"the system refuses: {(fault.strerror or str(fault)).lower()}") from None
