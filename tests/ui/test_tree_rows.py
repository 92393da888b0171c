"""The tree as rows: shapes, badges, filters and chains that a person would name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edr_tui.model.alert import AlertState, Severity
from edr_tui.ui.tree_rows import GUIDES_KEPT, InChain, TreeRows
from tests.ui.builders import alert, process


def tree(*edges: str, threshold: Severity = Severity.MEDIUM) -> TreeRows:
    """A tree from "child<parent" and "root", in the order of their start."""
    rows = TreeRows(threshold)
    for number, edge in enumerate(edges):
        child, _, parent = edge.partition("<")
        rows.apply([process(child, parent or None, start=number)])
    return rows


def shape(rows: TreeRows) -> list[str]:
    """Every row as its indented name, with + where it is collapsed and () where it does not match."""
    return [
        "  " * row.depth
        + (row.process.entity_id if row.matches else f"({row.process.entity_id})")
        + (f" +{row.hidden}" if row.hidden else "")
        + (f" new {row.new_hidden}" if row.new_hidden else "")
        for row in rows.rows(0, len(rows))
    ]


def chains(rows: TreeRows) -> dict[str, str]:
    return {row.process.entity_id: row.in_chain.value for row in rows.rows(0, len(rows))}


WEB = ("systemd", "sshd<systemd", "nginx<systemd", "worker<nginx", "sh<worker", "curl<sh", "other<nginx")


def test_nothing() -> None:
    rows = TreeRows()
    assert len(rows) == 0
    assert list(rows.rows(0, 10)) == []
    assert rows.index_of("a") is rows.parent_of("a") is rows.nearest_on_list("a") is None
    rows.toggle("a")
    rows.collapse_all()
    with pytest.raises(IndexError):
        rows.row(0)


def test_children_follow_their_parent_by_start() -> None:
    rows = tree("init", "late<init", "b<late", "init2")
    rows.apply([process("early", "init", start=0.5)])
    assert shape(rows) == ["init", "  early", "  late", "    b", "init2"]


def test_a_child_may_come_before_its_parent() -> None:
    rows = TreeRows()
    rows.apply([process("c", "b", start=3), process("b", "a", start=2)])
    assert shape(rows) == ["b", "  c"]
    rows.apply([process("a", start=1)])
    assert shape(rows) == ["a", "  b", "    c"]


def test_a_circle_is_not_drawn() -> None:
    rows = TreeRows()
    rows.apply([process("self", "self"), process("a", "b", start=1), process("b", "a", start=2)])
    assert shape(rows) == ["self", "a", "  b"]
    rows.apply([process("b", start=2)])
    assert shape(rows) == ["self", "a", "b"]
    rows.apply([], ["b", "a"])
    assert shape(rows) == ["self"]


def test_who_loses_its_parent_is_a_root_until_told_otherwise() -> None:
    rows = tree(*WEB)
    rows.apply([], ["worker"])
    assert shape(rows) == ["systemd", "  sshd", "  nginx", "    other", "sh", "  curl"]
    rows.apply([process("sh", "nginx", start=4, folded=1)])
    assert shape(rows) == ["systemd", "  sshd", "  nginx", "    sh", "      curl", "    other"]


def test_collapsed_stays_collapsed_and_counts_what_comes() -> None:
    rows = tree(*WEB)
    rows.collapse("nginx")
    assert shape(rows) == ["systemd", "  sshd", "  nginx +4"]
    rows.apply([process("sh2", "worker", start=10), process("id", "sh2", start=11)])
    assert shape(rows) == ["systemd", "  sshd", "  nginx +6 new 2"]
    rows.apply([], ["id"])
    assert shape(rows)[-1].startswith("  nginx +5")
    assert rows.index_of("sh2") is None
    assert rows.nearest_on_list("sh2") == "nginx"
    rows.expand("nginx")
    assert shape(rows)[2:] == ["  nginx", "    worker", "      sh", "        curl", "      sh2", "    other"]


def test_collapse_all_keeps_the_roots_and_what_comes_later_closed() -> None:
    rows = tree(*WEB)
    rows.collapse_all()
    assert shape(rows) == ["systemd", "  sshd", "  nginx +4"]
    rows.apply([process("login", "sshd", start=20), process("bash", "login", start=21)])
    assert shape(rows) == ["systemd", "  sshd +2 new 2", "  nginx +4"]
    rows.expand_path("bash")
    assert shape(rows) == ["systemd", "  sshd", "    login", "      bash", "  nginx +4"]
    rows.expand_all()
    assert len(rows) == rows.known == 9
    rows.collapse("systemd")
    rows.collapse_all()
    assert shape(rows) == ["systemd +8"]


def test_a_filter_keeps_ancestors_and_gives_everything_back() -> None:
    rows = tree(*WEB)
    rows.collapse("sh")
    before = shape(rows)
    rows.set_filter(lambda one: one.name in ("curl", "sshd"))
    assert shape(rows) == [
        "(systemd)",
        "  sshd",
        "  (nginx)",
        "    (worker)",
        "      (sh)",
        "        curl",
    ]
    rows.collapse("nginx")
    assert shape(rows)[-1] == "  (nginx) +3"
    rows.apply([process("curl2", "nginx", name="curl", start=30), process("x", "sshd", start=31)])
    assert shape(rows)[-1] == "  (nginx) +4"
    rows.apply([], ["curl2", "x"])
    rows.set_filter(None)
    assert shape(rows) == before


def test_what_changes_is_tested_again() -> None:
    rows = tree("a", "b<a")
    rows.set_filter(lambda one: one.name == "ssh")
    assert shape(rows) == []
    rows.apply([process("b", "a", name="ssh", start=1)])
    assert shape(rows) == ["(a)", "  b"]
    rows.apply([process("b", "a", name="scp", start=1)])
    assert shape(rows) == []


def test_a_chain_is_red_from_its_start_and_below_the_suspect() -> None:
    rows = tree(*WEB)
    rows.apply_alerts([alert("one", ["systemd", "nginx", "worker", "sh"], start="nginx")])
    assert chains(rows) == {
        "systemd": "none",
        "sshd": "none",
        "nginx": "path",
        "worker": "path",
        "sh": "path",
        "curl": "descendant",
        "other": "none",
    }
    sh = rows.row(rows.index_of("sh") or 0)
    assert sh.level is Severity.HIGH
    assert not sh.acknowledged


def test_an_acknowledged_chain_loses_its_red() -> None:
    rows = tree(*WEB)
    chain = ["nginx", "worker", "sh"]
    rows.apply_alerts([alert("one", chain), alert("two", chain, level=Severity.CRITICAL)])
    rows.apply_alerts([alert("one", chain, state=AlertState.ACKNOWLEDGED)])
    assert chains(rows)["nginx"] == "path"
    rows.apply_alerts([alert("two", chain, state=AlertState.ACKNOWLEDGED, techniques=("T1505.003",))])
    assert set(chains(rows).values()) == {"none"}
    sh = rows.row(rows.index_of("sh") or 0)
    assert (sh.level, sh.acknowledged, sh.techniques) == (None, True, ("T1505.003",))
    rows.apply_alerts([alert("two", chain)])
    assert chains(rows)["curl"] == "descendant"
    rows.apply_alerts([], ["one", "two"])
    assert set(chains(rows).values()) == {"none"}
    assert not rows.row(rows.index_of("sh") or 0).acknowledged


def test_a_level_below_the_threshold_is_a_tag_and_no_chain() -> None:
    rows = tree(*WEB, threshold=Severity.HIGH)
    rows.apply_alerts([alert("one", ["nginx", "worker", "sh"], level=Severity.MEDIUM)])
    assert set(chains(rows).values()) == {"none"}
    assert rows.row(rows.index_of("sh") or 0).level is Severity.MEDIUM


def test_a_collapsed_parent_shows_the_highest_level_below() -> None:
    rows = tree(*WEB)
    rows.collapse("nginx")
    rows.apply_alerts([alert("one", ["sh"], level=Severity.LOW), alert("two", ["curl"])])
    assert rows.row(2).level_below is Severity.HIGH
    rows.apply([], ["curl"])
    assert rows.row(2).level_below is Severity.LOW
    rows.apply_alerts([alert("one", ["sh"], state=AlertState.ACKNOWLEDGED)])
    assert rows.row(2).level_below is None


def test_an_alert_may_come_before_its_process() -> None:
    rows = tree("systemd", "nginx<systemd")
    rows.apply_alerts([alert("one", ["nginx", "sh"])])
    rows.apply([process("sh", "nginx", start=9)])
    assert chains(rows) == {"systemd": "none", "nginx": "path", "sh": "path"}
    rows.collapse("nginx")
    assert rows.row(1).level_below is Severity.HIGH


def test_the_folded_middle_of_a_chain_is_red_too() -> None:
    rows = tree("a", "b<a", "c<b", "d<c", "e<d")
    told = alert("one", ["a", "b", "d", "e"])
    ancestry = tuple(replace(one, folded=1) if one.entity_id == "d" else one for one in told.ancestry)
    rows.apply_alerts([replace(told, ancestry=ancestry)])
    assert set(chains(rows).values()) == {"path"}


def test_who_survives() -> None:
    rows = tree("init", "a<init", "b<a", "z")
    assert rows.survivor("b", set()) == "b"
    assert rows.survivor("b", {"b"}) == "a"
    assert rows.survivor("b", {"b", "a"}) == "init"
    assert rows.survivor("b", {"b", "a", "init"}) == "z"
    assert rows.survivor("z", {"z"}) == "init"
    assert rows.survivor("z", {"z", "init"}) is None


def test_ten_thousand_generations() -> None:
    rows = TreeRows()
    rows.apply([process(f"p{n}", f"p{n - 1}" if n else None, start=n) for n in range(10_000)])
    assert len(rows) == 10_000
    last = rows.row(9_999)
    assert (last.depth, len(last.guides), last.is_last) == (9_999, GUIDES_KEPT, True)
    assert rows.index_of("p9999") == 9_999
    rows.apply_alerts([alert("one", ["p10"])])
    assert [row.in_chain for row in rows.rows(9, 12)] == [InChain.NONE, InChain.PATH, InChain.DESCENDANT]
    rows.toggle("p5000")
    assert len(rows) == 5_001
    assert rows.nearest_on_list("p9999") == "p5000"
    rows.set_filter(lambda one: one.entity_id == "p9999")
    assert len(rows) == 10_000
    rows.set_filter(None)
    rows.apply([], [f"p{n}" for n in range(0, 10_000, 2)])
    assert rows.known == 5_000


def test_guides_tell_which_lines_go_on() -> None:
    rows = tree("init", "a<init", "a1<a", "a11<a1", "a2<a", "b<init")
    assert {row.process.entity_id: (row.guides, row.is_last) for row in rows.rows(0, 6)} == {
        "init": ((), True),
        "a": ((), False),
        "a1": ((True,), False),
        "a11": ((True, True), True),
        "a2": ((True,), True),
        "b": ((), True),
    }


def test_search_goes_around_and_into_the_collapsed() -> None:
    rows = tree(*WEB)
    rows.collapse_all()

    def found(start: str | None, *wanted: str, backwards: bool = False) -> str | None:
        return rows.search(lambda one: one.entity_id in wanted, start, backwards=backwards)

    assert found(None, "curl", "sh") == "sh"
    assert found("sh", "curl", "sh") == "curl"
    assert found("curl", "curl", "sh") == "sh"
    assert found("curl", "curl") == "curl"
    assert found("curl", "sh", "other", backwards=True) == "sh"
    assert found("systemd", "sh", "other", backwards=True) == "other"
    assert found("nobody", "sshd") == "sshd"
    assert found("sh", "nobody") is None
    rows.set_filter(lambda one: one.entity_id == "worker")
    assert found(None, "curl") is None
    assert found("curl", "worker", "nginx") == "nginx"
