"""One Linux process inspected by /proc, while a pidfd says that it is still the same one."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from edr_tui.ecs.size import encoded_size
from edr_tui.model.inspection import (
    ENVIRONMENT,
    FILES,
    HASH,
    LIMITS,
    MEMORY,
    NETWORK,
    Digest,
    Environment,
    Files,
    Limits,
    Memory,
    Namespace,
    Network,
    OpenFile,
    Socket,
    Target,
)
from edr_tui.sensors import command_line
from edr_tui.sensors.inspect import tables
from edr_tui.sensors.inspect.refused import Refused
from edr_tui.sensors.linux import reason

_FLAGS = os.O_RDONLY | os.O_CLOEXEC
# One answer is one line of at most 1 MiB, with up to six bytes of it for one that was read.
_ENVIRONMENT_BYTES = 64 * 1024
_LISTED_BYTES = 160 * 1024
_FILES_LISTED = 4_096
_SOCKETS_LISTED = 1_024
_COMMAND_LINE = 4_096
_MAPS_BYTES = 8 << 20
_NET_BYTES = 32 << 20
HASHED_BYTES = 256 << 20
HASHED_WITHIN_S = 5.0
_CHUNK = 1 << 20
_INET = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")


class _Descriptor(NamedTuple):
    number: int
    target: str
    mode: str


class LinuxInspector:
    """Reads parts of a process. proc: where /proc is mounted. Any part may block on a hostile process."""

    def __init__(self, proc: str) -> None:
        self._proc = proc
        self._parts: dict[str, Callable[[str], object]] = {
            ENVIRONMENT: self._environment,
            FILES: self._files,
            NETWORK: self._network,
            LIMITS: self._limits,
            MEMORY: self._memory,
            HASH: self._hash,
        }

    def target(self, pid: int, start_ns: int, refusal: str | None) -> Target:
        """Who would get a signal. Raises OSError."""
        base = f"{self._proc}/{pid}"
        raw, _ = _read(f"{base}/cmdline", _COMMAND_LINE)
        line = command_line.from_cmdline(raw)
        executable = None
        with suppress(OSError):
            executable = tables.text_of(os.readlink(os.fsencode(f"{base}/exe")))
        return Target(
            pid=pid,
            name=tables.text_of(_read(f"{base}/comm", 64)[0].removesuffix(b"\n")),
            executable=executable,
            command_line=None if line is None else line.text[:_COMMAND_LINE],
            start_ns=start_ns,
            refusal=refusal,
        )

    def read(self, part: str, pid: int) -> object:
        """One part, a value of model.inspection. Raises Refused."""
        reader = self._parts.get(part)
        if reader is None:
            raise Refused("this sensor does not know that part")
        try:
            return reader(f"{self._proc}/{pid}")
        except OSError as fault:
            raise Refused(reason(fault)) from None

    def _environment(self, base: str) -> Environment:
        raw, whole = _read(f"{base}/environ", _ENVIRONMENT_BYTES)
        left_out = 0
        if not whole:
            raw, _, cut = raw.rpartition(b"\0")
            left_out = len(cut) + _rest_of(f"{base}/environ", _ENVIRONMENT_BYTES)
        return Environment(variables=tuple(tables.environment_in(raw)), left_out=left_out)

    def _files(self, base: str) -> Files:
        files: list[OpenFile] = []
        room, total = _LISTED_BYTES, 0
        for found in self._descriptors(base):
            total += 1
            room -= encoded_size(found.target) + 64
            if len(files) < _FILES_LISTED and room > 0:
                files.append(
                    OpenFile(
                        number=found.number,
                        kind=_kind(found.target),
                        target=found.target,
                        mode=found.mode,
                    )
                )
        return Files(files=tuple(files), total=total)

    def _descriptors(self, base: str) -> Iterator[_Descriptor]:
        """By number. Only the links are read: what they lead to may hang, or act on being opened."""
        directory = os.open(f"{base}/fd", _FLAGS | os.O_DIRECTORY)
        try:
            for number in sorted(int(name) for name in os.listdir(directory) if name.isdigit()):
                name = str(number).encode()
                with suppress(FileNotFoundError):  # closed meanwhile
                    target = tables.text_of(os.readlink(name, dir_fd=directory))
                    bits = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
                    yield _Descriptor(
                        number, target, "r" * bool(bits & stat.S_IRUSR) + "w" * bool(bits & stat.S_IWUSR)
                    )
        finally:
            os.close(directory)

    def _network(self, base: str) -> Network:
        wanted: dict[int, int] = {}
        for found in self._descriptors(base):
            inode = found.target.removeprefix("socket:[").removesuffix("]")
            if found.target.startswith("socket:[") and inode.isdigit():
                wanted.setdefault(int(inode), found.number)
        named = self._named(base, wanted)
        sockets = [
            named.get(inode) or Socket(protocol="other", number=number) for inode, number in wanted.items()
        ]
        told: list[Socket] = []
        room = _LISTED_BYTES
        for each in sorted(sockets, key=lambda one: one.number or 0):
            room -= encoded_size(each.local or "") + 128
            if len(told) < _SOCKETS_LISTED and room > 0:
                told.append(each)
        return Network(sockets=tuple(told), total=len(sockets))

    def _named(self, base: str, wanted: dict[int, int]) -> dict[int, Socket]:
        """What the tables of the process's own network namespace say of these inodes."""
        named: dict[int, Socket] = {}
        if not wanted:
            return named
        for protocol in _INET:
            with suppress(OSError):
                raw, _ = _read(f"{base}/net/{protocol}", _NET_BYTES)
                named.update(tables.parse_inet(raw, protocol, wanted))
        if len(named) < len(wanted):
            with suppress(OSError):
                raw, _ = _read(f"{base}/net/unix", _NET_BYTES)
                for inode, found in tables.parse_unix(raw, wanted):
                    twice = inode in named
                    named[inode] = Socket(protocol="unix", number=wanted[inode]) if twice else found
        return named

    def _limits(self, base: str) -> Limits:
        status = tables.parse_status(_read(f"{base}/status", 1 << 16)[0])
        limits = control_group = None
        with suppress(OSError):
            limits = tables.parse_limits(_read(f"{base}/limits", 1 << 16)[0])
        with suppress(OSError):
            control_group = _control_group(_read(f"{base}/cgroup", 1 << 16)[0])
        return Limits(
            limits=limits or (),
            namespaces=self._namespaces(base),
            capabilities=self._capabilities(status.get(b"CapEff", b"")),
            no_new_privileges=_flag(status.get(b"NoNewPrivs")),
            seccomp=_number(status.get(b"Seccomp")),
            control_group=control_group,
            pids=tuple(int(pid) for pid in status.get(b"NSpid", b"").split() if pid.isdigit()),
            oom_score_adj=self._oom(base),
        )

    def _namespaces(self, base: str) -> tuple[Namespace, ...]:
        told = []
        with suppress(OSError):
            for kind in sorted(os.listdir(f"{base}/ns")):
                with suppress(OSError):
                    link = os.readlink(f"{base}/ns/{kind}")
                    told.append(Namespace(kind=kind, id=link, shared=self._shares(kind, link)))
        return tuple(told)

    def _shares(self, kind: str, link: str) -> bool | None:
        with suppress(OSError):
            return os.readlink(f"{self._proc}/self/ns/{kind}") == link
        return None

    def _capabilities(self, mask: bytes) -> tuple[str, ...] | None:
        with suppress(OSError, ValueError):
            last = int(_read(f"{self._proc}/sys/kernel/cap_last_cap", 16)[0])
            return tables.capability_names(int(mask, 16), last)
        return None

    def _oom(self, base: str) -> int | None:
        with suppress(OSError, ValueError):
            return int(_read(f"{base}/oom_score_adj", 32)[0])
        return None

    def _memory(self, base: str) -> Memory:
        raw, whole = _read(f"{base}/maps", _MAPS_BYTES)
        return tables.summarise_maps(raw, whole)

    def _hash(self, base: str) -> Digest:
        # Through the process's own link: it leads to the file that runs, deleted, replaced or in memory.
        fd = os.open(f"{base}/exe", _FLAGS | os.O_NONBLOCK)
        try:
            size = os.fstat(fd).st_size
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Refused("the executable is no regular file")
            if size > HASHED_BYTES:
                raise Refused(f"the executable has {size:,} bytes: more than {HASHED_BYTES:,} are not hashed")
            return Digest(sha256=_sha256(fd), size=size)
        finally:
            os.close(fd)


