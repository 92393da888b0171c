"""Small processes and alerts for tests of the interface."""

from __future__ import annotations

from edr_tui.model.alert import Alert, AlertState, Ancestor, RuleReference, Severity, Technique, Why
from edr_tui.model.event import Host
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.process import Exit, Image, Process, User
from edr_tui.model.update import Update

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND
"""The moment at which all tests look."""


def process(
    entity_id: str,
    parent_id: str | None = None,
    *,
    name: str | None = None,
    pid: int | None = None,
    user: str | None = "root",
    args: tuple[str, ...] | None = None,
    command_line: str | None = None,
    executable: str | None = None,
    start: float = 0,
    seen: float | None = None,
    ended: Exit | None = None,
    snapshot: bool = True,
    kernel_thread: bool = False,
    folded: int = 0,
) -> Process:
    """A process. start and seen are in seconds after an hour before NOW."""
    begin = NOW - 3600 * SECOND
    return Process(
        entity_id=entity_id,
        pid=pid if pid is not None else sum(map(ord, entity_id)),
        images=(
            Image(
                name=name if name is not None else entity_id,
                args=args,
                command_line=command_line if command_line is not None or args is None else " ".join(args),
                executable=executable,
            ),
        ),
        first_seen_ns=begin + round((start if seen is None else seen) * SECOND),
        start_ns=begin + round(start * SECOND),
        parent_id=parent_id,
        user=None if user is None else User(name=user),
        in_first_snapshot=snapshot,
        kernel_thread=kernel_thread,
        folded=folded,
        exit=ended,
    )


def alert(
    alert_id: str,
    chain: list[str],
    *,
    level: Severity = Severity.HIGH,
    start: str | None = None,
    state: AlertState = AlertState.OPEN,
    techniques: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
) -> Alert:
    """An alert on the last of the chain, red from start on (the first, if None)."""
    return Alert(
        id=alert_id,
        rule=RuleReference(
            id=alert_id,
            name=f"Rule {alert_id}",
            level=level,
            techniques=tuple(Technique(id=technique) for technique in techniques),
        ),
        message="",
        entity_id=chain[-1],
        ancestry=tuple(Ancestor(entity_id=entity_id, pid=0) for entity_id in chain),
        chain_start=chain[0] if start is None else start,
        host=Host(),
        first_ns=NOW,
        last_ns=NOW,
        state=state,
        why=tuple(
            Why(selection="s", field="CommandLine", test="contains", pattern=pattern, value=pattern)
            for pattern in evidence
        ),
    )


def update(
    *processes: Process,
    evicted: tuple[str, ...] = (),
    alerts: tuple[Alert, ...] = (),
    closed: tuple[str, ...] = (),
    at: int = NOW,
) -> Update:
    """What the engine would publish."""
    return Update(
        at_ns=at,
        ledger=LedgerView(),
        source=SourceState(health=SourceHealth.LIVE, since_ns=NOW),
        processes=processes,
        evicted=evicted,
        alerts=alerts,
        closed=closed,
    )
