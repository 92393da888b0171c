from dataclasses import replace

import pytest

from edr_tui.model.event import SnapshotSpan
from edr_tui.model.process import Provenance
from edr_tui.model.table import CHAIN_KEPT, LINES_OF_THE_PAST, ProcessTable
from tests.telling import EPOCH, SECOND, Teller


def told(*events, **bounds):
    table = ProcessTable(**bounds)
    for event in events:
        table.apply(event)
    return table


def test_a_start_hangs_from_its_parent():
    tell = Teller()
    nginx = tell.record(10, name="nginx")
    sh = tell.record(11, nginx, at=5)
    table = told(tell.snapshot(nginx), tell.start(sh, 5))
    assert [child.name for child in table.children(nginx.entity_id)] == ["sh"]
    assert [above.name for above in table.ancestors(sh.entity_id)] == ["nginx"]
    assert table.get(nginx.entity_id).in_first_snapshot
    assert not table.get(sh.entity_id).in_first_snapshot


def test_reparenting_never_changes_ancestry():
    tell = Teller()
    init, daemon = tell.record(1, name="init"), tell.record(10, name="daemon")
    orphan = tell.record(11, daemon, at=1)
    table = told(tell.snapshot(init), tell.snapshot(daemon), tell.start(orphan), tell.exit(daemon, 2))
    table.apply(tell.snapshot(replace(orphan, parent=tell.record(11, init).parent), 3, repair=True))
    assert [above.name for above in table.ancestors(orphan.entity_id)] == ["daemon"]
    assert table.get(daemon.entity_id).exit.code == 0


def test_an_exec_is_one_node_with_a_history():
    tell = Teller()
    sh = tell.record(10, name="sh")
    curl = replace(tell.record(10, name="curl"), entity_id=sh.entity_id)
    change = (table := told(tell.snapshot(sh))).apply(tell.exec(curl, 2))
    assert change.image
    assert not change.new
    assert [image.name for image in table.get(sh.entity_id).images] == ["sh", "curl"]
    assert table.get(sh.entity_id).execs == 2


def test_an_argv_rewritten_later_does_not_touch_what_was_recorded_first():
    tell = Teller()
    sh = tell.record(10, name="sh", args=["sh", "-c", "evil"])
    table = told(tell.snapshot(sh))
    table.apply(tell.exec(replace(sh, image=replace(sh.image, args=("x",), command_line="x")), 2))
    assert table.get(sh.entity_id).images[0].command_line == "sh -c evil"


def test_a_reused_pid_is_a_new_process_and_ends_the_old_one():
    tell = Teller()
    old, new = tell.record(10, name="old"), tell.record(10, name="new", at=9)
    change = (table := told(tell.snapshot(old))).apply(tell.start(new, 9))
    assert [other.name for other in change.others] == ["old"]
    assert table.get(old.entity_id).exit.seen is False
    assert table.get(new.entity_id).alive
    assert table.running == 1


def test_a_document_without_the_inode_meets_its_node():
    with_inode, without = Teller(), Teller(inodes=False)
    known, bare = with_inode.record(10, at=3), without.record(10, at=3)
    assert known.entity_id != bare.entity_id
    table = told(with_inode.snapshot(known), without.exit(bare, 4, code=7))
    assert table.get(known.entity_id).exit.code == 7
    assert len(table) == 1
    table = told(without.snapshot(bare), with_inode.snapshot(known, repair=True))
    assert len(table) == 1
    assert table.get(known.entity_id) is table.get(bare.entity_id)


def test_two_inodes_in_one_tick_are_two_processes():
    tell = Teller()
    first, second = tell.record(10, at=3), tell.record(10, at=3)
    table = told(tell.start(first, 3), tell.exit(first, 3), tell.start(second, 3))
    assert len(table) == 2
    assert table.get(second.entity_id).alive


def test_a_child_that_was_told_before_its_parent_finds_it():
    tell = Teller()
    parent = tell.record(10)
    child = tell.record(11, parent, at=1)
    table = told(tell.start(child), tell.snapshot(parent))
    assert table.ancestors(child.entity_id) == (table.get(parent.entity_id),)


def test_a_child_that_waits_under_the_bare_form_of_its_parents_id_finds_it():
    tell = Teller()
    parent, bare = tell.record(10, at=1), Teller(inodes=False).record(10, at=1)
    child = tell.record(11, bare, at=2)
    table = told(tell.start(child), tell.snapshot(parent))
    assert [above.pid for above in table.ancestors(child.entity_id)] == [10]


