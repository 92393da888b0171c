"""What happened to one process, in order: start, images, alerts, children, what the analyst did, end."""

from __future__ import annotations

from textual.content import Content

from edr_tui.model.printable import printable
from edr_tui.ui.detail import Subject
from edr_tui.ui.render.look import EXITED_GLYPH, LEVEL_GLYPHS
from edr_tui.ui.shown import shown
from edr_tui.ui.tabs.common import Findings, heading, indented
from edr_tui.ui.words import clock, duration, ending

_LISTED = 500
_TOLD = 200
_Row = tuple[int, int, str, list[tuple[str, str]]]  # when, order within a moment, glyph, runs


def timeline_lines(subject: Subject, findings: Findings, width: int) -> list[Content]:
    """One line a happening, oldest first; of many the newest."""
    rows = sorted(
        [*_life(subject), *_alerts(subject), *_children(subject), *_actions(findings)], key=lambda r: r[:2]
    )
    lines = [heading("Timeline", f"{len(rows):,}")]
    if len(rows) > _LISTED:
        lines.append(Content.styled(f"… {len(rows) - _LISTED:,} earlier ones", "$muted"))
    began = rows[0][0] if rows else 0
    for at_ns, _, glyph, told in rows[-_LISTED:]:
        first = Content.assemble(
            (f"{clock(at_ns)} ", "$muted"),
            (f"{'+' + duration(at_ns - began):>8} ", "$muted"),
            (f"{glyph} ", "bold"),
        )
        lines += indented(told, width, first, 20)
    return lines


def _life(subject: Subject) -> list[_Row]:
    process = subject.process
    rows: list[_Row] = []
    if process.start_ns is not None:
        rows.append((process.start_ns, 0, "+", [("started", "")]))
    for image in process.images[1:] if process.start_ns is not None else process.images:
        if image.since_ns is not None:
            told = shown(image.command_line or image.executable or image.name or "?", _TOLD)
            rows.append((image.since_ns, 1, "=", [("runs ", "$muted"), (told, "")]))
    if process.exit is not None:
        how = ending(process.exit)
        words = f"ended with {how}" if how.lstrip("-").isdigit() else f"ended: {how}"
        rows.append((process.exit.at_ns, 9, EXITED_GLYPH, [(words, "$process-exited")]))
    return rows


def _alerts(subject: Subject) -> list[_Row]:
    return [
        (
            alert.first_ns,
            2,
            LEVEL_GLYPHS[alert.level],
            [
                (f"{alert.level.word.upper()} ", f"bold $severity-{alert.level.word}"),
                (shown(alert.rule.name, _TOLD), ""),
                (f" ×{alert.count:,}" if alert.count > 1 else "", "$muted"),
            ],
        )
        for alert in subject.alerts
    ]


def _children(subject: Subject) -> list[_Row]:
    return [
        (
            child.start_ns if child.start_ns is not None else child.first_seen_ns,
            3,
            ">",
            [("started ", "$muted"), (shown(child.name or "?", 64), ""), (f" {child.pid}", "$muted")],
        )
        for child in subject.children[-_LISTED:]
    ]


def _actions(findings: Findings) -> list[_Row]:
    return [
        (
            entry.at_ns,
            4,
            "*",
            [
                ("you sent ", "$muted"),
                (entry.what, "bold"),
                (f": {printable(entry.outcome or 'no answer yet')}", "" if entry.done else "$warning"),
            ],
        )
        for entry in findings.actions
    ]
