"""Every bundled rule against its recordings, and what all of them must have."""

from __future__ import annotations

import uuid
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from edr_tui.detect import BUNDLED, Detector, Match, Rule, Subject, alert_of, load_rules
from edr_tui.ecs import decode, encode
from edr_tui.model.alert import Severity
from edr_tui.model.event import ProcessStart
from edr_tui.model.process import Process
from edr_tui.model.table import ProcessTable
from tests.recordings.telling import host, recordings

RECORDINGS = Path(__file__).parents[1] / "recordings"


@cache
def bundled() -> tuple[Rule, ...]:
    loaded = load_rules()
    assert [str(fault) for fault in loaded.faults] == []
    assert [str(rule) for rule in loaded.skipped] == []
    return loaded.rules


def stem(rule: Rule) -> str:
    return Path(rule.path).stem


STEMS = [stem(rule) for rule in bundled()]


def played(recording: Path) -> list[tuple[bool, Process, list[Match], Subject]]:
    """Each process of a recording: whether it started, its node, what matched, on what."""
    detector, table = Detector(bundled()), ProcessTable()
    found = []
    for line in recording.read_bytes().splitlines():
        event = decode(line)
        table.apply(event)
        node = table.get(event.process.entity_id)
        subject = Subject(node, table.ancestors(node.entity_id), event.host.os_type)
        found.append((isinstance(event, ProcessStart), node, detector.evaluate(subject), subject))
    return found


@pytest.mark.parametrize("rule", STEMS)
def test_what_a_rule_is_for_alerts(rule):
    told = played(RECORDINGS / rule / "match.jsonl")
    assert any(started for started, *_ in told)
    for started, node, matches, _ in told:
        names = [stem(match.rule) for match in matches]
        assert (rule in names) == started, (node.pid, node.command_line)


@pytest.mark.parametrize("rule", STEMS)
def test_what_a_rule_must_leave_alone_does_not_alert(rule):
    told = played(RECORDINGS / rule / "no_match.jsonl")
    assert any(started for started, *_ in told)
    for _, node, matches, _ in told:
        assert rule not in [stem(match.rule) for match in matches], (node.pid, node.command_line)


@pytest.mark.parametrize("rule", STEMS)
def test_nothing_at_high_or_above_on_what_a_rule_must_leave_alone(rule):
    for _, node, matches, _ in played(RECORDINGS / rule / "no_match.jsonl"):
        assert [m.rule.reference.name for m in matches if m.rule.level >= Severity.HIGH] == [], (
            node.command_line
        )


@pytest.mark.parametrize("rule", STEMS)
def test_alerts_of_the_recordings_survive_the_codec(rule):
    for _, node, matches, subject in played(RECORDINGS / rule / "match.jsonl"):
        for match in matches:
            alert = alert_of(match, node, subject.ancestors, host(subject.os_type), 1)
            assert decode(encode(alert)) == alert
            known = {generation.entity_id for generation in alert.ancestry}
            assert alert.chain_start in known
            assert {why.entity_id for why in alert.why} <= known
            assert alert.why


def test_a_reverse_shell_is_told_of_once():
    for started, node, matches, _ in played(RECORDINGS / "reverse_shell_through_dev_tcp" / "match.jsonl"):
        assert len(matches) == started, node.command_line


def test_padding_before_a_command_hides_nothing_and_padding_around_it_is_a_finding():
    before, around, *_ = [
        {stem(match.rule) for match in matches}
        for started, _, matches, _ in played(RECORDINGS / "command_line_hides_its_middle" / "match.jsonl")
        if started
    ]
    assert before == {"command_line_hides_its_middle", "reverse_shell_through_dev_tcp"}
    assert around == {"command_line_hides_its_middle"}


def test_the_recordings_are_what_their_stories_tell():
    for path, content in recordings().items():
        assert path.read_bytes() == content, f"run python -m tests.recordings.telling: {path}"


def test_each_rule_file_has_its_recordings_and_the_other_way_round():
    recorded = {path.name for path in RECORDINGS.iterdir() if (path / "match.jsonl").is_file()}
    assert recorded == set(STEMS)
    assert len(STEMS) == len(set(STEMS))


@pytest.mark.parametrize("rule", bundled(), ids=stem)
def test_a_bundled_rule_says_all_that_people_need(rule):
    reference = rule.reference
    assert uuid.UUID(rule.id).version == 4
    assert reference.author == "edr-tui"
    assert reference.ruleset == BUNDLED
    assert reference.description
    assert reference.references
    assert all(link.startswith("https://") for link in reference.references)
    assert rule.false_positives
    assert rule.status == "stable"
    assert reference.techniques
    assert all(technique.name for technique in reference.techniques)
    assert reference.tactics
    assert "Defense Evasion" not in reference.tactics
    folder = Path(rule.path).parent.name
    assert folder == (rule.logsource.product or "any")


def test_a_rule_file_holds_one_rule():
    root = resources.files("edr_tui.detect") / "rules"
    files = [file for folder in root.iterdir() for file in folder.iterdir()]
    assert len(files) == len(bundled())
