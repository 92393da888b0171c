"""What goes over the socket between the console and its supervisor: messages of fixed size.

The console orders a sensor, or none. The supervisor says that it runs, with the three pipes to it; why it
could not be started; how it ended.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Collection
from dataclasses import dataclass

MIN_INTERVAL_US = 50_000
MAX_INTERVAL_US = 3_600_000_000

_ORDER = struct.Struct("!4s16sI")
_MARK = b"edr1"
ORDER_SIZE = _ORDER.size
_REPLY = struct.Struct("!4si")
REPLY_SIZE = _REPLY.size
_RUNS, _FAILED, _ENDED = b"runs", b"fail", b"ends"


class OrderError(ValueError):
    """Bytes that are no order."""


@dataclass(frozen=True, slots=True)
class Order:
    """The sensor that shall run, None for none; interval_us: microseconds between two of its looks."""

    sensor: str | None
    interval_us: int = MIN_INTERVAL_US


@dataclass(frozen=True, slots=True)
class Started:
    """The sensor runs; its standard input, output and error come along as descriptors, in this order."""


@dataclass(frozen=True, slots=True)
class StartFailed:
    """It could not be started: an errno."""

    number: int


@dataclass(frozen=True, slots=True)
class SensorEnded:
    """It has ended with that exit code, -n for signal n."""

    code: int


Reply = Started | StartFailed | SensorEnded


def encode_order(order: Order) -> bytes:
    """The order in ORDER_SIZE bytes."""
    return _ORDER.pack(_MARK, (order.sensor or "").encode("ascii"), order.interval_us)


def decode_order(message: bytes, sensors: Collection[str]) -> Order:
    """The order in these bytes. Raises OrderError for whatever is none, or names a sensor not in the list."""
    if len(message) != ORDER_SIZE:
        raise OrderError("it has another length")
    mark, padded, interval_us = _ORDER.unpack(message)
    if mark != _MARK:
        raise OrderError("it begins otherwise")
    if not MIN_INTERVAL_US <= interval_us <= MAX_INTERVAL_US:
        raise OrderError("the interval is out of bounds")
    if padded == bytes(len(padded)):
        return Order(None, interval_us)
    for name in sensors:
        if padded == name.encode("ascii").ljust(len(padded), b"\0"):
            return Order(name, interval_us)
    raise OrderError("there is no such sensor")


def encode_reply(reply: Reply) -> bytes:
    """The reply in REPLY_SIZE bytes."""
    match reply:
        case Started():
            return _REPLY.pack(_RUNS, 0)
        case StartFailed(number):
            return _REPLY.pack(_FAILED, number)
        case SensorEnded(code):
            return _REPLY.pack(_ENDED, code)


def decode_reply(message: bytes) -> Reply:
    """The reply in these bytes, which come from our own supervisor."""
    kind, number = _REPLY.unpack(message)
    if kind == _RUNS:
        return Started()
    return SensorEnded(number) if kind == _ENDED else StartFailed(number or errno.EIO)
