"""A look whose styles say their own names, so that tests can read them."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from edr_tui.ui.render.look import Look

LOOK = Look.of(lambda name: Style(meta={"look": name}))


def looks(strip: Strip) -> list[tuple[str, str]]:
    """The strip as (text, name of its style), without the blanks between."""
    return [
        (segment.text.strip(), segment.style.meta.get("look", ""))
        for segment in strip
        if segment.style is not None and segment.text.strip()
    ]
