"""How many execs are caught with their whole command line: both kernel sensors, and others beside them."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.execs import Flood
from tests.bench.host import Settings, cpu_seconds
from tests.bench.report import Figure, load

STEADY = (1_000, 100.0)  # so many, so many a second
BACK_TO_BACK = (20_000, 0.0)
COMMAND = "python -m tests.bench execs"
_PROGRAM = "/bin/true"
_NAME = f"caught-{os.getpid()}"  # another run on this host must not be taken for ours
_MARK = re.compile(_NAME.encode() + rb" edr-flood-(\d+)\b")
_READY_WITHIN = 30.0
_MOUNT = (
    "mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null;"
    " mount -t tracefs tracefs /sys/kernel/debug/tracing 2>/dev/null"
)
# The sensor as a user without any privileges has it: what it needs is read before root is given up.
_AS_NOBODY = """
import os, sys
from edr_tui.cli.main import run
from edr_tui.sensors import choose, host
from edr_tui.sensors.connector import feed, link, sensor
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
raise SystemExit(run(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A program that watches. ready: what its output holds once it does; ours: it tells ECS documents."""

    name: str
    command: list[str]
    ready: bytes | None
    ours: bool = False


@dataclass(slots=True)
class Caught:
    """Of one flood: arguments seen, execs and exits told. reported: the sensor's own share; times in s."""

    arguments: int
    seconds: float
    cpu: float
    execs: int = 0
    exits: int = 0
    reported: float | None = None
    lost: int = 0


def execs(settings: Settings) -> list[Figure]:
    """Every watcher in turn, first at a steady pace, then as fast as this machine starts processes."""
    figures: list[Figure] = []
    for pace, (count, rate) in (("100/s", STEADY), ("back to back", BACK_TO_BACK)):
        for watcher, missing in _watchers(settings):
            name = f"{settings.times(count, 100):,} execs {pace}, {watcher.name}"
            if missing:
                figures.append(Figure(name, "", f"not measured: {missing}"))
                continue
            try:
                caught = watch(watcher, settings.times(count, 100), rate, settings.home)
            except RuntimeError as fault:
                figures.append(Figure(name, "", f"not measured: {fault}"))
                continue
            figures.append(_figure(name, settings.times(count, 100), watcher, caught))
    return figures


def _watchers(settings: Settings) -> list[tuple[Watcher, str | None]]:
    """Each with why it cannot be measured here, if so."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sensor = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor"]
    nobody = [sys.executable, "-I", "-c", _AS_NOBODY, "sensor", "--sensor", "connector"]
    status = b'"sensor_status"'
    found: list[tuple[Watcher, str | None]] = [
        (Watcher("ebpf", [*sensor, "ebpf"], status, ours=True), None if root else "it needs root"),
        (Watcher("connector", [*sensor, "connector"], status, ours=True), None),
        (Watcher("connector without root", nobody, status, ours=True), None if root else "as the line above"),
    ]
    for name, options, ready in (
        ("forkstat", ["-e", "exec", "-l"], b"Event"),
        ("extrace", [], None),
        ("execsnoop.bt", [], b"TIME"),
    ):
        program = settings.peer(name)
        why = None if root else "it needs root"
        if program is None:
            why = "not installed"
        command = [program or name, *options]
        if name == "execsnoop.bt":
            # It wants a file system that is not mounted everywhere; nobody else sees this mount.
            command = ["unshare", "-m", "sh", "-c", f"{_MOUNT}; exec {shlex.quote(command[0])}"]
        found.append((Watcher(name, command, ready), why))
    return found


def watch(watcher: Watcher, count: int, rate: float, folder: Path) -> Caught:
    """Start the watcher, then the flood; what the watcher wrote of it."""
    told = folder / "told"
    with told.open("wb") as output:
        process = subprocess.Popen(
            watcher.command, stdout=output, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
    try:
        _wait(lambda: watcher.ready is None or watcher.ready in told.read_bytes())
        time.sleep(1.0)
        before = cpu_seconds(process.pid)
        program = folder / _NAME
        if not program.exists():
            program.symlink_to(_PROGRAM)
        with Flood(str(program), count, rate) as flood:
            flood.begin()
            seconds = flood.within()
        time.sleep(2.5)  # what it has heard it has told by then, a status too
        cpu = cpu_seconds(process.pid) - before
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    raw = told.read_bytes()
    if watcher.ours:
        return _ours(raw, seconds, cpu)
    return Caught(len(set(_MARK.findall(raw))), seconds, cpu)


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _READY_WITHIN
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"not ready within {_READY_WITHIN:g} s")
        time.sleep(0.1)


def _ours(raw: bytes, seconds: float, cpu: float) -> Caught:
    """The flood by its parent: the process whose children have its arguments."""
    documents = [json.loads(line) for line in raw.splitlines() if line.endswith(b"}")]
    of_action: dict[str, list[dict]] = {}
    for document in documents:
        of_action.setdefault(document["event"]["action"], []).append(document)
    execs = of_action.get("process_exec", [])
    lines = {id(one): one["process"].get("command_line", "").encode("utf-8", "replace") for one in execs}
    seen = [one for one in execs if _MARK.search(lines[id(one)])]
    spawners = {one["process"]["parent"]["entity_id"] for one in seen}
    flood = {
        one["process"]["entity_id"]
        for one in execs
        if one["process"].get("parent", {}).get("entity_id") in spawners
    }
    exits = {one["process"]["entity_id"] for one in of_action.get("process_exited", [])}
    arguments = {found for one in seen for found in _MARK.findall(lines[id(one)])}
    counters = of_action["sensor_status"][-1]["edr"]["sensor"]["counters"]
    return Caught(
        arguments=len(arguments),
        seconds=seconds,
        cpu=cpu,
        execs=len(flood),
        exits=len(flood & exits),
        reported=1 - counters["argv_unknown"] / max(1, counters["execs"]),
        lost=sum(one["edr"]["lost"]["count"] for one in of_action.get("events_lost", [])),
    )


def _figure(name: str, count: int, watcher: Watcher, caught: Caught) -> Figure:
    share = caught.arguments / count
    words = f"{caught.arguments:,} of {count:,} with arguments ({share:.2%})"
    if watcher.ours:
        words += f"; execs {caught.execs:,}, exits {caught.exits:,}, lost {caught.lost:,}"
        words += f"; it reports {caught.reported:.2%}"
    words += f"; CPU {caught.cpu:.1f} s in {caught.seconds:.0f} s"
    asked = {"ebpf": "100 %", "connector": "all execs and exits"}.get(watcher.name, "")
    return Figure(name, asked, words, share, COMMAND, load())
