"""Rules that were read before: the same as from their files, believed only where they are ours."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from edr_tui.detect import Detector, LoadedRules, Subject, load_rules
from edr_tui.detect import cache as module
from tests.detect.building import GOOD, HEAD, process, written

RULES = {
    "a.yml": HEAD + "    sel:\n        CommandLine|contains: [one, 'two*three']\n    condition: sel\n",
    "b.yml": GOOD.replace("-4111-", "-4112-").replace("Image: x", "CommandLine|re|i: 'ALPHA\\d+'")
    + "---\n"
    + GOOD.replace("-4111-", "-4113-").replace("Image: x", "User: null"),
    "bad.yml": GOOD.replace("condition: sel", "condition: nobody"),
    "other.yml": GOOD.replace("-4111-", "-4114-").replace("process_creation", "file_event"),
    "corr.yml": "title: C\nid: 11111111-1111-4111-8111-111111111119\ncorrelation:\n    type: event_count\n"
    "    rules: [11111111-1111-4112-8111-111111111111]\n    timespan: 1m\n    condition:\n        gte: 1\n"
    "    generate: true\n",
}
LINES = ["one", "two and three", "alpha7", "nothing", ""]


@pytest.fixture
def folder(tmp_path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    for name, text in RULES.items():
        written(rules, name, text)
    return rules


def said(loaded: LoadedRules) -> list[list[str]]:
    detector = Detector(loaded.rules)
    subjects = [
        Subject(process(command_line=line, user=user), (), "linux", 1)
        for line in LINES
        for user in (None, "u")
    ]
    return [[match.rule.id for match in detector.evaluate(subject)] for subject in subjects]


def told(loaded: LoadedRules) -> tuple[object, ...]:
    rules = [
        (rule.reference, rule.logsource, rule.condition_text, rule.path, rule.line, rule.clauses, rule.fields)
        for rule in loaded.rules
    ]
    return rules, loaded.faults, loaded.skipped


def the_file(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_what_is_kept_says_the_same_and_is_not_parsed_again(folder, tmp_path, monkeypatch):
    plain = load_rules([folder])
    first = load_rules([folder], cache=tmp_path / "cache")
    monkeypatch.setattr("edr_tui.detect.load.rule_of", _only_correlations)
    again = load_rules([folder], cache=tmp_path / "cache")
    assert told(plain) == told(first) == told(again)
    assert said(plain) == said(first) == said(again)
    assert any(said(plain))


def _only_correlations(document, path, ruleset, faults):
    from edr_tui.detect.read import rule_of

    assert path.endswith("corr.yml"), "what is kept is read again"
    return rule_of(document, path, ruleset, faults)


def test_a_file_that_changes_is_read_anew(folder, tmp_path):
    load_rules([folder], bundled=False, cache=tmp_path / "cache")
    written(folder, "a.yml", RULES["a.yml"].replace("one", "nothing"))
    again = load_rules([folder], bundled=False, cache=tmp_path / "cache")
    assert said(again) == said(load_rules([folder], bundled=False))


def test_nobody_else_reads_or_writes_it(folder, tmp_path):
    umask = os.umask(0)
    try:
        load_rules([folder], cache=tmp_path / "cache")
    finally:
        os.umask(umask)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert the_file(tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert list((tmp_path / "cache").glob(".*")) == []


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_can_write_is_not_believed(folder, tmp_path, mode):
    load_rules([folder], bundled=False, cache=tmp_path / "cache")
    file = the_file(tmp_path / "cache")
    _falsify(file)
    assert load_rules([folder], bundled=False, cache=tmp_path / "cache").rules == (), "the test works"
    file.chmod(mode)
    again = load_rules([folder], bundled=False, cache=tmp_path / "cache")
    assert told(again) == told(load_rules([folder], bundled=False))


def _falsify(file: Path) -> None:
    """A file of the cache that says that no file has a rule in it."""
    code, files = msgspec.msgpack.decode(file.read_bytes())
    empty = {key: [[], [], [], []] for key in files}
    file.write_bytes(msgspec.msgpack.encode([code, empty]))


def test_a_link_is_not_followed(folder, tmp_path):
    load_rules([folder], bundled=False, cache=tmp_path / "cache")
    file = the_file(tmp_path / "cache")
    _falsify(file)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    again = load_rules([folder], bundled=False, cache=tmp_path / "cache")
    assert told(again) == told(load_rules([folder], bundled=False))


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xc1", b"\x92\xa1x\x80", b"\xff" * 100, b"{}"])
def test_a_broken_file_is_replaced(folder, tmp_path, content):
    load_rules([folder], bundled=False, cache=tmp_path / "cache")
    file = the_file(tmp_path / "cache")
    file.write_bytes(content)
    again = load_rules([folder], bundled=False, cache=tmp_path / "cache")
    assert told(again) == told(load_rules([folder], bundled=False))
    assert len(file.read_bytes()) > 200


def test_what_other_code_kept_is_not_used(folder, tmp_path, monkeypatch):
    load_rules([folder], bundled=False, cache=tmp_path / "cache")
    _falsify(the_file(tmp_path / "cache"))
    monkeypatch.setattr(module, "_code", lambda: "other code")
    assert load_rules([folder], bundled=False, cache=tmp_path / "cache").rules


def test_a_place_that_cannot_be_written_is_no_fault(folder, tmp_path):
    written(tmp_path, "cache", "a file")
    loaded = load_rules([folder], bundled=False, cache=tmp_path / "cache")
    assert told(loaded) == told(load_rules([folder], bundled=False))


def test_two_selections_of_rules_do_not_drive_each_other_out(folder, tmp_path):
    load_rules([folder], cache=tmp_path / "cache")
    load_rules([folder / "a.yml"], cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 2
