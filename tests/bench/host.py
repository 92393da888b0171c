"""What the figures need of this host: a clean environment, a crowd of idle processes, CPU times."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tomllib
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path) -> dict[str, str]:
    """What a program under test gets: nobody's configuration, a terminal of 24-bit colours."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "SHELL": "/bin/sh",
    }


def colour(name: str) -> str:
    """A colour of the default theme as the screen tells it: hexadecimal, without #."""
    theme = tomllib.loads((ROOT / "themes" / "edr-dark.toml").read_text())
    return str(theme.get(name) or theme["variables"][name]).lstrip("#")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of all below it, in seconds; what has gone counts nothing."""
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
    return total


class Crowd:
    """So many idle processes beside what is measured, until the end of the with block.

    Each ends by itself after `lifetime` seconds, should nobody end it before.
    """

    def __init__(self, count: int, lifetime: int = 1_200) -> None:
        self._count = count
        self._lifetime = lifetime
        self._pids: list[int] = []

    def __enter__(self) -> Crowd:
        sleep = shutil.which("sleep") or "/bin/sleep"
        try:
            for _ in range(self._count):
                self._pids.append(os.posix_spawn(sleep, ["sleep", str(self._lifetime)], {}))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        for pid in self._pids:
            os.waitpid(pid, 0)
        self._pids.clear()


class Settings:
    """How a run is made. quick: few and short; peers: a folder with more programs to compare with."""

    def __init__(self, home: Path, quick: bool = False, peers: str | None = None) -> None:
        self.quick = quick
        self.environment = environment(home)
        self.home = home
        self._peers = peers

    def times(self, usual: int, quick: int) -> int:
        """How often, or for how many seconds."""
        return quick if self.quick else usual

    def peer(self, name: str) -> str | None:
        """Where a program to compare with is; None if it is not installed."""
        path = self.environment["PATH"]
        return shutil.which(name, path=f"{self._peers}{os.pathsep}{path}" if self._peers else path)
