"""The rule core and the bundled rules against others' rules and recordings.

EDR_CORPUS names a folder with sigmahq/ (rules) and telemetry/ (recordings); without it nothing of
this is collected. Nothing of that folder is part of the project.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from edr_tui.detect import Detector, LoadedRules, Subject, load_rules
from edr_tui.detect.compile import compiled
from edr_tui.detect.document import Listing, Mapping, Node, Scalar, documents
from edr_tui.detect.explain import explained
from edr_tui.detect.view import View
from edr_tui.model.alert import Severity
from edr_tui.model.process import Image, Parent, Process, User

CORPUS = Path(os.environ["EDR_CORPUS"])
RULES = sorted((CORPUS / "sigmahq").glob("rules*/**/*.yml"))
BUNDLED = Path(__file__).parents[2] / "edr_tui" / "detect" / "rules"


@cache
def collection() -> LoadedRules:
    return load_rules(sorted((CORPUS / "sigmahq").glob("rules*")), bundled=False)


def test_every_rule_is_loaded_or_named_with_the_reason(capsys):
    loaded = collection()
    told = {rule.path for rule in loaded.rules} | {s.path for s in loaded.skipped}
    faulty = {fault.path for fault in loaded.faults}
    assert told | faulty == set(map(str, RULES))
    assert loaded.faults == ()
    left_out = [skipped.reason for skipped in loaded.skipped if "is not watched" not in skipped.reason]
    assert left_out == ["it has the placeholder %userdomain%, for which there is no list"]
    with capsys.disabled():
        print(f"\n{len(loaded.rules)} loaded, {len(loaded.skipped)} skipped")


@pytest.mark.parametrize("path", RULES[:: max(1, len(RULES) // 200)], ids=lambda path: path.stem)
def test_a_rule_of_processes_keeps_its_facts(path):
    (document,) = documents(path.read_bytes())
    loaded = load_rules([path], bundled=False)
    for rule in loaded.rules:
        assert rule.id == document.get("id").text
        assert rule.reference.name == document.get("title").text.strip()
        assert rule.level.word == document.get("level").text
        assert rule.reference.author


def subjects(kind: str, os_type: str) -> Iterator[Subject]:
    for path in sorted((CORPUS / "telemetry" / kind).glob("**/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield subject(json.loads(line), os_type)


def subject(told: dict, os_type: str) -> Subject:
    executable, parent = told.get("Image"), told.get("ParentImage")
    image = Image(
        name=name_of(executable, os_type),
        executable=executable,
        command_line=told.get("CommandLine"),
        args=None if told.get("argv") is None else tuple(told["argv"]),
        original_file_name=told.get("OriginalFileName"),
    )
    return Subject(
        Process(
            entity_id="x",
            pid=int(told.get("ProcessId") or 0),
            images=(image,),
            first_seen_ns=0,
            working_directory=told.get("CurrentDirectory"),
            user=User(name=told.get("User")),
            parent=Parent(
                entity_id="p",
                name=name_of(parent, os_type),
                executable=parent,
                command_line=told.get("ParentCommandLine"),
            ),
        ),
        (),
        os_type,
        told={name: str(value) for name, value in told.items() if value is not None},
    )


def name_of(path: str | None, os_type: str) -> str | None:
    return None if not path else path.rpartition("\\" if os_type == "windows" else "/")[2]


def test_no_bundled_rule_alerts_at_high_on_ordinary_work():
    detector, seen = Detector(load_rules().rules), 0
    for told in subjects("linux_benign_selfcapture", "linux"):
        seen += 1
        loud = [m.rule.reference.name for m in detector.evaluate(told) if m.rule.level >= Severity.HIGH]
        assert loud == [], told.process.command_line
    assert seen > 100


def test_the_fast_way_says_what_the_plain_way_says_on_real_events():
    rules = [(rule, compiled(rule)) for rule in (*collection().rules, *load_rules().rules)]
    compared = matched = 0
    for number, told in enumerate(
        [*subjects("linux_benign_selfcapture", "linux"), *subjects("sysmon_eid1", "windows")]
    ):
        if number % 20:
            continue
        view = View(told)
        for rule, predicate in rules:
            if rule.runs_on(told.os_type):
                compared += 1
                fast = predicate(view)
                matched += fast
                assert fast == (explained(rule, view) is not None), (rule.path, told.process.command_line)
    assert compared > 10_000
    assert matched > 10


REGRESSIONS = sorted((CORPUS / "sigmahq" / "regression_data").glob("**/process_creation/*/info.yml"))


def test_the_collections_own_events_match_their_rules():
    """Its regression events: what the rule of each folder is for."""
    by_id = {rule.id: rule for rule in collection().rules}
    wrong = []
    for info in REGRESSIONS:
        (document,) = documents(info.read_bytes())
        rule = by_id[document.get("rule_metadata").items[0].get("id").text]
        told = document.get("regression_tests_info").items[0].get("match_count")
        events = [event for path in info.parent.glob("*.json") for event in events_of(path)]
        views = [View(subject(event, "windows")) for event in events]
        matched = [compiled(rule)(view) for view in views]
        assert matched == [explained(rule, view) is not None for view in views], info
        if not any(matched) or (told is not None and sum(matched) != told.value):
            wrong.append(info.parent.name)
    assert wrong == []
    assert len(REGRESSIONS) == 70


def events_of(path: Path) -> Iterator[dict]:
    """The events of a file that holds one JSON object behind the other."""
    text, at = path.read_text(encoding="utf-8").strip(), 0
    while at < len(text):
        event, end = json.JSONDecoder().raw_decode(text, at)
        yield event["Event"]["EventData"]
        at = len(text) - len(text[end:].lstrip())


def texts(node: Node) -> Iterator[str]:
    match node:
        case Scalar(_, text):
            yield " ".join(text.split())
        case Listing(items):
            for item in items:
                yield from texts(item)
        case Mapping(entries):
            for key, value in entries:
                yield key.text
                yield from texts(value)


def long_texts(paths: list[Path]) -> set[str]:
    found = (text for path in paths for document in documents(path.read_bytes()) for text in texts(document))
    return {text for text in found if len(text) >= 40}


def test_the_bundled_rules_are_our_own():
    ours = sorted(BUNDLED.glob("*/*.yml"))
    assert {rule.id for rule in load_rules().rules}.isdisjoint(rule.id for rule in collection().rules)
    assert long_texts(ours) & long_texts(RULES) == set()
