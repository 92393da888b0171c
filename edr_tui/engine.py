"""The engine: drain the source, keep the table, detect, publish. The one writer of all three.

Its loop is plain Python: a thread of the TUI's, or the main thread of the headless face.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from edr_tui.ecs.requests import RequestError, encode_request
from edr_tui.model.alert import Alert, AlertState
from edr_tui.model.alerts import AlertTable
from edr_tui.model.event import (
    AnyEvent,
    EventsLost,
    Host,
    ProcessEvent,
    ProcessExit,
    RequestAnswered,
    SensorStatus,
    SnapshotSpan,
)
from edr_tui.model.ledger import Ledger, LedgerView, SourceHealth, SourceState
from edr_tui.model.pending import Pending
from edr_tui.model.process import Process
from edr_tui.model.request import Request
from edr_tui.model.rules import RulesView
from edr_tui.model.table import Change, ProcessTable
from edr_tui.model.update import Update
from edr_tui.model.watchdog import Watchdog
from edr_tui.sources.base import Delivery, Inbox, Source

# A worker that blocks for longer would delay the program's end.
LONGEST_WAIT = 0.25

# (process, its ancestors nearest first, host, ns since the epoch) -> the alerts that it raises
Detect = Callable[[Process, Sequence[Process], Host, int], Iterable[Alert]]
Publish = Callable[[Update], None]


@runtime_checkable
class Rules(Protocol):
    """What detects, where it can also tell of its rules and switch them: in the engine's thread alone."""

    def view(self) -> RulesView:
        """Every rule with its account."""

    def switch(self, rule_id: str, on: bool) -> None:
        """Let a rule run, or not."""

    def switched_off(self) -> Iterable[str]:
        """The ids of the rules that the analyst switched off."""

    def tripped(self) -> Sequence[str]:
        """What is to be told of rules that switched themselves off since this was asked last."""


@dataclass(frozen=True, slots=True)
class RulesReplaced:
    """These judge from now on."""

    detect: Detect


@dataclass(frozen=True, slots=True)
class RuleSwitched:
    """The analyst's word: this rule runs, or not."""

    rule_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class RulesAsked:
    """Somebody wants to see the rules."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that people should read."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertStateSet:
    """The analyst's word: these alerts are in that state now."""

    alert_ids: tuple[str, ...]
    state: AlertState


