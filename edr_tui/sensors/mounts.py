"""A mount that is attached nowhere: nobody sees it or mounts over it, and it goes with its descriptor."""

from __future__ import annotations

import ctypes
import os

_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432  # the same on every architecture
_CLOEXEC = 1  # FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
_CMD_CREATE = 6
_NO_EXEC_NO_SUID_NO_DEV = 2 | 4 | 8


def detached(filesystem: str) -> int:
    """The root of a mount of its own. Raises OSError."""
    context = system_call(_FSOPEN, filesystem.encode(), _CLOEXEC)
    try:
        system_call(_FSCONFIG, context, _CMD_CREATE, None, None, 0)
        return system_call(_FSMOUNT, context, _CLOEXEC, _NO_EXEC_NO_SUID_NO_DEV)
    finally:
        os.close(context)


def system_call(number: int, *arguments: object) -> int:
    """The result of a system call. Raises OSError."""
    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    typed = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(function(ctypes.c_long(number), *typed))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
