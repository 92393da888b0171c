"""The face without a screen: updates -> JSON lines on standard output; people read standard error."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, TextIO

from edr_tui.ecs import encode
from edr_tui.model.alert import Alert, Severity
from edr_tui.model.event import AnyEvent, EventsLost
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.printable import printable
from edr_tui.model.update import Update

_SECOND = 1_000_000_000

_WORDS = {
    SourceHealth.STARTING: "the sensor is starting",
    SourceHealth.LIVE: "the sensor is live",
    SourceHealth.SILENT: "the sensor is silent",
    SourceHealth.RESTARTING: "the sensor is being restarted",
    SourceHealth.ENDED: "the sensor has ended",
}


class OutputError(Exception):
    """A sentence that says why the lines cannot be written."""


class LinePrinter:
    """Prints alerts and losses, and with `events` every event, as ECS documents, one a line.

    A repeat that joins prints the alert again with its new count, at most once a second, and at
    the end. wanted: which events and alerts pass the filter.
    """

    def __init__(
        self,
        out: BinaryIO,
        err: TextIO,
        *,
        level: Severity,
        events: bool,
        wanted: Callable[[AnyEvent | Alert], bool],
    ) -> None:
        self._out = out
        self._err = err
        self._level = level
        self._events = events
        self._wanted = wanted
        self._printed: dict[str, tuple[int, Alert]] = {}
        self._waiting: dict[str, Alert] = {}
        self._health: SourceHealth | None = None
        self._limits_told = False
        self._sensor: str | None = None
        self.alerts = 0
        self.ended_well = True

    def print(self, update: Update) -> None:
        """Print one update.

        Raises BrokenPipeError when nobody reads any more, OutputError when the output takes no more.
        """
        lines = [encode(event) for event in update.events if self._passes(event)]
        for alert in update.alerts:
            if alert.level >= self._level and self._wanted(alert):
                self._waiting[alert.id] = alert
        lines.extend(self._due(update.at_ns))
        for alert_id in update.closed:
            self._printed.pop(alert_id, None)
        self._write(lines)
        self._tell(update.source)
        self._tell_sensor(update.ledger)
        self._tell_limits(update.ledger)

    def _passes(self, event: AnyEvent) -> bool:
        """Losses are always told: what is silent after one may not be quiet."""
        return isinstance(event, EventsLost) or (self._events and self._wanted(event))

    def finish(self) -> None:
        """Print the counts that still wait for their second."""
        self._write([encode(alert) for alert in self._waiting.values()])
        self._waiting.clear()

    def _due(self, now_ns: int) -> list[bytes]:
        lines = []
        for alert_id, alert in tuple(self._waiting.items()):
            printed_ns, printed = self._printed.get(alert_id, (None, None))
            if printed == alert:
                del self._waiting[alert_id]
            elif printed_ns is None or not 0 <= now_ns - printed_ns < _SECOND:
                del self._waiting[alert_id]
                self.alerts += printed is None
                self._printed[alert_id] = (now_ns, alert)
                lines.append(encode(alert))
        return lines

    def _write(self, lines: list[bytes]) -> None:
        if not lines:
            return
        try:
            self._out.write(b"".join(lines))
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError as fault:
            why = (fault.strerror or str(fault)).lower()
            raise OutputError(f"cannot write to standard output: {why}") from None

    def _tell_sensor(self, ledger: LedgerView) -> None:
        """Which sensor watches, and why not a better one; again when another one takes its place."""
        if ledger.sensor in (None, self._sensor):
            return
        self._sensor = ledger.sensor
        others = "".join(f"; not {name}: {why}" for name, why in ledger.passed_over.items())
        print(
            f"edr-tui: {printable(f'the {ledger.sensor} sensor watches{others}')}", file=self._err, flush=True
        )

    def _tell_limits(self, ledger: LedgerView) -> None:
        """Once, what the sensor cannot see here: silence must not be taken for a quiet host."""
        if self._limits_told or ledger.sensor_health in (None, "ok"):
            return
        self._limits_told = True
        for what, why in ledger.blind.items():
            print(f"edr-tui: limited view: {printable(what)}: {printable(why)}", file=self._err, flush=True)

    def _tell(self, source: SourceState) -> None:
        if source.health is self._health:
            return
        self._health = source.health
        self.ended_well = not (source.health is SourceHealth.ENDED and source.reason)
        reason = f": {printable(source.reason)}" if source.reason else ""
        print(f"edr-tui: {_WORDS[source.health]}{reason}", file=self._err, flush=True)
