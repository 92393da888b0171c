"""Windows and macOS by psutil, as far as it goes: identity is pid and start, to the microsecond."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

import psutil

from edr_tui.ecs.size import encoded_size
from edr_tui.model.inspection import (
    ENVIRONMENT,
    FILES,
    HASH,
    MEMORY,
    NETWORK,
    Digest,
    Environment,
    Files,
    Memory,
    Network,
    OpenFile,
    Signalled,
    Socket,
    Target,
)
from edr_tui.model.process import ProcessKey
from edr_tui.sensors.inspect.protected import protected_pids
from edr_tui.sensors.inspect.refused import Refused

_FAULTS = (psutil.Error, OSError, ValueError, RuntimeError, AttributeError, NotImplementedError)
_LISTED_BYTES = 160 * 1024
_HASHED_BYTES, _HASHED_WITHIN_S, _CHUNK = 256 << 20, 5.0, 1 << 20
_HELD = 256
_SENTENCES = 20
_ROUNDS = 50
_SYSTEM_PIDS = (0, 4)  # Windows: idle, System

_SIGNALS: dict[str, Callable[[psutil.Process], None]] = {
    "TERM": psutil.Process.terminate,
    "KILL": psutil.Process.kill,
    "STOP": psutil.Process.suspend,
    "CONT": psutil.Process.resume,
}


class PsutilExaminer:
    """Through psutil, which compares a process's start before it signals it. boot: 12 hex digits."""

    def __init__(self, boot: str) -> None:
        self._boot = boot
        self._held: OrderedDict[str, psutil.Process] = OrderedDict()
        self._parts: dict[str, Callable[[psutil.Process], object]] = {
            ENVIRONMENT: _environment,
            FILES: _files,
            NETWORK: _network,
            MEMORY: _memory,
            HASH: _hash,
        }

    def part(self, entity_id: str, part: str) -> object:
        """By psutil's own comparison of identities, before and after."""
        reader = self._parts.get(part)
        if reader is None:
            raise Refused("unsupported")
        process = self._process(entity_id)
        try:
            value = reader(process)
        except psutil.NoSuchProcess:
            raise Refused("gone") from None
        except (psutil.AccessDenied, PermissionError):
            raise Refused("denied") from None
        except _FAULTS:
            raise Refused("unsupported") from None
        if not process.is_running():
            raise Refused("gone")
        return value

    def target(self, entity_id: str) -> Target:
        """The object that is kept is psutil's, bound to pid and start."""
        process = self._process(entity_id)
        self._held[entity_id] = process
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        told: dict[str, str | None] = dict.fromkeys(("name", "executable", "command_line"))
        for field, read in (
            ("name", process.name),
            ("executable", process.exe),
            ("command_line", lambda: " ".join(process.cmdline())[:4_096]),
        ):
            with suppress(*_FAULTS):
                told[field] = read()
        return Target(
            pid=process.pid,
            name=told["name"],
            executable=told["executable"],
            command_line=told["command_line"],
            start_ns=round(process.create_time() * 1e9),
            refusal=self._refusal(process.pid),
        )

    def send(self, entity_id: str, signal: str, subtree: bool) -> Signalled:
        """TERM and KILL are one thing on Windows; STOP and CONT suspend and resume there."""
        action = _SIGNALS.get(signal)
        if action is None:
            raise Refused(f"there are {', '.join(_SIGNALS)} to send, not {signal!a}")
        process = self._held.pop(entity_id, None) or self._process(entity_id)
        why = self._refusal(process.pid)
        if why is not None:
            raise Refused(why)
        if not subtree:
            _act(process, action)
            return Signalled(count=1)
        return self._subtree(process, signal, action)

    def _subtree(
        self, root: psutil.Process, signal: str, action: Callable[[psutil.Process], None]
    ) -> Signalled:
        members = [root]
        refused: dict[int, str] = {}
        if signal != "CONT":
            _act(root, psutil.Process.suspend)
        for _ in range(_ROUNDS):
            with suppress(*_FAULTS):
                new = [child for child in root.children(recursive=True) if child not in members]
                for child in new:
                    why = self._refusal(child.pid)
                    if why is not None:
                        refused[child.pid] = f"{child.pid}: {why}"
                    elif signal != "CONT":
                        _try(child, psutil.Process.suspend, refused)
                members += new
                if new:
                    continue
            break
        count = 0
        for member in reversed(members):
            if member.pid in refused:
                continue
            count += 1 if signal == "STOP" or _try(member, action, refused) else 0
            if signal == "TERM":
                with suppress(*_FAULTS):
                    member.resume()
        if not count:
            raise Refused(next(iter(refused.values()), "it has ended"))
        return Signalled(count=count, refused=tuple(refused.values())[:_SENTENCES])

    def _process(self, entity_id: str) -> psutil.Process:
        key = ProcessKey.parse(entity_id)
        if key is None or key.pid < 0:
            raise Refused("this is no identity of a process")
        if key.boot != self._boot:
            raise Refused("that process is of another boot")
        try:
            process = psutil.Process(key.pid)
            if round(process.create_time() * 1_000_000) == key.start_ticks:
                return process
        except _FAULTS:
            raise Refused("it has ended") from None
        raise Refused("its pid has gone to another process: it has ended")

    def _refusal(self, pid: int) -> str | None:
        if pid == 1 or pid in _SYSTEM_PIDS:
            return f"pid {pid} holds the system together"
        return protected_pids(_parent).get(pid)


