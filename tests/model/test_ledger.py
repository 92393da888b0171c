"""The ledger: what was read and what was lost, wherever that was, is what was told. Each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.engine import Engine
from edr_tui.model.event import AnyEvent, EventsLost, SnapshotSpan
from edr_tui.model.ledger import Ledger, LedgerView
from edr_tui.sources.base import Delivery
from edr_tui.sources.memory import MemorySource
from tests.telling import EPOCH, WEB1, Teller


@dataclass
class Way:
    """What becomes of a stream on its way: what arrives in each portion, and what was lost where."""

    tell: Teller = field(default_factory=lambda: Teller(provider="ebpf"))
    portions: list[tuple[list[AnyEvent], int]] = field(default_factory=lambda: [([], 0)])
    lost: Counter[str] = field(default_factory=Counter)
    gap: int = 0

    def event(self) -> AnyEvent:
        return self.tell.status()

    def arrives(self, event: AnyEvent) -> None:
        self.portions[-1][0].append(event)

    def portion(self) -> None:
        self.portions.append(([], 0))

    def dropped(self, stage: str, count: int) -> None:
        for _ in range(count):
            self.event()
        self.lost[stage] += count
        if stage == "decoder":
            events, unread = self.portions[-1]
            self.portions[-1] = (events, unread + count)

    def lost_by_the_sensor(self, stage: str, count: int) -> None:
        """It tells the loss: by its numbers, if it had given any; else by the count alone."""
        first = last = None
        if stage == "sensor_queue":
            numbers = [self.event().sequence for _ in range(count)]
            first, last = numbers[0], numbers[-1]
        told = EventsLost(
            at_ns=EPOCH,
            sequence=self.event().sequence,
            provider="ebpf",
            host=WEB1,
            stage=stage,
            count=count,
            first=first,
            last=last,
        )
        self.lost[stage] += count
        self.arrives(told)


steps = st.lists(
    st.tuples(
        st.sampled_from(["event", "portion", "kernel", "sensor_queue", "decoder", "pipe"]), st.integers(1, 5)
    ),
    max_size=40,
)


@given(steps)
def test_what_is_read_and_what_is_lost_is_what_was_told(steps):
    way = Way()
    for step, count in steps:
        match step:
            case "event":
                for _ in range(count):
                    way.arrives(way.event())
            case "portion":
                way.portion()
            case "kernel" | "sensor_queue":
                way.lost_by_the_sensor(step, count)
            case _:
                way.dropped(step, count)
    way.portion()
    way.arrives(way.event())  # at the latest the next status, a second later
    ledger = Ledger()
    noticed: list[EventsLost] = []
    for events, unread in way.portions:
        ledger.unread(unread)
        for event in events:
            noticed += ledger.follow(event)
            ledger.count(event)
    with_numbers = sum(count for stage, count in ledger.lost.items() if stage != "kernel")
    assert ledger.read + with_numbers == way.tell.last_sequence
    assert ledger.lost.get("kernel", 0) == way.lost["kernel"]
    assert ledger.lost.get("sensor_queue", 0) == way.lost["sensor_queue"]
    found = {stage: ledger.lost.get(stage, 0) for stage in ("decoder", "pipe")}
    assert sum(found.values()) == way.lost["decoder"] + way.lost["pipe"]
    assert found["decoder"] == way.lost["decoder"]
    assert sum(lost.count for lost in noticed) == sum(found.values())
    view = LedgerView(lost=ledger.lost, undecoded=ledger.undecoded)
    assert view.lost_total == sum(way.lost.values())


def follow(ledger: Ledger, *events: AnyEvent) -> list[EventsLost]:
    return [lost for event in events for lost in ledger.follow(event)]


def test_a_loss_is_told_with_its_numbers_where_it_was_noticed():
    tell = Teller()
    first, *_, last = [tell.status(at) for at in range(5)]
    (lost,) = follow(Ledger(), first, last)
    assert (lost.stage, lost.count, lost.first, lost.last, lost.sequence) == ("pipe", 3, 2, 4, 4)
    assert (lost.at_ns, lost.host) == (last.at_ns, last.host)


def test_a_line_that_was_no_document_of_the_stream_is_no_lost_event_but_is_counted():
    ledger = Ledger()
    ledger.unread(2)
    tell = Teller()
    assert follow(ledger, *[tell.status(at) for at in range(3)]) == []
    assert LedgerView(lost=ledger.lost, undecoded=ledger.undecoded).lost_total == 2


def test_a_new_stream_counts_anew_and_the_same_number_twice_is_no_loss():
    ledger = Ledger()
    tell = Teller()
    events = [tell.status(at) for at in range(3)]
    assert follow(ledger, *events, events[2]) == []
    ledger.next_stream()
    assert follow(ledger, *events) == []


def test_a_stream_without_its_beginning_has_lost_it():
    assert [lost.count for lost in follow(Ledger(), replace(Teller().status(), sequence=8))] == [7]


def test_the_engine_tells_losses_as_events_and_ends_nobody_by_a_snapshot_that_has_a_hole():
    tell = Teller()
    old, lost, new = (tell.record(pid) for pid in (10, 11, 12))
    engine = Engine(MemorySource(), lambda *_: (), lambda: EPOCH)
    engine.receive(Delivery(events=[tell.snapshot(one) for one in (old, lost, new)], numbered=True))
    first = tell.snapshot(old, 2, repair=True)
    tell.snapshot(lost, 2, repair=True)
    last = tell.snapshot(new, 2, repair=True)
    span = SnapshotSpan(first=first.sequence, last=last.sequence, count=3)
    engine.receive(Delivery(events=[first, last, tell.status(2, span)], numbered=True))
    update = engine.turn()
    assert [(event.stage, event.count) for event in update.events] == [("pipe", 1)]
    assert update.ledger.lost == {"pipe": 1}
    assert engine.process(lost.entity_id).alive


def test_a_recording_may_be_a_part_of_a_stream():
    tell = Teller()
    events = [tell.snapshot(tell.record(pid)) for pid in range(10, 20)][3::2]
    engine = Engine(MemorySource(), lambda *_: (), lambda: EPOCH)
    engine.receive(Delivery(events=events))
    assert engine.turn().ledger.lost_total == 0
