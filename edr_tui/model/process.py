"""What is known of one process: its identity, the images it has run, who started it, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

NOTHING_UNKNOWN: Mapping[str, str] = MappingProxyType({})


class Provenance(StrEnum):
    """How the edge to the parent is known."""

    SEEN = "seen"  # an event said who forked it
    INFERRED = "inferred"  # a snapshot read the parent of that moment
    UNKNOWN = "unknown"


class ProcessKey(NamedTuple):
    """The identity of a process on one host, for as long as that boot lasts.

    boot: the boot id (its first 12 hex digits suffice and keep the text short).
    start_ticks: clock ticks since boot, field 22 of /proc/PID/stat (man 5 proc); elsewhere
        the start in the finest unit that the system gives.
    inode: the pidfs inode (Linux >= 6.9), which never repeats within a boot; None elsewhere.
    """

    boot: str
    pid: int
    start_ticks: int
    inode: int | None = None

    @property
    def entity_id(self) -> str:
        """The text that documents carry as process.entity_id: boot-pid-ticks[-inode], in hex."""
        text = f"{self.boot}-{self.pid:x}-{self.start_ticks:x}"
        return text if self.inode is None else f"{text}-{self.inode:x}"

    @classmethod
    def parse(cls, entity_id: str) -> ProcessKey | None:
        """The key that an entity_id of ours spells; None for another producer's opaque text."""
        parts = entity_id.split("-")
        if len(parts) not in (3, 4) or not parts[0]:
            return None
        try:
            pid, ticks, *inode = (int(part, 16) for part in parts[1:])
        except ValueError:
            return None
        key = cls(parts[0], pid, ticks, inode[0] if inode else None)
        return key if key.entity_id == entity_id else None

    @property
    def alias(self) -> str:
        """The entity_id that a sensor without pidfs inodes gives to the same process."""
        return self.entity_id if self.inode is None else self._replace(inode=None).entity_id


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of the host: id is the uid or SID as text, name None where it has no name."""

    id: str | None = None
    name: str | None = None

    @property
    def label(self) -> str | None:
        """The name, else the id; None if neither is known."""
        return self.name if self.name is not None else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tty:
    """A controlling terminal: device numbers, and its name without /dev/ where known."""

    major: int | None = None
    minor: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One program that a process has run: what one exec brings. None is unknown, never empty.

    executable: the path of the file as the kernel resolved it, " (deleted)" included.
    invoked: the path that was given to execve, where the sensor can know it.
    command_line: at most 64 KiB; command_line_length is its true length in characters and
        command_line_sha256 the hash of the whole, both only where it was cut.
    env_vars: LD_PRELOAD and LD_AUDIT of its environment, as NAME=value, where the sensor reads them.
    sockets: which of standard input, output and error (0, 1, 2) were sockets when it began.
    inherited: it is its parent's image: the process has not run exec since its fork.
    since_ns: when this image was put in place (or noticed), ns since the epoch.
    """

    name: str | None = None
    executable: str | None = None
    invoked: str | None = None
    args: tuple[str, ...] | None = None
    command_line: str | None = None
    command_line_length: int | None = None
    command_line_sha256: str | None = None
    original_file_name: str | None = None
    env_vars: tuple[str, ...] = ()
    sockets: tuple[int, ...] = ()
    inherited: bool = False
    since_ns: int | None = None

    def same_program(self, other: Image) -> bool:
        """Whether both are the same program with the same command line, whenever noticed."""
        return (self.name, self.executable, self.args, self.command_line) == (
            other.name,
            other.executable,
            other.args,
            other.command_line,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The process that forked this one, as it was when that was recorded."""

    entity_id: str | None = None
    pid: int | None = None
    name: str | None = None
    executable: str | None = None
    command_line: str | None = None
    start_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRecord:
    """What a sensor tells of a process in one event.

    start_ns: ns since the epoch. unknown: field -> reason (denied, gone, unsupported,
    truncated, late), by the ECS names of contract, such as {"process.executable": "denied"}.
    group_id: of the real group. login_uid: who logged in, whatever su and sudo made of it since.
    cgroup_id: of its control group (version 2). container_id: of the container that this belongs to.
    hidden: how it hides from /proc, one sentence of evidence; None of all that do not.
    """

    entity_id: str
    pid: int
    image: Image
    start_ns: int | None = None
    parent: Parent | None = None
    provenance: Provenance = Provenance.UNKNOWN
    user: User | None = None
    effective_user: User | None = None
    group_id: str | None = None
    login_uid: str | None = None
    working_directory: str | None = None
    tty: Tty | None = None
    session_leader_pid: int | None = None
    cgroup_id: int | None = None
    container_id: str | None = None
    kernel_thread: bool = False
    hidden: str | None = None
    unknown: Mapping[str, str] = field(default_factory=lambda: NOTHING_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a process ended. code and signal are None where the sensor cannot know them.

    at_ns: when it ended, or for a polling sensor when that was noticed.
    seen: False if a repair found it gone: its exit itself was never reported.
    """

    at_ns: int
    code: int | None = None
    signal: int | None = None
    seen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A node of the table: one process with its exec history, alive or ended.

    parent_id: the node it hangs from: who forked it, or, where folded > 0, the nearest kept
        ancestor with that many generations folded in between; None if unknown.
    parent: the original parent as it was recorded, for ever.
    images: its exec history, first and newest ones kept; execs counts them all.
    hidden: the evidence that it hides from /proc, once there was some.
    """

    entity_id: str
    pid: int
    images: tuple[Image, ...]
    first_seen_ns: int
    execs: int = 1
    start_ns: int | None = None
    parent_id: str | None = None
    parent: Parent | None = None
    provenance: Provenance = Provenance.UNKNOWN
    folded: int = 0
    user: User | None = None
    effective_user: User | None = None
    group_id: str | None = None
    login_uid: str | None = None
    working_directory: str | None = None
    tty: Tty | None = None
    session_leader_pid: int | None = None
    cgroup_id: int | None = None
    container_id: str | None = None
    kernel_thread: bool = False
    hidden: str | None = None
    in_first_snapshot: bool = False
    repaired: bool = False
    exit: Exit | None = None
    unknown: Mapping[str, str] = field(default_factory=lambda: NOTHING_UNKNOWN)

    @property
    def image(self) -> Image:
        """The image it runs now, or ran last."""
        return self.images[-1]

    @property
    def name(self) -> str | None:
        """The short name: comm on Linux, the file's name on Windows."""
        return self.images[-1].name

    @property
    def executable(self) -> str | None:
        """The path of the executable as the kernel resolved it."""
        return self.images[-1].executable

    @property
    def command_line(self) -> str | None:
        """The command line as recorded when the image was put in place."""
        return self.images[-1].command_line

    @property
    def alive(self) -> bool:
        """Whether no end of it is known."""
        return self.exit is None

    @property
    def order(self) -> tuple[int, int, str]:
        """The sort key among siblings: start, then pid, so that new children come last."""
        return (self.start_ns or 0, self.pid, self.entity_id)
