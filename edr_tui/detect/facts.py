"""Fields about a start's time, environment, origin and standard streams, beside those of fields.py."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from edr_tui.detect.origin import environment_preloads, login_users, takes_kernel_name
from edr_tui.detect.value import FieldValue, Values

if TYPE_CHECKING:
    from edr_tui.detect.fields import Subject

_SECOND = 1_000_000_000
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


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
    """The libraries that LD_PRELOAD, LD_AUDIT and DYLD_INSERT_LIBRARIES load into it, each by itself."""
    return _each(environment_preloads(subject.process.image), subject)


def stdio_socket(subject: Subject) -> Values | None:
    """0, 1 and 2: which of standard input, output and error are sockets."""
    return _each(map(str, subject.process.image.sockets), subject)


def login_user(subject: Subject) -> Values | None:
    """Who logged in: the name where it is known, and the uid."""
    return _each(login_users(subject.process, subject.ancestors), subject)


def container_id(subject: Subject) -> Values | None:
    """The container that it belongs to."""
    told = subject.process.container_id
    return None if told is None else _value(subject, told)


def is_kernel_thread_name(subject: Subject) -> Values | None:
    """true where it is called as threads of the kernel are, and is none."""
    truth = takes_kernel_name(subject.process)
    return None if truth is None else _value(subject, "true" if truth else "false")


def hidden(subject: Subject) -> Values | None:
    """How it hides from /proc."""
    told = subject.process.hidden
    return None if told is None else _value(subject, told)


def _value(subject: Subject, text: str) -> Values:
    return (FieldValue(text, subject.process.entity_id),)


def _each(texts: Iterable[str], subject: Subject) -> Values:
    return tuple(FieldValue(text, subject.process.entity_id) for text in texts)


def from_hashes(name: str, told: str | None) -> str | None:
    """One hash of Sysmon's Hashes: SHA1=...,MD5=...; None if it is not among them."""
    for part in (told or "").split(","):
        kind, _, digest = part.partition("=")
        if kind.strip().lower() == name:
            return digest.strip()
    return None
