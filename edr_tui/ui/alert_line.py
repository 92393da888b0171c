"""An alert as one line of the alerts pane. Pure."""

from __future__ import annotations

from textual.content import Content

from edr_tui.model.alert import Alert
from edr_tui.ui.render.look import ACKNOWLEDGED_GLYPH, LEVEL_GLYPHS
from edr_tui.ui.shown import shown
from edr_tui.ui.words import clock

_LEVEL, _TIME, _PROCESS, _COUNT = 11, 8, 16, 5
# Without room for all of it the time goes first, then the process.
_ALL, _WITHOUT_TIME, _WITHOUT_PROCESS = 62, 44, 0


def alert_line(alert: Alert, width: int) -> Content:
    """Level, time, rule, process, count and tick in exactly `width` cells."""
    level = alert.level.word
    tone = "" if alert.open else "$muted"
    badge = Content.styled(
        f"{LEVEL_GLYPHS[alert.level]} {_word(level)}",
        f"bold $severity-{level}" if alert.open else f"$severity-{level}",
    )
    left = [_cell(badge, _LEVEL)]
    right: list[Content] = []
    if width >= _ALL:
        left.append(_cell(Content.styled(clock(alert.last_ns), "$muted"), _TIME + 2))
    if width >= _WITHOUT_TIME:
        process = alert.process
        who = Content.assemble((shown(process.name or "?", 40), tone), (f" {process.pid}", "$muted"))
        right.append(_cell(who, _PROCESS))
    count = Content.styled(f"×{alert.count:,}" if alert.count > 1 else "", "$muted")
    right.append(_cell(count, _COUNT))
    right.append(_cell(Content.styled("" if alert.open else ACKNOWLEDGED_GLYPH, "$success"), 2))
    room = width - sum(cell.cell_length for cell in (*left, *right)) - 1
    title = _cell(Content.styled(shown(alert.rule.name, 256), "bold" if alert.open else tone), max(room, 1))
    line = Content.assemble(*left, title, " ", *right)
    return line.truncate(width, ellipsis=True, pad=True)


def _word(level: str) -> str:
    """HIGH shouts, low does not; the longest of them in short."""
    short = {"informational": "info"}.get(level, level)
    return short if level in ("low", "informational") else short.upper()


def _cell(content: Content, width: int) -> Content:
    return content.truncate(width, ellipsis=True, pad=True)
