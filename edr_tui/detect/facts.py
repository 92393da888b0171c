"""Fields about a start's time, environment, standard streams and file, beside those of fields.py."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from edr_tui.detect.value import FieldValue, Values

if TYPE_CHECKING:
    from edr_tui.detect.fields import Subject

_SECOND = 1_000_000_000
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PRELOADS = ("LD_PRELOAD=", "LD_AUDIT=", "DYLD_INSERT_LIBRARIES=")


def utc_time(subject: Subject) -> Values | None:
    """When the image was put in place, as Sysmon writes it: 2026-11-24 08:15:30.123."""
    time = _time(subject, datetime.UTC)
    return None if time is None else _value(subject, time.isoformat(" ", "milliseconds")[:23])


def hour(subject: Subject) -> Values | None:
    """The hour of the same moment, 0 to 23, where the console stands."""
    time = _time(subject, None)
    return None if time is None else _value(subject, str(time.hour))


def weekday(subject: Subject) -> Values | None:
    """The day of the same moment, Monday to Sunday, where the console stands."""
    time = _time(subject, None)
    return None if time is None else _value(subject, _WEEKDAYS[time.weekday()])


def _time(subject: Subject, zone: datetime.tzinfo | None) -> datetime.datetime | None:
    since_ns = subject.process.image.since_ns or subject.process.start_ns or subject.at_ns
    if since_ns is None:
        return None
    try:
        return datetime.datetime.fromtimestamp(since_ns / _SECOND, zone)
    except (ValueError, OverflowError, OSError):
        return None


def env_preload(subject: Subject) -> Values | None:
    """LD_PRELOAD=/tmp/x.so: the variables that load a library into it, as they stand in its environment."""
    entity_id = subject.process.entity_id
    return tuple(
        FieldValue(entry, entity_id) for entry in subject.process.image.env_vars if entry.startswith(PRELOADS)
    )


def stdio_socket(subject: Subject) -> Values | None:
    """0, 1 and 2: which of standard input, output and error are sockets."""
    entity_id = subject.process.entity_id
    return tuple(FieldValue(str(number), entity_id) for number in subject.process.image.sockets)


def _value(subject: Subject, text: str) -> Values:
    return (FieldValue(text, subject.process.entity_id),)


def from_hashes(name: str, told: str | None) -> str | None:
    """One hash of Sysmon's Hashes: SHA1=...,MD5=...; None if it is not among them."""
    for part in (told or "").split(","):
        kind, _, digest = part.partition("=")
        if kind.strip().lower() == name:
            return digest.strip()
    return None