def _sha256(fd: int) -> str:
    digest, read = hashlib.sha256(), 0
    until = time.monotonic() + HASHED_WITHIN_S
    while chunk := os.read(fd, _CHUNK):
        digest.update(chunk)
        read += len(chunk)
        if read > HASHED_BYTES or time.monotonic() > until:
            raise Refused(f"hashing took longer than {HASHED_WITHIN_S:g} s")
    return digest.hexdigest()


def _read(path: str, limit: int) -> tuple[bytes, bool]:
    """At most limit bytes, and whether that is all. Raises OSError."""
    fd = os.open(path, _FLAGS)
    try:
        parts, size = [], 0
        while size <= limit and (part := os.read(fd, min(_CHUNK, limit + 1 - size))):
            parts.append(part)
            size += len(part)
    finally:
        os.close(fd)
    return b"".join(parts)[:limit], size <= limit


def _rest_of(path: str, offset: int) -> int:
    """How many bytes a file of /proc has behind that offset; at most 32 MiB are looked at."""
    size = 0
    with suppress(OSError):
        fd = os.open(path, _FLAGS)
        try:
            os.lseek(fd, offset, os.SEEK_SET)
            while size < _NET_BYTES and (part := os.read(fd, _CHUNK)):
                size += len(part)
        finally:
            os.close(fd)
    return size


def _kind(target: str) -> str:
    if target.startswith("/memfd:"):
        return "memory"
    if target.startswith("/"):
        return "device" if target.startswith("/dev/") else "file"
    name = target.partition(":")[0]
    return name if name in ("socket", "pipe") else "other"


def _control_group(raw: bytes) -> str | None:
    """The path in the hierarchy of version 2, else the longest of the others."""
    paths = {}
    for line in raw.split(b"\n"):
        number, colon, rest = line.partition(b":")
        if colon:
            paths[number] = rest.partition(b":")[2]
    found = paths.get(b"0") or max(paths.values(), key=len, default=b"")
    return tables.text_of(found) if found else None


def _flag(value: bytes | None) -> bool | None:
    return None if value is None else value == b"1"


def _number(value: bytes | None) -> int | None:
    return int(value) if value is not None and value.isdigit() else None
