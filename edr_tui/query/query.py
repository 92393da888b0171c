"""A filter that was understood: ask it of processes or of alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from edr_tui.model.alert import Alert
from edr_tui.model.process import Process
from edr_tui.query.fields import ALERTS, PROCESSES, AlertSubject, Context, ProcessSubject, Test
from edr_tui.query.grammar import Grammar

Target = Literal["process", "alert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A filter. text: as typed. terms: the texts it looks for, case-folded, for highlighting.

    timed: whether its answer about the same subject changes by time alone, as that of is:new does.
    """

    text: str
    target: Target
    terms: tuple[str, ...] = ()
    timed: bool = False
    _process: Test[ProcessSubject] | None = field(default=None, repr=False, compare=False)
    _alert: Test[AlertSubject] | None = field(default=None, repr=False, compare=False)

    @property
    def everything(self) -> bool:
        """Whether it asks nothing, so that all pass."""
        return self._process is None and self._alert is None

    def matches(self, process: Process, context: Context) -> bool:
        """Whether a process passes. Raises TypeError for a filter over alerts."""
        if self.target != "process":
            raise TypeError("a filter over alerts cannot be asked of a process")
        return self._process is None or self._process((process, context))

    def matches_alert(self, alert: Alert, now_ns: int) -> bool:
        """Whether an alert passes. Raises TypeError for a filter over processes."""
        if self.target != "alert":
            raise TypeError("a filter over processes cannot be asked of an alert")
        return self._alert is None or self._alert((alert, now_ns))


def parse(text: str, target: Target = "process") -> Query:
    """The filter that a text says; an empty one lets everything pass. Raises QueryError, nothing else."""
    if target == "process":
        over_processes = Grammar(text, PROCESSES)
        test = over_processes.read()
        return Query(
            text=text,
            target=target,
            terms=tuple(over_processes.terms),
            timed=over_processes.timed,
            _process=test,
        )
    over_alerts = Grammar(text, ALERTS)
    alert_test = over_alerts.read()
    return Query(
        text=text,
        target=target,
        terms=tuple(over_alerts.terms),
        timed=over_alerts.timed,
        _alert=alert_test,
    )