def test_loops_and_self_parents_break():
    tell = Teller()
    a = tell.record(10, entity_id="a")
    b = tell.record(11, a, entity_id="b")
    a = replace(a, parent=replace(b.parent, entity_id="b", pid=11))
    self_made = tell.record(12, entity_id="c")
    self_made = replace(self_made, parent=replace(b.parent, entity_id="c"))
    table = told(tell.snapshot(a), tell.snapshot(b), tell.snapshot(self_made))
    assert table.edges_broken == 2
    assert table.ancestors("c") == ()
    assert len(table.ancestors("a")) + len(table.ancestors("b")) == 1


def test_a_parent_younger_than_its_child_is_no_parent():
    tell = Teller()
    reused = tell.record(10, name="reused", at=50)
    child = tell.record(11, reused, at=5)
    for order in ((reused, child), (child, reused)):
        table = told(*(tell.snapshot(record) for record in order))
        assert table.edges_broken == 1
        assert table.ancestors(child.entity_id) == ()
        assert table.get(child.entity_id).provenance is Provenance.UNKNOWN
        assert table.get(child.entity_id).parent.pid == 10, "what was told of the parent stays"


def test_a_step_of_the_clock_breaks_no_edge():
    tell = Teller()
    parent = tell.record(10, at=100)
    child = replace(tell.record(11, parent, at=101), start_ns=EPOCH - 86_400 * SECOND)
    assert told(tell.snapshot(parent), tell.start(child, 101)).edges_broken == 0


def test_non_leader_exec_lives_on():
    tell = Teller()
    sh = tell.record(10, name="sh")
    curl = replace(tell.record(10, name="curl"), entity_id=sh.entity_id)
    table = told(tell.snapshot(sh), tell.exit(sh, 2), tell.exec(curl, 2))
    assert table.get(sh.entity_id).alive
    assert table.get(sh.entity_id).name == "curl"
    assert table.running == 1


def test_a_snapshot_read_before_the_exit_does_not_revive():
    tell = Teller()
    sh = tell.record(10)
    table = told(tell.start(sh, 1), tell.exit(sh, 3), tell.snapshot(sh, 2))
    assert not table.get(sh.entity_id).alive


def test_whoever_a_whole_snapshot_does_not_name_has_ended():
    tell = Teller()
    stays, ghost = tell.record(10), tell.record(11)
    table = told(tell.snapshot(stays), tell.snapshot(ghost))
    again = tell.snapshot(stays, 5, repair=True)
    table.apply(again)
    ended = table.settle(SnapshotSpan(first=again.sequence, last=again.sequence, count=1), EPOCH + 6)
    assert [process.pid for process in ended] == [11]
    assert table.get(ghost.entity_id).exit.seen is False
    assert table.get(stays.entity_id).alive
    assert table.exits_not_seen == 1


def test_a_new_stream_marks_what_it_finds_and_settles():
    first, second = Teller(), Teller()
    old = first.record(10)
    table = told(first.snapshot(old))
    table.next_stream()
    found = second.record(20)
    table.apply(second.snapshot(found, 9))
    assert table.get(found.entity_id).repaired
    assert not table.get(found.entity_id).in_first_snapshot
    assert [p.pid for p in table.settle(SnapshotSpan(first=1, last=1, count=1), EPOCH)] == [10]


def test_telling_twice_changes_nothing():
    tell = Teller()
    parent = tell.record(10)
    child = tell.record(11, parent, at=1)
    table = told(tell.snapshot(parent), tell.start(child))
    before = table.processes()
    assert table.apply(tell.snapshot(parent)).process is None
    assert table.apply(tell.start(child)).process is None
    assert table.processes() == before
    assert table.duplicates == 2


def test_a_kernel_thread_that_takes_another_name_has_no_new_image():
    tell = Teller()
    worker = tell.record(30, name="kworker/0:1-events", kernel_thread=True)
    table = told(tell.snapshot(worker))
    renamed = replace(worker, image=replace(worker.image, name="kworker/0:1-mm"))
    assert not table.apply(tell.snapshot(renamed, 5, repair=True)).image
    assert len(table.get(worker.entity_id).images) == 1


