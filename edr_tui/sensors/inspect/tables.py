"""Pure parsers over the larger files of /proc/PID (man 5 proc). Lines that make no sense are passed over."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from edr_tui.ecs.size import encoded_size
from edr_tui.model.inspection import Limit, MappedFile, Memory, Socket

# include/net/tcp_states.h
_TCP_STATES = (
    "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
    "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
)  # fmt: skip
_UNIX_STATES = {b"01": "UNCONNECTED", b"02": "CONNECTING", b"03": "CONNECTED", b"04": "DISCONNECTING"}
_UNIX_LISTENS = 0x10000  # __SO_ACCEPTCON
# The order of include/uapi/linux/capability.h.
CAPABILITIES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock",
    "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin",
    "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write",
    "audit_control", "setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend",
    "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip
_MAPPED_LISTED = 512
_LISTED_BYTES = 128 * 1024


def text_of(raw: bytes) -> str:
    """Bytes of the kernel's as text; what is no UTF-8 comes back from it unchanged."""
    return raw.decode("utf-8", "surrogateescape")


def parse_limits(raw: bytes) -> tuple[Limit, ...]:
    """/proc/PID/limits: name, soft, hard and unit stand in columns, under a heading."""
    heading, *lines = raw.split(b"\n")
    soft, hard, unit = (heading.find(word) for word in (b"Soft Limit", b"Hard Limit", b"Units"))
    if min(soft, hard, unit) < 1:
        return ()
    cells = ((line[:soft], line[soft:hard], line[hard:unit], line[unit:]) for line in lines if line.strip())
    return tuple(
        Limit(**dict(zip(_LIMIT, (text_of(cell.strip()) for cell in row), strict=True))) for row in cells
    )


_LIMIT = ("name", "soft", "hard", "unit")


def parse_status(raw: bytes) -> Mapping[bytes, bytes]:
    """/proc/PID/status: field -> value. Name escapes newlines, so each line is the kernel's own."""
    pairs = (line.partition(b":") for line in raw.split(b"\n"))
    return {name: value.strip() for name, colon, value in pairs if colon}


def capability_names(mask: int, last: int) -> tuple[str, ...]:
    """The names in a capability mask; ("all",) if it holds every one up to the kernel's last."""
    if mask and mask == (1 << (last + 1)) - 1:
        return ("all",)
    return tuple(
        CAPABILITIES[bit] if bit < len(CAPABILITIES) else f"capability {bit}"
        for bit in range(64)
        if mask >> bit & 1
    )


def parse_inet(raw: bytes, protocol: str, wanted: Mapping[int, int]) -> Iterable[tuple[int, Socket]]:
    """/proc/net/tcp, udp, raw and their 6: (inode, socket) of those wanted, inode -> descriptor."""
    for line in raw.split(b"\n")[1:]:
        fields = line.split(None, 10)
        if len(fields) < 10 or not fields[9].isdigit() or (inode := int(fields[9])) not in wanted:
            continue
        try:
            local, remote = _address(fields[1]), _address(fields[2])
            state = int(fields[3], 16)
        except (ValueError, struct.error):
            continue
        named = _TCP_STATES[state - 1] if 1 <= state <= len(_TCP_STATES) else None
        if not protocol.startswith("tcp"):
            named = None  # there it only says whether it is connected, as remote does
        yield (
            inode,
            Socket(
                protocol=protocol,
                local=local,
                remote=None if remote.endswith(":0") else remote,
                state=named,
                number=wanted[inode],
            ),
        )


def _address(field: bytes) -> str:
    """0100007F:1F90 -> 127.0.0.1:8080. Each word of an address is in the order of the machine."""
    host, _, port = field.partition(b":")
    words = bytes.fromhex(host.decode("ascii"))
    if len(words) not in (4, 16):
        raise ValueError("no address")
    count = len(words) // 4
    packed = struct.pack(
        f"!{count}I", *struct.unpack(f"{'<' if sys.byteorder == 'little' else '>'}{count}I", words)
    )
    if count == 1:
        return f"{socket.inet_ntop(socket.AF_INET, packed)}:{int(port, 16)}"
    return f"[{socket.inet_ntop(socket.AF_INET6, packed)}]:{int(port, 16)}"


def parse_unix(raw: bytes, wanted: Mapping[int, int]) -> Iterable[tuple[int, Socket]]:
    """/proc/net/unix: (inode, socket) of the inodes wanted. A path beginning with @ is an abstract name.

    A name may hold a newline, and so forge a line: an inode that comes twice is no longer believed.
    """
    for line in raw.split(b"\n")[1:]:
        fields = line.split(None, 7)
        if len(fields) < 7 or not fields[6].isdigit() or (inode := int(fields[6])) not in wanted:
            continue
        listens = fields[3].strip(b"0123456789abcdefABCDEF") == b"" and int(fields[3], 16) & _UNIX_LISTENS
        yield (
            inode,
            Socket(
                protocol="unix",
                local=text_of(fields[7]) if len(fields) > 7 else None,
                state="LISTEN" if listens else _UNIX_STATES.get(fields[5]),
                number=wanted[inode],
            ),
        )


class _Sum(NamedTuple):
    mappings: int = 0
    size: int = 0

    def plus(self, size: int) -> _Sum:
        return _Sum(self.mappings + 1, self.size + size)


def summarise_maps(raw: bytes, complete: bool = True) -> Memory:
    """/proc/PID/maps in numbers: what runs without a file behind it, and which files are mapped."""
    total = anonymous = writable = _Sum()
    files: dict[bytes, tuple[int, set[str]]] = {}
    for line in raw.split(b"\n"):
        fields = line.split(None, 5)
        if len(fields) < 5:
            continue
        first, dash, last = fields[0].partition(b"-")
        try:
            size = int(last, 16) - int(first, 16)
        except ValueError:
            continue
        if not dash or size < 0:
            continue
        total = total.plus(size)
        flags = fields[1]
        executable = b"x" in flags
        if executable and b"w" in flags:
            writable = writable.plus(size)
        path = fields[5] if len(fields) > 5 else b""
        if fields[4] != b"0":  # an inode: there is, or was, a file
            known, of_it = files.get(path, (0, set()))
            files[path] = known + size, of_it | {letter for letter in "rwx" if letter.encode() in flags}
        elif executable and path not in (b"[vdso]", b"[vsyscall]", b"[uprobes]"):
            anonymous = anonymous.plus(size)
    mapped = [
        MappedFile(path=text_of(path), size=size, flags="".join(x for x in "rwx" if x in flags))
        for path, (size, flags) in files.items()
    ]
    mapped.sort(key=lambda file: ("x" not in file.flags, -file.size, file.path))
    listed: list[MappedFile] = []
    room = _LISTED_BYTES
    for each in mapped[:_MAPPED_LISTED]:
        room -= encoded_size(each.path) + 64
        if room > 0:
            listed.append(each)
    return Memory(
        mappings=total.mappings,
        size=total.size,
        files=tuple(listed),
        files_total=len(mapped),
        anonymous_executable=(anonymous.mappings, anonymous.size),
        writable_executable=(writable.mappings, writable.size),
        complete=complete,
    )


def environment_in(raw: bytes) -> list[str]:
    """/proc/PID/environ: NAME=value each, as they stand there; what follows a NUL is the next one."""
    return [text_of(variable) for variable in raw.split(b"\0") if variable]
