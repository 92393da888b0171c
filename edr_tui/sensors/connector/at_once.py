"""What is read of a process in the moment of its fork or exec, before it is gone. Only system calls."""

from __future__ import annotations

import errno
import os
from collections import OrderedDict
from contextlib import suppress
from typing import NamedTuple

from edr_tui.sensors import pidfd

_DIRECTORY = getattr(os, "O_PATH", 0) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_PAGE = 4096
ARGV_BYTES = 256 * 1024
_ENVIRONMENT_BYTES = 256 * 1024
_HELD = 512  # processes that have forked, and may run exec soon
_PRELOADS = (b"LD_PRELOAD=", b"LD_AUDIT=")

# Bytes that were read, or the errno of why not; None where it was left alone, because it hung before.
Answer = bytes | int | None


class AtFork(NamedTuple):
    """stat: /proc/PID/stat; inode: of its pidfd, None where it has none or was gone."""

    stat: Answer = None
    inode: int | None = None


class AtExec(NamedTuple):
    """The files of /proc/PID of these names, and links; preloads: LD_PRELOAD=... and LD_AUDIT=... .

    sockets: which of the first three file descriptors are sockets. credentials: by the pidfd,
    as pidfd.credentials() has them.
    """

    argv: Answer = None
    executable: Answer = None
    directory: Answer = None
    stat: Answer = None
    login_uid: Answer = None
    preloads: tuple[bytes, ...] | int | None = None
    sockets: tuple[int, ...] | int | None = None
    inode: int | None = None
    credentials: tuple[int, int, int, int, int] | None = None


class Handle:
    """A process by file descriptors that no other process can take over. Each is -1 if it cannot be had."""

    __slots__ = ("command_line", "directory", "pidfd", "status")

    def __init__(self, proc: str, pid: int) -> None:
        self.directory = self.command_line = self.status = self.pidfd = -1
        with suppress(OSError):
            self.directory = os.open(f"{proc}/{pid}", _DIRECTORY)
            # A read of them gives what the process is by then: after its exec that saves the way there.
            self.command_line = os.open("cmdline", _FILE, dir_fd=self.directory)
            self.status = os.open("stat", _FILE, dir_fd=self.directory)

    def hold(self, pid: int) -> None:
        """Open its pidfd too."""
        with suppress(OSError, AttributeError):
            self.pidfd = os.pidfd_open(pid)

    def close(self) -> None:
        """Let go of it."""
        for fd in (self.directory, self.command_line, self.status, self.pidfd):
            if fd >= 0:
                os.close(fd)
        self.directory = self.command_line = self.status = self.pidfd = -1

    def argv(self) -> bytes | int:
        """Its command line; no bytes if its memory is gone."""
        try:
            first = os.pread(self.command_line, _PAGE, 0)
            if len(first) < _PAGE:
                return first
            return first + _rest(self.command_line, ARGV_BYTES)
        except OSError as fault:
            return fault.errno or 0

    def stat(self) -> bytes | int:
        """Its stat, also of a zombie."""
        try:
            return os.pread(self.status, _PAGE, 0)
        except OSError as fault:
            return fault.errno or 0

    def read(self, name: str, limit: int = _PAGE) -> bytes | int:
        """A file in its folder of /proc."""
        try:
            fd = os.open(name, _FILE, dir_fd=self.directory)
            try:
                first = os.read(fd, _PAGE)
                return first if len(first) < _PAGE or limit == _PAGE else first + _rest(fd, limit)
            finally:
                os.close(fd)
        except OSError as fault:
            return fault.errno or 0

    def link(self, name: str) -> bytes | int:
        """Where a link in its folder of /proc leads to, as the kernel prints it."""
        try:
            return os.readlink(os.fsencode(name), dir_fd=self.directory)
        except OSError as fault:
            return fault.errno or 0


def _rest(fd: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = _PAGE
    while size < limit:
        part = os.pread(fd, min(65_536, limit - size), size)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


class Handles:
    """The handles of those that have forked and not run exec yet, at most so many."""

    def __init__(self, proc: str, most: int = _HELD) -> None:
        self._proc = proc
        self._most = most
        self._inodes = pidfd.PidfdInodes()
        self._held: OrderedDict[int, Handle] = OrderedDict()

    def open(self, pid: int) -> Handle:
        """A new handle, kept until pop()."""
        handle = Handle(self._proc, pid)
        if len(self._held) >= self._most:
            self._held.popitem(last=False)[1].close()
        old = self._held.pop(pid, None)
        if old is not None:
            old.close()
        self._held[pid] = handle
        return handle

    def pop(self, pid: int) -> Handle | None:
        """The handle of a process, which the caller closes."""
        return self._held.pop(pid, None)

    def new(self, pid: int) -> Handle:
        """A handle that is not kept."""
        return Handle(self._proc, pid)

    def inode(self, handle: Handle) -> int | None:
        """Its pidfs inode."""
        try:
            return self._inodes.of(handle.pidfd) if handle.pidfd >= 0 else None
        except OSError:
            return None


def preloads(handle: Handle) -> tuple[bytes, ...] | int:
    """LD_PRELOAD and LD_AUDIT of its environment."""
    raw = handle.read("environ", _ENVIRONMENT_BYTES)
    if isinstance(raw, int):
        return raw
    if b"LD_" not in raw:
        return ()
    return tuple(entry for entry in raw.split(b"\0") if entry.startswith(_PRELOADS))


def sockets(handle: Handle) -> tuple[int, ...] | int:
    """Which of standard input, output and error are sockets."""
    found: list[int] = []
    for number in range(3):
        where = handle.link(f"fd/{number}")
        if isinstance(where, bytes):
            if where.startswith(b"socket:"):
                found.append(number)
        elif where != errno.ENOENT:  # which only says that this one is closed
            return where
    return tuple(found)
