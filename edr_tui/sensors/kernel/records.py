"""The kernel's word on processes, as values: forks, execs and exits, by whichever way it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from edr_tui.sensors.command_line import CommandLine


class BadRecord(ValueError):
    """Bytes that the kernel's side does not write."""


class Who(NamedTuple):
    """A process. start_ns: its start in ns since boot, 0 if unknown. inode: of its pidfd, if known."""

    start_ns: int
    inode: int | None
    pid: int
    uid: int | None


class Fork(NamedTuple):
    """A new process. at_ns: ns since boot. name: comm, at that moment its forker's."""

    at_ns: int
    process: Who
    name: str | None
    kernel_thread: bool
    forker: Who


class Exit(NamedTuple):
    """The end of a process with all its threads. status: as wait(2) gives it; None if unknown."""

    at_ns: int
    process: Who
    name: str | None
    status: int | None


class Exec(NamedTuple):
    """A new image.

    parent: the real parent of that moment, which may have adopted it. invoked: as given to execve.
    executable, directory: as the kernel would print them; None if their walk was not finished.
    preloads: LD_PRELOAD=... and LD_AUDIT=..., as far as they were read; preloads_whole: all were.
    sockets: which of the first three file descriptors are sockets. login_uid: None if never set.
    unknown: why something is None, by the names of edr.unknown; None where /proc is still to be asked.
    """

    at_ns: int
    process: Who
    name: str | None
    kernel_thread: bool
    parent: Who
    cgroup: int
    euid: int | None
    gid: int | None
    egid: int | None
    login_uid: int | None
    session: int | None
    tty: tuple[int, int] | None
    sockets: tuple[int, ...]
    invoked: str | None
    executable: str | None
    directory: str | None
    preloads: tuple[str, ...]
    preloads_whole: bool
    command_line: CommandLine | None
    unknown: Mapping[str, str] | None = None


class Changed(NamedTuple):
    """What a process has become without an exec. None: that has not changed."""

    at_ns: int
    process: Who
    name: str | None = None
    uid: int | None = None
    euid: int | None = None
    gid: int | None = None
    session: int | None = None


Record = Fork | Exec | Exit | Changed
