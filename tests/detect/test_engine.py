"""What matches, why, and from where the chain is red."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edr_tui.detect import Detector, Subject
from edr_tui.detect.compile import compiled
from edr_tui.detect.explain import MAX_WHY, explained
from edr_tui.detect.view import View
from edr_tui.model.process import Parent
from tests.detect import drawn
from tests.detect.building import HEAD, matches, only_match, process, rule, verdict

SH = process("sh", "/usr/bin/dash", "sh -c id", pid=3)
WORKER = process("nginx", "/usr/sbin/nginx", "nginx: worker", pid=2)
MASTER = process("nginx", "/usr/sbin/nginx", "nginx: master", pid=1)
INIT = process("systemd", "/usr/lib/systemd/systemd", "/sbin/init", pid=0)
WEB = rule(
    "shell:\n    Image|endswith: /sh\nserver:\n    ParentImage|endswith: /nginx\ncondition: shell and server"
)


# --- the path it was called by: docs/adr/0001


def test_a_rule_that_names_sh_matches_dash_run_as_sh():
    assert matches("sel:\n    Image|endswith: /sh\ncondition: sel", Subject(SH, (), "linux"))
    assert matches("sel:\n    Image|endswith: /dash\ncondition: sel", Subject(SH, (), "linux"))
    assert not matches("sel:\n    Image|endswith: /sh\ncondition: sel", Subject(SH, (), "macos"))


def test_a_server_is_known_by_its_name_whatever_it_runs():
    for server in (
        process("nginx", "/tmp/x/shell", "nginx", pid=2),
        process("nginx", "/usr/bin/bash", "x", pid=2),
    ):
        assert verdict(WEB, Subject(SH, (server,), "linux"))
    assert not verdict(WEB, Subject(SH, (process("bash", "/usr/bin/bash", "nginx", pid=2),), "linux"))


def test_under_not_only_what_the_kernel_resolved_counts():
    disguised = Subject(process("ls", "/tmp/evil", "ls"), (), "linux")
    assert matches("sel:\n    Image|endswith: /ls\ncondition: sel", disguised)
    assert matches(
        "sel:\n    CommandLine: ls\nfilter:\n    Image|endswith: /ls\ncondition: sel and not filter",
        disguised,
    )
    honest = Subject(process("ls", "/usr/bin/ls", "ls"), (), "linux")
    assert not matches(
        "sel:\n    CommandLine: ls\nfilter:\n    Image|endswith: /ls\ncondition: sel and not filter", honest
    )


def test_two_nots_are_none():
    disguised = Subject(process("ls", "/tmp/evil", "ls"), (), "linux")
    assert matches("sel:\n    Image|endswith: /ls\ncondition: not not sel", disguised)
    assert matches("sel:\n    Image|endswith: /ls\ncondition: not (not (sel))", disguised)
    assert not matches(
        "sel:\n    Image|endswith: /ls\ncondition: not not not not not sel", Subject(process("ls", "/bin/ls"))
    )


def test_argv0_is_no_image():
    liar = Subject(process("evil", "/tmp/evil", "/usr/bin/ls", args=("/usr/bin/ls",)), (), "linux")
    assert not matches("sel:\n    Image|endswith: /ls\ncondition: sel", liar)
    assert matches("sel:\n    ImageInvoked|endswith: /ls\ncondition: sel", liar)


def test_keywords_under_not_look_at_firm_texts_only():
    disguised = Subject(process("harmless", "/tmp/evil", "x"), (), "linux")
    assert matches("sel: harmless\ncondition: sel", disguised)
    assert matches("sel: harmless\nx:\n    CommandLine: x\ncondition: x and not sel", disguised)


def test_a_name_alone_makes_no_image_present():
    unreadable = Subject(process("sh", None, "sh"), (), "linux")
    assert matches("sel:\n    Image|endswith: /sh\ncondition: sel", unreadable)
    assert matches("sel:\n    Image: null\ncondition: sel", unreadable)
    assert matches("sel:\n    Image|exists: false\ncondition: sel", unreadable)
    assert not matches("sel:\n    Image|exists: true\ncondition: sel", unreadable)


# --- which rules run


@pytest.mark.parametrize("os_type", ["linux", "windows", "macos", None])
def test_a_product_runs_on_its_own_system_and_none_on_all(os_type):
    every = rule("sel:\n    CommandLine: prog\ncondition: sel")
    linux = rule(
        "sel:\n    CommandLine: prog\ncondition: sel",
        HEAD.replace("process_creation", "process_creation\n    product: linux"),
    )
    found = Detector([every, linux]).evaluate(Subject(process()), os_type)
    assert [match.rule for match in found] == ([every, linux] if os_type == "linux" else [every])


def test_the_subject_knows_its_system_too():
    assert Detector([WEB]).evaluate(Subject(SH, (WORKER,), "linux"))
    assert Detector([WEB]).evaluate(Subject(SH, (WORKER,)), "linux")
    assert not Detector([WEB]).evaluate(Subject(SH, (WORKER,)))


def test_kernel_threads_are_never_judged():
    every = rule("sel:\n    ProcessId: '*'\ncondition: sel")
    assert Detector([every]).evaluate(Subject(process()))
    assert Detector([every]).evaluate(Subject(process(kernel_thread=True))) == []


# --- why


def test_why_names_field_test_pattern_value_and_whose_it_is():
    match = only_match(WEB, Subject(SH, (WORKER, MASTER), "linux"))
    assert [(w.selection, w.field, w.test, w.pattern, w.value, w.entity_id) for w in match.why] == [
        ("shell", "Image", "ends with", "/sh", "/usr/bin/sh", "e3"),
        ("server", "ParentImage", "ends with", "/nginx", "/usr/sbin/nginx", "e2"),
    ]


def test_what_was_excluded_or_false_gives_no_reason():
    detection = (
        "a:\n    CommandLine|contains: id\nb:\n    CommandLine|contains: nothing\n"
        "f:\n    User: root\ncondition: (a or b) and not f"
    )
    match = only_match(rule(detection), Subject(SH, (), "linux"))
    assert [why.selection for why in match.why] == ["a"]


@pytest.mark.parametrize(
    ("detection", "test", "pattern", "value"),
    [
        ("CommandLine: 'SH -c id'", "is", "SH -c id", "sh -c id"),
        ("CommandLine: 'sh*id'", "is like", "sh*id", "sh -c id"),
        ("CommandLine|contains: '-c'", "contains", "-c", "sh -c id"),
        ("CommandLine|startswith: sh", "starts with", "sh", "sh -c id"),
        ("CommandLine|re: '-c .d'", "matches", "-c .d", "sh -c id"),
        ("User: null", "is missing", "null", ""),
        ("CommandLine|exists: true", "is there", "true", "sh -c id"),
        ("ProcessId: 3", "is", "3", "3"),
    ],
)
def test_the_words_of_each_test(detection, test, pattern, value):
    match = only_match(rule(f"sel:\n    {detection}\ncondition: sel"), Subject(SH, (), "linux"))
    (why,) = match.why
    assert (why.test, why.pattern, why.value, why.entity_id) == (test, pattern, value, "e3")


def test_keywords_and_all_say_each_part():
    match = only_match(rule("sel:\n    '|all': [dash, '-c']\ncondition: sel"), Subject(SH, (), "linux"))
    assert [(why.field, why.pattern, why.value) for why in match.why] == [
        ("keyword", "dash", "/usr/bin/dash"),
        ("keyword", "-c", "sh -c id"),
    ]


def test_reasons_are_bounded():
    many = "".join(f"s{n}:\n    CommandLine|contains:\n        - id\n    ProcessId: 3\n" for n in range(100))
    match = only_match(rule(f"{many}condition: 1 of s*"), Subject(SH, (), "linux"))
    assert len(match.why) == MAX_WHY


def test_what_a_command_line_hides_is_shown():
    encoded = process("powershell.exe", "C:\\powershell.exe", "powershell -e dwBoAG8AYQBtAGkA")
    match = only_match(rule("sel:\n    Image: '*'\ncondition: sel"), Subject(encoded, (), "windows"))
    assert match.decoded == "whoami"
    assert only_match(rule("sel:\n    Image: '*'\ncondition: sel"), Subject(SH)).decoded is None


# --- where the chain begins


def starts(detection: str, subject: Subject) -> str:
    return only_match(rule(detection), subject).chain_start


CHAIN = (WORKER, MASTER, INIT)


def test_from_the_parent_and_everybody_above_who_runs_the_same_program():
    subject = Subject(SH, CHAIN, "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "e1"
    assert starts("sel:\n    ParentCommandLine|contains: worker\ncondition: sel", subject) == "e1"


def test_from_an_ancestor_that_is_merely_there():
    assert starts("sel:\n    ParentImage|exists: true\ncondition: sel", Subject(SH, CHAIN, "linux")) == "e1"
    assert starts("sel:\n    User|exists: false\ncondition: sel", Subject(SH, CHAIN, "linux")) == "e3"


def test_from_the_process_itself_where_nothing_else_speaks():
    assert starts("sel:\n    Image|endswith: /sh\ncondition: sel", Subject(SH, CHAIN, "linux")) == "e3"
    above = (process("sh", "/usr/bin/dash", "-sh", pid=2),)
    assert starts("sel:\n    Image|endswith: /sh\ncondition: sel", Subject(SH, above, "linux")) == "e3"


def test_from_the_nearest_ancestor_that_matches():
    between = process("x", "/tmp/x", "x", pid=4)
    subject = Subject(SH, (between, *CHAIN), "linux")
    assert starts("sel:\n    Ancestors|endswith: /nginx\ncondition: sel", subject) == "e1"
    assert starts("sel:\n    Ancestors|endswith: /x\ncondition: sel", subject) == "e4"
    assert starts("sel:\n    AncestorCommandLines|contains: master\ncondition: sel", subject) == "e1"
    assert starts("sel:\n    GrandParentImage|endswith: /nginx\ncondition: sel", subject) == "e1"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("'*>nginx>*dash'", "e2"),
        ("'*>x>dash'", "e4"),
        ("'systemd>*'", "e0"),
        ("'*dash'", "e3"),
    ],
)
def test_a_lineage_begins_where_its_pattern_does(pattern, expected):
    """e2, the worker: the extension to the master is told apart below."""
    other_master = process("nginx", "/opt/nginx/nginx", "nginx: master", pid=1)
    subject = Subject(SH, (process("x", "/tmp/x", "x", pid=4), WORKER, other_master, INIT), "linux")
    assert starts(f"sel:\n    Lineage: {pattern}\ncondition: sel", subject) == expected


def test_an_unlinked_master_runs_the_same_program():
    master = process("nginx", "/usr/sbin/nginx (deleted)", "nginx: master", pid=1)
    subject = Subject(SH, (WORKER, master), "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "e1"


def test_names_decide_where_paths_are_unknown_and_a_fold_ends_the_chain():
    worker, master = process("nginx", None, pid=2), process("nginx", None, pid=1)
    subject = Subject(SH, (worker, master), "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "e1"
    folded = process("nginx", "/usr/sbin/nginx", pid=2, folded=4)
    subject = Subject(SH, (folded, MASTER), "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "e2"


def test_a_parent_that_is_in_no_table_is_named_all_the_same():
    told = Parent(entity_id="p", pid=7, name="nginx", executable="/usr/sbin/nginx")
    subject = Subject(process("sh", "/usr/bin/dash", parent=told), (), "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "p"
    nameless = Parent(entity_id=None, pid=7, executable="/usr/sbin/nginx")
    subject = Subject(process("sh", "/usr/bin/dash", parent=nameless), (), "linux")
    assert starts("sel:\n    ParentImage|endswith: /nginx\ncondition: sel", subject) == "e9"


# --- the fast way and the plain way


@settings(max_examples=300)
@given(drawn.rule_texts, drawn.nodes, st.lists(drawn.nodes, max_size=3))
def test_the_fast_way_says_what_the_plain_way_says(text, node, above):
    of = rule(text)
    view = View(Subject(node, tuple(above), "linux"))
    why = explained(of, view)
    assert compiled(of)(view) == (why is not None)
