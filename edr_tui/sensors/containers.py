"""Which container a process belongs to, by the names that container runtimes give to control groups."""

from __future__ import annotations

import ctypes
import os
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

# Docker, containerd, CRI-O, Podman and Kubernetes: 64 hexadecimal digits, alone or within a scope's name.
# Amazon ECS: 32 and a number. LXC, systemd-nspawn: the container's name.
_DIGITS = re.compile(r"(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:/|$)")
_TASK = re.compile(r"/ecs/.*/([0-9a-f]{32}-\d+)(?:/|$)")
_NAMED = re.compile(r"/(?:lxc/|lxc\.payload\.|machine\.slice/machine-)([^/]+?)(?:\.scope)?(?:/|$)")
_KEPT = 65_536
_HANDLE = struct.Struct("=IiQ")  # struct file_handle of name_to_handle_at(2), with a kernfs id in it
_FILEID_KERNFS = 0xFE
_O_PATH = 0o10000000


def container_of(paths: Iterable[str]) -> str | None:
    """The container that one of these control groups belongs to; the innermost one of each path."""
    for path in paths:
        for form in (_DIGITS, _TASK, _NAMED):
            if found := form.findall(path):
                return str(found[-1])
    return None


def cgroup_paths(raw: bytes) -> list[str]:
    """The paths in /proc/PID/cgroup, those of version 2 first."""
    lines = [line.split(":", 2) for line in raw.decode("utf-8", "surrogateescape").splitlines()]
    found = [(number, path) for number, _, path in (line for line in lines if len(line) == 3)]
    return [path for _, path in sorted(found, key=lambda one: one[0] != "0")]


class _Mount(NamedTuple):
    fd: int
    path: str


class ControlGroups:
    """id of a control group (version 2) -> container, asked once for each.

    The kernel finds the group by its id, also where no process is left in it.
    """

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc
        self._known: dict[int, str | None] = {}
        self._open = _function("open_by_handle_at")
        self._mount = _mounted(proc) if self._open is not None else None

    def container(self, cgroup: int, pid: int) -> str | None:
        """The container of a control group; pid: a process that was just seen in it."""
        if cgroup in self._known:
            return self._known[cgroup]
        path = self._path(cgroup)
        if path is None:
            path = self._path_of(pid)
        if len(self._known) >= _KEPT:
            self._known.clear()
        found = self._known[cgroup] = None if path is None else container_of([path])
        return found

    def close(self) -> None:
        """Let go of the mount."""
        if self._mount is not None:
            os.close(self._mount.fd)
            self._mount = None

    def _path(self, cgroup: int) -> str | None:
        if self._mount is None or self._open is None:
            return None
        handle = ctypes.create_string_buffer(_HANDLE.pack(8, _FILEID_KERNFS, cgroup), _HANDLE.size)
        fd = self._open(self._mount.fd, handle, _O_PATH | os.O_CLOEXEC)
        if fd < 0:
            return None
        try:
            return os.readlink(f"/proc/self/fd/{fd}").removeprefix(self._mount.path)
        except OSError:
            return None
        finally:
            os.close(fd)

    def _path_of(self, pid: int) -> str | None:
        with suppress(OSError):
            with open(f"{self._proc}/{pid}/cgroup", "rb") as file:
                lines = file.read(65_536).decode("utf-8", "surrogateescape").splitlines()
            return next((line[3:] for line in lines if line.startswith("0::")), None)
        return None


def _function(name: str) -> ctypes._NamedFuncPointer | None:
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)


def _mounted(proc: str) -> _Mount | None:
    """The first mount of a cgroup2 file system."""
    with suppress(OSError):
        with open(f"{proc}/self/mountinfo", "rb") as file:
            lines = file.read(1 << 20).splitlines()
        for line in lines:
            here, _, filesystem = line.partition(b" - ")
            if filesystem.startswith(b"cgroup2 "):
                path = here.split()[4]
                return _Mount(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), os.fsdecode(path))
    return None
