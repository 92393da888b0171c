"""Rules that are loaded anew while the program runs: on request, and when a file changes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from edr_tui.cli import detection
from edr_tui.cli.detection import RuleFiles
from edr_tui.cli.usage import WrongUse
from edr_tui.config import Config
from edr_tui.engine import Engine
from edr_tui.model.rules import RulesView
from edr_tui.model.update import Update
from edr_tui.sources.memory import MemorySource
from tests.detect.building import GOOD, HEAD, written

FAULTY = HEAD + "    sel:\n        Image: x\n    condition: other\n"
SECOND = GOOD.replace("1111-4111", "2222-4111").replace("A rule", "Another rule")


class Running:
    """An engine with the rules of a folder; what it publishes is kept."""

    def __init__(self, folder: Path) -> None:
        self.files = RuleFiles(Config(bundled=False), [folder])
        desk, _ = self.files.load()
        self.engine = Engine(MemorySource(), desk, time.time_ns, reload=self.files.ask)
        self.files.follow(self.engine)
        self.rules: RulesView | None = None

    def until(self, said: str) -> Update:
        """The update that tells this, with the newest view of the rules.

        The engine is turned by hand, and the thread that loads is real.
        """
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for word in self.engine._inbox.take(0.05)[1]:
                self.engine.obey(word)
            update = self.engine.turn()
            if update is not None:
                self.rules = update.rules or self.rules
                if any(said in notice for notice in update.notices):
                    return replace(update, rules=self.rules)
        raise AssertionError(f"{said!r} was not told")


@pytest.fixture
def running(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(detection, "LOOK_EVERY", 0.05)
    folder = tmp_path / "rules"
    folder.mkdir()
    written(folder, "a.yml", GOOD)
    found = Running(folder)
    yield found, folder
    found.engine.stop()


def names(update: Update) -> list[str]:
    return [rule.name for rule in update.rules.rules]


def test_a_new_file_is_loaded_by_itself(running):
    run, folder = running
    written(folder, "b.yml", SECOND)
    assert names(run.until("2 rules loaded anew")) == ["A rule", "Another rule"]


def test_what_is_asked_for_is_loaded_though_nothing_changed(running):
    run, _ = running
    assert run.engine.reload_rules()
    assert names(run.until("1 rules loaded anew")) == ["A rule"]


def test_with_a_fault_the_old_rules_run_on_and_the_fault_is_told_with_its_line(running):
    run, folder = running
    desk = run.engine._detect
    written(folder, "a.yml", FAULTY)
    told = run.until("The rules stay as they were")
    assert f"{folder}/a.yml:8: condition refers to 'other', which is not defined" in told.notices
    assert run.engine._detect is desk
    written(folder, "a.yml", SECOND)
    assert names(run.until("rules loaded anew")) == ["Another rule"]


def test_what_was_switched_off_by_hand_stays_off(running):
    run, _ = running
    rule_id = run.engine._detect.view().rules[0].id
    run.engine.switch_rule(rule_id, False)
    run.engine.reload_rules()
    (rule,) = run.until("loaded anew").rules.rules
    assert rule.disabled == detection.BY_HAND


def test_a_fault_in_the_configurations_rules_is_told_and_the_others_run(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    faulty = written(tmp_path, "faulty.yml", FAULTY)
    good = written(tmp_path, "good.yml", GOOD)
    desk, told = RuleFiles(Config(bundled=False, rules=(faulty,)), [good]).load()
    assert [rule.name for rule in desk.view().rules] == ["A rule"]
    assert desk.view().faults == tuple(told)
    with pytest.raises(WrongUse):
        RuleFiles(Config(bundled=False), [faulty]).load()
