"""The command line as it is typed: exit codes, sentences, what is loaded. Real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edr_tui import __version__
from edr_tui.ecs import decode


def edr_tui(*arguments, timeout=60, **more):
    return subprocess.run(
        [sys.executable, "-m", "edr_tui", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
        **more,
    )


def test_version_and_help():
    assert edr_tui("--version").stdout == f"edr-tui {__version__}\n"
    told = edr_tui("--help")
    assert told.returncode == 0
    assert "watch" in told.stdout
    assert "sensor" in told.stdout
    for command in ("watch", "sensor", "demo"):
        assert edr_tui(command, "--help").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "nonsense"),
        (["watch", "--headless", "-i", "0.01"], "0.01 is too small"),
        (["watch", "--headless", "-i", "soon"], "soon is not a number of seconds"),
        (["watch", "--headless", "--duration", "-1"], "-1"),
        (["watch", "--headless", "--level", "loud"], "'loud' is not a level"),
        (
            ["watch", "--headless", "--sensor", "magic"],
            "'magic' is not a sensor: use auto, ebpf, connector, poll",
        ),
        (["watch", "--headless", "--filter", "user:"], "column 6"),
        (["watch", "--headless", "--rules", "/nonexistent/rules"], "/nonexistent/rules"),
        (["watch", "--headless", "--config", "/nonexistent/config.toml"], "/nonexistent/config.toml"),
        (["watch", "--events"], "--events goes with --headless"),
        (["watch"], "no terminal"),
        (["demo"], "--live"),
        (["demo", "--live", "--duration", "600"], "too long"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(arguments, sentence):
    told = edr_tui(*arguments)
    assert told.returncode == 2
    assert told.stdout == ""
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1
    assert "Traceback" not in told.stderr


def test_every_fault_in_a_rules_folder_is_told_with_its_line(tmp_path):
    (tmp_path / "one.yml").write_text("title: x\nlogsource: [\n")
    (tmp_path / "two.yml").write_text("title: two\n")
    told = edr_tui("watch", "--headless", "--rules", str(tmp_path))
    assert told.returncode == 2
    assert "one.yml:" in told.stderr
    assert "two.yml:" in told.stderr


def test_a_broken_default_config_is_told_and_the_program_runs(tmp_path):
    home = tmp_path / "edr-tui"
    home.mkdir()
    (home / "config.toml").write_text('level = "loud"\n')
    told = edr_tui(
        "watch", "--headless", "--duration", "1", env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
    )
    assert told.returncode == 0
    assert "config.toml" in told.stderr
    assert "level" in told.stderr


def test_headless_prints_documents_and_ends_by_itself():
    told = edr_tui("watch", "--headless", "--events", "--duration", "5", "-i", "0.2")
    assert told.returncode == 0
    documents = [json.loads(line) for line in told.stdout.splitlines()]
    actions = {document["event"]["action"] for document in documents}
    assert {"process_snapshot", "sensor_status"} <= actions
    assert os.getpid() in {document["process"]["pid"] for document in documents if "process" in document}
    assert "the sensor is live" in told.stderr


def test_headless_passes_on_what_the_filter_takes():
    told = edr_tui("watch", "--headless", "--events", "--duration", "2", "--filter", f"pid:{os.getpid()}")
    pids = {
        document["process"]["pid"]
        for line in told.stdout.splitlines()
        if "process" in (document := json.loads(line))
    }
    assert pids == {os.getpid()}


@pytest.mark.skipif(os.name == "nt", reason="the demo's tree is of POSIX shells")
def test_the_demo_raises_alerts_and_leaves_nothing():
    watch = subprocess.Popen(
        [sys.executable, "-m", "edr_tui", "watch", "--headless", "--duration", "9", "-i", "0.2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    demo = edr_tui("demo", "--live", "--duration", "6")
    assert demo.returncode == 0
    out, _ = watch.communicate(timeout=60)
    alerts = [decode(line) for line in out.splitlines()]
    by_name = {alert.rule.name: alert for alert in alerts}
    assert "Web server starts a shell" in by_name
    web = by_name["Web server starts a shell"]
    names = [ancestor.name for ancestor in web.ancestry]
    assert names[-2:] == ["nginx", "sh"]
    start = next(ancestor for ancestor in web.ancestry if ancestor.entity_id == web.chain_start)
    assert start.name == "nginx"
    assert any(alert.decoded and "Get-Date" in alert.decoded for alert in alerts)
    # Its own: another one may run beside this test.
    assert web.ancestry[-2].command_line is not None
    folder = web.ancestry[-2].command_line.partition("/nginx")[0]
    assert "edr-tui-demo" in folder
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert folder not in left
    assert not Path(folder).exists()


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_headless_ends_on_a_signal_with_128_plus_its_number(name):
    import signal

    number = getattr(signal, name)
    watch = subprocess.Popen(
        [sys.executable, "-m", "edr_tui", "watch", "--headless", "--events"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert watch.stdout.readline()
    watch.send_signal(number)
    _, err = watch.communicate(timeout=20)
    assert watch.returncode == 128 + number
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="pipes break as POSIX's do")
def test_headless_ends_quietly_when_nobody_reads():
    watch = subprocess.Popen(
        [sys.executable, "-m", "edr_tui", "watch", "--headless", "--events"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert watch.stdout.readline()
    watch.stdout.close()
    err = watch.stderr.read()
    assert watch.wait(timeout=20) == 0
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [["sensor", "--duration", "1"], ["watch", "--headless", "--duration", "1"]]
)
def test_neither_the_sensor_nor_the_headless_face_loads_a_screen(arguments):
    code = (
        "import sys\n"
        "from edr_tui.cli.main import run\n"
        f"code = run({arguments!r})\n"
        "print([name for name in ('textual', 'rich') if name in sys.modules], code, file=sys.stderr)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stderr.splitlines()[-1] == "[] 0"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this needs /dev/full")
@pytest.mark.parametrize(
    ("redirection", "why"), [(">/dev/full", "no space left on device"), (">&-", "it is closed")]
)
def test_an_output_that_takes_nothing_is_one_sentence_and_exit_code_1(redirection, why):
    command = f'exec "$0" -m edr_tui watch --headless --events --duration 30 {redirection}'
    told = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 1
    sentences = [line for line in told.stderr.splitlines() if "the sensor" not in line]
    assert sentences == [f"edr-tui: cannot write to standard output: {why}"]


@pytest.mark.skipif(os.name != "posix", reason="this needs a POSIX shell")
def test_without_a_standard_error_the_documents_still_come():
    command = 'exec "$0" -m edr_tui watch --headless --events --sensor poll --duration 1.5 2>&-'
    told = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0
    lines = told.stdout.splitlines()
    assert len(lines) > 2
    assert all("@timestamp" in json.loads(line) for line in lines)
