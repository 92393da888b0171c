"""The index finds every rule that matches: indexed, naive and explained say the same."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edr_tui.detect import Detector, Subject
from edr_tui.detect.fields import FIELDS
from edr_tui.detect.fingerprint import MAX_LENGTH, VOLATILE, fingerprint
from edr_tui.detect.index import CACHED_TEXTS, RuleIndex
from edr_tui.detect.literals import Atom, Clause, chosen, clauses, needed
from edr_tui.detect.modifiers import Kind, matchers
from edr_tui.detect.regex import parsed
from edr_tui.model.process import Image, Parent, Process, Tty, User
from tests.detect import drawn
from tests.detect.building import process, rule, scalar


def titles(detector: Detector, subject: Subject) -> list[int]:
    return [detector.rules.index(match.rule) for match in detector.evaluate(subject)]


@settings(max_examples=150)
@given(
    st.lists(drawn.rule_texts, min_size=1, max_size=12),
    st.lists(st.tuples(drawn.nodes, st.lists(drawn.nodes, max_size=3)), min_size=1, max_size=6),
)
def test_indexed_and_naive_say_the_same_also_of_a_subject_that_comes_again(texts, told):
    rules = list(map(rule, texts))
    indexed, naive = Detector(rules), Detector(rules, indexed=False)
    for node, above in [*told, *told]:
        subject = Subject(node, tuple(above), "linux")
        found = indexed.evaluate(subject)
        assert [id(match.rule) for match in found] == [id(match.rule) for match in naive.evaluate(subject)]
        assert all(match.why for match in found if "not" not in match.rule.condition_text)


# --- clauses: what must be there


def literals(detection: str) -> list[set[tuple[str, str, str]]]:
    found = clauses(rule(detection))
    return [{(atom.field, atom.kind.value, atom.text) for atom in clause.atoms} for clause in found]


def test_a_list_is_one_clause_and_all_makes_one_of_each():
    assert literals("s:\n    Image|endswith: [\\A.exe, /b]\ncondition: s") == [
        {("Image", "ends with", "\\a.exe"), ("Image", "ends with", "/b")}
    ]
    assert len(literals("s:\n    CommandLine|contains|all: [one, two]\ncondition: s")) == 2


def test_or_joins_the_clauses_of_its_parts_and_an_open_part_opens_it():
    assert literals("a:\n    User: x\nb:\n    Image: y\ncondition: a or b") == [
        {("User", "is", "x"), ("Image", "is", "y")}
    ]
    assert literals("a:\n    User: x\nb:\n    Image: '*'\ncondition: a or b") == []
    assert literals("a:\n    User: x\nb:\n    Image: y\ncondition: a or not b") == []


def test_what_stands_under_not_is_no_clause_and_under_two_it_is():
    assert literals("a:\n    User: x\nb:\n    Image: y\ncondition: a and not b") == [{("User", "is", "x")}]
    assert literals("a:\n    User: x\ncondition: not not a") == [{("User", "is", "x")}]
    assert literals("a:\n    User: null\ncondition: a") == []
    assert literals("a:\n    User|exists: true\ncondition: a") == []


def test_a_dash_is_written_out():
    (clause,) = literals("a:\n    CommandLine|contains|windash: ' -X'\ncondition: a")
    assert {text for _, _, text in clause} == {f" {dash}x" for dash in "-/\u2013\u2014\u2015"}


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("abc", [("abc",)]),
        ("(?i)ABC", [("abc",)]),
        ("ab+c", [("a",), ("b",), ("c",)]),
        ("a?bc", [("bc",)]),
        ("x(foo|bar)y", [("x",), ("foo", "bar"), ("y",)]),
        ("x(foo|)y", [("x",), ("y",)]),
        ("a[bc]d", [("abd", "acd")]),
        ("a[^b]d", [("a",), ("d",)]),
        (r"\d+\.exe", [(".exe",)]),
        ("(?:ab){2}", [("ab",)]),
        ("(ab){0,2}c", [("c",)]),
        (".{1000,}", []),
        ("[[:alpha:]]x", []),
        ("a{,2}b", []),
        (r"\Qa.b\E", []),
    ],
)
def test_the_literals_of_a_regular_expression(pattern, texts):
    found = needed(*matchers(scalar(pattern), ["re"]))
    assert [tuple(text for _, text in alternatives) for alternatives in found] == texts


@given(st.from_regex(r"[ab.?+*|()\[\]{}2,^$\\]{1,12}", fullmatch=True), st.text("abAB2,{}]", max_size=8))
def test_a_text_that_an_expression_is_found_in_has_what_it_needs(pattern, text):
    try:
        (built,) = matchers(scalar(pattern), ["re"])
    except ValueError:
        return
    if built.regex.found_in(text):
        for alternatives in needed(built):
            assert any(needle in text.lower() for _, needle in alternatives)
        tree = parsed(pattern)
        assert tree is None or len(text) >= tree.getwidth()[0]


def test_few_clauses_are_looked_for_and_none_that_is_common():
    def clause(name: str, share: float) -> Clause:
        return Clause(frozenset([Atom("CommandLine", Kind.CONTAINS, name)]), share)

    assert chosen([clause("rare", 0.0001), clause("second", 0.1)]) == [clause("rare", 0.0001)]
    assert chosen([clause("some", 0.1), clause("more", 0.2)]) == [clause("some", 0.1), clause("more", 0.2)]
    assert chosen([clause("often", 0.8)]) == []


# --- the index itself


def test_a_cache_that_is_full_starts_anew_and_finds_the_same():
    detector = Detector([rule("s:\n    CommandLine|contains: needle\ncondition: s")])
    for number in range(CACHED_TEXTS + 10):
        assert not detector.evaluate(Subject(process(command_line=f"hay {number}")))
    assert detector.evaluate(Subject(process(command_line="a needle")))


def test_an_index_of_nothing_has_no_candidates():
    assert list(RuleIndex([]).candidates(RuleIndex([]).start)) == []


@pytest.mark.parametrize(
    "value", ["\\cmd.exe", "x\\cmd.exe", "C:/cmd.exe", "cmd.exe", "\\cmd.exe\\x", "a\\b/cmd.exe"]
)
@pytest.mark.parametrize("ends", ["\\cmd.exe", "/cmd.exe", "cmd.exe", "b/cmd.exe"])
def test_names_at_the_end_of_paths(value, ends):
    of = rule(f"s:\n    CommandLine|endswith: {ends}\ncondition: s")
    assert bool(Detector([of]).evaluate(Subject(process(command_line=value)))) == value.endswith(ends)


# --- what is remembered

NODE = Process(
    entity_id="e1",
    pid=1,
    images=(
        Image(
            name="sh",
            executable="/usr/bin/dash",
            invoked="/bin/sh",
            args=("sh", "-c"),
            command_line="sh -c",
            command_line_length=70_000,
            original_file_name="sh.exe",
            env_vars=("LD_PRELOAD=/tmp/x",),
            sockets=(0,),
        ),
    ),
    first_seen_ns=0,
    folded=0,
    parent=Parent(entity_id="p", pid=5, name="p", executable="/p", command_line="p"),
    user=User(id="1", name="a"),
    effective_user=User(id="2", name="b"),
    working_directory="/",
    tty=Tty(name="pts/0", major=1, minor=2),
)
OTHER = {
    "name": "other",
    "executable": "/memfd:x (deleted)",
    "invoked": None,
    "args": ("other",),
    "command_line": None,
    "command_line_length": None,
    "original_file_name": None,
    "env_vars": (),
    "sockets": (1,),
    "user": User(id="9"),
    "effective_user": None,
    "working_directory": None,
    "tty": None,
    "parent": None,
    "unknown": {"process.command_line": "truncated"},
    "folded": 3,
    "kernel_thread": True,
    "pid": 77,
}


def told(subject: Subject) -> dict[str, list[str]]:
    found = {field: subject.values(field) or () for field in FIELDS if field not in VOLATILE}
    return {field: [value.text for value in values] for field, values in found.items()}


def changed(node: Process) -> list[Process]:
    own = [field.name for field in fields(Process) if field.name in OTHER]
    images = [field.name for field in fields(Image) if field.name in OTHER]
    parents = [field.name for field in fields(Parent) if field.name in OTHER]
    return [
        *(replace(node, **{name: OTHER[name]}) for name in own),
        *(replace(node, images=(replace(node.image, **{name: OTHER[name]}),)) for name in images),
        *(replace(node, parent=replace(node.parent, **{name: OTHER[name]})) for name in parents),
    ]


@pytest.mark.parametrize("above", [(), (NODE,), (NODE, NODE)])
def test_subjects_whose_fields_differ_have_keys_that_differ(above):
    subjects = [Subject(node, above, "linux") for node in [NODE, *changed(NODE)]]
    for place in range(len(above)):
        chains = [(*above[:place], node, *above[place + 1 :]) for node in changed(NODE)]
        subjects += [Subject(NODE, chain, "linux") for chain in chains]
    differing = 0
    for one, other in itertools.combinations(subjects, 2):
        if told(one) != told(other):
            differing += 1
            assert fingerprint(one) != fingerprint(other)
    assert differing > 100


def test_pids_count_only_where_a_rule_asks_for_them():
    of = rule("s:\n    ProcessId: 8\ncondition: s")
    detector = Detector([of])
    assert not detector.evaluate(Subject(process(pid=9)))
    assert detector.evaluate(Subject(process(pid=8)))


def test_long_command_lines_are_not_remembered():
    assert fingerprint(Subject(process(command_line="x" * (MAX_LENGTH + 1)))) is None
    assert fingerprint(Subject(process(command_line="x" * MAX_LENGTH))) is not None
