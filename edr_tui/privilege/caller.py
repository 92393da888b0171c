"""Who called sudo, and becoming that user for good."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

_LARGEST_ID = 2**32 - 2  # the one above means "unchanged" to the system calls
_PR_SET_DUMPABLE = 4


class PrivilegeError(Exception):
    """One sentence that says why the privileges cannot be given up."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The user who called sudo."""

    uid: int
    gid: int


def caller(environment: Mapping[str, str]) -> Caller | None:
    """Who called sudo, if we are root and somebody else did. Raises PrivilegeError if that cannot be told."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or "SUDO_UID" not in environment:
        return None
    uid = _id("SUDO_UID", environment)
    return Caller(uid, _id("SUDO_GID", environment)) if uid != 0 else None


def become(user: Caller, environment: MutableMapping[str, str]) -> None:
    """Become that user, with nothing of root left, and no descriptor for the user's other processes to take.

    environment: HOME, USER and LOGNAME are set to the user's. This process must never exec afterwards: an
    exec would make its memory and its descriptors the user's again. Raises PrivilegeError.
    """
    import pwd

    try:
        entry = pwd.getpwuid(user.uid)
    except KeyError:
        entry = None
    try:
        os.setgroups(os.getgrouplist(entry.pw_name, user.gid) if entry is not None else [user.gid])
        # On every id there is; macOS has no saved ones to set.
        if hasattr(os, "setresgid"):
            os.setresgid(user.gid, user.gid, user.gid)
            os.setresuid(user.uid, user.uid, user.uid)
        else:
            os.setgid(user.gid)
            os.setuid(user.uid)
    except OSError as fault:
        raise PrivilegeError(f"cannot become user {user.uid}: {fault.strerror or fault}") from None
    _prove_there_is_no_way_back()
    _close_to_others(user.uid)
    environment["HOME"] = entry.pw_dir if entry is not None else "/nonexistent"
    for variable in ("USER", "LOGNAME"):
        environment[variable] = entry.pw_name if entry is not None else str(user.uid)


def _id(variable: str, environment: Mapping[str, str]) -> int:
    text = environment.get(variable, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _LARGEST_ID):
        raise PrivilegeError(f"{variable} is {text[:40]!a}, which is no id: who called sudo is not known")
    return int(text)


def _prove_there_is_no_way_back() -> None:
    try:
        os.setuid(0)
    except OSError:
        return
    raise PrivilegeError("cannot give up root: the system lets this process take it back")


def _close_to_others(uid: int) -> None:
    """No ptrace, no pidfd_getfd, no /proc/PID/mem for other processes of the user.

    The kernel sees to that when a process changes its user, unless it is set up otherwise
    (fs.suid_dumpable = 1). Who owns the files in /proc/PID tells (man 5 proc).
    """
    try:
        open_to_others = os.stat("/proc/self/mem").st_uid == uid
    except OSError:
        return  # no such system; where it has no /proc, changing the user is enough
    if not open_to_others:
        return
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise PrivilegeError("cannot close this process to other processes of the user")
