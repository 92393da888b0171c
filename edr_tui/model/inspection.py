"""What a sensor finds out about one process when it is asked: frozen values, told once, never recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

ENVIRONMENT = "environment"
FILES = "files"
NETWORK = "network"
LIMITS = "limits"
MEMORY = "memory"
HASH = "hash"
TARGET = "target"

PARTS = (ENVIRONMENT, FILES, NETWORK, LIMITS, MEMORY, HASH, TARGET)
"""What can be wanted of an inspection, by the names of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment as the process had it when its image began, NAME=value each.

    left_out: bytes of it beyond what is told.
    """

    variables: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file descriptor. kind: file, device, socket, pipe, memory, other. mode: r, w, rw; empty: unknown."""

    number: int
    kind: str
    target: str
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Open files, by number; total counts those too that are not listed, None if it is not known."""

    files: tuple[OpenFile, ...] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """A socket. protocol: tcp, tcp6, udp, udp6, raw, raw6, unix, ...; local, remote: address:port or a path.

    state: by the names of tcp(7), LISTEN, ESTABLISHED, ...; None where there is none.
    """

    protocol: str
    local: str | None = None
    remote: str | None = None
    state: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The sockets of a process, in its own network namespace; total counts those too that are not listed."""

    sockets: tuple[Socket, ...] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A resource limit as the system writes it; unit may be empty."""

    name: str
    soft: str
    hard: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """kind: net, pid, mnt, ...; shared: whether the sensor is in the same one, None if not known."""

    kind: str
    id: str
    shared: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits, namespaces and what else bounds a process. None is unknown.

    capabilities: the names of the effective ones, ("all",) for every one that the kernel has.
    pids: its pid in each pid namespace, outermost first. control_group: its path.
    seccomp: 0 off, 1 strict, 2 filter. oom_score_adj: -1000 to 1000.
    """

    limits: tuple[Limit, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    capabilities: tuple[str, ...] | None = None
    no_new_privileges: bool | None = None
    seccomp: int | None = None
    control_group: str | None = None
    pids: tuple[int, ...] = ()
    oom_score_adj: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFile:
    """A file with mappings in memory. size: bytes of address space; flags: r, w, x of any of them."""

    path: str
    size: int
    flags: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory maps summarised. Sizes are bytes of address space.

    mappings: how many there are. files: largest first among the executable ones, then the others;
    files_total counts those too that are not listed. anonymous_executable: (how many, their size) of
    those that run code without a file behind it; writable_executable: of those that are both.
    complete: False if there were more than were read.
    """

    mappings: int
    size: int
    files: tuple[MappedFile, ...] = ()
    files_total: int = 0
    anonymous_executable: tuple[int, int] = (0, 0)
    writable_executable: tuple[int, int] = (0, 0)
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The executable, read through the process's own link to it. size: bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who would get a signal, read while a handle on it was held; that handle is kept for the signal.

    command_line: at most 4,096 characters. start_ns: ns since the epoch. refusal: why a signal to it
    would be refused, a sentence; None if it would be sent.
    """

    pid: int
    name: str | None = None
    executable: str | None = None
    command_line: str | None = None
    start_ns: int | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The answer to an inspection: each part that was wanted is here, or in faults with its reason.

    Reasons are those of edr.unknown (denied, gone, unsupported, truncated, late), or a sentence.
    """

    environment: Environment | None = None
    files: Files | None = None
    network: Network | None = None
    limits: Limits | None = None
    memory: Memory | None = None
    hash: Digest | None = None
    target: Target | None = None
    faults: dict[str, str] = field(default_factory=dict)

    def part(self, name: str) -> object | None:
        """One part by its name in the request."""
        return getattr(self, name, None) if name in PARTS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalled:
    """What became of a signal. count: processes that got it; refused: sentences about those that did not."""

    count: int = 0
    refused: tuple[str, ...] = ()
