"""Under sudo without a screen: the console is the caller's, its sensor root's."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from edr_tui.cli.privileged import _need_to_read
from edr_tui.privilege.caller import Caller, PrivilegeError, become
from tests.privilege.test_caller import in_a_child
from tests.sudo import NOBODY, by_sudo, home_of_nobody, needs_root, sudo_environment
from tests.waiting import eventually

pytestmark = needs_root


@pytest.fixture
def headless():
    """Start edr-tui watch --headless with these options, as sudo would."""
    running = []
    with home_of_nobody() as home:

        def started(*options, **more):
            command = by_sudo([sys.executable, "-m", "edr_tui", "watch", "--headless", "--events", *options])
            environment = {**os.environ, **sudo_environment(XDG_CONFIG_HOME=str(home)), **more}
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            running.append(process)
            return process

        yield started
        for process in running:
            process.terminate()
            process.communicate()


def test_the_sensor_sees_as_root_what_the_console_tells_as_the_user(headless):
    process = headless("--sensor", "ebpf", "--duration", "4")
    told, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    events = [json.loads(line) for line in told.splitlines()]
    (own,) = [event for event in events if event.get("process", {}).get("pid") == os.getpid()][:1]
    assert own["process"]["executable"], "of a process of root's only root learns that"
    assert events[-1]["event"]["provider"] == "ebpf"


def test_a_supervisor_that_is_killed_is_said(headless):
    process = headless("--sensor", "poll")
    assert process.stdout.readline()
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    told, said = process.communicate(timeout=30)  # to the end of what the console writes
    assert said.endswith("edr-tui: the supervisor, which started the sensor, is gone\n")
    for child in family:
        eventually(lambda child=child: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_signal_ends_all_of_it(headless):
    process = headless("--sensor", "poll")
    assert process.stdout.readline()
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    for child in family:
        eventually(lambda child=child: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_wrong_use_is_said_as_ever(headless):
    process = headless("--level", "loud")
    told, said = process.communicate(timeout=30)
    assert (process.returncode, told, said.count("\n")) == (2, "", 1)
    assert "'loud' is not a level" in said


def test_no_option_is_guessed_from_its_beginning(headless):
    """The supervisor knows --keep-root as a whole word, so nobody may take less for it."""
    process = headless("--keep")
    told, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "--keep" in said


@pytest.mark.parametrize("variable", ["SUDO_UID", "SUDO_GID"])
def test_an_id_that_is_none_ends_it(headless, variable):
    process = headless(**{variable: "0x0"})
    told, said = process.communicate(timeout=30)
    assert (process.returncode, told) == (2, "")
    why = f"{variable} is '0x0', which is no id: who called sudo is not known"
    assert said == f"edr-tui: {why}; --keep-root stays root\n"


def test_root_that_stays_reads_nothing_that_the_caller_can_change(headless, tmp_path):
    rule = tmp_path / "rule.yml"
    rule.write_text("title: x\n")
    os.chown(rule, NOBODY, NOBODY)
    process = headless("--keep-root", "--rules", str(rule))
    told, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said == f"edr-tui: {rule}:1: user {NOBODY} can change it, so root does not read it\n"


def test_a_program_that_the_user_cannot_read_is_said(tmp_path):
    file = tmp_path / "code.py"
    file.touch(mode=0o600)

    def drop():
        become(Caller(NOBODY, NOBODY), {})
        with pytest.raises(PrivilegeError) as fault:
            _need_to_read([str(file)])
        return str(fault.value)

    assert in_a_child(drop) == f"user {NOBODY} cannot read {str(file)!r}, which this program consists of"
