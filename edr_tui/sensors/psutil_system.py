"""Every other system for the polling sensor: Windows and macOS, through psutil alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import TypeVar

import psutil

from edr_tui.model.process import Tty, User
from edr_tui.sensors import command_line
from edr_tui.sensors.system import DENIED, DETAIL_FIELDS, GONE, LATE, UNSUPPORTED, Details, Ending, Met, Sight
from edr_tui.sensors.users import Users

ValueT = TypeVar("ValueT")

# What psutil raises of a process that went away, is a zombie or is closed to us, and what slips through.
_FAULTS = (psutil.Error, OSError, ValueError, RuntimeError)
_GONE = (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError)
_WINDOWS = sys.platform == "win32"

_NOTHING = Details(unknown=dict.fromkeys(DETAIL_FIELDS, GONE))


class _Unguessed(psutil.Process):
    """Where the executable is denied, psutil takes argv[0] for it, which the process may choose."""

    def cmdline(self) -> list[str]:
        """Nothing to guess from."""
        return []


class PsutilSystem:
    """The running processes by psutil. The start of a process is in microseconds since the epoch."""

    def __init__(self, boot_id: str | None = None) -> None:
        self.boot = (boot_id or boot_id_by_time()).replace("-", "").lower()[:12]
        self._processes: dict[int, psutil.Process] = {}
        self._users = Users()

    def pids(self) -> list[int]:
        """The pids that psutil lists; none while it cannot."""
        try:
            return psutil.pids()
        except _FAULTS:
            return []

    def look(self, pid: int, last: Sight | None) -> Sight | None:
        """By psutil's own comparison of identities, and by the name where that may change."""
        process = self._processes.get(pid)
        try:
            if process is None or last is None:
                process = psutil.Process(pid)
            elif not process.is_running():
                process, last = psutil.Process(pid), None
            elif _WINDOWS:
                return last  # no exec there: nothing about it can change
            sight = self._sight(process, last)
        except _GONE:
            return None
        except _FAULTS:
            return last
        self._processes[pid] = process
        return last if sight == last else sight

    def meet(self, pid: int) -> Met | None:
        """A first look; psutil's object is the handle."""
        self.forget(pid)
        sight = self.look(pid, None)
        return None if sight is None else Met(sight, None)

    def details(self, sight: Sight) -> Details:
        """Executable, command line, working directory, users and terminal of a process."""
        unknown: dict[str, str] = {}
        process = self._anew(sight.pid)
        if process is None:
            return _NOTHING
        with process.oneshot():
            executable = _read(lambda: _Unguessed(sight.pid).exe(), "process.executable", unknown)
            args = _read(process.cmdline, "process.command_line", unknown)
            directory = _read(process.cwd, "process.working_directory", unknown)
            terminal = _terminal(process)
            user, effective = self._user(process, unknown)
        if self._reused(sight.pid):
            return _NOTHING
        line = command_line.from_args(args, _join) if args else None
        if line is not None and line.unknown is not None:
            unknown["process.command_line"] = line.unknown
        elif line is None:
            unknown.setdefault("process.command_line", UNSUPPORTED)
        if not executable:
            unknown.setdefault("process.executable", UNSUPPORTED)
        if not directory:
            unknown.setdefault("process.working_directory", UNSUPPORTED)
        return Details(
            executable=executable or None,
            command_line=line,
            working_directory=directory or None,
            user=user,
            effective_user=effective,
            tty=None if terminal is None else Tty(name=terminal.removeprefix("/dev/")),
            unknown=unknown,
        )

    def ended(self) -> AbstractSet[int]:
        """Nothing: there is no handle to ask."""
        return frozenset()

    def ending(self, sight: Sight) -> Ending | None:
        """psutil knows the exit code of its own children only."""
        return Ending(reason=UNSUPPORTED)

    def forget(self, pid: int) -> None:
        """Drop psutil's object."""
        self._processes.pop(pid, None)

    def close(self) -> None:
        """Drop every object of psutil's."""
        self._processes.clear()

    def start_ns(self, sight: Sight) -> int:
        """As exact as the system gives it."""
        return sight.start * 1000

    def forks(self) -> int | None:
        """Not counted by these systems."""
        return None

    def blind(self) -> Mapping[str, str]:
        """What this reader is not shown."""
        blind = {"exit codes": "the system gives a process's exit code to its parent only"}
        if not _WINDOWS:
            blind["exec that keeps the name"] = "an exec of a program of the same name is not seen"
        if not _privileged():
            blind["other users' processes"] = (
                "details of other users' processes are denied: the sensor does not run as"
                f" {'administrator' if _WINDOWS else 'root'}"
            )
        return blind

    def limited(self) -> bool:
        """Whether the reader lacks the rights to see the rest."""
        return not _privileged()

    def _anew(self, pid: int) -> psutil.Process | None:
        """The same process by a new object: psutil remembers the executable that it read first."""
        with suppress(*_FAULTS):
            process = psutil.Process(pid)
            return process if process == self._processes.get(pid) else None
        return None

    def _reused(self, pid: int) -> bool:
        """Whether the pid has gone to another process, so that what was read may be of that one."""
        with suppress(*_FAULTS):
            return psutil.Process(pid) != self._processes.get(pid)
        return False

    def _sight(self, process: psutil.Process, last: Sight | None) -> Sight:
        with process.oneshot():
            name = _name(process)
            ended = not _WINDOWS and process.status() == psutil.STATUS_ZOMBIE
            if last is not None:
                return last._replace(name=name, ended=ended)
            start = round(process.create_time() * 1_000_000)
            return Sight(pid=process.pid, start=start, ppid=process.ppid() or 0, name=name, ended=ended)

    def _user(self, process: psutil.Process, unknown: dict[str, str]) -> tuple[User | None, User | None]:
        if _WINDOWS:
            name = _read(process.username, "user.name", unknown)
            return (None if name is None else User(name=name)), None
        ids = _read(process.uids, "user.id", unknown)
        if ids is None:
            return None, None
        user, late = self._users.user(ids.real)
        effective, effective_late = self._users.user(ids.effective)
        if late or effective_late:
            unknown["user.name"] = LATE
        return user, None if ids.effective == ids.real else effective


def boot_id_by_time() -> str:
    """32 hex digits from the time of the boot, to ten seconds; for systems without a boot id."""
    try:
        booted = round(psutil.boot_time() / 10)
    except _FAULTS:
        booted = 0
    return hashlib.sha256(str(booted).encode()).hexdigest()[:32]


def _read(read: Callable[[], ValueT], field: str, unknown: dict[str, str]) -> ValueT | None:
    try:
        return read()
    except _GONE:
        unknown[field] = GONE
    except (psutil.AccessDenied, PermissionError):
        unknown[field] = DENIED
    except _FAULTS:
        unknown[field] = UNSUPPORTED
    return None


def _name(process: psutil.Process) -> str | None:
    try:
        return process.name()
    except (psutil.AccessDenied, PermissionError):
        return None


def _terminal(process: psutil.Process) -> str | None:
    with suppress(*_FAULTS, AttributeError):
        return process.terminal()
    return None


def _join(args: Sequence[str]) -> str:
    return subprocess.list2cmdline(args) if _WINDOWS else " ".join(args)


def _privileged() -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0
