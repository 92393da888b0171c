"""From a match to the alert that people see."""

from __future__ import annotations

import pytest

from edr_tui.detect import Detector, Subject, alert_of
from edr_tui.detect.alerts import MAX_COMMAND_LINE, MAX_DECODED, MAX_GENERATIONS
from edr_tui.ecs import decode, encode
from edr_tui.model.alert import Alert, alert_id
from edr_tui.model.event import Host
from edr_tui.model.process import Parent, Process
from edr_tui.sources.lines import LONGEST_LINE, LineDecoder
from tests.detect.building import process, rule

HOST = Host(name="web1", os_type="linux")
PARENT = rule("sel:\n    ParentImage|endswith: /nginx\ncondition: sel")
ABOVE = rule("sel:\n    Ancestors|endswith: /nginx\ncondition: sel")
SELF = rule("sel:\n    Image|endswith: /sh\ncondition: sel")
SH = process("sh", "/usr/bin/dash", "sh -c id", pid=3, user="www-data")
WORKER = process("nginx", "/usr/sbin/nginx", "nginx: worker", pid=2, user="www-data")
MASTER = process("nginx", "/usr/sbin/nginx", "nginx: master", pid=1)


def alert(of, node: Process = SH, ancestors: tuple[Process, ...] = (WORKER, MASTER)) -> Alert:
    (match,) = Detector([of]).evaluate(Subject(node, ancestors), "linux")
    return alert_of(match, node, ancestors, HOST, 5)


def test_an_alert_says_what_when_where_and_from_whom():
    raised = alert(PARENT)
    assert raised.rule is PARENT.reference
    assert (raised.first_ns, raised.last_ns, raised.count, raised.host) == (5, 5, 1, HOST)
    assert [generation.entity_id for generation in raised.ancestry] == ["e1", "e2", "e3"]
    assert raised.chain_start == "e1"
    assert raised.entity_id == raised.process.entity_id == "e3"
    assert raised.process.user == "www-data"
    assert raised.message == "nginx started sh: A rule"


def test_the_sentence_fits_the_chain():
    between = process("x", "/tmp/x", "x", pid=4)
    assert alert(ABOVE, ancestors=(between, WORKER, MASTER)).message == "nginx led to sh: A rule"
    assert alert(SELF).message == "sh: A rule"
    nameless = process(None, "/usr/bin/sh", pid=8)
    assert alert(SELF, nameless).message == "sh: A rule"
    assert alert(PARENT, process(None, None, None, pid=8)).message == "nginx started process 8: A rule"


def test_the_same_rule_parent_image_and_user_is_the_same_alert():
    told = Parent(entity_id="p")
    same = [
        process("sh", "/usr/bin/dash", line, pid=pid, user="a", parent=told)
        for pid, line in ((1, "x"), (2, "y"))
    ]
    assert (
        alert(SELF, same[0], ()).id
        == alert(SELF, same[1], ()).id
        == alert_id(SELF.id, "p", "/usr/bin/dash", "a")
    )
    others = [
        process("sh", "/usr/bin/dash", parent=Parent(entity_id="q"), user="a"),
        process("sh", "/usr/bin/bash", parent=told, user="a"),
        process("sh", "/usr/bin/dash", parent=told, user="b"),
        process("sh", "/usr/bin/dash", parent_id="p2", user="a"),
        process("sh", None, parent=told, user="a"),
    ]
    assert len({alert(SELF, node, ()).id for node in (same[0], *others)}) == 6


def test_a_parent_that_is_in_no_table_stands_in_the_ancestry():
    told = Parent(
        entity_id="p", pid=7, name="nginx", executable="/usr/sbin/nginx", command_line="nginx", start_ns=1
    )
    raised = alert(PARENT, process("sh", "/usr/bin/dash", parent=told), ())
    assert [(g.entity_id, g.pid, g.name) for g in raised.ancestry] == [("p", 7, "nginx"), ("e9", 9, "sh")]
    assert raised.chain_start == "p"
    assert raised.message == "nginx started sh: A rule"