def test_a_repair_fills_what_was_unknown_and_marks_it():
    tell = Teller()
    dark = tell.record(10, args=None, unknown={"process.command_line": "denied", "user.name": "gone"})
    dark = replace(dark, image=replace(dark.image, args=None, command_line=None))
    clear = replace(dark, image=replace(dark.image, args=("sh", "-i"), command_line="sh -i"), unknown={})
    table = told(tell.snapshot(dark), tell.snapshot(clear, 2, repair=True))
    node = table.get(dark.entity_id)
    assert node.command_line == "sh -i"
    assert node.unknown == {}
    assert node.repaired
    assert len(node.images) == 1


def test_exited_processes_age_out_by_count_oldest_end_first():
    tell = Teller()
    records = [tell.record(pid, at=pid) for pid in range(10, 20)]
    table = told(*(tell.start(record, 20) for record in records), keep=3)
    for at, record in enumerate(reversed(records)):
        table.apply(tell.exit(record, 30 + at))
    gone = table.expire()
    assert [table.get(entity_id) for entity_id in gone] == [None] * 7
    assert [process.pid for process in table.processes()] == [10, 11, 12]
    assert table.evicted == 7


def test_exited_processes_age_out_by_told_time_but_not_by_a_jump():
    tell = Teller()
    short, other = tell.record(10), tell.record(11)
    table = told(tell.start(short), tell.start(other), tell.exit(short, 2), keep_ns=100 * SECOND)
    table.apply(tell.exit(other, 86_400))
    assert table.expire() == ()
    for at in range(86_400, 86_520, 30):
        table.apply(tell.snapshot(tell.record(99, at=at), at))
    assert table.expire()[0] == short.entity_id


def test_an_exited_ancestor_stays_while_a_descendant_is_kept():
    tell = Teller()
    grandparent = tell.record(10)
    parent = tell.record(11, grandparent, at=1)
    child = tell.record(12, parent, at=2)
    table = told(tell.start(grandparent), tell.start(parent), tell.start(child), keep=0)
    table.apply(tell.exit(grandparent, 3))
    table.apply(tell.exit(parent, 3))
    assert table.expire() == ()
    table.apply(tell.exit(child, 4))
    assert set(table.expire()) == {grandparent.entity_id, parent.entity_id, child.entity_id}
    assert len(table) == 0


def test_an_open_alert_keeps_its_process():
    tell = Teller()
    process = tell.record(10)
    table = told(tell.start(process), keep=0)
    table.pin(process.entity_id)
    table.pin(process.entity_id)
    table.apply(tell.exit(process, 2))
    assert table.expire() == ()
    table.unpin(process.entity_id)
    assert table.expire() == ()
    table.unpin(process.entity_id)
    assert table.expire() == (process.entity_id,)


def test_a_self_reforking_chain_is_folded_in_the_middle():
    tell = Teller()
    table = ProcessTable()
    generations = 5_000
    above = tell.record(1, name="init")
    table.apply(tell.snapshot(above))
    for generation in range(generations):
        record = tell.record(10 + generation, above, at=1 + generation)
        table.apply(tell.start(record, 1 + generation))
        if above.pid != 1:
            table.apply(tell.exit(above, 1.5 + generation))
        above = record
    chain = table.ancestors(above.entity_id)
    assert len(chain) <= CHAIN_KEPT + 2
    assert chain[-1].name == "init"
    assert chain[-2].pid == 10, "the beginning of the chain stays"
    whole = [table.get(above.entity_id), *chain]
    assert sum(process.folded for process in whole) + len(whole) == generations + 1
    assert table.get(above.entity_id).alive


@pytest.mark.parametrize("order", ["top down", "bottom up", "inside out"])
def test_a_chain_is_folded_in_whatever_order_it_ends(order):
    tell = Teller()
    table = ProcessTable(keep=10)
    above, records = None, []
    for generation in range(500):
        above = tell.record(1 + generation, above, at=generation)
        records.append(above)
        table.apply(tell.start(above, generation))
    *ending, leaf = records
    if order == "bottom up":
        ending.reverse()
    if order == "inside out":
        ending.sort(key=lambda record: abs(record.pid - 250))
    for number, record in enumerate(ending):
        table.apply(tell.exit(record, 600 + number))
        table.expire()
    chain = [table.get(leaf.entity_id), *table.ancestors(leaf.entity_id)]
    assert len(chain) <= CHAIN_KEPT + 1
    assert chain[-1].pid == 1, "the beginning of the chain stays"
    assert sum(process.folded for process in chain) + len(chain) == 500


