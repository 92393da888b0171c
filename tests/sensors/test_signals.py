"""Signals reach the process that was meant, all of its subtree, and nobody else."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from edr_tui.launch import CONSOLE_VARIABLE
from edr_tui.sensors.inspect.desk import READ_ONLY, RequestDesk
from edr_tui.sensors.inspect.protected import protected_pids
from edr_tui.sensors.inspect.refused import Refused
from tests.sensors.requesting import LINUX, entity_id, eventually, examiner, started, state

pytestmark = LINUX
ROOT = Path(__file__).resolve().parents[2]
CAN_UNSHARE = sys.platform == "linux" and os.geteuid() == 0


@pytest.fixture
def sleeper():
    child = started("/bin/sleep", "1000")
    yield child
    child.kill()
    child.wait()


def test_the_four_signals_arrive(sleeper):
    system, identity = examiner(), entity_id(sleeper.pid)
    system.send(identity, "STOP", False)
    eventually(lambda: state(sleeper.pid) == "T")
    system.send(identity, "CONT", False)
    eventually(lambda: state(sleeper.pid) == "S")
    system.send(identity, "TERM", False)
    assert sleeper.wait(20) == -signal.SIGTERM


def test_kill_ends_what_stands_still(sleeper):
    system, identity = examiner(), entity_id(sleeper.pid)
    system.send(identity, "STOP", False)
    assert system.send(identity, "KILL", False).count == 1
    assert sleeper.wait(20) == -signal.SIGKILL


def test_the_dialog_is_told_whom_it_is_about(sleeper):
    told = examiner().target(entity_id(sleeper.pid))
    assert (told.pid, told.name, told.command_line, told.refusal) == (
        sleeper.pid,
        "sleep",
        "/bin/sleep 1000",
        None,
    )
    assert told.executable == os.readlink(f"/proc/{sleeper.pid}/exe")


@pytest.mark.parametrize("name", ["HUP", "", "term", "SIGTERM", "9"])
def test_no_other_signal_is_sent(sleeper, name):
    with pytest.raises(Refused, match="there are TERM, KILL, STOP, CONT"):
        examiner().send(entity_id(sleeper.pid), name, False)


def test_the_sensor_and_all_that_it_comes_from_are_spared():
    system = examiner()
    for pid in (os.getpid(), os.getppid()):
        for subtree in (False, True):
            with pytest.raises(Refused, match="sensor"):
                system.send(entity_id(pid), "CONT", subtree)
    with pytest.raises(Refused, match="pid 1 holds"):
        system.send(entity_id(1), "CONT", True)


def test_the_console_of_a_supervisor_is_spared(sleeper):
    told = protected_pids(lambda pid: None, {CONSOLE_VARIABLE: str(sleeper.pid)})
    assert told[sleeper.pid] == "it is the console"
    assert protected_pids(lambda pid: None, {CONSOLE_VARIABLE: "nonsense"}).keys() == {os.getpid()}


def test_a_kernel_thread_is_spared():
    if not os.path.exists("/proc/2/stat") or os.stat("/proc/2").st_uid != 0 or state(2) == "X":
        pytest.skip("this pid namespace shows no kernel threads")
    if b"kthreadd" not in Path("/proc/2/stat").read_bytes():
        pytest.skip("this pid namespace shows no kernel threads")
    with pytest.raises(Refused, match="kernel thread"):
        examiner().send(entity_id(2), "CONT", False)


def test_a_thread_is_no_process(sleeper):
    release = threading.Event()
    thread = threading.Thread(target=release.wait, daemon=True)
    thread.start()
    boot, _, ticks, *_ = entity_id(os.getpid()).split("-")
    identity = f"{boot}-{thread.native_id:x}-{ticks}"
    try:
        with pytest.raises(Refused, match=f"it is a thread of process {os.getpid()}"):
            examiner().target(identity)
    finally:
        release.set()


def test_a_zombie_has_ended(sleeper):
    system, identity = examiner(), entity_id(sleeper.pid)
    os.kill(sleeper.pid, signal.SIGKILL)
    eventually(lambda: state(sleeper.pid) == "Z")
    for subtree in (False, True):
        with pytest.raises(Refused, match="it has ended"):
            system.send(identity, "TERM", subtree)


def test_without_an_inode_only_a_held_process_gets_a_signal(sleeper):
    system, identity = examiner(), entity_id(sleeper.pid, inode=False)
    with pytest.raises(Refused, match="held since the question"):
        system.send(identity, "KILL", False)
    assert system.target(identity).refusal is None
    system.send(identity, "KILL", False)
    assert sleeper.wait(20) == -signal.SIGKILL


def test_a_read_only_sensor_sends_nothing(sleeper):
    told = []
    desk = RequestDesk(examiner(), told.append, read_only=True)
    desk.take(
        b'{"request":"signal","id":"1","entity_id":"%s","signal":"KILL"}' % entity_id(sleeper.pid).encode()
    )
    assert told[0].fault == READ_ONLY
    assert desk.inspect(entity_id(sleeper.pid), ("target",)).faults == {"target": READ_ONLY}
    assert sleeper.poll() is None


_FAMILY = """
import os, signal, sys, time
for _ in range(3):
    if os.fork() == 0:
        os.setpgid(0, 0)
        if os.fork() == 0:
            os.setsid()
        signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
        while True:
            time.sleep(60)
