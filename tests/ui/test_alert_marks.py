"""Marks of alerts that join: right after any history, and each repeat costs only what it changes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.alert import AlertState, Severity
from edr_tui.model.alerts import ALSO_KEPT
from edr_tui.ui.alert_marks import AlertMarks
from tests.ui.builders import alert

IDS = tuple("abcdefgh")
PARENTS = {"b": "a", "c": "b", "d": "b", "e": "c", "f": "c", "g": "h"}
SOME_IDS = st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True)


def joined(chain, also=(), folded=0, **more):
    """An alert on the last of the chain; earlier matches of it are in also."""
    one = alert(more.pop("id", "x"), list(chain), **more)
    ancestry = (*one.ancestry[:-1], replace(one.ancestry[-1], folded=folded))
    return replace(one, also=tuple(also), ancestry=ancestry)


def red(marks):
    return {entity_id for entity_id in IDS if marks.in_path(entity_id)}


def unordered(marks):
    return {
        entity_id: (mark.level, mark.acknowledged, mark.chain, set(mark.techniques), set(mark.evidence))
        for entity_id, mark in marks.marks.items()
    }


@given(
    st.lists(
        st.tuples(
            st.sampled_from("xyz"),
            SOME_IDS,
            SOME_IDS,
            st.integers(0, 1),
            st.sampled_from([Severity.LOW, Severity.HIGH]),
            st.sampled_from(AlertState),
            st.sampled_from([(), ("T1",), ("T2",)]),
            st.sampled_from([(), ("curl",)]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_after_any_history_marks_are_as_if_only_the_newest_values_had_come(history):
    marks, newest = AlertMarks(), {}
    for id_, chain, also, folded, level, state, techniques, evidence, closes in history:
        before = unordered(marks)
        if closes:
            newest.pop(id_, None)
            changed = marks.apply([], [id_], PARENTS.get)
        else:
            newest[id_] = joined(
                chain,
                also,
                folded,
                id=id_,
                level=level,
                state=state,
                techniques=techniques,
                evidence=evidence,
            )
            changed = marks.apply([newest[id_]], [], PARENTS.get)
        fresh = AlertMarks()
        fresh.apply(newest.values(), [], PARENTS.get)
        assert unordered(marks) == unordered(fresh)
        assert red(marks) == red(fresh)
        after = unordered(marks)
        assert {one for one in IDS if before.get(one) != after.get(one)} <= changed


def test_earlier_matches_are_red_with_what_is_between():
    marks = AlertMarks()
    marks.apply([joined("abcf", also=("e", "d", "g"), start="a")], [], PARENTS.get)
    assert red(marks) == set("abcdefg")
    assert not marks.in_path("h"), "the chain does not begin above g"


def test_a_repeat_touches_who_came_and_who_went_and_walks_once():
    parents = {f"p{number}": f"p{number - 1}" for number in range(1, 1000)}
    siblings = [f"s{number}" for number in range(400)]
    parents |= dict.fromkeys(siblings, "p999")
    asked, marked_again = [], []
    marks = AlertMarks()
    mark_again = marks._mark_again
    marks._mark_again = lambda entity_id: (marked_again.append(entity_id), mark_again(entity_id))[1]

    def parent_of(entity_id):
        asked.append(entity_id)
        return parents.get(entity_id)

    for number, sibling in enumerate(siblings):
        asked.clear()
        marked_again.clear()
        also = siblings[max(number - ALSO_KEPT, 0) : number]
        one = joined(("p0", sibling), also, folded=998, start="p0")
        changed = marks.apply([one], [], parent_of)
        gone = {siblings[number - ALSO_KEPT - 1]} if number > ALSO_KEPT else set()
        assert set(marked_again) == changed == {sibling} | gone
        assert len(asked) <= 2 * 1000 + ALSO_KEPT + 1
    assert marks.in_path("p500")
    assert ALSO_KEPT == 32
