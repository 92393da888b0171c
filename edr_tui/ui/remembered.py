"""What an alert alone knows of a process that is no longer kept. Pure."""

from __future__ import annotations

from collections.abc import Callable

from edr_tui.model.alert import Alert, Ancestor
from edr_tui.model.process import Image, Process, User
from edr_tui.ui.detail import Subject


def remembered_subject(
    alert: Alert, alerts: list[Alert], kept: Callable[[str], Process | None], red: Callable[[str], bool]
) -> Subject:
    """The process of an alert with its ancestry as it was when the rule matched.

    alerts: what is told of the process. kept: the newest value of those in the ancestry that are
    still there. red: whether a red chain passes.
    """
    line: list[Process] = []
    remembered: set[str] = set()
    for ancestor in alert.ancestry:
        process = kept(ancestor.entity_id)
        if process is None:
            process = _process(ancestor, line[-1].entity_id if line else None, alert)
            remembered.add(ancestor.entity_id)
        line.append(process)
    return Subject(
        process=line[-1],
        ancestors=line[-2::-1],
        alerts=alerts,
        red=frozenset(one.entity_id for one in line if red(one.entity_id)),
        remembered=frozenset(remembered),
    )


def _process(ancestor: Ancestor, parent_id: str | None, alert: Alert) -> Process:
    image = Image(name=ancestor.name, executable=ancestor.executable, command_line=ancestor.command_line)
    return Process(
        entity_id=ancestor.entity_id,
        pid=ancestor.pid,
        images=(image,),
        first_seen_ns=ancestor.start_ns if ancestor.start_ns is not None else alert.first_ns,
        start_ns=ancestor.start_ns,
        parent_id=parent_id,
        folded=ancestor.folded,
        user=None if ancestor.user is None else User(name=ancestor.user),
    )
