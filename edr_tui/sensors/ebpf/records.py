"""Pure: the bytes that edr.bpf.c writes -> values. Raises BadRecord, and nothing else."""

from __future__ import annotations

import struct

from edr_tui.sensors import command_line
from edr_tui.sensors.command_line import CommandLine
from edr_tui.sensors.kernel.records import BadRecord, Exec, Exit, Fork, Record, Who

FORK, EXEC, EXIT = 1, 2, 3

_KTHREAD = 1 << 0
_PSEUDO, _DELETED, _CUT = 1 << 1, 1 << 2, 1 << 3  # of the executable; shifted by 3, of the directory
_ENV_CUT = 1 << 7
_SOCKETS = 8
_HAS_LOGIN_USER = 1 << 11
_HAS_TTY = 1 << 12

_WHO = "QQII"
_HEAD = struct.Struct(f"=IIQ{_WHO}16s")
_FORK = struct.Struct(f"={_WHO}")
_EXIT = struct.Struct("=iI")
_EXEC = struct.Struct(f"={_WHO}QQIIIIIIIIIIIII")
_UNSET = 0xFFFFFFFF  # a login uid or session that was never set
TEXTS_AT = _HEAD.size + _EXEC.size


def parse(raw: bytes) -> Record:
    """One record of the ring buffer. Raises BadRecord."""
    if len(raw) < _HEAD.size:
        raise BadRecord(f"a record of {len(raw)} bytes")
    kind, flags, at_ns, start_ns, inode, pid, uid, comm = _HEAD.unpack_from(raw)
    who = Who(start_ns, inode or None, pid, uid)
    name = comm.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    try:
        if kind == FORK:
            forker = _who(*_FORK.unpack_from(raw, _HEAD.size))
            return Fork(at_ns, who, name, bool(flags & _KTHREAD), forker)
        if kind == EXIT:
            return Exit(at_ns, who, name, _EXIT.unpack_from(raw, _HEAD.size)[0])
        if kind == EXEC:
            return _exec(raw, flags, at_ns, who, name)
    except struct.error:
        raise BadRecord(f"a record of kind {kind} with {len(raw)} bytes") from None
    raise BadRecord(f"a record of kind {kind}")


def _exec(raw: bytes, flags: int, at_ns: int, who: Who, name: str) -> Exec:
    (
        *parent,
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
    ) = _EXEC.unpack_from(raw, _HEAD.size)
    texts: list[bytes] = []
    at = TEXTS_AT
    for size in (invoked_size, exe_size, cwd_size, env_size, argv_carried):
        texts.append(raw[at : at + size])
        at += size
    if at > len(raw):
        raise BadRecord(f"texts of {at - TEXTS_AT} bytes in {len(raw) - TEXTS_AT}")
    invoked, exe, cwd, env, argv = texts
    return Exec(
        at_ns=at_ns,
        process=who,
        name=name,
        kernel_thread=bool(flags & _KTHREAD),
        parent=_who(*parent),
        cgroup=cgroup,
        euid=euid,
        gid=gid,
        egid=egid,
        login_uid=login_uid if flags & _HAS_LOGIN_USER and login_uid != _UNSET else None,
        session=session or None,
        tty=(tty_major, tty_minor) if flags & _HAS_TTY else None,
        sockets=tuple(fd for fd in range(3) if flags >> _SOCKETS & 1 << fd),
        invoked=_text(invoked.removesuffix(b"\0")) or None,
        executable=_path(exe, flags),
        directory=_path(cwd, flags >> 3),
        preloads=tuple(_text(one) for one in env.split(b"\0") if one),
        preloads_whole=not flags & _ENV_CUT,
        command_line=_command_line(argv, argv_size),
    )


def _path(names: bytes, flags: int) -> str | None:
    """The path whose names come last one first, each with its NUL, as the kernel prints it."""
    if flags & _CUT:
        return None
    parts = names.removesuffix(b"\0").split(b"\0") if names else []
    path = b"/" + b"/".join(reversed(parts))
    return _text(path + b" (deleted)" if flags & (_DELETED | _PSEUDO) else path)


def _command_line(argv: bytes, size: int) -> CommandLine | None:
    """None if nothing of it could be read. Its length is in bytes where it was longer than what came."""
    if size <= len(argv):
        return command_line.from_cmdline(argv)
    line = command_line.from_cmdline(argv, expected=size)
    return None if line is None else line._replace(length=size - 1)


def _who(start_ns: int, inode: int, pid: int, uid: int) -> Who:
    return Who(start_ns, inode or None, pid, uid)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
