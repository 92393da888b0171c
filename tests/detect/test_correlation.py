"""Correlations and filters: what is counted, for whom, how long, and why it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edr_tui.detect import Detector, LoadedRules, Subject, alert_of, load_rules
from edr_tui.detect.correlate import MAX_GROUPS, MAX_KEPT
from edr_tui.model.event import Host
from edr_tui.model.process import Process
from tests.detect.building import process, written

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
PARENT = process("bash", "/bin/bash", "bash", pid=2)


def base(name: str, word: str, number: int) -> str:
    return (
        f"title: Rule {name}\nname: {name}\nid: 11111111-1111-4111-8111-11111111111{number}\n"
        "logsource:\n    category: process_creation\n"
        f"detection:\n    sel:\n        CommandLine|contains: {word}\n    condition: sel\n"
    )


BASES = "---\n".join([base("ra", "alpha", 1), base("rb", "beta", 2), base("rc", "gamma", 3)])


def correlation(text: str, number: int = 9, name: str = "corr") -> str:
    lines = "".join(f"    {line}\n" for line in text.strip().splitlines())
    return (
        f"---\ntitle: Together\nname: {name}\nid: 11111111-1111-4111-8111-11111111111{number}\n"
        f"level: high\ncorrelation:\n{lines}"
    )


def loaded(tmp_path, *texts: str) -> LoadedRules:
    return load_rules([written(tmp_path, "rules.yml", BASES + "".join(texts))], bundled=False)


def detector(tmp_path, *texts: str) -> Detector:
    found = loaded(tmp_path, *texts)
    assert found.faults == ()
    return Detector(found.rules)


def told(detector: Detector, line: str, at: float, *, parent: Process = PARENT, **more) -> list[str]:
    subject = Subject(process(command_line=line, **more), (parent,), "linux", START + int(at * SECOND))
    return [match.rule.name for match in detector.evaluate(subject)]


COUNT = "type: event_count\nrules: [ra]\ngroup-by: [User]\ntimespan: 10s\ncondition:\n    gte: 3"


def test_events_are_counted_within_their_time_and_for_each_group(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    assert told(rules, "alpha 1", 0, user="u") == []
    assert told(rules, "alpha 2", 1, user="v") == []
    assert told(rules, "alpha 3", 2, user="u") == []
    assert told(rules, "alpha 4", 10, user="u") == [], "the first is too old"
    assert told(rules, "alpha 5", 11, user="u") == ["corr"]
    assert told(rules, "alpha 6", 12, user="v") == []
    assert told(rules, "alpha 7", 12) == [], "without a value it belongs to no group"


def test_it_is_told_once_and_again_after_a_whole_timespan(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    said = [told(rules, f"alpha {at}", at, user="u") for at in range(30)]
    assert [at for at, names in enumerate(said) if names] == [2, 12, 22]


def test_repeats_that_are_remembered_are_counted_too(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    said = [told(rules, "alpha", at, user="u") for at in range(3)]
    assert said == [[], [], ["corr"]]


@pytest.mark.parametrize(
    ("condition", "after"),
    [("gt: 2", [3]), ("eq: 2", [2]), ("lt: 2", [1]), ("lte: 1", [1]), ("gte: 1", [1]), ("neq: 1", [2])],
)
def test_every_comparison(tmp_path, condition, after):
    text = f"type: event_count\nrules: [ra]\ntimespan: 1h\ncondition:\n    {condition}"
    rules = detector(tmp_path, correlation(text))
    said = [told(rules, f"alpha {at}", at) for at in range(5)]
    assert [at + 1 for at, names in enumerate(said) if names] == after


def test_values_are_counted_once_each(tmp_path):
    text = (
        "type: value_count\nrules: [ra, rb]\ngroup-by: [ParentProcessGuid]\ntimespan: 1m\n"
        "condition:\n    field: Image\n    gte: 3"
    )
    rules = detector(tmp_path, correlation(text))
    images = ["/a", "/a", "/b", "/B", "/c"]
    said = [told(rules, "alpha", at, executable=path, name=None) for at, path in enumerate(images)]
    assert said == [[], [], [], [], ["corr"]]
    other = process("zsh", "/bin/zsh", "zsh", pid=5)
    assert told(rules, "beta", 5, executable="/d", name=None, parent=other) == []


def test_temporal_waits_for_all_in_any_order(tmp_path):
    rules = detector(tmp_path, correlation("type: temporal\nrules: [ra, rb]\ntimespan: 10s"))
    assert told(rules, "beta", 0) == []
    assert told(rules, "beta 2", 1) == []
    assert told(rules, "alpha", 12) == [], "beta is too old"
    assert told(rules, "beta 3", 13) == ["corr"]


def test_temporal_takes_an_expression(tmp_path):
    text = "type: temporal\ntimespan: 10s\ncondition: ra and (rb or rc)"
    rules = detector(tmp_path, correlation(text))
    assert told(rules, "beta", 0) == []
    assert told(rules, "gamma", 1) == []
    assert told(rules, "alpha", 2) == ["corr"]


def test_temporal_ordered_waits_for_the_order(tmp_path):
    rules = detector(tmp_path, correlation("type: temporal_ordered\nrules: [ra, rb, rc]\ntimespan: 10s"))
    assert told(rules, "beta", 0) == []
    assert told(rules, "alpha", 1) == []
    assert told(rules, "gamma", 2) == []
    assert told(rules, "beta", 3) == []
    assert told(rules, "gamma", 12) == [], "alpha is too old"
    assert told(rules, "alpha", 13) == []
    assert told(rules, "beta", 14) == []
    assert told(rules, "gamma", 15) == ["corr"]


def test_one_match_is_one_step_of_an_order(tmp_path):
    rules = detector(tmp_path, correlation("type: temporal_ordered\nrules: [ra, ra]\ntimespan: 10s"))
    assert told(rules, "alpha", 0) == []
    assert told(rules, "alpha 2", 1) == ["corr"]


def test_the_rules_that_are_counted_are_silent_unless_generate(tmp_path):
    assert told(detector(tmp_path), "alpha", 0) == ["ra"]
    assert told(detector(tmp_path, correlation(COUNT)), "alpha beta", 0, user="u") == ["rb"]
    assert told(detector(tmp_path, correlation(COUNT + "\ngenerate: true")), "alpha", 0, user="u") == ["ra"]


def test_a_correlation_of_a_correlation(tmp_path):
    upper = "type: temporal\nrules: [corr, rb]\ntimespan: 1h"
    rules = detector(tmp_path, correlation(COUNT), correlation(upper, 8, "upper"))
    said = [told(rules, f"alpha {at}", at, user="u") for at in range(3)]
    assert said == [[], [], []]
    assert told(rules, "beta", 4) == ["upper"]


def test_aliases_give_fields_one_name(tmp_path):
    text = (
        "type: temporal\nrules: [ra, rb]\ntimespan: 1h\ngroup-by: [who]\naliases:\n"
        "    who:\n        ra: User\n        rb: ParentUser"
    )
    rules = detector(tmp_path, correlation(text))
    assert told(rules, "alpha", 0, user="u") == []
    assert told(rules, "beta", 1, user="u") == []
    assert told(rules, "beta 2", 2, parent=process("b", pid=2, user="u")) == ["corr"]


def test_why_tells_the_count_the_group_and_the_newest_matches(tmp_path):
    found = detector(tmp_path, correlation(COUNT))
    for at in range(3):
        node = process(command_line=f"alpha {at}", user="Ana", pid=10 + at)
        matches = found.evaluate(Subject(node, (PARENT,), "linux", START + at))
    (match,) = matches
    first, second, *parts = match.why
    assert (first.field, first.test, first.pattern, first.value) == (
        "event_count",
        "is at least",
        "3 within 10 s",
        "3",
    )
    assert (second.selection, second.field, second.value) == ("group-by", "User", "ana")
    assert [(part.selection, part.value, part.entity_id) for part in parts] == [
        ("ra: sel", "alpha 2", "e12"),
        ("ra: sel", "alpha 1", "e11"),
        ("ra: sel", "alpha 0", "e10"),
    ]
    raised = alert_of(match, node, (PARENT,), Host(name="h", os_type="linux"), START)
    assert (raised.level.word, raised.message, raised.chain_start) == ("high", "prog: Together", "e12")


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_counted(tmp_path):
    rules = detector(tmp_path, correlation(COUNT.replace("gte: 3", "gte: 100")))
    for number in range(MAX_GROUPS + 5):
        told(rules, "alpha", number / 1_000, user=f"u{number}")
    assert rules.forgotten == 5
    (window,) = rules._correlator._windows
    assert len(window._groups) == MAX_GROUPS
    assert window._kept <= MAX_KEPT


def test_the_quiet_ones_are_forgotten_without_a_word(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    for number in range(MAX_GROUPS + 5):
        told(rules, "alpha", number * 20, user=f"u{number}")
    assert rules.forgotten == 0


def test_a_clock_that_goes_back_breaks_nothing(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    assert told(rules, "alpha 1", 100, user="u") == []
    assert told(rules, "alpha 2", 0, user="u") == []
    assert told(rules, "alpha 3", 101, user="u") == ["corr"] or told(rules, "alpha 4", 102, user="u") == [
        "corr"
    ]


def test_a_correlation_that_is_switched_off_is_silent_and_counts_its_hits_no_more(tmp_path):
    rules = detector(tmp_path, correlation(COUNT))
    rules.disable("11111111-1111-4111-8111-111111111119", "for now")
    said = [told(rules, f"alpha {at}", at, user="u") for at in range(3)]
    assert said == [[], [], []]
    assert {cost.rule.name: cost.hits for cost in rules.costs()}["corr"] == 0


FAULTY = [
    ("type: x", "type 'x' is not one of event_count, value_count, temporal, temporal_ordered"),
    ("type: value_sum\nrules: ra\ntimespan: 1m", "type 'value_sum' is not supported"),
    ("type: event_count\nrules: ra\ntimespan: 1m", "a correlation of type event_count needs a condition"),
    ("type: temporal\ntimespan: 1m", "rules is missing"),
    ("type: temporal\nrules: ra\ntimespan: 5", "timespan must be a number and one of s, m, h"),
    ("type: temporal\nrules: ra\ntimespan: 9y", "is longer than 31 days"),
    ("type: temporal\nrules: ra\ntimespan: 1m\ncondition:\n    gte: x", "condition takes no 'gte'"),
    ("type: temporal\nrules: ra\ntimespan: 1m\ncondition:\n    gte: 99999", "condition counts to 10000"),
    (
        "type: event_count\nrules: ra\ntimespan: 1m\ncondition:\n    gte: 1\n    lt: 3",
        "condition needs one of",
    ),
    ("type: value_count\nrules: ra\ntimespan: 1m\ncondition:\n    gte: 1", "of value_count needs field"),
    ("type: event_count\nrules: ra\ntimespan: 1m\ncondition:\n    gte: 1\n    field: User", "takes no field"),
    ("type: temporal\nrules: ra\ntimespan: 1m\ngroup-by: Nope", "group-by names 'Nope', which is neither"),
    ("type: temporal\nrules: ra\ntimespan: 1m\nspan: x", "a correlation has no 'span'"),
    ("type: temporal\nrules: ra\ntimespan: 1m\ncondition: ra and", "expected a selection, not the end"),
    (
        "type: temporal\nrules: [ra, rb]\ntimespan: 1m\naliases:\n    a:\n        ra: User",
        "no field for 'rb'",
    ),
    ("type: temporal\nrules: [ra]\ntimespan: 1m\naliases:\n    a:\n        rb: User", "not among the rules"),
    (
        "type: temporal\nrules: [ra]\ntimespan: 1m\naliases:\n    a:\n        ra: Nope",
        "needs a field for 'ra'",
    ),
    ("type: temporal\nrules: [ra, nobody]\ntimespan: 1m", "refers to 'nobody', which is no id or name"),
    ("type: temporal\nrules: [ra, corr]\ntimespan: 1m", "correlation refers to itself"),
    ("type: temporal\nrules: [[ra]]\ntimespan: 1m", "rules must be a list of texts"),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTY)
def test_a_faulty_correlation_is_named_and_the_rules_run(tmp_path, text, sentence):
    found = loaded(tmp_path, correlation(text))
    assert any(sentence in fault.sentence for fault in found.faults), found.faults
    assert all(fault.line > 20 for fault in found.faults)
    assert [rule.name for rule in found.rules] == ["ra", "rb", "rc"]


def test_who_counts_a_rule_that_is_not_run_is_not_run(tmp_path):
    other = (
        "---\ntitle: Files\nname: files\nlogsource:\n    category: file_event\n"
        "detection:\n    sel:\n        X: y\n    condition: sel\n"
    )
    text = correlation("type: temporal\nrules: [ra, files]\ntimespan: 1m")
    upper = correlation("type: temporal\nrules: [ra, corr]\ntimespan: 1m", 8, "upper")
    found = loaded(tmp_path, other, text, upper)
    assert found.faults == ()
    assert [skipped.reason for skipped in found.skipped[1:]] == [
        "it counts matches of 'files', which is not run",
        "it counts matches of 'corr', which is not run",
    ]


# --- filters


def filtering(rules: str, condition: str = "not sel", logsource: str = "category: process_creation") -> str:
    return (
        f"---\ntitle: Ours\nlogsource:\n    {logsource}\nfilter:\n    rules: {rules}\n"
        f"    sel:\n        User: deploy\n    condition: {condition}\n"
    )


@pytest.mark.parametrize("rules", ["ra", "[rb, ra]", "[11111111-1111-4111-8111-111111111111]", "any", "[]"])
def test_a_filter_keeps_its_rules_from_matching(tmp_path, rules):
    found = detector(tmp_path, filtering(rules))
    assert told(found, "alpha", 0, user="deploy") == []
    assert told(found, "alpha", 0, user="ana") == ["ra"]
    assert told(found, "gamma", 0, user="deploy") == ([] if rules in ("any", "[]") else ["rc"])


def test_a_filter_may_also_ask_for_more(tmp_path):
    found = detector(tmp_path, filtering("ra", condition="sel"))
    assert told(found, "alpha", 0, user="deploy") == ["ra"]
    assert told(found, "alpha", 0, user="ana") == []
    assert found.rules[0].condition_text == "(sel) and (sel)"


def test_two_filters_of_one_name_both_count(tmp_path):
    second = filtering("ra").replace("User: deploy", "CommandLine|endswith: quiet")
    found = detector(tmp_path, filtering("ra"), second)
    assert told(found, "alpha quiet", 0, user="ana") == []
    assert told(found, "alpha", 0, user="deploy") == []
    assert told(found, "alpha", 0, user="ana") == ["ra"]


def test_a_filter_of_another_system_or_for_nobody_is_named(tmp_path):
    linux = filtering("any", logsource="category: process_creation\n    product: linux")
    found = loaded(tmp_path, linux, filtering("nobody"))
    assert [skipped.reason for skipped in found.skipped] == ["the filter fits no rule that is loaded"] * 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "filter:\n    sel:\n        User: x\n    condition: sel\n",
            "a filter names the rules that it is for",
        ),
        ("filter:\n    rules: any\n    condition: sel\n", "filter has no selection"),
        ("filter:\n    rules: any\n    sel:\n        User: x\n", "condition is missing"),
        ("filter: x\n", "filter must be a mapping"),
    ],
)
def test_a_faulty_filter_is_named(tmp_path, text, sentence):
    head = "---\ntitle: Ours\nlogsource:\n    category: process_creation\n"
    found = loaded(tmp_path, head + text)
    assert any(sentence in fault.sentence for fault in found.faults), found.faults


def test_a_filter_reaches_bundled_rules(tmp_path):
    bundled = load_rules().rules[0]
    path = written(tmp_path, "f.yml", filtering(bundled.id).removeprefix("---\n"))
    found = {rule.id: rule for rule in load_rules([path]).rules}
    assert found[bundled.id].condition_text == f"({bundled.condition_text}) and (not sel)"
    assert replace(found[bundled.id], body=bundled.body).fields == bundled.fields | {"User"}
