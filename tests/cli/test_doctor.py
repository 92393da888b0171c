"""edr-tui doctor: true on this host, useful where things are wrong, and safe to print."""

import json
import os
import subprocess
import sys

import pytest

from edr_tui.cli.doctor import examine, terminal
from edr_tui.cli.doctor_page import page
from edr_tui.sensors.base import Report, SensorUnavailable
from edr_tui.sensors.choose import SENSORS, Choice
from edr_tui.sensors.diagnosis import SensorState, try_sensors
from tests.sensors.probe import ROOT


def doctor(home, *arguments, **more):
    environment = {"PATH": os.environ["PATH"], "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "edr_tui", "doctor", *arguments],
        env={**environment, "LANG": "C.UTF-8", "TERM": "xterm-256color", **more},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_it_tells_of_every_sensor_and_all_is_well_here(tmp_path):
    done = doctor(tmp_path)
    told = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b""), told
    for name in SENSORS:
        assert f"\n  {name} " in told
    assert "what auto takes" in told
    assert "Nothing is wrong." in told
    assert all(len(line) <= 100 for line in told.splitlines() if "/" not in line)


def test_json_says_the_same_in_ascii(tmp_path):
    done = doctor(tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    report = json.loads(done.stdout)
    assert [sensor["name"] for sensor in report["sensors"]] == list(SENSORS)
    assert [sensor["chosen"] for sensor in report["sensors"]].count(True) == 1
    chosen = next(sensor for sensor in report["sensors"] if sensor["chosen"])
    assert chosen is next(sensor for sensor in report["sensors"] if sensor["works"])
    assert report["libraries"]["textual"]
    assert report["rules"]["bundled"] > 10
    assert report["terminal"]["colours"] == "256"
    if ROOT:
        assert report["user"] == "root"


def test_what_is_wrong_is_named_with_its_place_and_ends_it_with_1(tmp_path):
    home = tmp_path / "edr-tui"
    (home / "rules").mkdir(parents=True)
    (home / "config.toml").write_text("level = 'loud'\n")
    (home / "rules" / "bad\x1b]0;x\x07.yml").write_text("title: [\n")
    done = doctor(tmp_path, TERM="\x1b]52;c;?\x07")
    told = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b"")
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "config.toml: level: 'loud' is not a level" in " ".join(told.split())
    assert "bad\\x1b]0;x\\x07.yml" in told
    assert "1 wrong" in told
    report = json.loads(doctor(tmp_path, "--json").stdout)
    assert len(report["faults"]) == 2


def test_a_configuration_that_is_named_is_looked_at(tmp_path):
    done = doctor(tmp_path, "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 1
    assert b"none.toml" in done.stdout


def test_it_ends_quietly_when_nobody_reads(tmp_path):
    command = f"exec '{sys.executable}' -m edr_tui doctor --json | true"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.stderr == b""


@pytest.mark.skipif(not ROOT, reason="this needs root on Linux")
def test_without_root_it_says_what_is_missing_and_what_to_do():
    code = (
        "import os\n"
        "from edr_tui.cli import doctor, doctor_page\n"
        "doctor.examine(); doctor_page.page(doctor.examine())\n"  # all that is needed is read by now
        "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "os.environ['HOME'] = '/nonexistent'\n"
        "print('\\n'.join(doctor_page.page(doctor.examine())))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, timeout=60, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "user 65534, not root" in done.stdout
    assert "does not work: the ebpf sensor needs root" in done.stdout
    assert "What to do: Start edr-tui with sudo." in done.stdout
    assert "other users' processes" in done.stdout


@pytest.mark.skipif(not ROOT, reason="this needs root on Linux")
def test_under_sudo_what_the_user_wrote_is_read_as_the_user(tmp_path):
    """A file that root alone can read is none of theirs."""
    code = (
        "import os, stat\n"
        "from edr_tui.cli import doctor\n"
        "doctor.examine()\n"  # all that is needed is read by now
        "os.environ |= {'SUDO_UID': '65534', 'SUDO_GID': '65534'}\n"
        "report = doctor.examine()\n"
        "print(report['user'], os.getresuid(), os.getresgid(), os.getgroups(), report['files']['config'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, timeout=60, text=True, check=False
    )
    assert done.stdout.startswith("root (65534, 65534, 65534) (65534, 65534, 65534) [65534] "), done.stderr
    assert "/root/" not in done.stdout


class Fails:
    name = "fails"

    def __init__(self):
        self.closed = False

    def report(self):
        return Report(health="ok", blind={"a": "b"})

    def close(self):
        self.closed = True


def test_each_sensor_is_tried_and_let_go_whatever_happens():
    works = Fails()

    def lacking(_):
        raise SensorUnavailable("it lacks a thing.", "Bring it.")

    def broken(_):
        raise ValueError("\x1b[2J")

    sensors = {"lacking": lacking, "broken": broken, "works": lambda _: Choice(works, None, "it can")}
    assert try_sensors(sensors) == [
        SensorState(name="lacking", works=False, why="it lacks a thing.", advice="Bring it."),
        SensorState(name="broken", works=False, why="it fails: ValueError: '\\x1b[2J'."),
        SensorState(name="works", works=True, why="it can.", blind={"a": "b"}),
    ]
    assert works.closed


def test_the_page_shows_nothing_that_a_terminal_would_obey(tmp_path, monkeypatch):
    hostile = "\x1b]52;c;?\x07 \u202e [/b] \udcff"
    report = examine(tmp_path / "none.toml")
    report["host"] = hostile
    report["kernel"] = {hostile: hostile}
    report["libraries"] = {"libbpf": None, hostile: hostile}
    report["faults"] = [hostile]
    report["terminal"]["notes"] = [hostile]
    report["rules"]["skipped"] = [hostile]
    report["sensors"] = [
        {
            "name": hostile,
            "works": True,
            "chosen": True,
            "why": hostile,
            "advice": hostile,
            "blind": {hostile: hostile},
        }
    ]
    told = "\n".join(page(report))
    assert told.replace("\n", "").isprintable()
    assert "libbpf           missing" in told
    told.encode()


def test_what_a_terminal_cannot_show_is_said():
    assert (
        terminal({"TERM": "dumb"})["notes"][-1].startswith("TERM=dumb cannot show a screen")
        or os.name != "posix"
    )
    assert terminal({"TERM": "xterm", "COLORTERM": "truecolor"})["colours"] == "24-bit"
    assert terminal({"TERM": "xterm", "NO_COLOR": "1"})["colours"] == "none (NO_COLOR)"
    assert terminal({"TERM": "linux"})["colours"] == "16"
