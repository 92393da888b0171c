"""RFC 3339 in UTC with nine decimals <-> nanoseconds since the epoch."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_SECOND = 1_000_000_000
_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:?\d\d)\Z", re.ASCII
)


@lru_cache(maxsize=1024)
def _second_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


@lru_cache(maxsize=1024)
def _second_of(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@lru_cache(maxsize=4096)
def to_text(at_ns: int) -> str:
    """2026-11-24T14:02:31.000000000Z for ns since the epoch (years 1 to 9999)."""
    seconds, fraction = divmod(at_ns, _SECOND)
    return f"{_second_text(seconds)}.{fraction:09d}Z"


def from_text(text: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time, decimals beyond nine cut off.

    Raises ValueError with a sentence.
    """
    form = _FORM.match(text)
    if form is None:
        raise ValueError(f"{text[:40]!r} is not an RFC 3339 time")
    second, fraction, zone = form.groups()
    try:
        whole = _second_of(second.upper() + ("+00:00" if zone in "Zz" else zone))
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is not a date and time that exists") from None
    return whole * _SECOND + int((fraction or "").ljust(9, "0"))
