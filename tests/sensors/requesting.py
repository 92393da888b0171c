"""Processes to be asked about, and the examiner of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from edr_tui.model.process import ProcessKey
from edr_tui.sensors.inspect.examiner import LinuxExaminer
from edr_tui.sensors.linux import boot_id_of
from edr_tui.sensors.pidfd import PidfdInodes
from edr_tui.sensors.procfs import parse_stat

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
BOOT = boot_id_of("/proc").replace("-", "")[:12] if sys.platform == "linux" else ""


def examiner() -> LinuxExaminer:
    """That of this machine."""
    return LinuxExaminer("/proc", BOOT)


def entity_id(pid: int, inode: bool = True) -> str:
    """The identity of a process; with its pidfs inode where there are any."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        stat = parse_stat(file.read())
    found = None
    if inode:
        fd = os.pidfd_open(pid)
        found = PidfdInodes().of(fd)
        os.close(fd)
    return ProcessKey(BOOT, pid, stat.start_ticks, found).entity_id


def started(*command: str, **more) -> subprocess.Popen[bytes]:
    """A process that runs that command already."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **more)
    until = time.monotonic() + 20
    while psutil.Process(child.pid).cmdline() != list(command):
        assert time.monotonic() < until
        time.sleep(0.005)
    return child


def state(pid: int) -> str:
    """Its state as /proc has it; X once it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return parse_stat(file.read()).state.decode()
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def eventually(condition, within: float = 20.0) -> None:
    """Wait until it holds."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "not true in time"
        time.sleep(0.01)