class Engine:
    """Owns the table, the alerts and the ledger.

    pass_events: whether updates carry every event that was told; losses they always do. clock: ns since
    the epoch. reload: asks whoever loads rules to do so again; None if nobody does.
    """

    def __init__(
        self,
        source: Source,
        detect: Detect,
        clock: Callable[[], int],
        *,
        table: ProcessTable | None = None,
        alerts: AlertTable | None = None,
        pass_events: bool = False,
        reload: Callable[[], None] | None = None,
    ) -> None:
        self._source = source
        self._detect = detect
        self._clock = clock
        self._table = table if table is not None else ProcessTable()
        self._alerts = alerts if alerts is not None else AlertTable()
        self._pass_events = pass_events
        self._reload = reload
        self._ledger = Ledger()
        self._watchdog = Watchdog()
        self._status_ns: int | None = None  # when the last status of a live stream came
        self._inbox = Inbox()
        self._stop = threading.Event()
        self._host: Host | None = None
        self._settled: SnapshotSpan | None = None
        self._newest = 0
        self._doubtful_until = 0
        self._pending = Pending()
        self._published: tuple[LedgerView, SourceState] | None = None

    # From any thread

    def acknowledge(self, alert_ids: Iterable[str]) -> None:
        """The analyst has seen these."""
        self._inbox.post(AlertStateSet(tuple(alert_ids), AlertState.ACKNOWLEDGED))

    def reopen(self, alert_ids: Iterable[str]) -> None:
        """The analyst takes it back."""
        self._inbox.post(AlertStateSet(tuple(alert_ids), AlertState.OPEN))

    def reload_rules(self) -> bool:
        """Have the rules loaded anew; False if nobody can."""
        if self._reload is not None:
            self._reload()
        return self._reload is not None

    def replace_rules(self, detect: Detect) -> None:
        """Judge with these from now on."""
        self._inbox.post(RulesReplaced(detect))

    def switch_rule(self, rule_id: str, on: bool) -> None:
        """Let a rule run, or not, until the program ends."""
        self._inbox.post(RuleSwitched(rule_id, on))

    def ask_rules(self) -> None:
        """Let one of the next updates tell of every rule."""
        self._inbox.post(RulesAsked())

    def tell(self, *sentences: str) -> None:
        """Let the next update tell people this."""
        self._inbox.post(Told(sentences))

    @property
    def stopping(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._stop.is_set()

    def ask(self, request: Request) -> bool:
        """Ask the sensor; the answer comes in an update. False if this source takes no requests now."""
        try:
            return self._source.request(encode_request(request))
        except RequestError:  # an identity longer than any that we give
            return False

    def stop(self) -> None:
        """Let run() return soon."""
        self._stop.set()
        self._inbox.close()

    def abandon(self) -> None:
        """End what the source started, now: for an end that cannot wait for run()."""
        self.stop()
        self._source.stop()

    # In the engine's own thread

    def process(self, entity_id: str) -> Process | None:
        """The node of that identity."""
        return self._table.get(entity_id)

    def run(self, publish: Publish, until_end: bool = False) -> None:
        """Work until stop(), or with until_end until the source has ended and all of it is told."""
        self._source.start(self._inbox)
        try:
            while not self._stop.is_set():
                ended = self._source.state().health is SourceHealth.ENDED
                deliveries, words = self._inbox.take(LONGEST_WAIT)
                for delivery in deliveries:
                    self.receive(delivery)
                for word in words:
                    self.obey(word)
                update = self.turn()
                if update is not None:
                    publish(update)
                if until_end and ended and not deliveries:
                    return
        finally:
            self._source.stop()

    def receive(self, delivery: Delivery) -> None:
        """Take one portion of the stream in."""
        if delivery.new_stream:
            self._table.next_stream()
            self._ledger.next_stream()
            self._status_ns = None
            self._settled = None
            self._newest = self._doubtful_until = 0
        if delivery.undecoded:
            # Where among these events they stood is not known: all of them are in doubt.
            self._ledger.unread(delivery.undecoded, delivery.fault)
            sequences = (event.sequence for event in delivery.events)
            self._doubtful_until = max(sequences, default=self._newest)
        for event in delivery.events:
            if delivery.numbered:
                if isinstance(event, SensorStatus):
                    self._status_ns = self._clock()
                for lost in self._ledger.follow(event):
                    self._doubtful_until = max(self._doubtful_until, lost.sequence)
                    self._pending.events.append(lost)
            self._take(event)

    def obey(self, word: object) -> None:
        """Do what the analyst said."""
        match word:
            case AlertStateSet(alert_ids, state):
                for alert in self._alerts.set_state(alert_ids, state):
                    pin = self._table.pin if alert.open else self._table.unpin
                    pin(alert.entity_id)
                    self._pending.tell(alert)
                self._close(self._alerts.close_excess())
            case RulesReplaced(detect):
                if isinstance(self._detect, Rules) and isinstance(detect, Rules):
                    for rule_id in self._detect.switched_off():
                        detect.switch(rule_id, False)
                self._detect = detect
                self._pending.rules = self._rules_view()
            case RuleSwitched(rule_id, on):
                if isinstance(self._detect, Rules):
                    self._detect.switch(rule_id, on)
                    self._pending.rules = self._detect.view()
            case RulesAsked():
                self._pending.rules = self._rules_view()
            case Told(sentences):
                self._pending.notices += sentences

    def _rules_view(self) -> RulesView:
        return self._detect.view() if isinstance(self._detect, Rules) else RulesView()

    def turn(self) -> Update | None:
        """What has changed since the last turn; None if nothing has."""
        for process in self._table.lighten():
            self._pending.change(process)
        self._pending.evict(self._table.expire())
        state = self._source.state()
        self._watch(state)
        if isinstance(self._detect, Rules):
            self._pending.notices += self._detect.tripped()
        view = self._view()
        pending = self._pending
        if pending.empty and (view, state) == self._published:
            return None
        self._published = (view, state)
        self._pending = Pending()
        return pending.update(self._clock(), view, state, self._host)

    def _watch(self, state: SourceState) -> None:
        status = self._ledger.status
        for alert in self._watchdog.look(
            state,
            sensor=status.sensor if status else None,
            status_ns=self._status_ns,
            blind=status.blind if status else {},
            host=self._host or Host(),
            now_ns=self._clock(),
        ):
            self._raise(alert)

    def _take(self, event: AnyEvent) -> None:
        self._newest = event.sequence
        self._host = event.host
        self._ledger.count(event)
        passed = self._pass_events and not isinstance(event, RequestAnswered)
        if passed or isinstance(event, EventsLost):
            self._pending.events.append(event)
        match event:
            case SensorStatus():
                self._table.tell_time(event.at_ns)
                self._settle(event)
            case RequestAnswered():
                self._pending.answers.append(event)
            case EventsLost():
                pass
            case _:
                self._note(self._table.apply(event), event)

    def _settle(self, status: SensorStatus) -> None:
        """A snapshot was told whole: who is not in it has ended, unless lines of it were unreadable."""
        span = status.snapshot
        if span is None or span == self._settled:
            return
        self._settled = span
        if span.first > self._doubtful_until:
            for ghost in self._table.settle(span, status.at_ns):
                self._pending.processes[ghost.entity_id] = ghost

    def _note(self, change: Change, event: ProcessEvent) -> None:
        self._pending.evict(change.evicted)
        for process in (*change.others, *((change.process,) if change.process is not None else ())):
            self._pending.change(process)
        process = change.process
        if process is None or process.kernel_thread or isinstance(event, ProcessExit):
            return
        if not change.hidden and (not change.image or process.image.inherited):
            return  # nothing new runs: its parent was judged for this image, and its own exec will be
        ancestors = self._table.ancestors(process.entity_id)
        for match in self._detect(process, ancestors, event.host, event.at_ns):
            self._raise(match)

    def _raise(self, match: Alert) -> None:
        before = self._alerts.get(match.id)
        alert, closed = self._alerts.offer(match)
        if before is not None and before.open:
            self._table.unpin(before.entity_id)
        if alert.open:
            self._table.pin(alert.entity_id)
        self._pending.tell(alert)
        self._close(closed)

    def _close(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            if alert.open:
                self._table.unpin(alert.entity_id)
            self._pending.close(alert)

    def _view(self) -> LedgerView:
        ledger, table, status = self._ledger, self._table, self._ledger.status
        return LedgerView(
            events=ledger.events,
            lost=dict(ledger.lost),
            undecoded=ledger.undecoded,
            fault=ledger.fault,
            argv_known=ledger.argv_known,
            argv_total=ledger.argv_total,
            running=table.running,
            exited_kept=table.exited_kept,
            evicted=table.evicted,
            edges_broken=table.edges_broken,
            exits_not_seen=table.exits_not_seen,
            alerts_closed=self._alerts.closed,
            sensor=status.sensor if status else None,
            sensor_health=status.health if status else None,
            counters=status.counters if status else {},
            blind=status.blind if status else {},
            interval_ns=status.interval_ns if status else None,
        )
