"""The language of conditions, and what it refuses."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.detect.condition import And, Condition, ConditionError, Not, Or, Selection, parse
from tests.detect.building import matches, process

NAMES = ("sel_a", "sel_b", "filter_a", "_note")
A, B, F, N = map(Selection, NAMES)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("sel_a", A),
        ("  sel_a\n", A),
        ("not sel_a", Not(A)),
        ("not not sel_a", Not(Not(A))),
        ("sel_a and sel_b", And((A, B))),
        ("sel_a or sel_b and filter_a", Or((A, And((B, F))))),
        ("(sel_a or sel_b) and filter_a", And((Or((A, B)), F))),
        ("not sel_a and sel_b", And((Not(A), B))),
        ("not (sel_a and sel_b)", Not(And((A, B)))),
        ("((sel_a))", A),
        ("(sel_a)and(sel_b)", And((A, B))),
        ("sel_a AND NOT sel_b", And((A, Not(B)))),
        ("1 of sel_*", Or((A, B))),
        ("any of sel_*", Or((A, B))),
        ("all of sel_*", And((A, B))),
        ("1 of sel_a", A),
        ("all of *_a", And((A, F))),
        ("1 of s*_*", Or((A, B))),
        ("1 of *l_*", Or((A, B))),
        ("1 of s*b", B),
        ("all of them", And((A, B, F))),
        ("1 of them", Or((A, B, F))),
        ("1 of *", Or((A, B, F, N))),
        ("_note", N),
        ("1 of sel_* and not 1 of filter_*", And((Or((A, B)), Not(F)))),
    ],
)
def test_the_tree_of_a_condition(text, tree):
    assert parse(text, NAMES) == tree


def test_a_partial_wildcard_takes_whole_names_only():
    names = ("sel", "sel_more", "presel")
    assert parse("1 of sel", names) == Selection("sel")
    assert parse("all of sel*", names) == And((Selection("sel"), Selection("sel_more")))
    assert parse("all of *sel", names) == And((Selection("sel"), Selection("presel")))


def test_names_may_look_like_quantifiers():
    names = ("1", "all", "any", "them")
    assert parse("1 and all or any", names) == Or((And((Selection("1"), Selection("all"))), Selection("any")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the condition is empty"),
        ("   ", "the condition is empty"),
        ("nothing", "condition refers to 'nothing', which is not defined"),
        ("sel_a and", "column 10: expected a selection, not the end"),
        ("and sel_a", "column 1: expected a selection, not 'and'"),
        ("sel_a or or sel_b", "column 10: expected a selection, not 'or'"),
        ("sel_a sel_b", "column 7: expected and, or, or the end, not 'sel_b'"),
        ("(sel_a", "column 7: the ( of column 1 is not closed"),
        ("sel_a)", "column 6: expected and, or, or the end, not ')'"),
        ("()", "column 2: expected a selection, not ')'"),
        ("not", "column 4: expected a selection, not the end"),
        ("1 of", "column 5: expected them or a name with * after of"),
        ("1 of nothing*", "column 6: no selection is named 'nothing*'"),
        ("2 of sel_*", "condition refers to '2', which is not defined"),
        ("sel_a | count() > 5", "column 7: aggregations with | are not supported"),
        ("| count()", "column 1: expected a selection, not '|'"),
        ("sel_a near sel_b", "column 7: expected and, or, or the end, not 'near'"),
        ("(" * 65 + "sel_a", "column 65: nested deeper than 64"),
        ("not " * 500 + "sel_a", "column 257: nested deeper than 64"),
        ("sel_a" + " and sel_a" * 2_000, "the condition is longer than 16384 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(text, sentence):
    with pytest.raises(ConditionError) as fault:
        parse(text, NAMES)
    assert str(fault.value) == sentence


WORDS = ["and", "or", "not", "1", "all", "of", "them", "(", ")", "|", "sel_*", "sel_a"]


@given(st.text(alphabet="()| *_ab1", max_size=40) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    with contextlib.suppress(ConditionError):
        assert isinstance(parse(text, NAMES), Condition)


def test_many_stars_against_many_names_take_no_time():
    names = ["a" * 200 + str(number) for number in range(1_000)]
    with pytest.raises(ConditionError):
        parse("1 of " + "a*" * 500 + "b", names)


trees = st.recursive(
    st.sampled_from("abc"),
    lambda parts: (
        st.tuples(st.just("not"), parts)
        | st.tuples(st.sampled_from(["and", "or"]), st.lists(parts, min_size=1, max_size=3))
    ),
    max_leaves=12,
)


def written(tree) -> str:
    match tree:
        case str():
            return tree
        case ("not", part):
            return f"not ({written(part)})"
        case (word, parts):
            return "(" + f" {word} ".join(map(written, parts)) + ")"


def naive(tree, true) -> bool:
    match tree:
        case str():
            return tree in true
        case ("not", part):
            return not naive(part, true)
        case ("and", parts):
            return all(naive(part, true) for part in parts)
        case (_, parts):
            return any(naive(part, true) for part in parts)


@given(trees)
def test_random_conditions_are_what_booleans_say(tree):
    selections = "".join(f"{name}:\n    CommandLine|contains: {name}\n" for name in "abc")
    detection = f"{selections}condition: {written(tree)}"
    for count in range(4):
        for true in itertools.combinations("abc", count):
            assert matches(detection, process(command_line="-".join(true))) is naive(tree, true)


@given(st.sets(st.sampled_from("abc")))
def test_of_them_is_or_and_all_of_them_is_and(true):
    selections = "".join(f"{name}:\n    CommandLine|contains: {name}\n" for name in "abc")
    subject = process(command_line="-".join(sorted(true)))
    assert matches(f"{selections}condition: 1 of them", subject) is bool(true)
    assert matches(f"{selections}condition: all of them", subject) is (true == set("abc"))


def test_several_conditions_are_alternatives():
    detection = "a:\n    CommandLine: a\nb:\n    CommandLine: b\ncondition:\n    - a\n    - b"
    assert matches(detection, process(command_line="b"))
    assert not matches(detection, process(command_line="c"))
