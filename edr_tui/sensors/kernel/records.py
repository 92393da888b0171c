"""The kernel's word on processes, as values: forks, execs and exits, by whichever way it came."""

from __future__ import annotations

from typing import NamedTuple

from edr_tui.sensors.command_line import CommandLine


class BadRecord(ValueError):
    """Bytes that the kernel's side does not write."""


class Who(NamedTuple):
    """A process. start_ns: its start in ns since boot. inode: pidfs inode, None before Linux 6.9."""

    start_ns: int
    inode: int | None
    pid: int
    uid: int


class Fork(NamedTuple):
    """A new process. at_ns: ns since boot. name: comm, at that moment its forker's."""

    at_ns: int
    process: Who
    name: str
    kernel_thread: bool
    forker: Who


class Exit(NamedTuple):
    """The end of a process with all its threads. status: as wait(2) gives it."""

    at_ns: int
    process: Who
    name: str
    status: int


class Exec(NamedTuple):
    """A new image.

    parent: the real parent of that moment, which may have adopted it. invoked: as given to execve.
    executable, directory: as the kernel would print them; None if their walk was not finished.
    preloads: LD_PRELOAD=... and LD_AUDIT=..., as far as they were read; preloads_whole: all were.
    sockets: which of the first three file descriptors are sockets. login_uid: None if never set.
    """

    at_ns: int
    process: Who
    name: str
    kernel_thread: bool
    parent: Who
    cgroup: int
    euid: int
    gid: int
    egid: int
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


Record = Fork | Exec | Exit
