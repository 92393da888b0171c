"""A match -> the alert that people see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from edr_tui.detect.fields import basename, program_name, resolved_path
from edr_tui.detect.match import Match
from edr_tui.ecs.size import beginning
from edr_tui.model.alert import Alert, Ancestor, Why, alert_id
from edr_tui.model.event import Host
from edr_tui.model.process import Parent, Process

MAX_GENERATIONS = 64
# Bytes as a document writes them. All of them together stay below the 1 MiB that a reader accepts as
# one line, whatever processes call themselves.
MAX_COMMAND_LINE = 4_096  # of an ancestor
MAX_EXECUTABLE = 2_048
MAX_NAME = 1_024
MAX_USER = 512
MAX_OWN = 65_536  # its own command line: what a sensor keeps of it
MAX_OWN_EXECUTABLE = 32_768  # more than any path takes
MAX_DECODED = 32_768
MAX_REASON = 4_096  # each of a reason's two texts
MAX_REASONS = 98_304  # the same texts of all reasons together
_OLDEST_KEPT = 8


def alert_of(match: Match, process: Process, ancestors: Sequence[Process], host: Host, at_ns: int) -> Alert:
    """The alert of one match. ancestors: nearest first. at_ns: ns since the epoch."""
    generations = _generations(process, ancestors)
    ancestry = _folded(generations, match.chain_start)
    told = process.parent
    parent_id = told.entity_id if told is not None and told.entity_id is not None else process.parent_id
    user = process.user.label if process.user is not None else None
    return Alert(
        id=alert_id(match.rule.id, parent_id, process.executable or process.name, user),
        rule=match.rule.reference,
        message=_message(match, generations, process, host.os_type),
        entity_id=process.entity_id,
        ancestry=ancestry,
        chain_start=match.chain_start,
        host=host,
        first_ns=at_ns,
        last_ns=at_ns,
        why=_reasons(match.why),
        decoded=_cut(match.decoded, MAX_DECODED),
    )


def _generations(process: Process, ancestors: Sequence[Process]) -> list[Ancestor]:
    """Root first; the parent as it was told stands in where its node is not in the table."""
    chain = [_bounded(_ancestor(node)) for node in reversed(ancestors)]
    own = _bounded(_ancestor(process), MAX_OWN, MAX_OWN_EXECUTABLE)
    told = process.parent
    missing = told is not None and told.entity_id not in {node.entity_id for node in chain}
    if told is not None and told.entity_id is not None and missing and (process.folded or not ancestors):
        chain.append(_told(told, told.entity_id, folded=max(process.folded - 1, 0)))
        own = replace(own, folded=0)
    return [*chain, own]


def _ancestor(node: Process) -> Ancestor:
    return Ancestor(
        entity_id=node.entity_id,
        pid=node.pid,
        name=node.name,
        executable=node.executable,
        command_line=node.command_line,
        start_ns=node.start_ns,
        user=node.user.label if node.user is not None else None,
        folded=node.folded,
    )


def _told(parent: Parent, entity_id: str, folded: int) -> Ancestor:
    told = Ancestor(
        entity_id=entity_id,
        pid=parent.pid or 0,
        name=parent.name,
        executable=parent.executable,
        command_line=parent.command_line,
        start_ns=parent.start_ns,
        folded=folded,
    )
    return _bounded(told)


def _bounded(
    node: Ancestor, command_line: int = MAX_COMMAND_LINE, executable: int = MAX_EXECUTABLE
) -> Ancestor:
    return replace(
        node,
        name=_cut(node.name, MAX_NAME),
        executable=_cut(node.executable, executable),
        command_line=_cut(node.command_line, command_line),
        user=_cut(node.user, MAX_USER),
    )


def _reasons(whys: Sequence[Why]) -> tuple[Why, ...]:
    limit = min(MAX_REASON, MAX_REASONS // max(1, len(whys)))
    return tuple(
        replace(why, pattern=beginning(why.pattern, limit), value=beginning(why.value, limit)) for why in whys
    )


def _cut(text: str | None, limit: int) -> str | None:
    return None if text is None else beginning(text, limit)


def _folded(chain: Sequence[Ancestor], chain_start: str) -> tuple[Ancestor, ...]:
    """At most MAX_GENERATIONS: the oldest, the newest, where the red begins; the rest counted."""
    if len(chain) <= MAX_GENERATIONS:
        return tuple(chain)
    kept = {
        *range(_OLDEST_KEPT),
        next((n for n, node in enumerate(chain) if node.entity_id == chain_start), 0),
    }
    newest = reversed(range(len(chain)))
    while len(kept) < MAX_GENERATIONS:
        kept.add(next(newest))
    ancestry = []
    left_out = 0
    for number, node in enumerate(chain):
        if number in kept:
            ancestry.append(replace(node, folded=node.folded + left_out))
            left_out = 0
        else:
            left_out += 1 + node.folded
    return tuple(ancestry)


def _message(match: Match, generations: Sequence[Ancestor], process: Process, os_type: str | None) -> str:
    """nginx started sh: Web server starts a shell."""
    name = program_name(process, os_type) or f"process {process.pid}"
    title = match.rule.reference.name
    number = next((n for n, node in enumerate(generations) if node.entity_id == match.chain_start), None)
    if number is None or number == len(generations) - 1:
        return f"{name}: {title}"
    start, parent = (_name(generations[n], os_type) for n in (number, -2))
    return f"{start} {'started' if start == parent else 'led to'} {name}: {title}"


def _name(node: Ancestor, os_type: str | None) -> str:
    if node.name:
        return node.name
    return basename(resolved_path(node.executable), os_type) if node.executable else f"process {node.pid}"
