"""What Linux alone lets a polling sensor know."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from edr_tui.model.process import ProcessKey, Provenance
from edr_tui.sensors.system import System
from tests.sensors.conftest import linux_system
from tests.sensors.probe import (
    STEPS,
    Probe,
    end,
    go,
    linux_only,
    only_exec,
    only_exit,
    only_start,
    pid_of,
    python,
    root_only,
    started,
    waiting,
)
from tests.waiting import eventually

pytestmark = linux_only

NOBODY = 65534


def kernel() -> tuple[int, int]:
    major, minor = platform.release().split(".")[:2]
    return int(major), int("".join(digit for digit in minor if digit.isdigit()))


def test_a_reaped_process_still_says_its_exit_code(linux: Probe) -> None:
    with started("/bin/sh", "-c", "read x; exit 7") as process:
        only_start(linux.about(process.pid))
        process.communicate(b"\n")
        told = only_exit(linux.about(process.pid))
        if kernel() >= (6, 15):
            assert (told.exit_code, told.exit_signal, dict(told.unknown)) == (7, None, {})
        else:
            assert (told.exit_code, dict(told.unknown)) == (None, {"process.exit_code": "unsupported"})


def test_a_killed_process_says_its_signal(linux: Probe) -> None:
    with started("/bin/sleep", "600") as process:
        only_start(linux.about(process.pid))
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        told = only_exit(linux.about(process.pid))
        assert (told.exit_code, told.exit_signal, dict(told.unknown)) == (None, signal.SIGKILL, {})


def test_a_zombie_says_a_code_of_zero(linux: Probe) -> None:
    with started("/bin/sh", "-c", "read x; exit 0") as process:
        only_start(linux.about(process.pid))
        process.stdin.close()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert only_exit(linux.about(process.pid)).exit_code == 0


def test_a_leader_that_left_its_threads_behind_has_not_ended(linux: Probe) -> None:
    code = STEPS + (
        "import threading, time\n"
        "def rest():\n"
        "    while open('/proc/self/stat').read().rpartition(')')[2].split()[0] != 'Z': time.sleep(0.01)\n"
        "    say('done'); wait(); os._exit(9)\n"
        "threading.Thread(target=rest, daemon=True).start()\n"
        "say('ready'); wait()\n"
        "libc.pthread_exit(None)\n"
    )
    with python(code) as process:
        only_start(linux.about(process.pid))
        go(process)
        assert linux.about(process.pid) == []
        assert linux.about(process.pid) == []
        go(process, None)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert only_exit(linux.about(process.pid)).exit_code == 9


def test_an_exec_of_the_same_program_is_seen(linux: Probe) -> None:
    with started("/bin/sh", "-c", "read x; exec /bin/sh -c 'echo done; read y' second") as process:
        before = only_start(linux.about(process.pid))
        go(process)
        after = only_exec(linux.about(process.pid))
        assert after.image.name == before.image.name
        assert after.image.executable == before.image.executable
        assert after.image.args == ("/bin/sh", "-c", "echo done; read y", "second")
        assert linux.about(process.pid) == []


def test_an_exec_with_the_very_same_command_line_is_seen(linux: Probe, tmp_path) -> None:
    with started("/bin/sh", "-c", 'read x; echo done; exec /proc/self/exe -c "$0" "$0"') as process:
        before = only_start(linux.about(process.pid))
        assert before.image.args[0] == "/bin/sh"
    script = 'echo ready; read x; exec /bin/sh "$0"'
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"edr-reexec-{os.getpid()}"
    path.write_text(script)
    try:
        with started("/bin/sh", str(path)) as process:
            assert process.stdout.readline() == b"ready\n"
            before = only_start(linux.about(process.pid))
            go(process, b"ready")
            after = only_exec(linux.about(process.pid))
            assert (after.image.args, after.image.name) == (before.image.args, before.image.name)
            assert linux.about(process.pid) == []
    finally:
        path.unlink()


def test_arguments_that_a_process_writes_over_are_no_exec_and_keep_what_was_seen(linux: Probe) -> None:
    code = STEPS + (
        "say('ready'); wait()\n"
        "at = int(open('/proc/self/stat').read().rpartition(')')[2].split()[45])\n"
        "with open('/proc/self/mem', 'r+b', buffering=0) as memory:\n"
        "    memory.seek(at); memory.write(b'[kworker/0:1]')\n"
        "libc.prctl(15, b'kworker/0:1')\n"
        "say('done'); wait()\n"
    )
    with python(code) as process:
        before = only_start(linux.about(process.pid))
        go(process)
        assert Path(f"/proc/{process.pid}/cmdline").read_bytes().startswith(b"[kworker/0:1]")
        assert linux.about(process.pid) == []
        linux.stream.snapshot(linux.sensor._running(), 1)
        again = next(event for event in linux.told() if pid_of(event) == process.pid)
        assert again.process.image.args == before.image.args
        assert not again.process.kernel_thread


@pytest.mark.parametrize("session", [-1, 0, None])
def test_a_session_that_the_kernel_does_not_name_is_not_told(linux: Probe, session) -> None:
    with started("/bin/sleep", "600", start_new_session=True) as process:
        sight = linux.system.look(process.pid, None)
        assert linux.system.details(sight).session_leader_pid == sight.session == process.pid
        assert linux.system.details(sight._replace(session=session)).session_leader_pid is None


def test_a_deleted_executable_is_called_deleted(linux: Probe, tmp_path) -> None:
    program = tmp_path / "implant"
    shutil.copy("/bin/sleep", program)
    with started(str(program), "600") as process:
        eventually(lambda: os.readlink(f"/proc/{process.pid}/exe") == str(program))
        program.unlink()
        assert only_start(linux.about(process.pid)).image.executable == f"{program} (deleted)"


def test_a_path_that_is_not_utf8_keeps_its_bytes(linux: Probe, tmp_path) -> None:
    program = os.fsencode(tmp_path) + b"/\xff\nname"
    shutil.copy("/bin/sleep", program)
    with started(program, "600") as process:
        eventually(
            lambda: os.readlink(f"/proc/{process.pid}/exe").encode("utf-8", "surrogateescape") == program
        )
        record = only_start(linux.about(process.pid))
        assert record.image.executable.encode("utf-8", "surrogateescape") == program
        assert record.image.name.encode("utf-8", "surrogateescape") == b"\xff\nname"


def test_identity_carries_boot_start_and_pidfs_inode(linux: Probe) -> None:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "")[:12]
    keys = [ProcessKey.parse(event.process.entity_id) for event in linux.snapshot]
    assert {key.boot for key in keys} == {boot}
    me = next(key for key in keys if key.pid == os.getpid())
    assert me.start_ticks == int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    if kernel() >= (6, 9):
        inodes = [key.inode for key in keys]
        assert None not in inodes
        assert len(set(inodes)) == len(inodes)
        fd = os.pidfd_open(os.getpid())
        assert me.inode == os.fstat(fd).st_ino
        os.close(fd)


def test_without_a_spare_file_descriptor_it_goes_on_without_pidfds() -> None:
    probe = Probe(linux_system(max_pidfds=0))
    assert {os.getpid(), 1} <= {pid_of(event) for event in probe.tick()}
    with started("/bin/sh", "-c", "read x; exit 7") as process:
        record = only_start(probe.about(process.pid))
        assert (ProcessKey.parse(record.entity_id).inode is not None) == (kernel() >= (6, 9))
        process.communicate(b"\n")
        told = only_exit(probe.about(process.pid))
        assert (told.exit_code, dict(told.unknown)) == (None, {"process.exit_code": "unsupported"})


def test_pidfds_are_closed_when_their_process_has_ended(linux: Probe) -> None:
    def fds() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = fds()
    processes = [subprocess.Popen(["/bin/sleep", "600"]) for _ in range(20)]
    linux.tick()
    held = fds()
    for process in processes:
        end(process)
    linux.tick()
    assert held >= before + 20
    assert fds() <= held - 20


def test_kernel_threads_are_called_so_and_nothing_of_them_is_unknown(linux: Probe) -> None:
    threads = [event.process for event in linux.snapshot if event.process.kernel_thread]
    assert any(thread.image.name == "kthreadd" for thread in threads) == (name_of(2) == "kthreadd")
    for thread in threads:
        assert dict(thread.unknown) == {}
        assert (thread.image.executable, thread.image.args, thread.image.command_line) == (None, None, None)


def name_of(pid: int) -> str | None:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return None


def test_a_terminal_is_named(linux: Probe) -> None:
    master, slave = os.openpty()
    code = STEPS + "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.write(3, b'r'); wait()"
    read, write = os.pipe()
    os.set_inheritable(write, True)
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", code.replace("write(3", f"write({write}")],
            stdin=slave,
            pass_fds=[write],
            start_new_session=True,
        )
        try:
            assert os.read(read, 1) == b"r"
            record = only_start(linux.about(process.pid))
            number = int(os.ttyname(slave).rpartition("/")[2])
            assert (record.tty.name, record.tty.major) == (f"pts/{number}", 136 + number // 256)
            assert record.session_leader_pid == process.pid
        finally:
            end(process)
    finally:
        for fd in (master, slave, read, write):
            os.close(fd)


@root_only
@pytest.mark.parametrize("max_pidfds", [None, 0], ids=["by pidfd", "by status"])
def test_a_setuid_program_has_an_effective_user(max_pidfds: int | None) -> None:
    probe = Probe(linux_system(max_pidfds))
    probe.tick()
    code = STEPS + "os.setresuid(65534, 0, 0); say('ready'); wait()"
    with python(code) as process:
        record = only_start(probe.about(process.pid))
        assert record.user.id == "65534"
        assert (record.effective_user.id, record.effective_user.name) == ("0", "root")
    probe.close()


def as_nobody(work: Callable[[Probe], None], system: Callable[[], System] = linux_system) -> list:
    """The events that a probe without privileges told: work runs in a forked child, which reports back."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            probe = Probe(system())
            work(probe)
            with os.fdopen(write, "wb") as out:
                out.writelines(waiting(probe.queue))
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as lines:
        told = [decode(line) for line in lines]
    assert os.waitpid(child, 0)[1] == 0
    return told


