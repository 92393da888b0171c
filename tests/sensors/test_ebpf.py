"""The eBPF sensor on the real kernel, with real processes."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edr_tui.model.event import ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Provenance
from tests.sensors.kernel import KernelProbe, first_told, table_of
from tests.sensors.probe import STEPS, Probe, end, go, pid_of, python, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the ebpf sensor runs on Linux only")

RUNS = 1000


@pytest.fixture(scope="module")
def loaded() -> Iterator[KernelProbe]:
    probe = KernelProbe()
    probe.turn()
    yield probe
    probe.close()


@pytest.fixture
def kernel(loaded: KernelProbe) -> KernelProbe:
    """A sensor that runs, with nothing told yet but its snapshot, which is gone."""
    loaded.turn()
    loaded.told.clear()
    return loaded


def spawn(*argv: str, env: dict[str, str] | None = None) -> int:
    return os.posix_spawn(argv[0], argv, os.environ if env is None else env)


def code_of(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def test_the_snapshot_tells_what_runs_under_the_poll_sensors_own_names() -> None:
    from edr_tui.sensors.linux import LinuxSystem

    with started("/bin/sleep", "600") as process:
        probe = KernelProbe()
        polled = Probe(LinuxSystem())
        try:
            told = {pid_of(event): event for event in probe.turn()}
            known = {pid_of(event): event for event in polled.tick()}
        finally:
            probe.close()
            polled.close()
        assert isinstance(told[process.pid], ProcessSnapshot)
        for pid in (os.getppid(), os.getpid(), process.pid):
            assert told[pid].process.entity_id == known[pid].process.entity_id
            assert told[pid].process.parent.pid == known[pid].process.parent.pid
            assert told[pid].process.image.args == known[pid].process.image.args


def test_a_started_process_has_the_poll_sensors_name_too(kernel: KernelProbe) -> None:
    from edr_tui.sensors.linux import LinuxSystem

    with started("/bin/sleep", "600") as process:
        record = kernel.until_exec(process.pid).process
        polled = Probe(LinuxSystem())
        try:
            found = next(event for event in polled.tick() if pid_of(event) == process.pid).process
        finally:
            polled.close()
    assert record.entity_id == found.entity_id
    assert record.image.executable == found.image.executable
    assert record.image.args == found.image.args
    assert (record.user, record.working_directory) == (found.user, found.working_directory)
    assert (record.session_leader_pid, record.tty) == (found.session_leader_pid, found.tty)
    assert abs(record.start_ns - found.start_ns) < 20_000_000
    assert record.parent.entity_id == found.parent.entity_id
    assert dict(record.unknown) == {}


def test_a_thousand_short_lives_are_seen_with_their_arguments_and_their_ends(kernel: KernelProbe) -> None:
    pids = {}
    for number in range(RUNS):
        pid = spawn("/bin/true", f"run-{os.getpid()}-{number}")
        pids[number] = pid
        os.waitpid(pid, 0)
    kernel.until_exit(pids[RUNS - 1])
    execs = {
        event.process.image.args[1]: event
        for event in kernel.told
        if isinstance(event, ProcessExec) and len(event.process.image.args or ()) == 2
    }
    exits = {event.entity_id: event for event in kernel.told if isinstance(event, ProcessExit)}
    starts = {e.process.entity_id: e for e in kernel.told if isinstance(e, ProcessStart)}
    for number, pid in pids.items():
        exec_ = execs[f"run-{os.getpid()}-{number}"]
        record = exec_.process
        assert record.pid == pid
        assert record.parent.pid == os.getpid()
        assert record.provenance is Provenance.SEEN
        start, exit_ = starts[record.entity_id], exits[record.entity_id]
        assert start.process.image.inherited
        assert start.at_ns <= exec_.at_ns <= exit_.end_ns
        assert (exit_.exit_code, exit_.exit_signal) == (0, None)
    assert kernel.status().counters["kernel_lost"] == 0


def test_an_exec_says_who_what_where_and_by_whom(kernel: KernelProbe, tmp_path: Path) -> None:
    with started("/bin/sleep", "600", cwd=tmp_path, start_new_session=True) as process:
        record = kernel.until_exec(process.pid).process
    image = record.image
    assert (image.name, image.invoked, image.executable) == (
        "sleep",
        "/bin/sleep",
        os.path.realpath("/bin/sleep"),
    )
    assert image.command_line == "/bin/sleep 600"
    assert not image.inherited
    assert image.since_ns >= record.start_ns
    assert record.working_directory == str(tmp_path)
    assert (record.user.id, record.effective_user, record.group_id) == ("0", None, "0")
    assert record.session_leader_pid == process.pid
    login = Path("/proc/self/loginuid").read_text()
    assert record.login_uid == (None if login == "4294967295" else login)
    assert record.cgroup_id
    assert record.image.sockets == ()
    assert record.image.env_vars == ()


@pytest.mark.parametrize(
    ("script", "expected"),
    [("exit 3", (3, None)), ("kill -9 $$", (None, 9)), ("kill -SEGV $$", (None, signal.SIGSEGV))],
)
def test_an_end_tells_code_or_signal(kernel: KernelProbe, script: str, expected: tuple) -> None:
    pid = spawn("/bin/sh", "-c", script)
    code_of(pid)
    exit_ = kernel.until_exit(pid)[-1]
    assert (exit_.exit_code, exit_.exit_signal) == expected
    assert exit_.end_ns == exit_.at_ns
    assert exit_.name == "sh"


def test_a_script_names_itself_and_its_interpreter(kernel: KernelProbe, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    pid = spawn(str(script), "word")
    code_of(pid)
    image = next(e for e in kernel.until_exit(pid) if isinstance(e, ProcessExec)).process.image
    assert (image.name, image.invoked) == ("script", str(script))
    assert image.executable == os.path.realpath("/bin/sh")
    assert image.args == ("/bin/sh", str(script), "word")


def test_an_orphan_keeps_its_forker(kernel: KernelProbe) -> None:
    code = (
        "import os\n"
        "if (middle := os.fork()) == 0:\n"
        "    if os.fork() == 0:\n"
        "        os.read(0, 1)\n"
        "        os.execv('/bin/true', ['true', 'orphan'])\n"
        "    os._exit(0)\n"
        "os.waitpid(middle, 0)\n"
        "os.write(1, b'%d\\n' % middle)\n"
    )
    with started(sys.executable, "-I", "-S", "-c", code) as process:
        middle = int(process.stdout.readline())
        process.wait()
        kernel.until_exit(middle)
        process.stdin.write(b"\n")
        process.stdin.close()
        kernel.until(
            lambda told: any(
                isinstance(e, ProcessExec) and e.process.image.args == ("true", "orphan") for e in told
            )
        )
    record = next(
        e.process
        for e in kernel.told
        if isinstance(e, ProcessExec) and e.process.image.args == ("true", "orphan")
    )
    assert record.parent.pid == middle
    assert record.parent.entity_id == first_told(kernel.told, middle).process.entity_id
    assert record.provenance is Provenance.SEEN


def test_a_setuid_program_has_two_users(kernel: KernelProbe) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o755)
        program = shutil.copy("/bin/true", f"{directory}/raise")
        os.chmod(program, 0o4755)
        process = subprocess.Popen([program], user=65534, group=65534, extra_groups=[])
        process.wait()
        record = next(e for e in kernel.until_exit(process.pid) if isinstance(e, ProcessExec)).process
    assert (record.user.id, record.user.name) == ("65534", "nobody")
    assert (record.effective_user.id, record.effective_user.name) == ("0", "root")
    assert record.group_id == "65534"


def test_an_exec_by_another_thread_than_the_leader_ends_nothing(kernel: KernelProbe) -> None:
    code = STEPS + (
        "import threading\n"
        "say('ready')\n"
        "wait()\n"
        "t = threading.Thread(target=os.execv, args=('/bin/sleep', ['sleep', '600']))\n"
        "t.start()\n"
        "t.join()\n"
    )
    with python(code) as process:
        before = kernel.until_exec(process.pid).process
        go(process, None)
        kernel.until(lambda told: len([e for e in told if pid_of(e) == process.pid]) == 3)
        told = kernel.about(process.pid)
        assert [type(event) for event in told] == [ProcessStart, ProcessExec, ProcessExec]
        assert told[2].process.entity_id == before.entity_id
        assert told[2].process.image.args == ("sleep", "600")
        table = table_of(kernel.told)
        assert table.get(before.entity_id).alive
    assert kernel.until_exit(process.pid)[-1].exit_signal == 9


def test_threads_are_no_processes(kernel: KernelProbe) -> None:
    code = STEPS + (
        "import threading\n"
        "gate = threading.Event()\n"
        "threads = [threading.Thread(target=gate.wait) for _ in range(20)]\n"
        "[t.start() for t in threads]\n"
        "gate.set()\n"
        "[t.join() for t in threads]\n"
        "say('ready')\n"
        "wait()\n"
        "os._exit(7)\n"
    )
    with python(code) as process:
        go(process, None)
        process.wait()
        told = kernel.until_exit(process.pid)
    assert [type(event) for event in told] == [ProcessStart, ProcessExec, ProcessExit]
    assert told[-1].exit_code == 7
    children = [e for e in kernel.told if isinstance(e, ProcessStart) and e.process.parent.pid == process.pid]
    assert children == []


def test_a_leader_that_ends_before_its_threads_does_not_end_the_process(kernel: KernelProbe) -> None:
    code = STEPS + (
        "import threading\n"
        "def rest():\n"
        "    wait()\n"
        "    os._exit(9)\n"
        "threading.Thread(target=rest).start()\n"
        "say('ready')\n"
        "libc.pthread_exit(None)\n"
    )
    with python(code) as process:
        state = Path(f"/proc/{process.pid}/stat")
        kernel.until(lambda told: b") Z " in state.read_bytes())
        assert [type(event) for event in kernel.about(process.pid)] == [ProcessStart, ProcessExec]
        go(process, None)
        process.wait()
        assert kernel.until_exit(process.pid)[-1].exit_code == 9


@pytest.mark.parametrize("size", [40_000, 65_000])
def test_a_long_command_line_is_whole(kernel: KernelProbe, size: int) -> None:
    argument = "x" * size
    pid = spawn("/bin/true", argument)
    code_of(pid)
    record = next(e for e in kernel.until_exit(pid) if isinstance(e, ProcessExec)).process
    assert record.image.args == ("/bin/true", argument)
    assert record.image.command_line_length is None
    assert dict(record.unknown) == {}


def test_a_longer_one_is_cut_and_says_how_long_it_was(kernel: KernelProbe) -> None:
    argument = "y" * 100_000
    whole = f"/bin/true {argument}"
    pid = spawn("/bin/true", argument)
    code_of(pid)
    record = next(e for e in kernel.until_exit(pid) if isinstance(e, ProcessExec)).process
    assert whole.startswith(record.image.command_line)
    assert len(record.image.command_line) > 65_500
    assert record.image.command_line_length == len(whole)
    assert record.unknown["process.command_line"] == "truncated"

    with started("/bin/sleep", "600", *["0"] * 50_000) as process:
        record = kernel.until_exec(process.pid).process
    whole = "/bin/sleep 600" + " 0" * 50_000
    assert record.image.command_line_length == len(whole)
    assert record.image.command_line_sha256 == hashlib.sha256(whole.encode()).hexdigest()


@pytest.mark.parametrize(
    "argument",
    [b"two\nlines", b"\xff\xfe\xed\xa0\x80", b"\x1b]0;title\x07", "\u202etxt.exe".encode(), b""],
)
def test_hostile_arguments_arrive_unchanged(kernel: KernelProbe, argument: bytes) -> None:
    process = subprocess.Popen(["/bin/true", "name", argument])
    process.wait()
    record = next(e for e in kernel.until_exit(process.pid) if isinstance(e, ProcessExec)).process
    assert os.fsencode(record.image.args[-1]) == argument
    assert record.image.args[-2] == "name"


def test_no_argument_at_all(kernel: KernelProbe) -> None:
    """Since Linux 5.18 the kernel itself puts an empty one in its place."""
    process = subprocess.Popen(["true"], executable="/bin/true")
    process.wait()
    before = len(kernel.told)
    code = STEPS + "libc.execve(b'/bin/true', (ctypes.c_char_p * 1)(None), None)"
    with started(sys.executable, "-I", "-S", "-c", code) as process:
        process.wait()
        execs = [e for e in kernel.until_exit(process.pid) if isinstance(e, ProcessExec)]
    assert before <= len(kernel.told)
    assert len(execs) == 2
    assert execs[1].process.image.args in (("",), None)


def test_an_image_in_memory_and_a_deleted_one_are_named_as_proc_names_them(
    kernel: KernelProbe, tmp_path: Path
) -> None:
    memory = os.memfd_create("payload", 0)
    os.write(memory, Path("/bin/sleep").read_bytes())
    process = subprocess.Popen(["sleep", "600"], executable=f"/proc/self/fd/{memory}", pass_fds=[memory])
    os.close(memory)
    try:
        record = kernel.until_exec(process.pid).process
        assert record.image.executable == os.readlink(f"/proc/{process.pid}/exe")
        assert record.image.executable == "/memfd:payload (deleted)"
    finally:
        end(process)

    code = STEPS + (
        "fd = os.open(sys.argv[1], os.O_RDONLY)\n"
        "os.unlink(sys.argv[1])\n"
        "say('ready')\n"
        "os.execve(fd, ['sleep', '600'], {})\n"
    )
    copy = shutil.copy("/bin/sleep", tmp_path / "gone")
    with python(code, str(copy)) as process:
        kernel.until(lambda told: len([e for e in told if pid_of(e) == process.pid]) >= 3)
        record = kernel.until_exec(process.pid).process
        assert record.image.executable == f"{copy} (deleted)"
        assert record.image.executable == os.readlink(f"/proc/{process.pid}/exe")


def test_sockets_and_preloads_are_told(kernel: KernelProbe) -> None:
    ours, theirs = socket.socketpair()
    environment = {
        "A": "x" * 3000 + "LD_PRELOAD=/not/me.so",
        "LD_PRELOAD": "/tmp/evil.so",
        "LD_PRELOADED": "no",
        "LD_AUDIT": "/tmp/audit.so",
    }
    with ours, theirs:
        process = subprocess.Popen(
            ["/bin/true"], stdin=theirs, stdout=theirs, env=environment, stderr=subprocess.DEVNULL
        )
        process.wait()
    record = next(e for e in kernel.until_exit(process.pid) if isinstance(e, ProcessExec)).process
    assert record.image.sockets == (0, 1)
    assert set(record.image.env_vars) == {"LD_PRELOAD=/tmp/evil.so", "LD_AUDIT=/tmp/audit.so"}
    assert "process.env_vars" not in record.unknown


def test_an_environment_too_large_to_search_is_said(kernel: KernelProbe) -> None:
    environment = {f"V{number}": "1" for number in range(400)}
    pid = spawn("/bin/true", env=environment)
    code_of(pid)
    record = next(e for e in kernel.until_exit(pid) if isinstance(e, ProcessExec)).process
    assert record.unknown["process.env_vars"] == "truncated"


def test_a_path_through_mounts_and_many_folders(kernel: KernelProbe, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 80)
    deep.mkdir(parents=True)
    program = shutil.copy("/bin/sleep", deep / "sleep")
    shared = shutil.copy("/bin/sleep", f"/dev/shm/edr-test-{os.getpid()}")
    try:
        for path in (program, shared):
            with started(str(path), "600", cwd=deep) as process:
                record = kernel.until_exec(process.pid).process
            assert record.image.executable == str(path)
            assert record.working_directory == str(deep)
    finally:
        os.unlink(shared)


def test_failed_execs_are_counted_by_reason(kernel: KernelProbe, tmp_path: Path) -> None:
    before = kernel.status().counters
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            subprocess.run([str(tmp_path / "missing")], check=False)
    (tmp_path / "text").write_text("no program")
    with pytest.raises(PermissionError):
        subprocess.run([str(tmp_path / "text")], check=False)

    def grown(name: str) -> int:
        return kernel.status().counters.get(name, 0) - before.get(name, 0)

    assert "failed execs" not in kernel.status().blind
    kernel.until(lambda told: grown("execs_failed_ENOENT") >= 3 and grown("execs_failed_EACCES") >= 1)
    assert grown("execs_failed") >= 4


def test_a_fork_without_exec_shows_its_parents_image(kernel: KernelProbe) -> None:
    code = STEPS + "child = os.fork()\nif child:\n    say('ready'); say(str(child))\nwait()"
    with python(code, start_new_session=True) as process:
        child = int(process.stdout.readline())
        kernel.until(lambda told: any(isinstance(e, ProcessStart) and pid_of(e) == child for e in told))
        record = first_told(kernel.told, child).process
        os.kill(child, signal.SIGKILL)
    assert record.image.inherited
    assert record.image.args[0] == sys.executable
    assert record.parent.pid == process.pid
    assert kernel.until_exit(child)[-1].exit_signal == 9


def test_a_reused_pid_is_another_process(kernel: KernelProbe) -> None:
    first = spawn("/bin/true", "first")
    code_of(first)
    for _ in range(200):
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(first - 1))
        again = spawn("/bin/true", "again")
        code_of(again)
        if again == first:
            break
    else:
        pytest.fail("the pid was never given out again")
    kernel.until(lambda told: any("again" in args_of(event) and pid_of(event) == first for event in told))
    execs = [e.process for e in kernel.about(first) if isinstance(e, ProcessExec)]
    assert execs[0].image.args[1] == "first"
    assert execs[0].entity_id != execs[-1].entity_id


def args_of(event: object) -> tuple[str, ...]:
    return (event.process.image.args or ()) if isinstance(event, ProcessExec) else ()
