"""Linux for the polling sensor: /proc read directly, processes held by pidfd."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress

import psutil

from edr_tui.model.process import Tty, User
from edr_tui.sensors import command_line, procfs
from edr_tui.sensors.containers import cgroup_paths, container_of
from edr_tui.sensors.mounts import detached
from edr_tui.sensors.pidfd import Watch
from edr_tui.sensors.system import DENIED, DETAIL_FIELDS, GONE, LATE, UNSUPPORTED, Details, Ending, Met, Sight
from edr_tui.sensors.users import Users

_SPARE_FDS = 128  # for everything but pidfds
_STAT_BYTES = 2048
_FLAGS = os.O_RDONLY | os.O_CLOEXEC
HIDEPID = "limited view: hidepid"
_NO_LOGIN = "4294967295"
_DEAD = (b"Z", b"X", b"x")
_VANISHED = (FileNotFoundError, ProcessLookupError)


class LinuxSystem:
    """The running processes by /proc, or wherever psutil.PROCFS_PATH says that it is mounted.

    max_pidfds: how many processes are held at most; by the limit of open files if None.
    """

    def __init__(self, max_pidfds: int | None = None) -> None:
        proc = self._proc = psutil.PROCFS_PATH
        self.ticks_per_s = os.sysconf("SC_CLK_TCK")
        # Fixed once: a step of the wall clock must not move the start of what runs already.
        self.booted_ns = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self.boot = boot_id_of(proc).replace("-", "")[:12]
        self._watch = Watch(raise_fd_limit() if max_pidfds is None else max_pidfds)
        self._users = Users()
        self._may_trace = _may_trace(proc)
        self._blind = _blind(proc, self._may_trace)
        self._hidden: Mapping[int, str] = {}
        self._private: int | None = None  # a /proc of our own, over which nothing is mounted

    @property
    def has_inodes(self) -> bool:
        """Whether identities carry the pidfs inode."""
        return self._watch.has_inodes

    def pids(self) -> list[int]:
        """The pids that /proc lists, and those that were found to hide; none while it cannot be read."""
        try:
            pids = psutil.pids()
        except OSError:
            return []
        return sorted(self._hidden.keys() | set(pids)) if self._hidden else pids

    @property
    def lists_all(self) -> bool:
        """Whether /proc lists every process to this reader, so that one that is missing hides."""
        return HIDEPID not in self._blind

    def reveal(self, hidden: Mapping[int, str]) -> None:
        """Take these pids for running, whatever /proc shows: pid -> the evidence, which details() tells."""
        self._hidden = dict(hidden)
        if hidden and self._private is None:
            with suppress(OSError):
                self._private = detached("proc")

    def _at(self, pid: int) -> str:
        """Where a process is read: a hidden one where nothing can lie over it."""
        if pid in self._hidden and self._private is not None:
            return f"/proc/self/fd/{self._private}/{pid}"
        return f"{self._proc}/{pid}"

    def look(self, pid: int, last: Sight | None) -> Sight | None:
        """One read of /proc/PID/stat; not even parsed if it is the same as last time."""
        try:
            fd = os.open(f"{self._at(pid)}/stat", _FLAGS)
            try:
                raw = os.read(fd, _STAT_BYTES)
            finally:
                os.close(fd)
        except _VANISHED:
            return None
        except OSError:
            return last
        if last is not None and raw == last.raw:
            return last
        try:
            stat = procfs.parse_stat(raw)
        except ValueError:
            return last
        if stat.pid != pid:
            return None  # another process's directory is mounted over it
        shown = self._may_trace if last is None or last.ended else last.code > 0
        return _sight(stat, raw, shown)

    def meet(self, pid: int) -> Met | None:
        """A look before and one after the pidfd is opened: while that lives, all mean one process."""
        first = self.look(pid, None)
        if first is None:
            return None
        handle = self._watch.hold(pid)
        sight = self.look(pid, first)
        if sight is not None and not sight.ended and self._watch.has_ended(pid):
            again = self.look(pid, None)
            sight = again if again is not None and again.ended and again.start == sight.start else None
        if sight is None:
            self._watch.release(pid)
            return None
        return Met(sight, None if handle is None else handle.inode)

    def details(self, sight: Sight) -> Details:
        """Executable, command line, working directory, users and terminal of a process."""
        unknown: dict[str, str] = {}
        executable = directory = line = None
        if not sight.kernel_thread:
            executable = self._link(sight.pid, "exe", "process.executable", unknown)
            line = self._command_line(sight, unknown)
            directory = self._link(sight.pid, "cwd", "process.working_directory", unknown)
        user, effective = self._user(sight.pid, unknown)
        if self._watch.has_ended(sight.pid):
            now = self.look(sight.pid, None)
            if now is not None and not (now.ended and now.start == sight.start):
                # The pid has gone to another process meanwhile, and what was read may be of that one.
                return Details(unknown=dict.fromkeys(DETAIL_FIELDS, GONE))
        return Details(
            executable=executable,
            command_line=line,
            working_directory=directory,
            user=user,
            effective_user=effective,
            tty=tty_of(sight.tty),
            # -1 while the kernel takes the process apart, 0 where its leader is outside our namespace.
            session_leader_pid=sight.session if sight.session is not None and sight.session > 0 else None,
            login_uid=None if sight.kernel_thread else self._login_uid(sight.pid),
            container_id=None if sight.kernel_thread else self._container(sight.pid),
            hidden=self._hidden.get(sight.pid),
            unknown=unknown,
        )

    def ended(self) -> AbstractSet[int]:
        """The pids whose pidfd became readable."""
        return self._watch.ended()

    def ending(self, sight: Sight) -> Ending | None:
        """By the zombie's own stat, else by the held pidfd once it is reaped."""
        if sight.ended and sight.exit_status is not None:
            return _ending(sight.exit_status)
        try:
            status = self._watch.wait_status(sight.pid)
        except OSError:
            return Ending(reason=DENIED if sight.ended else UNSUPPORTED)
        if status is not None:
            return _ending(status)
        return None if sight.ended else Ending(reason=GONE)

    def forget(self, pid: int) -> None:
        """Close its pidfd."""
        self._watch.release(pid)

    def close(self) -> None:
        """Close every pidfd."""
        self._watch.close()
        if self._private is not None:
            os.close(self._private)
            self._private = None

    def start_ns(self, sight: Sight) -> int:
        """Exact to one clock tick, 10 ms on most kernels."""
        return self.booted_ns + sight.start * 1_000_000_000 // self.ticks_per_s

    def forks(self) -> int | None:
        """The "processes" line of /proc/stat."""
        try:
            with open(f"{self._proc}/stat", "rb") as stat:
                return procfs.parse_forks(stat.read())
        except (OSError, ValueError):
            return None

    def blind(self) -> Mapping[str, str]:
        """What permissions and mount options keep from this reader."""
        return self._blind

    def limited(self) -> bool:
        """Whether they keep anything."""
        return bool(self._blind)

    def _link(self, pid: int, name: str, field: str, unknown: dict[str, str]) -> str | None:
        try:
            # As bytes: the encoding of file names is the locale's, that of documents is not.
            link = os.readlink(os.fsencode(f"{self._at(pid)}/{name}"))
            return link.decode("utf-8", "surrogateescape")
        except OSError as fault:
            unknown[field] = reason(fault)
            return None

    def _command_line(self, sight: Sight, unknown: dict[str, str]) -> command_line.CommandLine | None:
        field = "process.command_line"
        try:
            raw = _read(f"{self._at(sight.pid)}/cmdline", command_line.READ_BYTES + 1)
        except OSError as fault:
            unknown[field] = reason(fault)
            return None
        line = command_line.from_cmdline(raw, expected=sight.arg_bytes)
        if line is None:
            unknown[field] = GONE
        elif line.unknown is not None:
            unknown[field] = line.unknown
        return line

    def _login_uid(self, pid: int) -> str | None:
        """Who logged in; None if nobody did, and where this kernel does not keep it."""
        try:
            uid = _read(f"{self._at(pid)}/loginuid", 32).decode("ascii", "replace").strip()
        except OSError:
            return None
        return uid if uid.isdigit() and uid != _NO_LOGIN else None

    def _container(self, pid: int) -> str | None:
        try:
            return container_of(cgroup_paths(_read(f"{self._at(pid)}/cgroup", 65_536)))
        except OSError:
            return None

    def _user(self, pid: int, unknown: dict[str, str]) -> tuple[User | None, User | None]:
        try:
            # One call, where the kernel has it, in place of 60 lines that it would have to print.
            ids = self._watch.user_ids(pid) or procfs.parse_status_ids(
                _read(f"{self._at(pid)}/status", 65_536)
            )
        except OSError as fault:
            unknown["user.id"] = reason(fault)
            return None, None
        except ValueError:
            unknown["user.id"] = UNSUPPORTED
            return None, None
        user, late = self._users.user(ids.real)
        if late:
            unknown["user.name"] = LATE
        if ids.effective == ids.real:
            return user, None
        effective, late = self._users.user(ids.effective)
        if late:
            unknown["user.effective.name"] = LATE
        return user, effective


