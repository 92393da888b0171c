"""The rules as lines: each with its level, hits, cost and blind spots, then what is not loaded and why."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from edr_tui.model.printable import printable
from edr_tui.model.rules import RuleState, RulesView
from edr_tui.ui.render.look import LEVEL_GLYPHS
from edr_tui.ui.shown import shown

MAX_TOLD = 1_000  # of what is not loaded
_NUMBERS = 8  # cells of a column


def ordered(rules: Sequence[RuleState]) -> list[RuleState]:
    """Those that are switched off, then those with most hits, then by level and name."""
    return sorted(rules, key=lambda rule: (rule.disabled is None, -rule.hits, -rule.level, rule.name))


def heading(width: int) -> Content:
    """The names of the columns."""
    cells = f"  {'LEVEL':15}{'HITS':>{_NUMBERS}}{'COST':>{_NUMBERS}}{'BLIND':>{_NUMBERS}}  RULE"
    return _fit(Content.styled(cells, "bold $muted"), width)


def rule_line(rule: RuleState, width: int, *, selected: bool) -> Content:
    """One rule: ! HIGH  12  3.1 ms  0  its title  T1059.004"""
    off = rule.disabled is not None
    level = f"{LEVEL_GLYPHS[rule.level]} {rule.level.word.upper()}"
    line = Content.assemble(
        ("▌ " if selected else "  ", "$primary"),
        (f"{level:15}", "$muted" if off else f"$severity-{rule.level.word}"),
        (f"{rule.hits:>{_NUMBERS},}", "bold" if rule.hits and not off else "$muted"),
        (f"{_cost(rule.ns):>{_NUMBERS}}", "$muted"),
        (f"{rule.blind:>{_NUMBERS},}", "$warning" if rule.blind else "$muted"),
        ("  ", ""),
        ("OFF  " if off else "", "bold $warning"),
        (shown(rule.name), "$muted" if off else "$foreground"),
        ("  ", ""),
        (" ".join(map(printable, rule.techniques)), "$technique"),
    )
    line = _fit(line, width)
    return line.stylize("on $row-selected") if selected else line


def about(rule: RuleState, width: int) -> list[Content]:
    """What a line has no room for: id, place, and why it is off."""
    product = rule.product or "every system"
    words = f"{printable(rule.id)}   {product}   {shown(rule.path)}"
    lines = [_fit(Content.styled(f"  {words}", "$muted"), width)]
    why = "" if rule.disabled is None else f"  off: {printable(rule.disabled)}"
    return [*lines, _fit(Content.styled(why, "$warning"), width)]


def not_loaded(view: RulesView, width: int) -> list[Content]:
    """Faults first, then what was left out on purpose."""
    lines: list[Content] = []
    for title, told, style in (
        ("Faults", view.faults, "$error"),
        ("Left out", view.left_out, "$muted"),
    ):
        if told:
            lines += [Content(""), Content.styled(f"  {title} ({len(told):,})", "bold $muted")]
            lines += [_fit(Content.styled(f"  {shown(line)}", style), width) for line in told[:MAX_TOLD]]
            if len(told) > MAX_TOLD:
                lines.append(Content.styled(f"  … {len(told) - MAX_TOLD:,} more", "$muted"))
    return lines


def _cost(ns: int) -> str:
    """What it has cost so far: 310 us, 4.2 ms, 1.3 s."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000)):
        if ns >= size:
            return f"{ns / size:.1f} {unit}"
    return f"{ns // 1_000} us"


def _fit(line: Content, width: int) -> Content:
    return line if line.cell_length <= width else line.truncate(width, ellipsis=True)
