"""Opens a tracepoint as a perf event, also where tracefs is not mounted: then by a mount of no place."""

from __future__ import annotations

import ctypes
import os
import platform
from contextlib import suppress

from edr_tui.sensors.mounts import detached, system_call

_MOUNTED = ("/sys/kernel/tracing", "/sys/kernel/debug/tracing")
_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319}
_PERF_TYPE_TRACEPOINT = 2
_PERF_SAMPLE_RAW = 1 << 10
_PERF_FLAG_FD_CLOEXEC = 8
_ATTR_BYTES = 112


def open_tracepoint(category: str, name: str) -> int:
    """A perf event for a tracepoint, on CPU 0, disabled. Raises OSError."""
    number = _PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        raise OSError(f"tracepoints of {platform.machine()} are not known")
    identity = _id_of(category, name)
    attr = bytearray(_ATTR_BYTES)
    for place, size, value in (
        (0, 4, _PERF_TYPE_TRACEPOINT),
        (4, 4, _ATTR_BYTES),
        (8, 8, identity),
        (16, 8, 1),  # sample_period
        (24, 8, _PERF_SAMPLE_RAW),
        (48, 4, 1),  # wakeup_events
    ):
        attr[place : place + size] = value.to_bytes(size, "little")
    held = (ctypes.c_char * len(attr)).from_buffer(attr)
    return system_call(number, ctypes.byref(held), -1, 0, -1, _PERF_FLAG_FD_CLOEXEC)


def _id_of(category: str, name: str) -> int:
    path = f"events/{category}/{name}/id"
    for mounted in _MOUNTED:
        with suppress(OSError):
            return _number(os.open(f"{mounted}/{path}", os.O_RDONLY | os.O_CLOEXEC))
    root = detached("tracefs")
    try:
        return _number(os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=root))
    finally:
        os.close(root)


def _number(fd: int) -> int:
    try:
        return int(os.read(fd, 32))
    except ValueError as fault:
        raise OSError(f"the id of a tracepoint is no number: {fault}") from None
    finally:
        os.close(fd)
