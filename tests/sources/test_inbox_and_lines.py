import threading

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import encode
from edr_tui.sources.base import Delivery, Inbox
from edr_tui.sources.lines import LONGEST_LINE, LineDecoder
from tests.telling import Teller, alert_about


def some_events(count=5):
    tell = Teller()
    return [tell.start(tell.record(pid)) for pid in range(10, 10 + count)]


@given(st.lists(st.integers(1, 400), max_size=40))
def test_however_the_stream_is_cut_the_events_are_the_same(cuts):
    events = some_events()
    stream = b"".join(encode(event) for event in events)
    decoder, told = LineDecoder(), []
    for cut in cuts:
        told.extend(decoder.feed(stream[:cut]).events)
        stream = stream[cut:]
    told.extend(decoder.feed(stream).events)
    assert told == events
    assert decoder.finish().undecoded == 0


def test_a_bad_line_is_counted_and_the_next_one_read():
    events = some_events(2)
    delivery = LineDecoder().feed(encode(events[0]) + b"nonsense\n\n{}\n" + encode(events[1]))
    assert list(delivery.events) == events
    assert delivery.undecoded == 2
    assert delivery.fault == "column 1: Expecting value"


def test_a_line_without_end_is_dropped_and_counted_once():
    decoder = LineDecoder()
    undecoded = 0
    for _ in range(5):
        undecoded += decoder.feed(b"x" * (LONGEST_LINE // 2)).undecoded
    assert undecoded == 1
    event = some_events(1)[0]
    delivery = decoder.feed(b"tail\n" + encode(event))
    assert (list(delivery.events), delivery.undecoded) == ([event], 0)


def test_a_torn_last_line_is_counted():
    decoder = LineDecoder()
    decoder.feed(encode(some_events(1)[0])[:-20])
    assert decoder.finish().undecoded == 1


def test_alerts_in_a_stream_are_no_events_and_no_fault():
    delivery = LineDecoder().feed(encode(alert_about("a")))
    assert (list(delivery.events), delivery.undecoded) == ([], 0)


def test_a_full_inbox_blocks_the_source_and_nothing_is_lost():
    inbox, events = Inbox(bound=3), some_events(9)
    put = threading.Thread(
        target=lambda: [inbox.put(Delivery(events=[event])) for event in events], daemon=True
    )
    put.start()
    taken = []
    while len(taken) < len(events):
        deliveries, _ = inbox.take(5)
        assert sum(len(delivery.events) for delivery in deliveries) <= 3
        taken.extend(event for delivery in deliveries for event in delivery.events)
    assert taken == events
    put.join(5)


def test_the_analysts_word_passes_a_full_inbox():
    inbox = Inbox(bound=1)
    inbox.put(Delivery(events=some_events(1)))
    inbox.post("ack")
    deliveries, words = inbox.take(0)
    assert (len(deliveries), words) == (1, ["ack"])


def test_closing_lets_a_blocked_source_go():
    inbox = Inbox(bound=1)
    inbox.put(Delivery(events=some_events(1)))
    results = []
    put = threading.Thread(target=lambda: results.append(inbox.put(Delivery(events=some_events(1)))))
    put.start()
    inbox.close()
    put.join(5)
    assert results == [False]
