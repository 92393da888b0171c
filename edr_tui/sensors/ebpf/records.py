"""Pure: the bytes that edr.bpf.c writes -> values. Raises BadRecord, and nothing else."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

from edr_tui.sensors import command_line
from edr_tui.sensors.command_line import CommandLine
from edr_tui.sensors.kernel.records import BadRecord, Exec, Exit, Fork, Record, Who

FORK, EXEC, EXIT = 1, 2, 3

_KTHREAD = 1 << 0
_PSEUDO, _DELETED, _CUT = 1 << 1, 1 << 2, 1 << 3  # of the executable; shifted by 3, of the directory
_ENV_CUT = 1 << 7
_OF_PATH = _PSEUDO | _DELETED | _CUT
_SOCKETS = 8
_SOCKETS_OF = tuple(tuple(fd for fd in range(3) if bits >> fd & 1) for bits in range(8))
_HAS_LOGIN_USER = 1 << 11
_HAS_TTY = 1 << 12

_WHO = "QQII"
_HEAD = f"=IIQ{_WHO}16s"
_FORK = struct.Struct(f"{_HEAD}{_WHO}")
_EXIT = struct.Struct(f"{_HEAD}iI")
_EXEC = struct.Struct(f"{_HEAD}{_WHO}QQIIIIIIIIIIIII")
_KIND = struct.Struct("=I")
_UNSET = 0xFFFFFFFF  # a login uid or session that was never set
TEXTS_AT = _EXEC.size
_new = tuple.__new__  # a NamedTuple's own takes twice as long, and this is done a thousand times a second


def parse(raw: bytes) -> Record:
    """One record of the ring buffer. Raises BadRecord."""
    try:
        (kind,) = _KIND.unpack_from(raw)
        if kind == EXEC:
            return _exec(raw)
        if kind == FORK:
            return _fork(*_FORK.unpack(raw))
        if kind == EXIT:
            return _exit(*_EXIT.unpack(raw))
    except struct.error:
        raise BadRecord(f"a record of {len(raw)} bytes") from None
    raise BadRecord(f"a record of kind {kind}")


def _fork(
    _: int,
    flags: int,
    at_ns: int,
    start_ns: int,
    inode: int,
    pid: int,
    uid: int,
    comm: bytes,
    *forker: int,
) -> Fork:
    who: Who = _new(Who, (start_ns, inode or None, pid, uid))
    return _new(Fork, (at_ns, who, _name(comm), bool(flags & _KTHREAD), _who(*forker)))


def _exit(
    _: int,
    __: int,
    at_ns: int,
    start_ns: int,
    inode: int,
    pid: int,
    uid: int,
    comm: bytes,
    status: int,
    ___: int,
) -> Exit:
    who: Who = _new(Who, (start_ns, inode or None, pid, uid))
    return _new(Exit, (at_ns, who, _name(comm), status))


def _exec(raw: bytes) -> Exec:
    (
        _,
        flags,
        at_ns,
        start_ns,
        inode,
        pid,
        uid,
        comm,
        parent_start_ns,
        parent_inode,
        parent_pid,
        parent_uid,
        cgroup,
        argv_size,
        euid,
        gid,
        egid,
        login_uid,
        session,
        tty_major,
        tty_minor,
        invoked_size,
        exe_size,
        cwd_size,
        env_size,
        argv_carried,
        _,
    ) = _EXEC.unpack_from(raw)
    exe_at = TEXTS_AT + invoked_size
    cwd_at = exe_at + exe_size
    env_at = cwd_at + cwd_size
    argv_at = env_at + env_size
    end = argv_at + argv_carried
    if end > len(raw):
        raise BadRecord(f"texts of {end - TEXTS_AT} bytes in {len(raw) - TEXTS_AT}")
    fields: tuple[Any, ...] = (
        at_ns,
        _who(start_ns, inode, pid, uid),
        _name(comm),
        bool(flags & _KTHREAD),
        _who(parent_start_ns, parent_inode, parent_pid, parent_uid),
        cgroup,
        euid,
        gid,
        egid,
        login_uid if flags & _HAS_LOGIN_USER and login_uid != _UNSET else None,
        session or None,
        (tty_major, tty_minor) if flags & _HAS_TTY else None,
        _SOCKETS_OF[flags >> _SOCKETS & 7],
        _invoked(raw[TEXTS_AT:exe_at]),
        _path(raw[exe_at:cwd_at], flags & _OF_PATH),
        _path(raw[cwd_at:env_at], flags >> 3 & _OF_PATH),
        _preloads(raw[env_at:argv_at]) if env_size else (),
        not flags & _ENV_CUT,
        _command_line(raw[argv_at:end], argv_size),
        None,
    )
    return _new(Exec, fields)


@lru_cache(maxsize=1024)
def _name(comm: bytes) -> str:
    return _text(comm.partition(b"\0")[0])


@lru_cache(maxsize=1024)
def _invoked(raw: bytes) -> str | None:
    return _text(raw.removesuffix(b"\0")) or None


@lru_cache(maxsize=1024)
def _path(names: bytes, flags: int) -> str | None:
    """The path whose names come last one first, each with its NUL, as the kernel prints it."""
    if flags & _CUT:
        return None
    parts = names.removesuffix(b"\0").split(b"\0") if names else []
    path = b"/" + b"/".join(reversed(parts))
    return _text(path + b" (deleted)" if flags & (_DELETED | _PSEUDO) else path)


def _preloads(raw: bytes) -> tuple[str, ...]:
    return tuple(_text(one) for one in raw.split(b"\0") if one)


def _command_line(argv: bytes, size: int) -> CommandLine | None:
    """None if nothing of it could be read. Its length is in bytes where it was longer than what came."""
    if size <= len(argv):
        return command_line.from_cmdline(argv)
    line = command_line.from_cmdline(argv, expected=size)
    return None if line is None else line._replace(length=size - 1)


def _who(start_ns: int, inode: int, pid: int, uid: int) -> Who:
    return _new(Who, (start_ns, inode or None, pid, uid))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
