"""--from on the command line: what there is, what there is not, and what comes out without a screen."""

import json
import os
import shlex
import socket
import subprocess
import sys

import pytest

from edr_tui.ecs import encode
from edr_tui.model.event import SnapshotSpan
from tests.telling import Teller

WATCH = [sys.executable, "-m", "edr_tui", "watch", "--headless", "--events"]


def stream():
    tell = Teller(provider="ebpf")
    nginx = tell.record(10, name="nginx", user="www-data")
    events = [tell.snapshot(nginx), tell.status(1, SnapshotSpan(first=1, last=1, count=1))]
    events.append(tell.start(tell.record(11, nginx, name="sh", user="www-data"), 2))
    return b"".join(map(encode, events))


def watch(source, *more, stdin=b"", **options):
    return subprocess.run(
        [*WATCH, "--from", source, *more],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )


def told(result):
    return [json.loads(line)["event"]["action"] for line in result.stdout.splitlines()]


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "a recording.jsonl"
    path.write_bytes(stream())
    return path


EXPECTED = ["process_snapshot", "sensor_status", "process_started"]


def test_a_recording_is_told_and_its_alerts_are_ours(recording):
    result = watch(str(recording))
    assert result.returncode == 0, result.stderr
    actions = told(result)
    assert actions[:3] == EXPECTED
    alerts = [json.loads(line) for line in result.stdout.splitlines()[3:]]
    assert [alert["rule"]["name"] for alert in alerts] == ["Web server starts a shell"]
    assert b"edr-tui: the recording has ended\n" in result.stderr


def test_what_the_sensor_has_written_is_a_recording(tmp_path):
    path = tmp_path / "written.jsonl"
    sensor = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "poll"]
    subprocess.run([*sensor, "--duration", "1.2", "-o", str(path)], check=True, timeout=60)
    result = watch(str(path))
    assert result.returncode == 0
    wanted = [line for line in path.read_bytes().splitlines() if b'"kind":"alert"' not in line]
    assert [line for line in result.stdout.splitlines() if b'"kind":"alert"' not in line] == wanted


def test_standard_input_is_told():
    result = watch("-", stdin=stream())
    assert result.returncode == 0
    assert told(result)[:3] == EXPECTED
    assert b"edr-tui: standard input has ended\n" in result.stderr


def test_a_command_that_finishes_is_told(recording):
    result = watch(shlex.join(["cat", str(recording)]))
    assert result.returncode == 0
    assert told(result)[:3] == EXPECTED
    assert b"edr-tui: the link has ended\n" in result.stderr


def test_no_shell_sees_the_command(tmp_path, recording):
    canary = tmp_path / "canary"
    result = watch(f"cat {shlex.quote(str(recording))} ; touch {canary}", "--duration", "2")
    assert not canary.exists()
    assert b"the link is cut, another try follows" in result.stderr


def test_the_command_has_no_terminal_and_all_of_the_environment(tmp_path, recording):
    script = tmp_path / "asks.sh"
    script.write_text('echo "$TOKEN" >&2; : < /dev/tty; cat "$1"; exit 2\n')
    environment = {**os.environ, "TOKEN": "handed over"}
    result = watch(shlex.join(["sh", str(script), str(recording)]), env=environment)
    assert result.returncode == 1
    assert b"/dev/tty" in result.stderr.splitlines()[-1]
    told_by_env = watch("env", "--duration", "2", env=environment)
    assert b"a line was no document" in told_by_env.stderr


def test_lines_that_are_no_documents_are_counted_and_told(tmp_path):
    path = tmp_path / "hostile.jsonl"
    path.write_bytes(b"\x1b[2J\n" + b"x" * (1 << 21) + b"\n" + stream() + b"{\n")
    result = watch(str(path))
    assert result.returncode == 0
    assert told(result)[:3] == EXPECTED
    assert b"edr-tui: a line was no document, and is counted: " in result.stderr
    assert b"edr-tui: 3 lines were no documents\n" in result.stderr
    assert b"\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("kafka://broker/topic", "'kafka://broker/topic': there is no source yet that is named by a URL"),
        ("/nonexistent/recording.jsonl", "'/nonexistent/recording.jsonl' is neither a file nor a command"),
        ("/", "'/' is a folder: name a file"),
        ("", "'' is neither a file nor a command"),
        ("ssh 'web1", "is no command: no closing quotation"),
        ("no-such-program --from web1", "'no-such-program' is neither a file nor a command"),
        ("\x1b[2J", "'\\x1b[2J' is neither a file nor a command"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_exit_code_2(source, sentence):
    result = watch(source)
    assert result.returncode == 2
    assert sentence in result.stderr.decode()
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize("option", [["--sensor", "poll"], ["-i", "2"]])
def test_the_sensor_of_this_host_has_nothing_to_do_with_it(option, recording):
    result = watch(str(recording), *option)
    assert result.returncode == 2
    assert b"--from has its own" in result.stderr


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
        result = watch(str(path))
    assert result.returncode == 2
    assert b"cannot be read: no such device or address" in result.stderr


def test_a_closed_standard_input_is_said():
    command = ["/bin/sh", "-c", 'exec 0<&-; exec "$@"', "sh", *WATCH, "--from", "-"]
    result = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (2, b"edr-tui: --from -: standard input is closed\n")
