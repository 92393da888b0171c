"""What stays root: it starts what is in the list, nothing else, and outlives neither console nor sensor."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edr_tui.privilege.orders import MIN_INTERVAL_US, Order, encode_order
from tests.waiting import eventually

if sys.platform != "linux":
    pytest.skip("the console's processes are found through Linux's /proc", allow_module_level=True)


@pytest.fixture
def story():
    """Start the supervisor over a console that does as told."""
    running = []

    def started(*arguments):
        command = [sys.executable, "-m", "tests.privilege.console", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


def told(process, within=30):
    """All that it said, and its exit code."""
    said, complained = process.communicate(timeout=within)
    assert complained == ""
    return said.splitlines(), process.returncode


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_sensors_are_started_asked_and_started_again(story):
    said, code = told(story("sensor"))
    assert said == ["answered", "code 143", "answered", "code 143", "supervisor: 7 None"]
    assert code == 7


def test_the_end_of_a_sensor_is_told(story):
    process = story("failing")
    assert process.stdout.readline() == '{"@timestamp"\n'
    pid = int(process.stdout.readline().split()[1])
    # A session of its own, isolated, and nothing of our environment.
    assert os.getsid(pid) == pid
    assert psutil.Process(pid).cmdline()[:4] == [sys.executable, "-I", "-m", "edr_tui"]
    assert "HOME" not in psutil.Process(pid).environ()
    os.kill(pid, signal.SIGKILL)
    assert told(process) == (["code -9", "supervisor: 0 None"], 0)


def test_a_sensor_that_does_not_listen_is_made_to_end(story):
    assert told(story("stuck")) == (["code -9", "supervisor: 0 None"], 0)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (bytes(24), "it begins otherwise"),
        (encode_order(Order("/bin/sh", MIN_INTERVAL_US)), "there is no such sensor"),
        (encode_order(Order("ebpf", MIN_INTERVAL_US)), "there is no such sensor"),
        (encode_order(Order("poll", 1)), "the interval is out of bounds"),
    ],
)
def test_whoever_asks_for_anything_else_is_ended(story, message, why):
    process = story("hostile", message.hex())
    said, code = told(process)
    assert said == [f"supervisor: 1 the console asked for what it may not have: {why}"]
    assert code == 1


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=24, max_size=64))
def test_no_bytes_start_anything_else(message):
    command = [sys.executable, "-m", "tests.privilege.console", "hostile", message.hex()]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "asked for what it may not have" in ended.stdout


def test_a_console_that_does_not_end_when_asked_is_ended(story):
    process = story("deaf")
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert told(process) == ([f"supervisor: {128 + 15} None"], 128 + 15)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_console_that_is_killed_takes_its_sensor_along(story, number):
    process = story("waiting")
    _, console, sensor = process.stdout.readline().split()
    os.kill(int(console), number)
    said, code = told(process)
    assert said == [f"supervisor: {128 + number} the console was ended by signal {number:d}"]
    assert code == 128 + number
    assert gone(int(sensor))


def test_a_supervisor_that_is_killed_leaves_nothing(story):
    process = story("waiting")
    _, console, sensor = process.stdout.readline().split()
    process.kill()
    process.wait()
    # The console hears of it; and the sensor's reader is gone with the console.
    assert process.stdout.readline() == "gone\n"
    assert eventually(lambda: gone(int(console)) and gone(int(sensor)))
