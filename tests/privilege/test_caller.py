"""Who called sudo, and that nothing of root is left after becoming that user."""

import ctypes
import os
import signal
import subprocess
import time

import pytest

from edr_tui.privilege.caller import Caller, PrivilegeError, _close_to_others, become, caller
from tests.sudo import NOBODY, as_nobody, needs_root

PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
PIDFD_OPEN, PIDFD_GETFD = 434, 438


@needs_root
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"SUDO_UID": "0", "SUDO_GID": "0"}, None),
        ({"SUDO_UID": "1000", "SUDO_GID": "1001"}, Caller(1000, 1001)),
        ({"SUDO_UID": "4294967294", "SUDO_GID": "0"}, Caller(4294967294, 0)),
    ],
)
def test_who_called_sudo(environment, expected):
    assert caller(environment) == expected


@needs_root
@pytest.mark.parametrize("wrong", ["", "-1", "4294967295", "1e3", "٣", "1000 ", "nobody", "9" * 400])
@pytest.mark.parametrize("variable", ["SUDO_UID", "SUDO_GID"])
def test_an_id_that_is_none_is_refused(variable, wrong):
    environment = {"SUDO_UID": "1000", "SUDO_GID": "1000"} | {variable: wrong}
    with pytest.raises(PrivilegeError, match=f"{variable} is .* which is no id"):
        caller(environment)


def test_sudo_has_not_called_who_is_not_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert caller({"SUDO_UID": "nonsense"}) is None


def in_a_child(do):
    """The text that do() gives, called in a process of its own which may throw its rights away."""
    ours, its = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = do()
        except BaseException as fault:
            said = f"{type(fault).__name__}: {fault}"
        os.write(its, said.encode())
        os._exit(0)
    os.close(its)
    with open(ours, "rb") as stream:
        said = stream.read().decode()
    os.waitpid(child, 0)
    return said


@needs_root
def test_every_id_is_the_callers_and_there_is_no_way_back():
    environment = {"HOME": "/root", "USER": "root"}

    def drop():
        become(Caller(NOBODY, NOBODY), environment)
        with open("/proc/self/status") as stream:
            facts = dict(line.split(":", 1) for line in stream.read().splitlines())
        for back in (os.setuid, os.setgid, os.seteuid):
            with pytest.raises(PermissionError):
                back(0)
        told = [" ".join(facts[name].split()) for name in ("Uid", "Gid", "Groups", "CapEff", "CapPrm")]
        return "|".join([*told, environment["HOME"], environment["USER"]])

    uids, gids, groups, effective, permitted, home, user = in_a_child(drop).split("|")
    assert uids == gids == " ".join([str(NOBODY)] * 4)
    assert groups in ("", str(NOBODY))
    assert int(effective, 16) == int(permitted, 16) == 0
    assert home != "/root"
    assert user != "root"


@needs_root
def test_a_user_that_the_system_does_not_know_has_no_home():
    environment = {}

    def drop():
        become(Caller(3_999_999_999, 3_999_999_999), environment)
        return f"{os.getuid()} {os.getgroups()} {environment}"

    assert in_a_child(drop) == (
        "3999999999 [3999999999] {'HOME': '/nonexistent', 'USER': '3999999999', 'LOGNAME': '3999999999'}"
    )


@needs_root
def test_a_process_that_the_system_leaves_open_is_closed():
    """As with fs.suid_dumpable = 1."""
    prctl = ctypes.CDLL(None).prctl

    def open_first():
        os.setresuid(NOBODY, NOBODY, NOBODY)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        before = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        _close_to_others(NOBODY)
        return f"{before} {prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)}"

    assert in_a_child(open_first) == "1 0"


@pytest.fixture
def dropped():
    """A process that has become nobody, with a descriptor worth stealing; and one that nobody started."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ready)
        become(Caller(NOBODY, NOBODY), {})
        os.write(told, b"x")
        time.sleep(60)
        os._exit(0)
    os.close(told)
    assert os.read(ready, 1)
    os.close(ready)
    with subprocess.Popen(["/bin/sleep", "60"], user=NOBODY, group=NOBODY, extra_groups=[]) as open_to_all:
        yield child, open_to_all.pid
        open_to_all.kill()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def attempts(pid):
    """What another process of the user can do to a process: name of the attempt -> ok or the errno."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number, *arguments):
        result = libc.syscall(number, *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), "")
        return result

    def ptrace():
        if libc.ptrace(PTRACE_SEIZE, pid, None, None) < 0:
            raise OSError(ctypes.get_errno(), "")
        return "ok"

    def steal():
        call(PIDFD_GETFD, call(PIDFD_OPEN, pid, 0), 0, 0)
        return "ok"

    def read():
        with open(f"/proc/{pid}/environ", "rb") as stream:
            stream.read()
        return "ok"

    def look():
        os.listdir(f"/proc/{pid}/fd")
        return "ok"

    def reach():
        os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR))
        return "ok"

    named = {"ptrace": ptrace, "pidfd_getfd": steal, "environ": read, "fd": look, "mem": reach}
    return {name: as_nobody(attempt) for name, attempt in named.items()}


@needs_root
def test_no_other_process_of_the_user_gets_at_it(dropped):
    console, open_to_all = dropped
    assert all(said in ("errno 1", "errno 13") for said in attempts(console).values()), attempts(console)
    # The same attempts succeed on a process that is not closed, as far as this kernel lets anybody.
    control = attempts(open_to_all)
    assert (control["environ"], control["fd"]) == ("ok", "ok")
    if not restricted_ptrace():
        assert set(control.values()) == {"ok"}


def restricted_ptrace():
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as stream:
            return int(stream.read()) > 0
    except FileNotFoundError:
        return False