def twice(probe: Probe) -> None:
    probe.sensor.tick(probe.stream)
    probe.stream.status(probe.sensor.report(), 1)


@root_only
def test_what_another_user_may_not_read_is_absent_and_named_denied() -> None:
    with started("/bin/sleep", "600") as process:
        eventually(lambda: os.readlink(f"/proc/{process.pid}/exe").endswith("sleep"))
        told = as_nobody(twice)
        record = next(event.process for event in told if pid_of(event) == process.pid)
        assert (record.image.executable, record.working_directory) == (None, None)
        assert dict(record.unknown) == {
            "process.executable": "denied",
            "process.working_directory": "denied",
        }
        assert record.image.args == ("/bin/sleep", "600")
        assert record.user.name == "root"
        status = told[-1]
        assert status.health == "limited"
        assert "other users' processes" in status.blind
        assert status.counters["denied"] >= 2


@root_only
def test_another_users_exec_is_guessed_and_its_exit_seen_without_a_code() -> None:
    code = STEPS + "say('ready'); wait(); os.execv('/bin/sh', ['sh', '-c', 'echo done; read x; exit 3'])"
    with python(code) as process:

        def work(probe: Probe) -> None:
            probe.sensor.tick(probe.stream)
            go(process)
            probe.sensor.tick(probe.stream)
            probe.sensor.tick(probe.stream)
            go(process, None)
            eventually(lambda: state_of(process.pid) == "Z")
            for _ in range(3):
                probe.sensor.tick(probe.stream)

        told = [event for event in as_nobody(work) if pid_of(event) == process.pid]
        assert [type(event) for event in told] == [ProcessSnapshot, ProcessExec, ProcessExit]
        assert told[1].process.image.name == "sh"
        assert told[1].process.unknown["process.executable"] == "denied"
        assert told[2].exit_code is None
        assert dict(told[2].unknown) == {"process.exit_code": "denied"}


