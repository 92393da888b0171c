"""The signs that say without colour what colour says."""

from __future__ import annotations

from edr_tui.model.alert import Severity

SEVERITY_GLYPH = {
    Severity.CRITICAL: "‼",
    Severity.HIGH: "‼",
    Severity.MEDIUM: "!",
    Severity.LOW: "·",
    Severity.INFORMATIONAL: "·",
}
ACKNOWLEDGED = "✓"
EXITED = "✝"