def reason(fault: OSError) -> str:
    """Why a field is absent, in the words of edr.unknown."""
    if isinstance(fault, PermissionError):
        return DENIED
    return GONE if isinstance(fault, _VANISHED) else UNSUPPORTED


def raise_fd_limit() -> int:
    """Lift the soft limit of open files to the hard one; return how many pidfds may be held."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return 2**20 if soft == resource.RLIM_INFINITY else max(0, soft - _SPARE_FDS)


def _sight(stat: procfs.Stat, raw: bytes, shown: bool) -> Sight:
    ended = stat.state in _DEAD and stat.threads <= 1
    return Sight(
        pid=stat.pid,
        start=stat.start_ticks,
        ppid=stat.ppid,
        name=stat.name.decode("utf-8", "surrogateescape"),
        ended=ended,
        forked=bool(stat.flags & procfs.PF_FORKNOEXEC),
        code=stat.start_code if stat.start_code > 1 else 0,
        stack=stat.start_stack,
        # 0 is also what is shown to a reader without the right to trace it.
        exit_status=stat.exit_status if ended and (stat.exit_status or shown) else None,
        session=stat.session,
        tty=stat.tty,
        kernel_thread=bool(stat.flags & procfs.PF_KTHREAD),
        arg_bytes=stat.arg_end - stat.arg_start if 0 < stat.arg_start <= stat.arg_end else None,
        raw=raw,
    )


def _ending(status: int) -> Ending:
    if os.WIFSIGNALED(status):
        return Ending(signal=os.WTERMSIG(status))
    return Ending(code=os.WEXITSTATUS(status))


def tty_of(device: int) -> Tty | None:
    """The terminal of a device number as /proc/PID/stat has it; None if there is none."""
    if device == 0:
        return None
    major, minor, name = procfs.tty_name(device)
    return Tty(major=major, minor=minor, name=name)


def _read(path: str, limit: int) -> bytes:
    """At most limit bytes. Raises OSError."""
    fd = os.open(path, _FLAGS)
    try:
        first = os.read(fd, 4096)
        if len(first) < 4096:
            return first
        parts = [first]
        size = len(first)
        while size < limit:
            part = os.read(fd, min(1 << 20, limit - size))
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def boot_id_of(proc: str) -> str:
    """The boot id, or what stands in for it where that cannot be read."""
    try:
        return _read(f"{proc}/sys/kernel/random/boot_id", 64).decode("ascii", "replace").strip()
    except OSError:
        booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        return f"{round(booted):012x}"


def _may_trace(proc: str) -> bool:
    """Whether this process has CAP_SYS_PTRACE, which opens every process to reading."""
    try:
        return procfs.has_capability(_read(f"{proc}/self/status", 65_536), procfs.CAP_SYS_PTRACE)
    except (OSError, ValueError):
        return os.geteuid() == 0


def _blind(proc: str, may_trace: bool) -> dict[str, str]:
    blind: dict[str, str] = {}
    if may_trace:
        return blind
    blind["other users' processes"] = (
        "executable and working directory of other users' processes are denied: run the sensor as root"
    )
    blind["exec in other users' processes"] = (
        "an exec that keeps the name is not seen, another one is guessed by name and command line"
    )
    with suppress(OSError):
        hidepid = procfs.parse_hidepid(_read("/proc/self/mountinfo", 1 << 20), os.fsencode(proc))
        if hidepid is not None and not _readable(f"{proc}/1/stat"):
            blind[HIDEPID] = (
                f"{proc} is mounted with hidepid={hidepid.decode('ascii', 'replace')}:"
                " other users' processes are not seen at all"
            )
    return blind


def _readable(path: str) -> bool:
    try:
        return bool(_read(path, 1))
    except OSError:
        return False