def _parent(pid: int) -> int | None:
    with suppress(*_FAULTS):
        return psutil.Process(pid).ppid()
    return None


def _act(process: psutil.Process, action: Callable[[psutil.Process], None]) -> None:
    """Raises Refused where the system does."""
    try:
        action(process)
    except psutil.NoSuchProcess:
        raise Refused("it has ended") from None
    except (psutil.AccessDenied, PermissionError):
        raise Refused("the sensor is not permitted to signal it") from None
    except _FAULTS as fault:
        raise Refused(f"the system refuses: {type(fault).__name__}") from None


def _try(process: psutil.Process, action: Callable[[psutil.Process], None], refused: dict[int, str]) -> bool:
    try:
        _act(process, action)
    except Refused as why:
        if str(why) != "it has ended":
            refused[process.pid] = f"{process.pid}: {why}"
        return False
    return True


def _environment(process: psutil.Process) -> Environment:
    told, room = [], _LISTED_BYTES
    variables = [f"{name}={value}" for name, value in process.environ().items()]
    for variable in variables:
        room -= encoded_size(variable)
        if room > 0:
            told.append(variable)
    left_out = sum(map(len, variables)) - sum(map(len, told))
    return Environment(variables=tuple(told), left_out=left_out)


def _files(process: psutil.Process) -> Files:
    files, room = [], _LISTED_BYTES
    found = process.open_files()
    for each in found:
        room -= encoded_size(each.path) + 64
        if room > 0:
            files.append(OpenFile(number=max(each.fd, 0), kind="file", target=each.path))
    return Files(files=tuple(files), total=len(found))


def _network(process: psutil.Process) -> Network:
    found = process.net_connections(kind="inet")
    names = {(2, 1): "tcp", (2, 2): "udp"}
    sockets = [
        Socket(
            protocol=names.get((int(each.family), int(each.type)), "tcp6" if int(each.type) == 1 else "udp6"),
            local=_address(each.laddr),
            remote=_address(each.raddr),
            state=None if each.status == psutil.CONN_NONE else each.status,
            number=each.fd if each.fd >= 0 else None,
        )
        for each in found
    ]
    return Network(sockets=tuple(sockets[:1_024]), total=len(sockets))


def _address(address: tuple[str, int] | tuple[()]) -> str | None:
    if not address:
        return None
    host, port = address[0], address[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _memory(process: psutil.Process) -> Memory:
    return Memory(mappings=0, size=process.memory_info().vms, complete=False)


def _hash(process: psutil.Process) -> Digest:
    digest, size = hashlib.sha256(), 0
    until = time.monotonic() + _HASHED_WITHIN_S
    with open(process.exe(), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused("the executable is no regular file")
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            digest.update(chunk)
            if size > _HASHED_BYTES or time.monotonic() > until:
                raise Refused("the executable is too large to be hashed")
    return Digest(sha256=digest.hexdigest(), size=size)