def test_folded_generations_stay_counted():
    told = Parent(entity_id="p", pid=7, name="nginx", executable="/usr/sbin/nginx")
    node = process("sh", "/usr/bin/dash", parent=told, folded=3)
    raised = alert(PARENT, node, (process("x", "/x", pid=1),))
    assert [(g.entity_id, g.folded) for g in raised.ancestry] == [("e1", 0), ("p", 2), ("e9", 0)]


def test_a_long_ancestry_is_folded_in_the_middle_and_keeps_where_the_red_begins():
    above = [process("b", "/b", pid=pid) for pid in range(300, 0, -1)]
    above[100] = process("x", "/x", pid=200)
    raised = alert(rule("sel:\n    Image: /b\ncondition: sel"), process("b", "/b", pid=999), tuple(above))
    assert len(raised.ancestry) == MAX_GENERATIONS
    assert sum(1 + generation.folded for generation in raised.ancestry) == 301
    middle = rule("sel:\n    Image: /b\n    Ancestors: /b\ncondition: sel")
    ancestors = (process("b", "/b", pid=500), *(process("c", "/c", pid=pid) for pid in range(300, 0, -1)))
    raised = alert(middle, process("b", "/b", pid=999), ancestors)
    assert raised.chain_start in {generation.entity_id for generation in raised.ancestry}


def test_where_the_red_begins_is_kept_even_in_the_middle():
    above = tuple(process("c", "/c", pid=pid) for pid in range(300, 0, -1))
    told = rule("sel:\n    Lineage|startswith: c>c\ncondition: sel")
    raised = alert(told, process("b", "/b", pid=999), above)
    assert raised.chain_start == "e1"
    (match,) = Detector([SELF]).evaluate(Subject(SH, above), "linux")
    match.chain_start = "e150"
    raised = alert_of(match, SH, above, HOST, 1)
    assert len(raised.ancestry) == MAX_GENERATIONS
    assert "e150" in {generation.entity_id for generation in raised.ancestry}
    assert sum(1 + generation.folded for generation in raised.ancestry) == 301


def test_an_ancestors_command_line_is_cut_and_the_own_is_not():
    parent = process("nginx", "/usr/sbin/nginx", "x" * 60_000, pid=2)
    node = process("sh", "/usr/bin/dash", "y" * 60_000, pid=3)
    raised = alert(PARENT, node, (parent,))
    assert len(raised.ancestry[0].command_line) == MAX_COMMAND_LINE
    assert len(raised.ancestry[1].command_line) == 60_000


@pytest.mark.parametrize("character", ["\x01", "\udcff", "x", "\u4e2d", "\U0001f600"])
def test_an_alert_is_a_line_that_a_reader_accepts_whatever_processes_call_themselves(character):
    def hostile(pid: int, line: int = 65_536) -> Process:
        return process(
            character * 255, "/" + character * 4_095, character * line, pid=pid, user=character * 64
        )

    selections = "".join(f"s{n}:\n    CommandLine|re: '^.{{{n}}}'\n" for n in range(1, 65))
    of = rule(f"{selections}condition: all of them")
    ancestors = tuple(hostile(pid) for pid in range(200, 2, -1))
    raised = alert(of, hostile(1), ancestors)
    assert len(raised.why) == 64
    assert len(raised.ancestry) == MAX_GENERATIONS
    line = encode(raised)
    assert LineDecoder().feed(line).undecoded == 0
    assert len(line) < LONGEST_LINE - 64 * 1024, "room for what the rule says"
    assert decode(line) == raised


def test_what_is_decoded_is_bounded_in_an_alert():
    (match,) = Detector([SELF]).evaluate(Subject(SH, ()), "linux")
    match.decoded = "\x01" * 32_768
    raised = alert_of(match, SH, (), HOST, 5)
    assert len(encode(raised)) < MAX_DECODED + 4_096
