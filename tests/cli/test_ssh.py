"""--from over a real ssh to a real sensor: the link is cut, comes back, and the tree is mended."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading

import psutil
import pytest

from tests.cli.sshd import SBIN, sshd
from tests.waiting import eventually

if os.name != "posix":
    pytest.skip("there is no sshd", allow_module_level=True)
if shutil.which("sshd", path=SBIN) is None and not (os.environ.get("CI") == "true" and os.geteuid() == 0):
    pytest.skip("sshd is not installed (package openssh-server)", allow_module_level=True)

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "poll", "-i", "0.2", "--requests"]


@pytest.fixture
def server(tmp_path):
    with sshd(tmp_path) as running:
        yield running


class Watching:
    """edr-tui watch --headless over a link; what it has said so far."""

    def __init__(self, source):
        command = [sys.executable, "-m", "edr_tui", "watch", "--headless", "--events", "--from", source]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.events, self.said = [], []
        for stream, into in ((self.process.stdout, self.events), (self.process.stderr, self.said)):
            threading.Thread(target=lambda s=stream, i=into: i.extend(s), daemon=True).start()

    def told(self, action, **process):
        return [
            event
            for event in map(json.loads, list(self.events))
            if event["event"]["action"] == action and process.items() <= {**event.get("process", {})}.items()
        ]

    def knows(self, pid):
        return self.told("process_snapshot", pid=pid) or self.told("process_started", pid=pid)

    def streams(self):
        """What each sensor has told: one begins with the number 1."""
        found = []
        for event in map(json.loads, list(self.events)):
            if event["event"].get("sequence") == 1:
                found.append([])
            found[-1].append(event)
        return found

    def has_said(self, words):
        return any(words in line.decode() for line in list(self.said))

    def close(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def watching(server):
    made = Watching(shlex.join(server.command(*SENSOR)))
    yield made
    made.close()


def test_a_link_that_is_cut_and_restored(server, watching):
    with subprocess.Popen(["sleep", "60"]) as stays, subprocess.Popen(["sleep", "60"]) as leaves:
        for child in (stays, leaves):
            eventually(lambda pid=child.pid: watching.knows(pid))
        server.stop()
        eventually(lambda: watching.has_said("edr-tui: the link is cut, another try follows: "))
        leaves.kill()
        leaves.wait()
        server.start()
        # The new sensor's snapshot has who stays, and who has left is not in it.
        eventually(lambda: len(watching.streams()) == 2, 60)
        eventually(lambda: any(map(whole, watching.streams()[1])))
        again = {event["process"]["pid"] for event in watching.streams()[1] if "process" in event}
        assert stays.pid in again
        assert leaves.pid not in again
        stays.kill()
    eventually(lambda: watching.told("process_exited", pid=stays.pid))


def test_nothing_is_left_on_either_side(server, watching):
    eventually(lambda: watching.told("sensor_status"))
    ssh = psutil.Process(watching.process.pid).children()
    sensors = [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] == SENSOR
        and "SSH_CONNECTION" in process.environ()
        and process.environ()["SSH_CONNECTION"].split()[3] == str(server.port)
    ]
    assert (len(ssh), len(sensors)) == (1, 1)
    watching.process.kill()
    for process in (*ssh, *sensors):
        eventually(lambda process=process: gone(process))


def whole(event):
    """Whether it is the status that says that the snapshot was told whole."""
    return "snapshot" in event.get("edr", {}).get("sensor", {})


def gone(process):
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_what_ssh_wants_to_ask_fails_in_words(server, tmp_path):
    (tmp_path / "authorized_keys").write_text("")
    watching = Watching(shlex.join(server.command(*SENSOR)))
    try:
        eventually(lambda: watching.has_said("Permission denied (publickey)"))
    finally:
        watching.close()
