"""Processes that hide from /proc: the slow cross-check of what can be listed with what is there.

Three ways to hide are found, each by another witness. A library that is put before the C library's
readdir() is found by asking the kernel for the same list. A kernel that leaves a process out of that
list is found by asking for every pid by its number, and by what a sensor was told of it. A mount over
/proc/PID is found in the list of mounts. A finding counts only if the process was there all the time.
"""

from __future__ import annotations

import ctypes
import os
import platform
import select
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from edr_tui.sensors import procfs
from edr_tui.sensors.mounts import system_call

EVERY_S = 10.0
PROBES = 10_000  # pids asked for in one round
_GETDENTS64 = {"x86_64": 217, "aarch64": 61, "riscv64": 61, "ppc64le": 202}
_ENTRY = struct.Struct("=QqHB")  # struct linux_dirent64, up to its name
_BUFFER = 1 << 16

LEFT_OUT_BY_LIBRARY = "the C library's readdir() leaves it out of /proc: a preloaded library hides it"
LEFT_OUT_BY_KERNEL = "it runs, and the kernel leaves it out of the list of /proc"


def listed(proc: str = "/proc") -> set[int]:
    """The pids in /proc as the kernel lists them, past the C library. Raises OSError."""
    number = _GETDENTS64.get(platform.machine())
    if number is None:
        raise OSError(f"getdents64 of {platform.machine()} is not known")
    found: set[int] = set()
    buffer = bytearray(_BUFFER)
    into = (ctypes.c_char * _BUFFER).from_buffer(buffer)
    fd = os.open(proc, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        while size := system_call(number, fd, into, _BUFFER):
            at = 0
            while at < size:
                length = _ENTRY.unpack_from(buffer, at)[2]
                name = buffer[at + _ENTRY.size : at + length].partition(b"\0")[0]
                if name.isdigit():
                    found.add(int(name))
                at += length
    finally:
        os.close(fd)
    return found


class HiddenSearch:
    """Looks for hidden processes, round by round. One thread at a time uses it.

    by_library, by_kernel: the two ways to list /proc. last_pid: up to which number pids are worth asking for.
    """

    def __init__(
        self,
        proc: str = "/proc",
        *,
        by_library: Callable[[], Iterable[int]] | None = None,
        by_kernel: Callable[[], Iterable[int]] | None = None,
        probes: int = PROBES,
    ) -> None:
        self._proc = proc
        self._by_library = by_library or self._read_by_library
        self._by_kernel = by_kernel or (lambda: listed(proc))
        self._probes = probes
        self._next_pid = 1

    def round(self, told: Iterable[int] = ()) -> dict[int, str]:
        """pid -> evidence, of every process that hides now. told: pids that are known to run.

        Of the pids of which nothing is known, one round asks for some, and the next one goes on there.
        """
        suspects = self._suspects(told)
        if not suspects:
            return {}
        held = {pid: fd for pid in suspects if (fd := _held(pid)) is not None}
        try:
            # All of them have been there since before this second look.
            again = self._suspects(held, probe=False)
            return {pid: again[pid] for pid in sorted(held.keys() & again.keys()) if _alive(held[pid])}
        finally:
            for fd in held.values():
                os.close(fd)

    def _suspects(self, told: Iterable[int], probe: bool = True) -> dict[int, str]:
        told = set(told)
        if probe:
            told |= self._probe()
        found = self._covered()
        try:
            by_kernel = set(self._by_kernel())
            by_library = set(self._by_library())
            # What came between the two lists is in the second one only.
            found |= dict.fromkeys(by_kernel - by_library - found.keys(), LEFT_OUT_BY_LIBRARY)
        except OSError:
            by_kernel = set(self._by_library())
        if by_kernel:  # a list of nobody is a /proc that cannot be read
            found |= dict.fromkeys(told - by_kernel - found.keys(), LEFT_OUT_BY_KERNEL)
        return found

    def _read_by_library(self) -> set[int]:
        with suppress(OSError):
            return {int(name) for name in os.listdir(self._proc) if name.isdigit()}
        return set()

    def _covered(self) -> dict[int, str]:
        with suppress(OSError):
            return procfs.parse_covers(_read(f"{self._proc}/self/mountinfo"), os.fsencode(self._proc))
        return {}

    def _probe(self) -> set[int]:
        """Those of the next pids that answer; threads among them."""
        last = _highest_pid(self._proc)
        if self._next_pid > last:
            self._next_pid = 1
        pids = range(self._next_pid, min(self._next_pid + self._probes, last + 1))
        self._next_pid = pids.stop
        return set(filter(_answers, pids))


class HiddenWatch:
    """Runs the search in a thread of its own, every now and then; found() is asked from another one."""

    def __init__(self, search: HiddenSearch, every_s: float = EVERY_S) -> None:
        self._search = search
        self._every_s = every_s
        self._stop = threading.Event()
        self._found: dict[int, str] = {}
        self.failed: str | None = None
        self._thread: threading.Thread | None = None

    def start(self, told: Callable[[], Iterable[int]]) -> None:
        """Begin. told: the pids that are known to run."""
        self._thread = threading.Thread(target=self._run, args=(told,), name="hidden", daemon=True)
        self._thread.start()

    def found(self) -> dict[int, str]:
        """pid -> evidence, by the last round: the same value until a round finds something else."""
        return self._found

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1.0)

    def _run(self, told: Callable[[], Iterable[int]]) -> None:
        while not self._stop.is_set():
            try:
                found = self._search.round(told())
            except Exception as fault:
                # A defect of ours must not pass for a host on which nobody hides.
                self.failed = f"the search for them failed: {type(fault).__name__}: {str(fault)!a}"
                return
            if found != self._found:
                self._found = found
            self._stop.wait(self._every_s)


def _highest_pid(proc: str) -> int:
    """Up to which number there may be pids: as far as they were given out, if they never began anew."""
    limit = 32_768
    with suppress(OSError, ValueError):
        limit = int(_read(f"{proc}/sys/kernel/pid_max"))
        last = int(_read(f"{proc}/loadavg").split()[4])
        forks = procfs.parse_forks(_read(f"{proc}/stat"))
        return last if forks < limit else limit
    return limit


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 20)


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _held(pid: int) -> int | None:
    """A pidfd, None for a thread that leads no process and for who is gone."""
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):
        return None


def _alive(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return not poll.poll(0)