@root_only
def test_a_code_that_is_denied_of_a_zombie_is_awaited_for_one_tick() -> None:
    code = STEPS + (
        "read, write = os.pipe(); child = os.fork()\n"
        "if child == 0:\n"
        "    os.close(write); os.read(read, 1); os._exit(3)\n"
        "say('ready'); say(str(child)); wait(); os.close(write); say('done')\n"
        "wait(); os.waitpid(child, 0); say('done'); wait()\n"
    )
    with python(code) as process:
        child = int(process.stdout.readline())

        def work(probe: Probe) -> None:
            probe.sensor.tick(probe.stream)
            go(process)
            eventually(lambda: state_of(child) == "Z")
            probe.sensor.tick(probe.stream)
            go(process)
            probe.sensor.tick(probe.stream)

        told = only_exit(
            [event for event in as_nobody(work) if isinstance(event, ProcessExit) and event.pid == child]
        )
        if kernel() >= (6, 15):
            assert (told.exit_code, dict(told.unknown)) == (3, {})
        else:
            assert (told.exit_code, dict(told.unknown)) == (None, {"process.exit_code": "unsupported"})


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@root_only
def test_another_users_new_titles_do_not_make_execs_for_ever() -> None:
    code = STEPS + (
        "at = int(open('/proc/self/stat').read().rpartition(')')[2].split()[45])\n"
        "say('ready')\n"
        "memory = open('/proc/self/mem', 'r+b', buffering=0)\n"
        "for turn in range(40):\n"
        "    wait(); title = b'title %03d' % turn\n"
        "    memory.seek(at); memory.write(title); libc.prctl(15, title)\n"
        "    say('done')\n"
        "wait()\n"
    )
    with python(code) as process:

        def work(probe: Probe) -> None:
            probe.sensor.tick(probe.stream)
            for _ in range(40):
                go(process)
                probe.sensor.tick(probe.stream)

        told = [event for event in as_nobody(work) if pid_of(event) == process.pid]
        execs = [event for event in told if isinstance(event, ProcessExec)]
        assert 1 <= len(execs) <= 10


