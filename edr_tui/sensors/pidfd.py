"""Linux process handles: a pidfd means one process for ever, whatever becomes of its pid."""

from __future__ import annotations

import fcntl
import os
import select
import struct
from contextlib import suppress
from typing import NamedTuple

from edr_tui.sensors.procfs import Ids

# struct pidfd_info of linux/pidfd.h, first version (64 bytes): mask, cgroupid, eleven ids, exit_code.
_INFO = struct.Struct("=QQ11Ii")
_PIDFD_GET_INFO = (3 << 30) | (_INFO.size << 16) | (0xFF << 8) | 11
_PIDFD_INFO_CREDS = 1 << 1
_PIDFD_INFO_CGROUPID = 1 << 2
_PIDFD_INFO_EXIT = 1 << 3
_CGROUP, _REAL_UID, _EFFECTIVE_UID, _EXIT_CODE = 1, 5, 7, 13  # places in the unpacked struct


class Handle(NamedTuple):
    """A held pidfd, and its pidfs inode where the kernel has pidfs (Linux >= 6.9)."""

    fd: int
    inode: int | None


class PidfdInodes:
    """Whether pidfds have inodes of their own here; before pidfs all of them shared one."""

    def __init__(self) -> None:
        self.unique = _inodes_are_unique()

    def of(self, fd: int) -> int | None:
        """The pidfs inode, which never repeats within a boot; None where there is no pidfs."""
        return os.fstat(fd).st_ino if self.unique else None


def _inodes_are_unique() -> bool:
    if not hasattr(os, "pidfd_open"):
        return False
    seen: set[tuple[int, int]] = set()
    with select.epoll() as anonymous:
        seen.add(_place(anonymous.fileno()))
    tried = {os.getpid(), os.getppid(), 1} - {0}
    opened = 0
    for pid in tried:
        with suppress(OSError):
            fd = os.pidfd_open(pid)
            try:
                seen.add(_place(fd))
                opened += 1
            finally:
                os.close(fd)
    devices = {device for device, _ in seen}
    # Every anonymous inode is on one device, pidfs on its own; and two processes must differ.
    return opened > 0 and len(seen) == opened + 1 and len(devices) == 2


def _place(fd: int) -> tuple[int, int]:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


def wait_status(fd: int) -> int | None:
    """How the process of a pidfd ended, as wait(2) gives it; None while it is not reaped.

    Raises OSError where the kernel cannot tell (before Linux 6.15).
    """
    mask, info = _info(fd, _PIDFD_INFO_EXIT)
    return info[_EXIT_CODE] if mask & _PIDFD_INFO_EXIT else None


def user_ids(fd: int) -> Ids | None:
    """The user ids of the process of a pidfd; None once it is reaped.

    Raises OSError where the kernel cannot tell (before Linux 6.13).
    """
    mask, info = _info(fd, _PIDFD_INFO_CREDS)
    return Ids(info[_REAL_UID], info[_EFFECTIVE_UID]) if mask & _PIDFD_INFO_CREDS else None


def credentials(fd: int) -> tuple[int, int, int, int, int] | None:
    """Control group id (0 if unknown), real user and group, effective user and group of a process.

    None once it is reaped. Raises OSError where the kernel cannot tell (before Linux 6.13).
    """
    mask, info = _info(fd, _PIDFD_INFO_CREDS | _PIDFD_INFO_CGROUPID)
    if not mask & _PIDFD_INFO_CREDS:
        return None
    cgroup = info[_CGROUP] if mask & _PIDFD_INFO_CGROUPID else 0
    user, group, effective_user, effective_group = info[_REAL_UID : _REAL_UID + 4]
    return cgroup, user, group, effective_user, effective_group


def _info(fd: int, mask: int) -> tuple[int, tuple[int, ...]]:
    """The mask of what the kernel filled in, and the whole struct. Raises OSError."""
    info = bytearray(_INFO.size)
    struct.pack_into("=Q", info, 0, mask)
    fcntl.ioctl(fd, _PIDFD_GET_INFO, info)
    fields = _INFO.unpack(info)
    return fields[0], fields


class Watch:
    """The pidfds of the watched processes, and which of them have ended.

    limit: how many are held at most; beyond it a process goes without one.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._inodes = PidfdInodes()
        self._epoll = select.epoll()
        self._handles: dict[int, Handle] = {}
        self._pids: dict[int, int] = {}

    @property
    def has_inodes(self) -> bool:
        """Whether identities carry the pidfs inode."""
        return self._inodes.unique

    def __len__(self) -> int:
        return len(self._handles)

    def hold(self, pid: int) -> Handle | None:
        """Open and keep the pidfd of a process; None if it is gone or no more can be held."""
        self.release(pid)
        try:
            fd = os.pidfd_open(pid)
        except (OSError, AttributeError):
            return None
        handle = Handle(fd, self._inodes.of(fd))
        if len(self._handles) >= self.limit:
            os.close(fd)
            return handle._replace(fd=-1)
        try:
            self._epoll.register(fd, select.EPOLLIN)
        except OSError:
            os.close(fd)
            return handle._replace(fd=-1)
        self._handles[pid] = handle
        self._pids[fd] = pid
        return handle

    def release(self, pid: int) -> None:
        """Close the pidfd of a process, if one is held."""
        handle = self._handles.pop(pid, None)
        if handle is not None:
            del self._pids[handle.fd]
            with suppress(OSError):
                self._epoll.unregister(handle.fd)
            os.close(handle.fd)

    def ended(self) -> set[int]:
        """The pids whose held process has ended, reaped or not, with all its threads."""
        if not self._handles:
            return set()
        return {self._pids[fd] for fd, _ in self._epoll.poll(0, len(self._handles) + 1) if fd in self._pids}

    def has_ended(self, pid: int) -> bool:
        """Whether the held process has ended; False if none is held."""
        handle = self._handles.get(pid)
        if handle is None:
            return False
        poll = select.poll()
        poll.register(handle.fd, select.POLLIN)
        return bool(poll.poll(0))

    def wait_status(self, pid: int) -> int | None:
        """How the held process ended; None while unreaped. Raises OSError where nothing can tell."""
        handle = self._handles.get(pid)
        if handle is None:
            raise OSError("no pidfd is held")
        return wait_status(handle.fd)

    def user_ids(self, pid: int) -> Ids | None:
        """The user ids of the held process, None where the pidfd does not tell them."""
        handle = self._handles.get(pid)
        if handle is None:
            return None
        try:
            return user_ids(handle.fd)
        except OSError:
            return None

    def close(self) -> None:
        """Let go of everything."""
        for pid in list(self._handles):
            self.release(pid)
        self._epoll.close()
