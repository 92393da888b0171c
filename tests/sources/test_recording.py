"""What somebody has written, or is writing: read to its end, whatever it holds."""

import contextlib
import os
import threading

import pytest

from edr_tui.ecs import encode
from edr_tui.model.ledger import SourceHealth
from edr_tui.sources.base import Inbox
from edr_tui.sources.recording import RecordingSource, open_recording
from tests.telling import Teller
from tests.waiting import eventually

TELL = Teller()
EVENTS = [TELL.start(TELL.record(pid)) for pid in range(1_000)]
STREAM = b"".join(map(encode, EVENTS))


def drained(source, inbox):
    """All that comes until its end."""
    found = []
    source.start(inbox)

    def ended():
        over = source.state().health is SourceHealth.ENDED
        found.extend(inbox.take(0.02)[0])
        return over

    eventually(ended)
    found.extend(inbox.take(0)[0])
    return found


def told(deliveries):
    return [event for delivery in deliveries for event in delivery.events]


@pytest.mark.parametrize("bound", [20_000, 10], ids=["room", "narrow"])
def test_a_file_is_read_to_its_end(tmp_path, bound):
    path = tmp_path / "recording.jsonl"
    path.write_bytes(STREAM)
    source = RecordingSource(open_recording(str(path)))
    assert source.state().health is SourceHealth.STARTING
    assert told(drained(source, Inbox(bound))) == EVENTS
    state = source.state()
    assert (state.health, state.reason, state.who) == (SourceHealth.ENDED, None, "the recording")


def test_a_last_line_without_its_end_counts_and_so_does_half_a_document(tmp_path):
    path = tmp_path / "recording.jsonl"
    for stream, events, undecoded in ((STREAM[:-1], 1_000, 0), (STREAM[:-20], 999, 1)):
        path.write_bytes(stream)
        deliveries = drained(RecordingSource(open_recording(str(path))), Inbox())
        assert len(told(deliveries)) == events
        assert sum(delivery.undecoded for delivery in deliveries) == undecoded


def test_whoever_speaks_and_falls_silent_is_said_to_be(monkeypatch):
    monkeypatch.setattr("edr_tui.sources.recording.SILENT_AFTER", 0.2)
    ours, its = os.pipe()
    source, inbox = RecordingSource(ours, who="standard input", live=True), Inbox()
    source.start(inbox)
    assert source.state().health is SourceHealth.STARTING
    os.write(its, STREAM[:50])
    eventually(lambda: source.state().health is SourceHealth.SILENT)
    assert source.state().reason.startswith("no word for")
    os.write(its, STREAM[50:60])
    eventually(lambda: source.state().health is SourceHealth.LIVE)
    os.close(its)
    eventually(lambda: source.state().health is SourceHealth.ENDED)


def test_a_silence_of_ours_is_not_its_own(monkeypatch):
    """Nobody listens until the inbox has room."""
    monkeypatch.setattr("edr_tui.sources.recording.SILENT_AFTER", 0.0)
    ours, its = os.pipe()
    source, inbox = RecordingSource(ours, live=True), Inbox(bound=1)

    def write():
        with contextlib.suppress(BrokenPipeError):
            while True:
                os.write(its, STREAM)

    writer = threading.Thread(target=write, daemon=True)
    source.start(inbox)
    writer.start()
    eventually(lambda: inbox._change._waiters)
    assert source.state().health is SourceHealth.LIVE
    inbox.close()
    eventually(lambda: source.state().health is SourceHealth.ENDED)
    writer.join()
    os.close(its)


def test_what_cannot_be_read_on_is_said(tmp_path):
    source = RecordingSource(os.open(tmp_path, os.O_RDONLY))
    assert drained(source, Inbox()) == []
    assert source.state().reason == "it cannot be read on: is a directory"
