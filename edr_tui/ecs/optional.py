"""None in the model <-> absent in a document."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UNSET, UnsetType

from edr_tui.ecs import timestamp

ValueT = TypeVar("ValueT")


def maybe(value: ValueT | None) -> ValueT | UnsetType:
    """The value for a document, left out if unknown."""
    return UNSET if value is None else value


def maybe_time(at_ns: int | None) -> str | UnsetType:
    """The time for a document, left out if unknown."""
    return UNSET if at_ns is None else timestamp.to_text(at_ns)


def known(value: ValueT | UnsetType) -> ValueT | None:
    """The value of a document, None if it was left out."""
    return None if isinstance(value, UnsetType) else value


def time_or_none(text: str | UnsetType) -> int | None:
    """Nanoseconds since the epoch, None if left out. Raises ValueError with a sentence."""
    return None if isinstance(text, UnsetType) else timestamp.from_text(text)
