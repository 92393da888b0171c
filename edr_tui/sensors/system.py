"""What the polling sensor asks of an operating system, and the values that it gets."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from edr_tui.model.process import Tty, User
from edr_tui.sensors.command_line import CommandLine

DENIED = "denied"
GONE = "gone"
UNSUPPORTED = "unsupported"
LATE = "late"
TRUNCATED = "truncated"

# What details() reads, by the names of edr.unknown.
DETAIL_FIELDS = ("process.executable", "process.command_line", "process.working_directory", "user.id")


class Sight(NamedTuple):
    """One cheap look at a process, to be compared with the next one.

    start: since boot or since the epoch, in the finest unit of the system; with pid and inode it is
        the identity. inode: the pidfs inode, once held.
    ended: it is a zombie with no thread left: it has ended, and its parent has not asked how yet.
    forked: it has not run exec since its fork. code, stack: where the image lies in memory, 0 where
        that cannot be read; every exec lays them out anew.
    exit_status: of an ended one, as wait(2) gives it; None where it cannot be read.
    raw: what the look read, for a cheap comparison.
    """

    pid: int
    start: int
    ppid: int
    name: str | None
    ended: bool = False
    forked: bool = False
    code: int = 0
    stack: int = 0
    exit_status: int | None = None
    session: int | None = None
    tty: int = 0
    kernel_thread: bool = False
    arg_bytes: int | None = None
    raw: bytes = b""


class Met(NamedTuple):
    """A process at first sight. inode: its pidfs inode, where the system has them."""

    sight: Sight
    inode: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is read of a process once, when it is new or has a new image.

    unknown: ECS field -> reason for what could not be read.
    """

    executable: str | None = None
    command_line: CommandLine | None = None
    working_directory: str | None = None
    user: User | None = None
    effective_user: User | None = None
    tty: Tty | None = None
    session_leader_pid: int | None = None
    login_uid: str | None = None
    container_id: str | None = None
    hidden: str | None = None
    unknown: Mapping[str, str] = field(default_factory=dict)


class Ending(NamedTuple):
    """How a process ended; reason says why neither code nor signal is known."""

    code: int | None = None
    signal: int | None = None
    reason: str | None = None


class System(Protocol):
    """An operating system, as far as polling needs it. No method raises OSError."""

    @property
    def boot(self) -> str:
        """The boot's part of every identity: 12 hex digits."""

    def pids(self) -> list[int]:
        """The pids of all visible processes."""

    def look(self, pid: int, last: Sight | None) -> Sight | None:
        """A cheap look: the same object as last if nothing changed, None if there is no such process.

        A process that exists but must not be read keeps its last sight; without one it is None.
        """

    def meet(self, pid: int) -> Met | None:
        """A first look, with a handle on the process kept from now on; None if it is gone."""

    def details(self, sight: Sight) -> Details:
        """Everything else of a process. May block for ever on a hostile one."""

    def ended(self) -> AbstractSet[int]:
        """The pids whose kept handle says that their process has ended."""

    def ending(self, sight: Sight) -> Ending | None:
        """How the process of this last sight ended; None if that may be known a little later."""

    def forget(self, pid: int) -> None:
        """Let go of the handle on a process."""

    def close(self) -> None:
        """Let go of every handle."""

    def start_ns(self, sight: Sight) -> int:
        """When it started, ns since the epoch."""

    def forks(self) -> int | None:
        """Forks since boot, threads included; None where the system does not count them."""

    def blind(self) -> Mapping[str, str]:
        """What this system keeps from this reader: short name -> one sentence."""

    def limited(self) -> bool:
        """Whether that is more than polling can never see."""


def image_changed(last: Sight, now: Sight) -> bool | None:
    """Whether an exec lies between two looks at one process: True, False, or None for perhaps.

    What every exec does and nothing else: it clears "forked", and lays out code and stack anew.
    The name is a hint only: a process may name itself.
    """
    if now.kernel_thread or last.kernel_thread:
        return last.kernel_thread != now.kernel_thread  # kworkers change their names all the time
    if last.forked and not now.forked:
        return True
    readable = bool(last.stack and now.stack)
    if readable and (last.stack, last.code) != (now.stack, now.code):
        return True
    if bool(last.stack) != bool(now.stack):
        return None
    if last.name == now.name:
        return False
    return False if readable else None
