"""The styles that rendering draws with, resolved from the theme by whoever draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from rich.style import Style

from edr_tui.model.alert import Severity

LEVEL_GLYPHS = {
    Severity.CRITICAL: "◆",
    Severity.HIGH: "‼",
    Severity.MEDIUM: "!",
    Severity.LOW: "·",
    Severity.INFORMATIONAL: "◦",
}
ACKNOWLEDGED_GLYPH = "✓"
EXITED_GLYPH = "†"


@dataclass(frozen=True, slots=True)
class Look:
    """One style a meaning, all on the same background: there is a look for each kind of row.

    blank: between the words. name, pid, user, command, technique: of a process.
    evidence: what a rule found in a command line.
    tag: a fact worth a second look. escaped: what printable() had to spell out.
    chain: on a red chain; descendant: below its end; bar: the bar in the margin.
    critical to informational: the levels. acknowledged: the tick. badge: how many rows are hidden.
    new, exited: the state. aside: what a filter keeps only for its descendants' sake.
    """

    blank: Style
    name: Style
    pid: Style
    user: Style
    command: Style
    evidence: Style
    technique: Style
    tag: Style
    escaped: Style
    guide: Style
    arrow: Style
    chain: Style
    descendant: Style
    bar: Style
    critical: Style
    high: Style
    medium: Style
    low: Style
    informational: Style
    acknowledged: Style
    badge: Style
    new: Style
    exited: Style
    aside: Style

    @classmethod
    def of(cls, style_named: Callable[[str], Style]) -> Look:
        """The look whose every field is what style_named gives for the field's name."""
        return cls(*map(style_named, LOOK_NAMES))

    def level(self, severity: Severity) -> Style:
        """The style of a level."""
        match severity:
            case Severity.CRITICAL:
                return self.critical
            case Severity.HIGH:
                return self.high
            case Severity.MEDIUM:
                return self.medium
            case Severity.LOW:
                return self.low
        return self.informational


LOOK_NAMES = tuple(field.name for field in fields(Look))