def set_next_pid(pid: int) -> None:
    Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))


def reuse(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """End a process and start another one with the same pid."""
    pid = process.pid
    end(process)
    for _ in range(200):
        set_next_pid(pid)
        other = subprocess.Popen(["/bin/sleep", "601"], stdin=subprocess.PIPE)
        if other.pid == pid:
            return other
        end(other)
    raise AssertionError(f"pid {pid} was not given again in 200 tries")


@root_only
def test_a_reused_pid_is_another_process(linux: Probe) -> None:
    first = subprocess.Popen(["/bin/sleep", "600"])
    try:
        before = only_start(linux.about(first.pid))
        second = reuse(first)
        try:
            gone, came = linux.about(second.pid)
            assert (type(gone), type(came)) == (ProcessExit, ProcessStart)
            assert gone.entity_id == before.entity_id
            assert came.process.entity_id != before.entity_id
            assert came.process.parent.pid == os.getpid()
            assert came.process.provenance is Provenance.INFERRED
        finally:
            end(second)
    finally:
        end(first)


@root_only
def test_a_pid_reused_within_one_clock_tick_is_another_process(linux: Probe) -> None:
    """Same pid, same start in ticks: only the pidfd and its inode tell them apart."""
    if kernel() < (6, 9):
        pytest.skip("pidfds have no inode of their own before Linux 6.9")
    for _ in range(30):
        first = subprocess.Popen(["/bin/sleep", "600"])
        before = only_start(linux.about(first.pid))
        second = reuse(first)
        try:
            gone, came = linux.about(second.pid)
            assert isinstance(gone, ProcessExit)
            assert gone.entity_id == before.entity_id
            assert came.process.entity_id != before.entity_id
            old, new = ProcessKey.parse(before.entity_id), ProcessKey.parse(came.process.entity_id)
            assert old.inode != new.inode, "whatever their ticks, and a busy machine seldom manages one tick"
            if old.start_ticks == new.start_ticks:
                return
        finally:
            end(second)
            linux.tick()