print("up", flush=True)
time.sleep(1000)
"""
_BREEDER = """
import os, time
end = time.monotonic() + 20  # bounded in time, and at most 60 alive
print("up", flush=True)
while time.monotonic() < end:
    if os.fork() == 0:
        time.sleep(0.3)
        os._exit(0)
    time.sleep(0.005)
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
"""


def family(script):
    """A process with children, once they are there, in a session that its members can be found by."""
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={"EDR_FAMILY": str(os.getpid())}
    )
    assert child.stdout.readline() == b"up\n"
    return child


def members(root):
    """The living processes of a family: all that inherited its environment."""
    mark = f"EDR_FAMILY={os.getpid()}".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                if mark in Path(f"/proc/{name}/environ").read_bytes() and state(int(name)) not in "ZX":
                    found.append(int(name))
            except OSError:
                continue
    return found


def end(child):
    for pid in members(child):
        os.kill(pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


@pytest.mark.parametrize("name", ["TERM", "KILL"])
def test_a_subtree_ends_as_a_whole(name):
    child = family(_FAMILY)
    try:
        eventually(lambda: len(members(child)) == 7)
        done = examiner().send(entity_id(child.pid), name, True)
        assert done.count == 7
        child.wait(20)
        eventually(lambda: members(child) == [])
    finally:
        end(child)


def test_a_subtree_stands_still_and_goes_on():
    child = family(_FAMILY)
    try:
        eventually(lambda: len(members(child)) == 7)
        system, identity = examiner(), entity_id(child.pid)
        assert system.send(identity, "STOP", True).count == 7
        assert {state(pid) for pid in members(child)} == {"T"}
        assert system.send(identity, "CONT", True).count == 7
        eventually(lambda: {state(pid) for pid in members(child)} == {"S"})
    finally:
        end(child)


@pytest.mark.parametrize("round_", range(5))
def test_children_that_appear_meanwhile_end_too(round_):
    child = family(_BREEDER)
    try:
        eventually(lambda: len(members(child)) > 10)
        examiner().send(entity_id(child.pid), "KILL", True)
        assert child.wait(20) == -signal.SIGKILL
        # Nothing is waited for: who was not stopped first would still be here.
        eventually(lambda: members(child) == [], within=0.25)
    finally:
        end(child)


@pytest.mark.skipif(not CAN_UNSHARE, reason="makes a pid namespace")
def test_no_signal_goes_to_who_took_the_pid():
    """500 times a pid is taken again between the question and the signal, with and without inodes."""
    done = subprocess.run(
        ["unshare", "-pf", "--mount-proc", sys.executable, "-m", "tests.sensors.reuses", "500"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    rounds, reused, wrong = map(int, done.stdout.split())
    assert (rounds, wrong) == (500, 0)
    assert reused >= 490
