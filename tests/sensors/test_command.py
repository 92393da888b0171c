"""`edr-tui sensor` as others run it: a child process, isolated, with a pipe for its output."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import AnyEvent, ProcessExit, ProcessSnapshot, ProcessStart, SensorStatus
from tests.sensors.probe import end, pid_of
from tests.waiting import eventually

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "poll"]
posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and file modes")


def sensor(*options: str, **popen: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*SENSOR, *options], **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
    )


def run(*options: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*SENSOR, *options], capture_output=True, timeout=60, check=False, **more)


def the_rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What is left of both outputs until its end. communicate() would pass over what readline() holds."""
    rest = process.stdout.read(), process.stderr.read()
    process.wait(timeout=30)
    end(process)
    return rest


def events(output: bytes) -> list[AnyEvent]:
    return [decode(line) for line in output.splitlines()]


def test_it_tells_a_snapshot_then_changes_and_a_status_every_second() -> None:
    process = sensor("-i", "0.1", "--duration", "3.2")
    first = decode(process.stdout.readline())
    assert isinstance(first, ProcessSnapshot)
    read = [first]
    while not isinstance(read[-1], SensorStatus):
        read.append(decode(process.stdout.readline()))
    child = subprocess.Popen(["/bin/sleep", "600"])
    while not (isinstance(read[-1], ProcessStart) and pid_of(read[-1]) == child.pid):
        read.append(decode(process.stdout.readline()))
    end(child)
    rest, complaints = the_rest(process)
    read += events(rest)
    assert (process.returncode, complaints) == (0, b"")
    assert [event.sequence for event in read] == list(range(1, len(read) + 1))
    assert any(isinstance(event, ProcessExit) and event.pid == child.pid for event in read)
    statuses = [event for event in read if isinstance(event, SensorStatus)]
    assert len(statuses) >= 3
    gaps = [(b.at_ns - a.at_ns) / 1e9 for a, b in pairwise(statuses)]
    assert all(gap < 2.5 for gap in gaps), gaps
    assert statuses[0].snapshot.count >= 2
    assert statuses[-1].interval_ns == 100_000_000
    assert read[-1] is statuses[-1]