def test_a_night_of_starts_is_as_long_as_its_statuses_say():
    tell = Teller()
    old = tell.record(5)
    table = told(tell.start(old, 0), tell.exit(old, 0), keep_ns=3_600 * SECOND)
    for second in range(1, 3_000):
        table.tell_time(EPOCH + second * SECOND)
        record = tell.record(10, at=second - 0.9)
        table.apply(tell.start(record, second - 0.9))
        table.apply(tell.exit(record, second))
    assert old.entity_id not in table.expire(), "starts are told with earlier times, which are no steps"
    table.tell_time(EPOCH + 10 * SECOND)
    for second in range(10, 700):
        table.tell_time(EPOCH + second * SECOND)
    assert old.entity_id in table.expire(), "a clock set back goes on from there"


def test_what_a_process_writes_over_its_argv_is_no_exec_to_a_new_sensor():
    first, second = Teller(), Teller()
    nginx = first.record(10, name="nginx", args=["nginx", "-g", "daemon off;"])
    table = told(first.snapshot(nginx))
    table.next_stream()
    retitled = replace(
        nginx, image=replace(nginx.image, args=("nginx: master",), command_line="nginx: master")
    )
    assert not table.apply(second.snapshot(retitled, 5)).image
    node = table.get(nginx.entity_id)
    assert (node.execs, node.command_line) == (1, "nginx -g daemon off;")
    other = replace(retitled, image=replace(retitled.image, executable="/tmp/nginx"))
    assert table.apply(second.snapshot(other, 6)).image


def test_long_lines_of_the_past_are_cut_when_there_are_too_many():
    tell = Teller()
    table = ProcessTable()
    line = "x" * 65_000
    for pid in range(10, 10 + LINES_OF_THE_PAST // len(line) + 5):
        record = tell.record(pid, args=[line, line[:10]])
        table.apply(tell.start(record))
        table.apply(tell.exit(record, 2))
    changed = table.lighten()
    assert 0 < len(changed) <= 6
    assert changed[0].pid == 10, "the oldest end first"
    image = changed[0].image
    assert len(image.command_line) == 1_024
    assert sum(map(len, image.args)) <= 1_024
    assert image.command_line_length == 65_011
    assert table.lighten() == ()
    kept = sum(len(process.command_line) for process in table.processes())
    assert kept <= LINES_OF_THE_PAST + len(changed) * 1_024


def test_an_exec_loop_keeps_but_the_beginnings_of_its_long_lines():
    tell = Teller()
    first = tell.record(10, args=["x" * 60_000])
    table = told(tell.start(first))
    for number in range(200):
        image = replace(
            first.image, command_line=f"{number} " + "y" * 60_000, args=(str(number), "y" * 60_000)
        )
        table.apply(tell.exec(replace(first, image=image), 2 + number))
    node = table.get(first.entity_id)
    assert node.execs == 201
    assert node.images[0].args[0].startswith("xxx")
    assert sum(len(image.command_line) for image in node.images) < 60_003 + 64 * 1_025
    assert len(node.command_line) > 60_000, "what it runs now is whole"


def test_a_very_deep_living_chain_needs_no_recursion():
    tell = Teller()
    table = ProcessTable()
    above = None
    for depth in range(10_000):
        above = tell.record(1 + depth, above, at=depth)
        table.apply(tell.start(above, depth))
    assert len(table.ancestors(above.entity_id)) == 9_999


def test_an_exit_of_nobody_is_counted():
    tell = Teller()
    table = told(tell.exit(tell.record(10)))
    assert table.exits_unmatched == 1
    assert len(table) == 0


def test_a_node_keeps_what_a_kernel_sensor_tells_and_a_poorer_telling_takes_nothing_away():
    tell = Teller()
    origin = {
        "group_id": "33",
        "login_uid": "1000",
        "session_leader_pid": 9,
        "cgroup_id": 42,
        "container_id": "c0ffee",
    }
    told_once = replace(tell.record(10), **origin)
    table = told(tell.start(told_once), tell.snapshot(replace(told_once, **dict.fromkeys(origin)), 2))
    node = table.get(told_once.entity_id)
    assert {name: getattr(node, name) for name in origin} == origin
