"""The connector sensor on the real kernel, with real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edr_tui.model.event import ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Provenance
from tests.sensors.kernel import ConnectorProbe, first_told, table_of
from tests.sensors.probe import STEPS, Probe, end, go, pid_of, python, root_only, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the connector sensor runs on Linux only")

RUNS = 300


@pytest.fixture(scope="module")
def loaded() -> Iterator[ConnectorProbe]:
    probe = ConnectorProbe()
    probe.turn()
    yield probe
    probe.close()


@pytest.fixture
def kernel(loaded: ConnectorProbe) -> ConnectorProbe:
    """A sensor that runs, with nothing told yet but its snapshot, which is gone."""
    loaded.turn()
    loaded.told.clear()
    return loaded


def spawn(*argv: str) -> int:
    return os.posix_spawn(argv[0], argv, os.environ)


def ended(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def test_a_running_process_has_the_poll_sensors_name_and_details(kernel: ConnectorProbe) -> None:
    from edr_tui.sensors.linux import LinuxSystem

    with started("/bin/sleep", "600") as process:
        record = kernel.until_exec(process.pid).process
        polled = Probe(LinuxSystem())
        try:
            found = next(event for event in polled.tick() if pid_of(event) == process.pid).process
        finally:
            polled.close()
    assert record.entity_id == found.entity_id
    assert record.image.name == "sleep"
    assert record.image.executable == found.image.executable
    assert record.image.args == found.image.args
    assert (record.user, record.working_directory) == (found.user, found.working_directory)
    assert (record.session_leader_pid, record.tty) == (found.session_leader_pid, found.tty)
    assert record.parent.entity_id == found.parent.entity_id
    assert record.provenance is Provenance.SEEN
    assert dict(record.unknown) == {}


def test_every_short_life_is_seen_and_what_is_not_known_of_it_is_counted(kernel: ConnectorProbe) -> None:
    before = kernel.status().counters
    pids = []
    for number in range(RUNS):
        pids.append(spawn("/bin/true", f"run-{number}"))
        assert ended(pids[-1]) == 0
    kernel.until_exit(pids[-1])
    starts = {e.process.pid: e for e in kernel.told if isinstance(e, ProcessStart)}
    execs = {e.process.pid: e for e in kernel.told if isinstance(e, ProcessExec)}
    exits = {e.pid: e for e in kernel.told if isinstance(e, ProcessExit)}
    unknown = 0
    for number, pid in enumerate(pids):
        record = execs[pid].process
        assert starts[pid].process.entity_id == record.entity_id == exits[pid].entity_id
        assert starts[pid].process.image.inherited
        assert record.parent.pid == os.getpid()
        assert (exits[pid].exit_code, exits[pid].exit_signal) == (0, None)
        assert starts[pid].at_ns <= execs[pid].at_ns <= exits[pid].end_ns
        if record.image.args is None:
            unknown += 1
            assert record.unknown["process.command_line"] == "gone"
        else:
            assert record.image.args == ("/bin/true", f"run-{number}")
    after = kernel.status()
    assert after.counters["kernel_lost"] == 0
    told_unknown = after.counters["argv_unknown"] - before["argv_unknown"]
    assert told_unknown >= unknown
    assert f" {after.counters['argv_unknown']} had ended" in after.blind["short-lived arguments"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [("exit 3", (3, None)), ("kill -9 $$", (None, 9)), ("kill -SEGV $$", (None, signal.SIGSEGV))],
)
def test_an_end_tells_code_or_signal(kernel: ConnectorProbe, script: str, expected: tuple) -> None:
    pid = spawn("/bin/sh", "-c", script)
    ended(pid)
    exit_ = kernel.until_exit(pid)[-1]
    assert (exit_.exit_code, exit_.exit_signal) == expected
    assert exit_.end_ns == exit_.at_ns


def test_a_thread_that_runs_exec_in_its_processs_place_is_no_end(kernel: ConnectorProbe) -> None:
    code = STEPS + (
        "import threading\n"
        "threading.Thread(target=lambda: (say('ready'), wait(),"
        " os.execv('/bin/sleep', ['sleep', '601']))).start()\n"
        "threading.Event().wait()\n"
    )
    with python(code) as process:
        go(process, None)
        kernel.until(
            lambda told: any(
                isinstance(e, ProcessExec) and e.process.image.args == ("sleep", "601") for e in told
            )
        )
        about = kernel.about(process.pid)
        assert [type(event) for event in about] == [ProcessStart, ProcessExec, ProcessExec]
        assert len({event.process.entity_id for event in about}) == 1
        os.kill(process.pid, signal.SIGTERM)
        process.wait()
        assert kernel.until_exit(process.pid)[-1].exit_signal == signal.SIGTERM


def test_a_leader_that_ends_before_its_threads_is_no_end(kernel: ConnectorProbe) -> None:
    code = STEPS + (
        "import threading\n"
        "def last():\n"
        "    say('ready'); wait(); say('done'); wait(); os._exit(7)\n"
        "threading.Thread(target=last).start()\n"
        "libc.syscall(60, 5)\n"  # exit(2) of the leading thread alone
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the number of exit(2) is x86_64's")
    with python(code) as process:
        go(process)
        kernel.turn()
        assert ProcessExit not in {type(event) for event in kernel.about(process.pid)}
        go(process, None)
        process.wait()
        exits = [e for e in kernel.until_exit(process.pid) if isinstance(e, ProcessExit)]
        assert [e.exit_code for e in exits] == [7]


def test_threads_that_ran_before_the_sensor_are_told_apart_too() -> None:
    code = STEPS + (
        "import threading\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "say('ready'); wait(); libc.syscall(60, 0)\n"
    )
    if os.uname().machine != "x86_64":
        pytest.skip("the number of exit(2) is x86_64's")
    with python(code) as process:
        probe = ConnectorProbe()
        try:
            probe.turn()
            go(process, None)
            probe.until(lambda told: probe.sensor._translator._leaderless)
            assert ProcessExit not in {type(event) for event in probe.about(process.pid)}
            process.kill()
            process.wait()
            assert [type(e) for e in probe.until_exit(process.pid)] == [ProcessSnapshot, ProcessExit]
        finally:
            probe.close()


def test_an_orphan_keeps_its_forker(kernel: ConnectorProbe) -> None:
    code = (
        "import os\n"
        "if (middle := os.fork()) == 0:\n"
        "    if os.fork() == 0:\n"
        "        os.read(0, 1)\n"
        "        os.execv('/bin/sleep', ['sleep', '602'])\n"
        "    os._exit(0)\n"
        "os.waitpid(middle, 0)\n"
        "os.write(1, b'%d\\n' % middle)\n"
    )

    def orphan() -> ProcessExec | None:
        args = ("sleep", "602")
        return next(
            (e for e in kernel.told if isinstance(e, ProcessExec) and e.process.image.args == args), None
        )

    with started(sys.executable, "-I", "-S", "-c", code) as process:
        middle = int(process.stdout.readline())
        process.wait()
        process.stdin.write(b"\n")
        process.stdin.close()
        kernel.until(lambda told: orphan())
    record = orphan().process
    os.kill(record.pid, signal.SIGKILL)
    assert record.parent.pid == middle
    assert record.parent.entity_id == first_told(kernel.told, middle).process.entity_id


@root_only
def test_users_sessions_and_names_are_followed(kernel: ConnectorProbe) -> None:
    code = STEPS + (
        "say('ready'); wait(); os.setsid(); os.setresgid(1234, 1234, 1234); os.setresuid(4321, 4321, 8765)\n"
        "libc.prctl(15, b'renamed'); child = os.fork()\n"
        "if child == 0: wait(); os._exit(0)\n"
        "say(str(child)); os.waitpid(child, 0)\n"
    )
    with python(code) as process:
        go(process, None)
        child = int(process.stdout.readline())
        kernel.until(lambda told: any(isinstance(e, ProcessStart) and e.process.pid == child for e in told))
        record = first_told(kernel.told, child).process
        assert record.user.id == "4321"
        assert record.effective_user is None
        assert record.group_id == "1234"
        assert record.session_leader_pid == process.pid
        assert record.image.name == "renamed"


@root_only
def test_a_setuid_program_has_two_users(kernel: ConnectorProbe) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o755)
        program = shutil.copy("/bin/sleep", f"{directory}/raise")
        os.chmod(program, 0o4755)
        with started(program, "600", user=65534, group=65534, extra_groups=[]) as process:
            record = kernel.until_exec(process.pid).process
    assert record.user.id == "65534"
    assert record.effective_user.id == "0"
    assert record.group_id == "65534"


def test_preloads_and_sockets_are_told(kernel: ConnectorProbe) -> None:
    import socket

    ours, theirs = socket.socketpair()
    with ours, theirs:
        environment = {"PATH": "/bin", "LD_AUDIT": "/nowhere.so"}
        with started(
            "/bin/sleep", "600", stdin=theirs, env=environment, stderr=subprocess.DEVNULL
        ) as process:
            record = kernel.until_exec(process.pid).process
    assert record.image.sockets == (0,)
    assert record.image.env_vars == ("LD_AUDIT=/nowhere.so",)


def test_hostile_and_long_arguments_arrive(kernel: ConnectorProbe, tmp_path: Path) -> None:
    hostile = b"\xff\xfe\n\x1b]0;x\x07"
    with started("/bin/sh", "-c", "read x", "name", hostile) as process:
        assert os.fsencode(kernel.until_exec(process.pid).process.image.args[-1]) == hostile
    with started("/bin/sh", "-c", "read x", *(["0"] * 200_000)) as process:
        record = kernel.until_exec(process.pid).process
    assert record.unknown["process.command_line"] == "truncated"
    assert record.image.args[:3] == ("/bin/sh", "-c", "read x")


def test_the_canary_is_not_told_and_comes_back(kernel: ConnectorProbe) -> None:
    probe = ConnectorProbe()
    try:
        probe.until(lambda told: probe.status().counters["canaries_returned"] == 1)
        assert not [
            e
            for e in probe.told
            if isinstance(e, ProcessStart)
            and e.process.parent.pid == os.getpid()
            and e.process.pid == probe.sensor._canary.pid
        ]
    finally:
        probe.close()


CHURN = "i=0; while [ $i -lt 100000 ]; do (/bin/true $i; exec /bin/true sub$i) & wait; i=$((i+1)); done"


def test_the_snapshot_and_the_stream_meet_without_a_seam() -> None:
    """Processes come and go, and children outlive parents, all through the start of the sensor."""
    with started("/bin/sh", "-c", CHURN, stdin=subprocess.DEVNULL) as churn:
        probe = ConnectorProbe()
        try:
            probe.until(lambda told: len([e for e in told if isinstance(e, ProcessExit)]) > 200)
            end(churn)
            probe.until_exit(churn.pid)
        finally:
            probe.close()
    told = probe.told
    assert isinstance(told[0], ProcessSnapshot)
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    living: set[str] = set()
    gone: set[str] = set()
    for event in told:
        match event:
            case ProcessSnapshot() | ProcessStart():
                assert event.process.entity_id not in living | gone, f"told twice: {event}"
                living.add(event.process.entity_id)
                if isinstance(event, ProcessStart):
                    assert event.process.parent.entity_id not in gone
            case ProcessExit():
                living.remove(event.entity_id)
                gone.add(event.entity_id)
    table = table_of(told)
    assert table.edges_broken == table.exits_unmatched == table.duplicates == table.exits_not_seen == 0
    assert churn.pid not in {process.pid for process in table.processes() if process.alive}


def test_nothing_is_left_behind() -> None:
    probe = ConnectorProbe()
    reader = probe.feed.reader
    threads = threading.active_count()
    probe.turn()
    probe.close()
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)
    assert threading.active_count() <= threads + 1