def test_the_host_is_named_in_every_document() -> None:
    done = run("--duration", "0.3")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    host = documents[0]["host"]
    assert all(document["host"] == host for document in documents)
    assert {document["event"]["provider"] for document in documents} == {"poll"}
    assert host["os"]["type"] in ("linux", "windows", "macos")
    assert host["architecture"]
    assert host["name"] == os.uname().nodename
    if sys.platform == "linux":
        assert host["boot"]["id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_at_once(number: signal.Signals) -> None:
    process = sensor("-i", "3600")
    process.stdout.readline()
    began = time.monotonic()
    process.send_signal(number)
    output, complaints = the_rest(process)
    assert (process.returncode, complaints) == (128 + number, b"")
    assert time.monotonic() - began < 2
    events(output)


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_also_while_its_reader_reads_nothing(number: signal.Signals) -> None:
    process = sensor("-i", "0.05", stdout=(pipe := full_pipe())[1])
    os.close(pipe[1])
    try:
        eventually(lambda: blocked(process.pid))
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
        assert time.monotonic() - began < 2
        assert process.stderr.read() == b""
    finally:
        os.close(pipe[0])
        end(process)


def full_pipe() -> tuple[int, int]:
    """A pipe without room: whoever writes to it is blocked."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    with open(write, "wb", buffering=0, closefd=False) as out:
        while out.write(b"\n" * 4096) is not None:
            pass
    os.set_blocking(write, True)
    return read, write


def blocked(pid: int) -> bool:
    """Whether it is up: all of its threads are there."""
    return len(os.listdir(f"/proc/{pid}/task")) >= 4 if sys.platform == "linux" else True


@posix_only
def test_a_reader_that_goes_ends_it_at_once_with_0_also_when_nothing_happens() -> None:
    process = sensor("-i", "3600")
    process.stdout.readline()
    began = time.monotonic()
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - began < 1.5
    assert process.stderr.read() == b""
    end(process)


@posix_only
def test_a_reader_that_goes_while_it_writes_ends_it_with_0() -> None:
    read, write = full_pipe()
    process = sensor(stdout=write)
    os.close(write)
    eventually(lambda: blocked(process.pid))
    os.close(read)
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == b""
    end(process)


@posix_only
def test_a_duration_ends_although_the_reader_reads_nothing() -> None:
    read, write = full_pipe()
    process = sensor("--duration", "0.2", stdout=write)
    os.close(write)
    assert process.wait(timeout=30) == 0
    assert process.stderr.read().count(b"\n") == 1
    os.close(read)
    end(process)


@posix_only
def test_the_output_file_is_the_owners_alone(tmp_path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("old\n" * 100_000)
    path.chmod(0o644)
    done = run("--duration", "0.2", "-o", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert isinstance(events(path.read_bytes())[0], ProcessSnapshot)


@posix_only
def test_a_new_output_file_is_the_owners_alone_whatever_the_umask(tmp_path) -> None:
    path = tmp_path / "events.jsonl"
    assert run("--duration", "0.2", "-o", str(path), umask=0).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix_only
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("link", "symbolic link"),
        ("directory", "directory"),
        ("fifo", ""),
        ("missing/file", "no such file"),
        ("na\nme\x1b[2J/x", "no such file"),
    ],
)
def test_an_output_that_will_not_do_is_refused_in_one_sentence(tmp_path, kind: str, why: str) -> None:
    path = tmp_path / kind
    target = tmp_path / "target"
    match kind:
        case "link":
            path.symlink_to(target)
        case "directory":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
    done = run("-o", str(path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.startswith(b"edr-tui sensor: cannot write to '")
    assert why.encode() in done.stderr
    assert b"\x1b" not in done.stderr
    assert not target.exists()


@posix_only
def test_a_device_will_do_and_a_full_one_is_said() -> None:
    assert run("--duration", "0.2", "-o", "/dev/null").returncode == 0
    if sys.platform == "linux":
        done = run("-o", "/dev/full")
        assert done.returncode == 1
        assert done.stderr == b"edr-tui sensor: cannot write the output: no space left on device.\n"


@posix_only
def test_a_closed_standard_output_is_said() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *SENSOR], stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"edr-tui sensor: standard output is closed.\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-i", "0.04"), b"--interval '0.04' is not a number of seconds from 0.05 to 3600."),
        (("-i", "nan"), b"--interval 'nan'"),
        (("-i", "inf"), b"--interval 'inf'"),
        (("-i", "3601"), b"--interval '3601'"),
        (("-i", "-1"), b"--interval '-1'"),
        (("--interval", "1s"), b"--interval '1s'"),
        (("--duration", "0"), b"--duration '0' is not a number of seconds above 0."),
        (("--duration", "nan"), b"--duration 'nan'"),
        (("--sensor", "ebfp"), b"--sensor 'ebfp' is not a sensor; there is: "),
        (("--sensor", "\x1b[2J"), b"--sensor '\\x1b[2J' is not"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(options: tuple[str, ...], words: bytes) -> None:
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"edr-tui sensor: " + words)
    assert done.stderr.count(b"\n") == 1


def test_it_takes_nothing_from_the_current_directory_and_loads_nothing_of_the_console(tmp_path) -> None:
    for name in ("psutil", "msgspec", "json", "edr_tui", "resource", "textual"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken from the current directory')\n")
    code = (
        "import sys\n"
        "from edr_tui.cli.main import run\n"
        f"code = run(['sensor', '--sensor', 'poll', '--duration', '0.2', '-o', {os.devnull!r}])\n"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    code, *modules = done.stdout.split()
    assert code == "0"
    assert "psutil" in modules
    assert set(modules) & {"textual", "rich", "yaml", "re2", "platformdirs", "sqlite3", "asyncio"} == set()
    assert run("--duration", "0.2", cwd=tmp_path).returncode == 0
