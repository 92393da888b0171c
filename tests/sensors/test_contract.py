"""What every system under the polling sensor must do, tried on real processes."""

from __future__ import annotations

import json
import os
import signal
import sys

import psutil
import pytest

from edr_tui.model.event import ProcessExit, ProcessSnapshot, ProcessStart, SensorStatus
from edr_tui.model.process import Provenance
from edr_tui.sensors.command_line import KEPT_BYTES
from tests.sensors.probe import (
    STEPS,
    Probe,
    end,
    go,
    only_exec,
    only_exit,
    only_start,
    pid_of,
    python,
    started,
)
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these processes are POSIX programs")

WAIT = STEPS + "say('ready'); wait()"
EXEC_SLEEP = STEPS + "say('ready'); wait(); os.execv('/bin/sleep', ['sleep', '600'])"


def name_of(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""


def test_the_snapshot_names_every_running_process_parents_first(probe: Probe) -> None:
    told = probe.snapshot
    assert all(isinstance(event, ProcessSnapshot) and not event.repair for event in told)
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    seen: set[str] = set()
    for event in told:
        parent = event.process.parent
        if parent is not None and parent.entity_id is not None:
            assert parent.entity_id in seen, f"{event.process.pid} comes before its parent"
        seen.add(event.process.entity_id)
    assert len(seen) == len(told)
    pids = {event.process.pid for event in told}
    assert {os.getpid(), os.getppid(), 1} - {0} <= pids


def test_a_status_says_which_snapshot_was_told_whole(probe: Probe) -> None:
    status = probe.status()
    assert isinstance(status, SensorStatus)
    assert status.snapshot is not None
    assert (status.snapshot.first, status.snapshot.count) == (1, len(probe.snapshot))
    assert status.snapshot.last == len(probe.snapshot)
    assert status.counters["processes"] >= len(probe.snapshot)
    assert status.counters["queue_lost"] == 0
    assert "short-lived processes" in status.blind


def test_an_idle_process_is_told_once(probe: Probe) -> None:
    with started("/bin/sleep", "600") as process:
        eventually(lambda: name_of(process.pid) == "sleep")
        only_start(probe.about(process.pid))
        assert probe.about(process.pid) == []
        assert probe.about(process.pid) == []


def test_a_start_says_who_what_where_and_by_whom(probe: Probe, tmp_path) -> None:
    with started("/bin/sleep", "600", "0", cwd=tmp_path) as process:
        eventually(lambda: name_of(process.pid) == "sleep")
        record = only_start(probe.about(process.pid))
        assert record.image.name == "sleep"
        assert record.image.args == ("/bin/sleep", "600", "0")
        assert record.image.command_line == "/bin/sleep 600 0"
        assert record.image.executable == os.path.realpath("/bin/sleep")
        assert record.working_directory == str(tmp_path)
        assert record.user is not None
        assert record.user.id == str(os.getuid())
        assert record.effective_user is None
        assert record.provenance is Provenance.INFERRED
        assert dict(record.unknown) == {}
        parent = record.parent
        assert parent is not None
        assert parent.pid == os.getpid()
        me = next(event.process for event in probe.snapshot if pid_of(event) == os.getpid())
        assert parent.entity_id == me.entity_id
        assert parent.executable == me.image.executable
        assert parent.command_line is not None
        assert abs(record.start_ns / 1e9 - psutil.Process(process.pid).create_time()) < 2


def test_a_process_and_its_child_in_one_tick_come_parents_first(probe: Probe) -> None:
    with started("/bin/sh", "-c", "sleep 600 & echo ready; wait", start_new_session=True) as process:
        assert process.stdout.readline() == b"ready\n"
        child = eventually(lambda: psutil.Process(process.pid).children())[0].pid
        eventually(lambda: name_of(child) == "sleep")
        told = [event for event in probe.tick() if pid_of(event) in (process.pid, child)]
        try:
            assert [pid_of(event) for event in told] == [process.pid, child]
            assert told[1].process.parent.entity_id == told[0].process.entity_id
        finally:
            os.kill(child, signal.SIGKILL)


def test_an_end_is_told_once_with_its_identity(probe: Probe) -> None:
    with started("/bin/sh", "-c", "read x; exit 3") as process:
        record = only_start(probe.about(process.pid))
        process.communicate(b"\n")
        told = only_exit(probe.about(process.pid))
        assert told.entity_id == record.entity_id
        assert told.name == record.image.name
        assert told.start_ns == record.start_ns
        assert told.end_ns is None
        assert (told.exit_code is None) == ("process.exit_code" in told.unknown)
        assert told.exit_code in (3, None)
        assert probe.about(process.pid) == []


def test_a_zombie_has_ended_and_is_told_once(probe: Probe) -> None:
    with started("/bin/sh", "-c", "read x; exit 4") as process:
        record = only_start(probe.about(process.pid))
        process.stdin.write(b"\n")
        process.stdin.close()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        told = [*probe.about(process.pid), *probe.about(process.pid)]
        assert only_exit(told).entity_id == record.entity_id
        assert only_exit(told).exit_code in (4, None)
        assert not any(pid_of(event) == process.pid for event in snapshot_again(probe))
        process.wait()
        assert probe.about(process.pid) == []


def snapshot_again(probe: Probe) -> list:
    probe.stream.snapshot(probe.sensor._running(), 1)
    return probe.told()


def test_a_process_that_ended_before_it_was_seen_is_told_with_its_end(probe: Probe) -> None:
    process = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 5"], os.environ)
    try:
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        told = [*probe.about(process), *probe.about(process)]
        assert [type(event) for event in told] == [ProcessStart, ProcessExit]
        assert told[0].process.parent.pid == os.getpid()
        assert told[0].process.unknown["process.command_line"] != ""
        assert told[1].exit_code in (5, None)
    finally:
        os.waitpid(process, 0)
    assert probe.about(process) == []


def test_an_exec_keeps_the_process_and_changes_its_image(probe: Probe) -> None:
    with python(EXEC_SLEEP) as process:
        before = only_start(probe.about(process.pid))
        go(process, None)
        eventually(lambda: name_of(process.pid) == "sleep")
        after = only_exec(probe.about(process.pid))
        assert after.entity_id == before.entity_id
        assert after.start_ns == before.start_ns
        assert after.parent == before.parent
        assert after.image.name == "sleep"
        assert after.image.args == ("sleep", "600")
        assert after.image.executable == os.path.realpath("/bin/sleep")
        assert after.image.since_ns > before.start_ns
        assert probe.about(process.pid) == []


def test_an_orphan_keeps_its_first_parent(probe: Probe) -> None:
    with started("/bin/sh", "-c", "sleep 600 & echo $!; read x") as shell:
        child = int(shell.stdout.readline())
        eventually(lambda: name_of(child) == "sleep")
        try:
            told = {pid_of(event): event for event in probe.tick()}
            assert told[child].process.parent.entity_id == told[shell.pid].process.entity_id
            end(shell)
            eventually(lambda: psutil.Process(child).ppid() != shell.pid)
            events = probe.tick()
            assert [type(event) for event in events if pid_of(event) == shell.pid] == [ProcessExit]
            assert [event for event in events if pid_of(event) == child] == []
            again = next(event for event in snapshot_again(probe) if pid_of(event) == child)
            assert again.process.parent.pid == shell.pid
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_long_command_line_is_cut_and_says_so(probe: Probe) -> None:
    with started("/bin/sleep", "600", "0", "0", "0", *(["0"] * 40_000)) as process:
        # The name comes before the arguments are in place.
        eventually(lambda: psutil.Process(process.pid).cmdline()[:2] == ["/bin/sleep", "600"])
        image = (record := only_start(probe.about(process.pid))).image
        whole = "/bin/sleep 600 0 0 0" + " 0" * 40_000
        assert record.unknown == {"process.command_line": "truncated"}
        assert image.command_line == " ".join(image.args)
        assert whole.startswith(image.command_line)
        assert KEPT_BYTES - 8 < len(json.dumps(image.args, separators=(",", ":"))) < KEPT_BYTES + 8
        assert image.command_line_length == len(whole)
        assert len(image.command_line_sha256) == 64
        assert len(image.args) < 40_000


@pytest.mark.parametrize(
    "argument",
    [b"two\nlines", b"\xff\xfe\xed\xa0\x80", b"a\tb", b"\x1b]0;title\x07", "\u202etxt.exe".encode(), b""],
)
def test_hostile_arguments_arrive_unchanged(probe: Probe, argument: bytes) -> None:
    with started("/bin/sh", "-c", "read x", "name", argument) as process:
        eventually(lambda: name_of(process.pid) == "sh")
        record = only_start(probe.about(process.pid))
        assert os.fsencode(record.image.args[-1]) == argument
        assert record.image.args[-2] == "name"


def test_a_name_with_brackets_and_control_characters(probe: Probe) -> None:
    code = STEPS + "libc.prctl(15, b') S 1 1 (\\x1b\\n'); say('ready'); wait()"
    if sys.platform != "linux":
        pytest.skip("prctl is Linux's")
    with python(code) as process:
        record = only_start(probe.about(process.pid))
        assert record.image.name == ") S 1 1 (\x1b\n"
        assert record.parent.pid == os.getpid()


def test_a_new_name_alone_is_no_exec(probe: Probe) -> None:
    code = STEPS + "say('ready'); wait(); libc.prctl(15, b'renamed'); say('done'); wait()"
    if sys.platform != "linux":
        pytest.skip("prctl is Linux's")
    with python(code) as process:
        only_start(probe.about(process.pid))
        go(process)
        assert probe.about(process.pid) == []
        assert probe.status().counters["renames"] >= 1


def test_a_process_may_vanish_at_any_point(probe: Probe) -> None:
    system = probe.system
    for steps in range(5):
        process = os.posix_spawn("/bin/sleep", ["sleep", "600"], os.environ)
        met = system.meet(process) if steps > 0 else None
        if met is not None and steps > 1:
            system.details(met.sight)
        os.kill(process, signal.SIGKILL)
        if steps != 3:
            os.waitpid(process, 0)
        if met is None:
            assert system.meet(process) is None
            continue
        details = system.details(met.sight)
        assert details.executable is None or details.executable.endswith("sleep")
        after = system.look(process, met.sight)
        assert (after is None) == (steps != 3)
        system.ending(met.sight)
        if steps == 3:
            os.waitpid(process, 0)
        assert system.look(process, met.sight) is None
        system.forget(process)
        system.forget(process)


def test_a_storm_of_short_lives_never_ends_the_sensor(probe: Probe) -> None:
    with started("/bin/sh", "-c", "echo ready; while :; do /bin/true; done") as storm:
        assert storm.stdout.readline() == b"ready\n"
        live: set[str] = {event.process.entity_id for event in probe.snapshot}
        for _ in range(40):
            for event in probe.tick():
                if isinstance(event, ProcessStart):
                    assert event.process.entity_id not in live
                    live.add(event.process.entity_id)
                elif isinstance(event, ProcessExit):
                    live.remove(event.entity_id)
    status = probe.status()
    assert status.counters["ticks"] == 41
    assert status.counters["starts"] - status.counters["exits"] <= len(live)
