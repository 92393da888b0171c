"""Pure: the bytes of the proc connector (linux/cn_proc.h) -> values. Raises BadMessage, and nothing else."""

from __future__ import annotations

import struct
from typing import NamedTuple

from edr_tui.sensors.kernel.records import BadRecord

LISTEN, IGNORE = 1, 2

ACK = 0x00000000
FORK = 0x00000001
EXEC = 0x00000002
UID = 0x00000004
GID = 0x00000040
SID = 0x00000080
PTRACE = 0x00000100
COMM = 0x00000200
COREDUMP = 0x40000000
EXIT = 0x80000000

_CN_IDX_PROC = _CN_VAL_PROC = 1
_NLMSG_DONE = 3
# struct nlmsghdr: length, type, flags, sequence, port; struct cn_msg: idx, val, seq, ack, length, flags.
_NETLINK = struct.Struct("=IHHII")
_CN = struct.Struct("=IIIIHH")
_HEADERS = struct.Struct("=IHHIIIIIIHH")
# struct proc_event: what, cpu, timestamp_ns, then what fits each kind of event.
_EVENT = struct.Struct("=IIQ")
_WORD = struct.Struct("=I")
_NUMBERS = struct.Struct("=IIQ4I")
_BODY_AT = _EVENT.size
EVENT_BYTES = _NUMBERS.size


class BadMessage(BadRecord):
    """Bytes that the proc connector does not send."""


class Message(NamedTuple):
    """One event as it came. sequence: counts the events of its CPU; ack: 0, or answers a request.

    body: its struct proc_event, of at least EVENT_BYTES.
    """

    cpu: int
    sequence: int
    ack: int
    body: bytes


class Numbers(NamedTuple):
    """The beginning of every event. at_ns: by CLOCK_MONOTONIC. What the others are depends on the kind:

    FORK: parent's thread and process, child's thread and process. PTRACE: thread and process, then
    those of its tracer. All others: thread and process, then UID, GID: real and effective id;
    EXIT: exit code as wait(2) gives it, and the signal to its parent; COREDUMP: thread and process
    of its parent.
    """

    what: int
    cpu: int
    at_ns: int
    first: int
    second: int
    third: int
    fourth: int


def request(operation: int, sequence: int, ack: int, port: int) -> bytes:
    """The message that asks for events (LISTEN) or wants no more (IGNORE). Its answer has ack + 1."""
    body = struct.pack("=I", operation)
    connector = _CN.pack(_CN_IDX_PROC, _CN_VAL_PROC, sequence, ack, len(body), 0) + body
    return _NETLINK.pack(_NETLINK.size + len(connector), _NLMSG_DONE, 0, sequence, port) + connector


def split(datagram: bytes) -> list[Message]:
    """The events of one datagram, in order. Raises BadMessage; then none of it is believed."""
    found: list[Message] = []
    at, size = 0, len(datagram)
    while size - at >= _HEADERS.size:
        length, kind, _, _, _, index, value, sequence, ack, told, _ = _HEADERS.unpack_from(datagram, at)
        begin = at + _HEADERS.size
        end = begin + told
        if end > at + length or at + length > size:
            raise BadMessage(f"a message of {length} bytes with an event of {told} in {size - at} bytes")
        if kind != _NLMSG_DONE or (index, value) != (_CN_IDX_PROC, _CN_VAL_PROC):
            raise BadMessage(f"a message of type {kind} from connector {index}.{value}")
        if told < EVENT_BYTES:
            raise BadMessage(f"an event of {told} bytes")
        body = datagram[begin:end]
        found.append(Message(_WORD.unpack_from(body, 4)[0], sequence, ack, body))
        at += length + 3 & ~3
    if not found or at < size:
        raise BadMessage(f"{size - at} bytes that are no message")
    return found


def numbers(body: bytes) -> Numbers:
    """The numbers of one event (Message.body). Raises BadMessage if it is too short."""
    try:
        return Numbers._make(_NUMBERS.unpack_from(body))
    except struct.error:
        raise BadMessage(f"an event of {len(body)} bytes") from None


def comm(body: bytes) -> bytes:
    """The new name that a COMM event tells."""
    return body[_BODY_AT + 8 : _BODY_AT + 24].partition(b"\0")[0]


def ack_error(body: bytes) -> int:
    """The error that the answer to a request tells; 0 for none."""
    return int(_WORD.unpack_from(body, _BODY_AT)[0])
