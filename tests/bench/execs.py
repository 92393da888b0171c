"""Execs by the thousand: a program of a hundred bytes that only ends, and who starts it at a steady pace."""

from __future__ import annotations

import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

_BASE = 0x400000
# exit(0) and nothing else, by machine: its number in ELF, and the instructions.
_ENDS = {
    "x86_64": (62, bytes.fromhex("31ff6a3c580f05")),
    "aarch64": (183, bytes.fromhex("000080d2a80b80d2010000d4")),
}
_SPAWNER = """
import os, sys, time
program, count, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
spawn, wait, now = os.posix_spawn, os.waitpid, time.monotonic
sys.stdin.readline()
began = now()
for number in range(count):
    if rate and (early := began + number / rate - now()) > 0.001:
        time.sleep(early)
    wait(spawn(program, [program, "edr-flood-%d" % number], {}), 0)
print(now() - began, flush=True)
"""


def shortest_program(folder: Path) -> str:
    """A static executable that ends at once; /bin/true on a machine whose code is not known here."""
    if platform.machine() not in _ENDS:
        return "/bin/true"
    machine, code = _ENDS[platform.machine()]
    header, segment = 64, 56
    size = header + segment + len(code)
    path = folder / "edr-flood"
    path.write_bytes(
        struct.pack(
            "<16sHHIQQQIHHHHHH",
            b"\x7fELF\x02\x01\x01",
            2,
            machine,
            1,
            _BASE + header + segment,
            header,
            0,
            0,
            header,
            segment,
            1,
            0,
            0,
            0,
        )
        + struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 4096)
        + code
    )
    path.chmod(0o755)
    return str(path)


class Flood:
    """One process that starts `count` others, one after the other, `rate` a second (0: as many as it can).

    It waits for begin(). within(): the seconds that all of them took.
    """

    def __init__(self, program: str, count: int, rate: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SPAWNER, program, str(count), str(rate)],
            env={"PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Flood:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with self._process:
            pass

    @property
    def running(self) -> bool:
        """Whether it still starts processes."""
        return self._process.poll() is None

    def begin(self) -> None:
        """Let it start."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def within(self) -> float:
        """Wait for its end; the seconds from the first process to the last."""
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())
