"""Which change between two looks is an exec; what the memory of command lines may cost; who the host is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from edr_tui.model.process import Image, Parent, ProcessRecord, User
from edr_tui.sensors import identity
from edr_tui.sensors import users as users_module
from edr_tui.sensors.psutil_system import PsutilSystem, boot_id_by_time
from edr_tui.sensors.system import Sight, image_changed
from edr_tui.sensors.thrift import LONG, Thrift
from edr_tui.sensors.users import Users
from tests.sensors.probe import Probe, end, linux_only, pid_of, root_only
from tests.sensors.test_linux import as_nobody, twice
from tests.waiting import eventually

SH = Sight(7, 1, 1, "sh", code=100, stack=200)
DENIED = Sight(7, 1, 1, "sh")
KTHREAD = Sight(7, 1, 2, "kworker/0:1", forked=True, kernel_thread=True)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (SH, SH, False),
        (SH, SH._replace(name="bash"), False),
        (SH, SH._replace(stack=300), True),
        (SH, SH._replace(code=300), True),
        (SH._replace(forked=True), SH, True),
        (SH, SH._replace(ppid=9), False),
        (SH, SH._replace(name="su", stack=0, code=0), None),
        (SH, SH._replace(stack=0, code=0), None),
        (DENIED, DENIED._replace(name="bash"), None),
        (DENIED, DENIED._replace(ppid=9), False),
        (DENIED._replace(forked=True), DENIED, True),
        (KTHREAD, KTHREAD._replace(name="kworker/0:1-events"), False),
        (KTHREAD, SH, True),
    ],
)
def test_what_is_an_exec(last: Sight, now: Sight, expected: bool | None) -> None:
    assert image_changed(last, now) is expected


def record(pid: int, line: str, parent_line: str = "p") -> ProcessRecord:
    image = Image(name="x", args=(line,), command_line=line)
    return ProcessRecord(
        entity_id=f"boot-{pid}-1", pid=pid, image=image, parent=Parent(pid=1, command_line=parent_line)
    )


def test_long_command_lines_are_remembered_up_to_a_bound() -> None:
    thrift = Thrift(budget=50_000)
    kept = [thrift.keep(record(pid, "x" * 10_000, "y" * 5_000)) for pid in range(4)]
    assert [one.image.command_line is not None for one in kept] == [True, True, False, False]
    assert thrift.spent == 50_000
    assert kept[2].parent.command_line is None
    assert kept[2].parent.pid == 1
    assert dict(kept[2].unknown) == {
        "process.command_line": "truncated",
        "process.parent.command_line": "truncated",
    }
    assert thrift.keep(short := record(9, "x" * LONG)) is short
    for one in kept:
        thrift.drop(one)
    assert thrift.spent == 0
    assert thrift.keep(again := record(5, "x" * 10_000)) is again


def test_a_user_is_asked_for_once_and_one_without_a_name_has_only_an_id() -> None:
    users = Users()
    assert users.user(4_000_000_000)[0].id == "4000000000"
    assert users.user(4_000_000_000) == users.user(4_000_000_000)
    if os.name == "posix":
        import pwd

        me = pwd.getpwuid(os.getuid()).pw_name
        assert users.user(os.getuid()) == (users.user(os.getuid())[0], False)
        assert users.user(os.getuid())[0].name == me


def test_a_name_service_that_hangs_holds_up_one_thread_only(monkeypatch) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang(uid: int) -> str:
        asked.set()
        release.wait(20)
        return "slow"

    monkeypatch.setattr(users_module, "_name", hang)
    users = Users()
    waits = threading.Thread(target=users.user, args=(7,))
    waits.start()
    assert asked.wait(20)
    assert users.user(7) == (User(id="7"), True)
    release.set()
    waits.join()
    assert users.user(7) == (User(id="7", name="slow"), False)


def test_the_host() -> None:
    host = identity.host("boot")
    assert host.boot_id == "boot"
    assert host.os_type in ("linux", "windows", "macos")
    assert host.name
    if sys.platform == "linux" and Path("/etc/machine-id").exists():
        assert host.id == (Path("/etc/machine-id").read_text().strip() or None)


def test_a_boot_without_an_id_is_named_by_its_time() -> None:
    assert boot_id_by_time() == boot_id_by_time()
    assert len(PsutilSystem().boot) == len(PsutilSystem("C620E349-2E49-42BF-9FAA-495EEC0659BF").boot) == 12
    assert PsutilSystem("C620E349-2E49-42BF-9FAA-495EEC0659BF").boot == "c620e3492e49"


def test_nothing_of_linux_is_loaded_for_the_other_systems() -> None:
    code = (
        "import sys; sys.platform = 'darwin'\n"
        "import edr_tui.sensors.host, edr_tui.sensors.poll, edr_tui.sensors.choose as choose\n"
        "import edr_tui.cli.sensor\n"
        "bad = {'edr_tui.sensors.linux', 'edr_tui.sensors.pidfd', 'resource'} & set(sys.modules)\n"
        "assert not bad, bad\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@root_only
def test_psutil_denied_is_named_denied() -> None:
    process = subprocess.Popen(["/bin/sleep", "600"])
    try:
        eventually(lambda: psutil.Process(process.pid).name() == "sleep")
        told = as_nobody(twice, PsutilSystem)
        record = next(event.process for event in told if pid_of(event) == process.pid)
        assert record.image.executable is None
        assert record.unknown["process.executable"] == "denied"
        assert record.unknown["process.working_directory"] == "denied"
        assert told[-1].health == "limited"
        assert "other users' processes" in told[-1].blind
    finally:
        end(process)


@root_only
@linux_only
def test_hidden_processes_are_called_a_limited_view(tmp_path, monkeypatch) -> None:
    place = tmp_path / "proc"
    place.mkdir()
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/pytest"):
            parent.chmod(0o755)
    subprocess.run(["mount", "-t", "proc", "-o", "hidepid=2", "proc", str(place)], check=True)
    try:
        monkeypatch.setattr(psutil, "PROCFS_PATH", str(place))
        told = as_nobody(twice)
        assert {pid_of(event) for event in told[:-1]} & {1, os.getpid()} == set()
        assert told[-1].health == "limited"
        assert "hidepid=" in told[-1].blind["limited view: hidepid"]
        from edr_tui.sensors.linux import LinuxSystem

        probe = Probe(LinuxSystem())
        assert {1, os.getpid()} <= {pid_of(event) for event in probe.tick()}
        assert probe.status().health == "ok"
        probe.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)
