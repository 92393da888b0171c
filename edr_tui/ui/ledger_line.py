"""The header as one line: what the sensor sees, what was lost, what it cannot see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from edr_tui.model.alert import Severity
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.printable import printable, shorten
from edr_tui.ui.alert_rows import AlertCounts
from edr_tui.ui.render.look import ACKNOWLEDGED_GLYPH, LEVEL_GLYPHS
from edr_tui.ui.words import SECOND, clock

_GAP = "   "
_BARS = "▁▂▃▄▅▆▇█"
_HEALTH = {
    SourceHealth.STARTING: ("◌", "starting", "$warning"),
    SourceHealth.LIVE: ("●", "live", "$success"),
    SourceHealth.SILENT: ("○", "silent", "bold $error"),
    SourceHealth.RESTARTING: ("↻", "restarting", "bold $error"),
    SourceHealth.RECONNECTING: ("↻", "reconnecting", "bold $error"),
    SourceHealth.ENDED: ("■", "ended", "bold $warning"),
}
_WAITED_FOR = (SourceHealth.SILENT, SourceHealth.RESTARTING, SourceHealth.RECONNECTING)
_NAME_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the header tells. rates: events in each of the last seconds, the newest last."""

    host: str | None
    ledger: LedgerView
    source: SourceState
    alerts: AlertCounts
    now_ns: int
    rates: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the line; the higher its rank, the sooner it gives way where room is short."""

    rank: int
    text: Content


def ledger_line(standing: Standing, width: int) -> Content:
    """The header in exactly `width` cells."""
    parts = [
        _Part(1, Content.styled(" edr-tui ", "bold $background on $primary")),
        *_host(standing),
        _Part(0, _sensor(standing)),
        *_counts(standing.ledger),
        *_rate(standing.rates),
        *_truth(standing.ledger),
        *_alerts(standing.alerts),
    ]
    time = Content.styled(f" {clock(standing.now_ns, seconds=False)} ", "$muted")
    room = width - time.cell_length if width >= 60 else width
    left = _fit(parts, room)
    if width < 60:
        return left.truncate(width, ellipsis=True, pad=True)
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), time)


def _fit(parts: list[_Part], room: int) -> Content:
    while len(parts) > 1 and _length(parts) > room:
        parts.remove(max(reversed(parts), key=lambda part: part.rank))
    return Content(_GAP).join(part.text for part in parts)


def _length(parts: list[_Part]) -> int:
    return sum(part.text.cell_length for part in parts) + len(_GAP) * (len(parts) - 1)


def _host(standing: Standing) -> list[_Part]:
    if standing.host is None:
        return []
    return [_Part(4, Content.styled(shorten(printable(standing.host), _NAME_SHOWN), "bold"))]


def _sensor(standing: Standing) -> Content:
    glyph, word, style = _HEALTH[standing.source.health]
    if standing.source.health in _WAITED_FOR:
        waited = max(standing.now_ns - standing.source.since_ns, 0) // SECOND
        word = f"{word} {waited} s" if waited else word
    name = standing.ledger.sensor or "sensor"
    return Content.assemble(
        (f"{shorten(printable(name), _NAME_SHOWN)} ", "$muted"), (f"{glyph} {word}", style)
    )


def _counts(ledger: LedgerView) -> list[_Part]:
    parts = [_Part(3, Content.assemble((f"{ledger.running:,}", "bold"), (" running", "$muted")))]
    if ledger.exited_kept:
        parts.append(_Part(6, Content.assemble((f"{ledger.exited_kept:,}", "bold"), (" kept", "$muted"))))
    return parts


def _rate(rates: Sequence[int]) -> list[_Part]:
    if not rates:
        return []
    highest = max(*rates, len(_BARS))
    bars = "".join(_BARS[rate * (len(_BARS) - 1) // highest] for rate in rates)
    return [
        _Part(5, Content.assemble((f"{rates[-1]:,}", "bold"), (" ev/s", "$muted"))),
        _Part(7, Content.styled(bars, "$primary")),
    ]


def _truth(ledger: LedgerView) -> list[_Part]:
    """What was lost, and what cannot be seen: never "lost 0" from a sensor that only looks now and then."""
    parts = []
    lost = ledger.lost_total
    polls = ledger.sensor == "poll" and ledger.interval_ns is not None
    if lost or not polls:
        style = "bold $error" if lost else "bold $success"
        parts.append(_Part(0 if lost else 2, Content.assemble(("lost ", "$muted"), (f"{lost:,}", style))))
    if polls and ledger.interval_ns is not None:
        seconds = f"{ledger.interval_ns / SECOND:g} s"
        parts.append(_Part(2, Content.assemble(("blind under ", "$muted"), (seconds, "bold $warning"))))
        unseen = ledger.counters.get("forks_unseen_at_most", 0)
        if unseen:
            told = Content.assemble(
                ("≤ ", "$muted"), (f"{unseen:,}", "bold $warning"), (" forks unseen", "$muted")
            )
            parts.append(_Part(6, told))
    if ledger.sensor_health not in (None, "ok"):
        parts.append(_Part(1, Content.styled("limited view", "bold $warning")))
    if ledger.argv_share is not None:
        percent = int(ledger.argv_share * 100)
        style = "bold $success" if percent == 100 else "bold $warning"
        rank = 6 if percent == 100 else 2
        parts.append(_Part(rank, Content.assemble(("argv ", "$muted"), (f"{percent} %", style))))
    return parts


def _alerts(alerts: AlertCounts) -> list[_Part]:
    parts = [
        _Part(
            {Severity.CRITICAL: 0, Severity.HIGH: 0, Severity.MEDIUM: 1}.get(level, 5),
            Content.styled(f"{LEVEL_GLYPHS[level]} {count:,} {level.word}", f"bold $severity-{level.word}"),
        )
        for level, count in alerts.open
    ]
    if alerts.acknowledged:
        parts.append(
            _Part(5, Content.styled(f"{ACKNOWLEDGED_GLYPH} {alerts.acknowledged:,} acked", "$muted"))
        )
    return parts
