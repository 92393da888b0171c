"""The engine: drain the source, keep the table, detect, publish. The one writer of all three.

Its loop is plain Python: a thread of the TUI's, or the main thread of the headless face.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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
from edr_tui.model.process import Process
from edr_tui.model.request import Request
from edr_tui.model.table import Change, ProcessTable
from edr_tui.model.update import Update
from edr_tui.sources.base import Delivery, Inbox, Source

# A worker that blocks for longer would delay the program's end.
LONGEST_WAIT = 0.25

# (process, its ancestors nearest first, host, ns since the epoch) -> the alerts that it raises
Detect = Callable[[Process, Sequence[Process], Host, int], Iterable[Alert]]
Publish = Callable[[Update], None]


@dataclass(frozen=True, slots=True)
class AlertStateSet:
    """The analyst's word: these alerts are in that state now."""

    alert_ids: tuple[str, ...]
    state: AlertState


class Engine:
    """Owns the table, the alerts and the ledger.

    pass_events: whether updates carry every event that was told; losses they always do. clock: ns since
    the epoch.
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
    ) -> None:
        self._source = source
        self._detect = detect
        self._clock = clock
        self._table = table if table is not None else ProcessTable()
        self._alerts = alerts if alerts is not None else AlertTable()
        self._pass_events = pass_events
        self._ledger = Ledger()
        self._inbox = Inbox()
        self._stop = threading.Event()
        self._host: Host | None = None
        self._settled: SnapshotSpan | None = None
        self._newest = 0
        self._doubtful_until = 0
        self._pending = _Pending()
        self._published: tuple[LedgerView, SourceState] | None = None

    # From any thread

    def acknowledge(self, alert_ids: Iterable[str]) -> None:
        """The analyst has seen these."""
        self._inbox.post(AlertStateSet(tuple(alert_ids), AlertState.ACKNOWLEDGED))

    def reopen(self, alert_ids: Iterable[str]) -> None:
        """The analyst takes it back."""
        self._inbox.post(AlertStateSet(tuple(alert_ids), AlertState.OPEN))

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
            self._settled = None
            self._newest = self._doubtful_until = 0
        if delivery.undecoded:
            # Where among these events they stood is not known: all of them are in doubt.
            self._ledger.unread(delivery.undecoded)
            sequences = (event.sequence for event in delivery.events)
            self._doubtful_until = max(sequences, default=self._newest)
        for event in delivery.events:
            if delivery.numbered:
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

    def turn(self) -> Update | None:
        """What has changed since the last turn; None if nothing has."""
        for process in self._table.lighten():
            self._pending.change(process)
        self._pending.evict(self._table.expire())
        view, state = self._view(), self._source.state()
        pending = self._pending
        if pending.empty and (view, state) == self._published:
            return None
        self._published = (view, state)
        self._pending = _Pending()
        return Update(
            at_ns=self._clock(),
            ledger=view,
            source=state,
            host=self._host,
            processes=tuple(pending.processes.values()),
            evicted=tuple(pending.evicted),
            alerts=tuple(pending.alerts.values()),
            closed=tuple(pending.closed),
            events=tuple(pending.events),
            answers=tuple(pending.answers),
        )

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


class _Pending:
    """What changed since the last update, the newest value of each."""

    def __init__(self) -> None:
        self.processes: dict[str, Process] = {}
        self.evicted: dict[str, None] = {}
        self.alerts: dict[str, Alert] = {}
        self.closed: dict[str, None] = {}
        self.events: list[AnyEvent] = []
        self.answers: list[RequestAnswered] = []

    @property
    def empty(self) -> bool:
        changed = self.processes or self.evicted or self.alerts or self.closed
        return not (changed or self.events or self.answers)

    def change(self, process: Process) -> None:
        self.processes[process.entity_id] = process
        self.evicted.pop(process.entity_id, None)

    def tell(self, alert: Alert) -> None:
        self.alerts[alert.id] = alert
        self.closed.pop(alert.id, None)

    def close(self, alert: Alert) -> None:
        self.alerts.pop(alert.id, None)
        self.closed[alert.id] = None

    def evict(self, entity_ids: Iterable[str]) -> None:
        for entity_id in entity_ids:
            self.processes.pop(entity_id, None)
            self.evicted[entity_id] = None
