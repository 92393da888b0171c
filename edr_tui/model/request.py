"""What the console asks of a sensor, as frozen values. One request is one line (edr_tui.ecs.requests)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectRequest:
    """Tell these parts of a process (environment, files, ...); id comes back with the answer."""

    id: str
    entity_id: str
    want: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRequest:
    """Send a process this signal, by its name without SIG; id comes back with the answer.

    subtree: to its living descendants too, all of them stopped first.
    """

    id: str
    entity_id: str
    signal: str
    subtree: bool = False


Request = InspectRequest | SignalRequest
