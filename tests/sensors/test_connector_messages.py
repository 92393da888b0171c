"""The proc connector's bytes: what they mean, that no bytes do harm, and what a recorded stream tells."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.sensors.connector import messages
from edr_tui.sensors.connector.at_once import AtExec, AtFork
from edr_tui.sensors.connector.feed import Losses
from edr_tui.sensors.connector.frames import LENGTH, Frames, Heard
from edr_tui.sensors.connector.messages import BadMessage, Message, Numbers, comm, numbers, split

HEADERS = struct.Struct("=IHHIIIIIIHH")
RECORDED = Path(__file__).parent / "recorded" / "shell.bin"


def datagram(body: bytes, *, kind: int = 3, index: int = 1, told: int | None = None, seq: int = 7) -> bytes:
    length = HEADERS.size + len(body)
    size = len(body) if told is None else told
    return HEADERS.pack(length, kind, 0, 0, 0, index, 1, seq, 0, size, 0) + body


def event(what: int, *words: int, cpu: int = 1, at_ns: int = 99) -> bytes:
    return struct.pack("=IIQ", what, cpu, at_ns) + struct.pack("=6I", *words, *([0] * (6 - len(words))))


def test_an_event() -> None:
    (found,) = split(datagram(event(messages.FORK, 1, 2, 3, 4)))
    assert found == Message(cpu=1, sequence=7, ack=0, body=event(messages.FORK, 1, 2, 3, 4))
    assert numbers(found.body) == Numbers(messages.FORK, 1, 99, 1, 2, 3, 4)


def test_several_messages_in_one_datagram() -> None:
    two = datagram(event(messages.EXEC, 5, 5)) + datagram(event(messages.EXIT, 5, 5, 0x900, 17), seq=8)
    assert [numbers(one.body).what for one in split(two)] == [messages.EXEC, messages.EXIT]


def test_a_name_ends_at_its_first_nul() -> None:
    body = struct.pack("=IIQII16s", messages.COMM, 0, 1, 5, 5, b"a)\n\0rest")
    assert comm(body) == b"a)\n"
    assert comm(struct.pack("=IIQII16s", messages.COMM, 0, 1, 5, 5, b"x" * 16)) == b"x" * 16


def test_a_request_asks_for_events_and_is_itself_well_formed() -> None:
    raw = messages.request(messages.LISTEN, 0, 41, 9)
    assert len(raw) == struct.unpack_from("=I", raw)[0] == 40
    assert struct.unpack_from("=I", raw, 36) == (messages.LISTEN,)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\1" * 35,
        datagram(event(1))[:-1],
        datagram(event(1), kind=2),
        datagram(event(1), index=2),
        datagram(event(1), told=4),
        datagram(event(1), told=41),
        datagram(event(1), told=0xFFFF),
        datagram(event(1)) + b"tail",
        datagram(event(1)[:20]),
    ],
)
def test_what_the_kernel_does_not_send_is_refused(raw: bytes) -> None:
    with pytest.raises(BadMessage):
        split(raw)


def survives(raw: bytes) -> None:
    try:
        found = split(raw)
    except BadMessage:
        return
    for message in found:
        numbers(message.body)
        comm(message.body)
        messages.ack_error(message.body)


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(raw: bytes) -> None:
    survives(raw)


@given(st.data())
def test_no_change_to_a_message_does_harm(data: st.DataObject) -> None:
    raw = bytearray(datagram(event(messages.FORK, 1, 2, 3, 4)) * data.draw(st.integers(1, 3)))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(raw))
    survives(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@given(st.lists(st.integers(1, 400), max_size=30))
def test_frames_come_together_however_the_pipe_cuts_them(cuts: list[int]) -> None:
    import marshal

    told = [Heard(1, number, event(messages.EXEC, number, number)) for number in range(20)]
    told[3].at_exec = AtExec(argv=b"a\0b\0", executable=13, credentials=(1, 2, 3, 4, 5))
    told[4].at_fork = AtFork(stat=b"1 (x) S", inode=77)
    stream = b""
    for first in range(0, 20, 5):
        frame = marshal.dumps((2, [heard.plain() for heard in told[first : first + 5]]))
        stream += LENGTH.pack(len(frame)) + frame
    frames = Frames()
    found: list[Heard] = []
    at = 0
    for cut in [*cuts, len(stream)]:
        found += frames.feed(stream[at : at + cut])
        at += cut
    assert [heard.plain() for heard in found] == [heard.plain() for heard in told]
    assert found[3].at_exec == told[3].at_exec
    assert found[4].at_fork == told[4].at_fork
    assert frames.bad == 2


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=200), st.integers(0, 2**32 - 1))
def test_gaps_count_what_was_lost_between_two_events_of_a_cpu(
    stream: list[tuple[int, bool]], first: int
) -> None:
    losses = Losses()
    sent = dict.fromkeys(range(4), first)
    open_gap: dict[int, int] = {}
    expected = 0
    for cpu, arrives in stream:
        if arrives:
            losses.count(cpu, sent[cpu])
            expected += open_gap.get(cpu, 0)
            open_gap[cpu] = 0
        elif cpu in open_gap:
            open_gap[cpu] += 1
        sent[cpu] = (sent[cpu] + 1) % 2**32
    assert losses.gaps == expected
    tail = sum(open_gap.values())
    assert losses.total(expected + tail) == expected + tail
    assert losses.total(None) == expected


def test_a_recorded_stream_tells_a_shells_life() -> None:
    """sh -c "/bin/true word; exit 3", as it came from a socket: length and datagram, one after the other."""
    raw = RECORDED.read_bytes()
    told: list[Numbers] = []
    while raw:
        (length,) = struct.unpack_from("=I", raw)
        told += [numbers(message.body) for message in split(raw[4 : 4 + length])]
        raw = raw[4 + length :]
    shell = next(one.fourth for one in told if one.what == messages.FORK)
    child = next(one.fourth for one in told if one.what == messages.FORK and one.second == shell)
    life = [(one.what, one.second, one.third) for one in told if one.second in (shell, child)]
    assert life == [
        (messages.EXEC, shell, 0),
        (messages.FORK, shell, child),
        (messages.EXEC, child, 0),
        (messages.EXIT, child, 0),
        (messages.EXIT, shell, 0x300),
    ]
    assert [one.at_ns for one in told] == sorted(one.at_ns for one in told)
