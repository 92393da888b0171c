"""edr-tui rules as it is typed: real processes, real files."""

import json
import re
from pathlib import Path

import pytest

from edr_tui.detect import load_rules
from tests.cli.test_usage import edr_tui
from tests.detect.building import GOOD, HEAD

RECORDINGS = Path(__file__).parents[1] / "recordings"
HOSTILE = "\x1b]0;owned\x07 \u202eevil"
OURS = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A configuration folder that is empty."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_list_counts_what_is_loaded_and_names_what_is_not(home):
    file(home, "rules/a.yml", GOOD)
    network = GOOD.replace("process_creation", "network_connection")
    file(home, "rules/b.yml", network.replace("1111-4111", "2222-4111"))
    told = edr_tui("rules", "list", "--rules", str(home / "rules"))
    assert told.returncode == 0
    number = len(load_rules().rules)
    assert re.search(rf"^total .* {number + 1}$", told.stdout, re.MULTILINE)
    assert f"of these {number} bundled" in told.stdout
    assert f"{home}/rules/b.yml:1: skipped: category 'network_connection' is not watched" in told.stdout
    assert re.search(
        r"^total +0 +0 +0 +1 +1$",
        edr_tui("rules", "list", "--no-bundled", "--rules", str(home / "rules")).stdout,
        re.MULTILINE,
    )


def test_list_all_has_a_line_for_each_rule_and_none_can_steer_the_terminal(home):
    file(home, "a.yml", GOOD.replace("A rule", json.dumps(HOSTILE)))
    told = edr_tui("rules", "list", "--all", "--no-bundled", "--rules", str(home / "a.yml"))
    (line,) = [line for line in told.stdout.splitlines() if OURS in line]
    assert "\\x1b]0;owned\\x07 \\u202eevil" in line


def test_the_users_own_folder_is_among_what_is_listed(home):
    file(home, "config/edr-tui/rules/a.yml", GOOD)
    assert OURS in edr_tui("rules", "list", "--all").stdout


def test_check_says_every_fault_with_its_line_and_ends_with_2(home):
    file(home, "good.yml", GOOD)
    file(home, "one.yml", HEAD + "    sel:\n        Imgae: x\n    condition: sel and other\n")
    file(home, "two.yml", "title: [\n")
    left_out = GOOD.replace("process_creation", "dns_query").replace("1111-4111", "3333-4111")
    file(home, "left_out.yml", left_out)
    told = edr_tui("rules", "check", str(home))
    assert told.returncode == 2
    faults = told.stderr.splitlines()
    assert f"{home}/one.yml:7: there is no field 'Imgae' (docs/rules.md lists them)" in faults
    assert f"{home}/one.yml:8: condition refers to 'other', which is not defined" in faults
    assert any(line.startswith(f"{home}/two.yml:") for line in faults)
    assert f"{home}/left_out.yml:1: skipped" in told.stdout
    assert told.stdout.splitlines()[-1] == "1 rule sound, 1 left out, 3 faults"


def test_check_of_sound_rules_ends_with_0(home):
    told = edr_tui("rules", "check", str(file(home, "good.yml", GOOD)))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "1 rule sound, 0 left out, 0 faults\n"


def test_our_recordings_pass(home):
    told = edr_tui("rules", "test", str(RECORDINGS))
    number = 2 * len(load_rules().rules)
    assert told.returncode == 0, told.stdout
    assert told.stdout == f"{number} of {number} passed\n"


SYSMON = {
    "Event": {
        "System": {"EventID": 1},
        "EventData": {"Image": "C:\\x\\calc.exe", "CommandLine": "calc", "Hashes": "MD5=AA,IMPHASH=BB"},
    }
}
INFO = f"""rule_metadata:
  - id: {OURS}
    title: A rule
regression_tests_info:
  - name: A test
    type: json
    match_count: 1
    path: regression_data/rules/x/events.json
"""
CALC = HEAD + "    sel:\n        Image|endswith: \\calc.exe\n        Imphash: bb\n    condition: sel\n"


def collection(home: Path, rule: str = CALC, info: str = INFO, events: str | None = None) -> Path:
    """A checkout with rules/ and regression_data/."""
    file(home, "rules/a.yml", rule)
    file(home, "regression_data/rules/x/info.yml", info)
    content = events if events is not None else json.dumps(SYSMON, indent=2)
    file(home, "regression_data/rules/x/events.json", content)
    return home / "regression_data"


