"""Pure parsers over the bytes of /proc (man 5 proc). Each raises ValueError, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

PF_KTHREAD = 0x00200000
PF_EXITING = 0x00000004
PF_FORKNOEXEC = 0x00000040  # set by fork, cleared by the first exec; readable without privileges
CAP_SYS_PTRACE = 19

_FIELDS_AFTER_NAME = 50


class Stat(NamedTuple):
    """What /proc/PID/stat says. Numbers in brackets are its fields.

    name: comm, up to the LAST ")", for it may hold some itself [2]. threads: 0 or 1 once only the
    leader is left [20]. start_ticks: clock ticks since boot [22]. start_code [26] is 1, and
    start_stack [28], arg_start [48], arg_end [49] and exit_status [52] are 0, where the reader may
    not trace the process. exit_status: as wait(2) gives it.
    """

    pid: int
    name: bytes
    state: bytes
    ppid: int
    session: int
    tty: int
    flags: int
    threads: int
    start_ticks: int
    start_code: int
    start_stack: int
    arg_start: int
    arg_end: int
    exit_status: int


def parse_stat(raw: bytes) -> Stat:
    """One /proc/PID/stat. Raises ValueError if it is cut short or is no stat at all."""
    opening = raw.find(b" (")
    closing = raw.rfind(b") ")
    if opening < 1 or closing < opening + 2:
        raise ValueError("no name in brackets")
    rest = raw[closing + 2 :].split()
    if len(rest) < _FIELDS_AFTER_NAME:
        raise ValueError(f"{len(rest) + 2} fields, not {_FIELDS_AFTER_NAME + 2}")
    return Stat(
        pid=_natural(raw[:opening]),
        name=raw[opening + 2 : closing],
        state=rest[0],
        ppid=_natural(rest[1]),
        session=_integer(rest[3]),
        tty=_integer(rest[4]),
        flags=_natural(rest[6]),
        threads=_natural(rest[17]),
        start_ticks=_natural(rest[19]),
        start_code=_natural(rest[23]),
        start_stack=_natural(rest[25]),
        arg_start=_natural(rest[45]),
        arg_end=_natural(rest[46]),
        exit_status=_integer(rest[49]),
    )


class Ids(NamedTuple):
    """The real and the effective user id of a process."""

    real: int
    effective: int


def parse_status_ids(raw: bytes) -> Ids:
    """The user ids of one /proc/PID/status. Raises ValueError if it holds none."""
    # Name: comes first and escapes newlines, so this line can only be the kernel's own.
    at = raw.find(b"\nUid:")
    if at < 0:
        raise ValueError("no Uid line")
    fields = raw[at + 5 : at + 100].split(b"\n", 1)[0].split()
    if len(fields) < 2:
        raise ValueError("a short Uid line")
    return Ids(_natural(fields[0]), _natural(fields[1]))


def has_capability(status: bytes, number: int) -> bool:
    """Whether /proc/PID/status shows a capability as effective. Raises ValueError if it shows none."""
    at = status.find(b"\nCapEff:")
    if at < 0:
        raise ValueError("no CapEff line")
    return bool(int(status[at + 8 : at + 40].split(b"\n", 1)[0], 16) >> number & 1)


def parse_forks(raw: bytes) -> int:
    """Forks since boot, threads included, by /proc/stat. Raises ValueError if it does not say."""
    at = raw.find(b"\nprocesses ")
    if at < 0:
        raise ValueError("no processes line")
    return _natural(raw[at + 11 : at + 60].split(b"\n", 1)[0].strip())


def parse_hidepid(raw: bytes, mount_point: bytes) -> bytes | None:
    """The hidepid option of the last proc mounted there, by /proc/self/mountinfo; None without one."""
    found = None
    for line in raw.splitlines():
        here, separator, filesystem = line.partition(b" - ")
        fields = here.split()
        if not separator or len(fields) < 5 or fields[4] != mount_point:
            continue
        options = filesystem.split()[-1].split(b",") if filesystem.startswith(b"proc ") else []
        values = [option[8:] for option in options if option.startswith(b"hidepid=")]
        found = values[-1] if values else None
    return None if found in (b"0", b"off") else found


def parse_covers(raw: bytes, proc: bytes = b"/proc") -> dict[int, str]:
    """pid -> what is mounted over its directory in /proc, or within that, by /proc/self/mountinfo."""
    found: dict[int, str] = {}
    for line in raw.splitlines():
        here, separator, filesystem = line.partition(b" - ")
        fields, of = here.split(b" "), filesystem.split(b" ")
        if not separator or len(fields) < 5 or len(of) < 2 or not fields[4].startswith(proc + b"/"):
            continue
        pid = fields[4][len(proc) + 1 :].partition(b"/")[0]
        if pid.isdigit() and len(pid) < 10:
            kind, source, root, place = (
                text.decode("utf-8", "surrogateescape") for text in (of[0], of[1], fields[3], fields[4])
            )
            found[int(pid)] = f"{root} of {source} ({kind}) is mounted over {place}"
    return found


def tty_name(device: int) -> tuple[int, int, str | None]:
    """Major, minor and name (without /dev/) of a terminal's device number in stat [7]."""
    device &= 0xFFFFFFFF
    major = (device >> 8) & 0xFFF
    minor = (device & 0xFF) | ((device >> 12) & 0xFFF00)
    return major, minor, tty_named(major, minor)


def tty_named(major: int, minor: int) -> str | None:
    """The name (without /dev/) of a terminal; None where its kind is not known."""
    if 136 <= major <= 143:
        return f"pts/{(major - 136) * 256 + minor}"
    if major == 4:
        return f"tty{minor}" if minor < 64 else f"ttyS{minor - 64}"
    if major == 229:
        return f"hvc{minor}"
    return "console" if (major, minor) == (5, 1) else None


def _natural(text: bytes) -> int:
    if not text.isdigit() or len(text) > 20:
        raise ValueError("not a number")
    return int(text)


def _integer(text: bytes) -> int:
    return -_natural(text[1:]) if text[:1] == b"-" else _natural(text)