def test_regression_data_is_tried_against_the_rules_that_are_named_or_stand_beside_it(home):
    data = collection(home)
    for options in ([], ["--rules", str(home / "rules")]):
        told = edr_tui("rules", "test", str(data), *options)
        assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "1 of 1 passed"), told.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rule": CALC.replace("calc", "notepad")}, "0 processes match, not 1"),
        ({"events": json.dumps(SYSMON) * 2}, "2 processes match, not 1"),
        ({"events": "{"}, "events.json:1: no JSON"),
        ({"info": INFO.replace("events.json", "gone.json")}, "cannot be read"),
        ({"info": INFO.replace("path:", "pfad:")}, "a test needs a path"),
        ({"info": "a: [\n"}, "info.yml"),
        ({"info": INFO.replace("1111-4111", "9999-4111")}, "is not among those that are loaded"),
    ],
)
def test_a_trial_that_fails_is_named_and_ends_with_1(home, changes, said):
    told = edr_tui("rules", "test", str(collection(home, **changes)))
    assert told.returncode == 1
    assert said in told.stdout
    assert told.stdout.splitlines()[-1] == "0 of 1 passed"


def test_a_folder_without_trials_is_no_success(home):
    (home / "empty").mkdir()
    told = edr_tui("rules", "test", str(home / "empty"))
    assert (told.returncode, told.stdout) == (1, "0 of 0 passed\n")


def test_a_file_elsewhere_is_never_opened_whatever_info_yml_says(home):
    data = collection(home, info=INFO.replace("regression_data/rules/x/events.json", "/etc/passwd"))
    told = edr_tui("rules", "test", str(data))
    assert "x/passwd: cannot be read" in told.stdout


def test_explain_shows_each_part_with_its_truth(home):
    told = edr_tui(
        "rules",
        "explain",
        "netcat_hands_over_shell",
        str(RECORDINGS / "netcat_hands_over_shell" / "match.jsonl"),
        "--pid",
        "104",
    )
    assert told.returncode == 0
    lines = told.stdout.splitlines()
    assert lines[0].startswith("pid 104: socat TCP:10.0.0.1:4444")
    tree = [line.split() for line in lines[lines.index("") + 1 :]]
    truths = {line[2]: line[1] for line in tree if len(line) == 3}
    assert truths == {"netcat": "false", "netcat_shell": "false", "socat": "true", "socat_shell": "true"}


def test_explain_without_an_event_shows_the_tree_alone(home):
    told = edr_tui("rules", "explain", "0341c57b-d05a-4198-8256-5cd30aefbf68")
    assert told.returncode == 0
    assert "true" not in told.stdout.partition("condition:")[2]
    assert "Image ends with '/nc' or '/ncat'" in told.stdout


def test_explain_shows_no_escape_of_an_event(home):
    events = file(home, "e.json", json.dumps({"Image": "C:\\nc.exe", "CommandLine": f"nc {HOSTILE}"}))
    told = edr_tui("rules", "explain", "netcat_hands_over_shell", str(events))
    assert "\\x1b]0;owned" in told.stdout
    assert told.stdout.replace("\n", "").isprintable()


def test_bench_tells_speed_and_cost(home):
    told = edr_tui("rules", "bench", str(RECORDINGS / "web_server_starts_shell" / "match.jsonl"))
    assert told.returncode == 0
    assert re.search(r"first time +[\d,]+ processes/s", told.stdout)
    assert re.search(r"again +[\d,]+ processes/s", told.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["explain", "no-such-rule"], "there is no rule 'no-such-rule'"),
        (["explain", "netcat_hands_over_shell", "/nonexistent.jsonl"], "/nonexistent.jsonl: cannot be read"),
        (["bench", "/nonexistent.jsonl"], "/nonexistent.jsonl: cannot be read"),
        (["check"], "PATH"),
        (["test", "x", "--rules", "/nonexistent"], "/nonexistent:1: there is no such file or folder"),
        (["list", "--config", "/nonexistent.toml"], "/nonexistent.toml"),
        ([], "COMMAND"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(home, arguments, sentence):
    told = edr_tui("rules", *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1
