"""What all tabs have in common: how values, headings and answers that are missing look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from edr_tui.model.inspection import PARTS
from edr_tui.model.printable import SHOWN_LIMIT, printable, runs
from edr_tui.model.process import Process
from edr_tui.ui.inspector import UNASKED, PartView
from edr_tui.ui.session_log import Entry
from edr_tui.ui.shown import shown
from edr_tui.ui.words import clock
from edr_tui.ui.wrapping import wrap

ESCAPED = "$warning italic"
# Shorter than this nobody sees a wait.
PATIENCE_NS = 500_000_000
_FRAME_NS = 100_000_000
_FRAMES = "|/-\\"

_REASONS = {
    "denied": "Denied: the sensor may not read this of another user's process. Run it as root.",
    "gone": "It has ended before this was read.",
    "late": "Not read within 2 s: the process keeps the kernel from reading it, which few do by accident.",
    "unsupported": "This system does not tell it.",
    "truncated": "Only the beginning could be read.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known beyond the events: inspections of the process by part, and of its parent.

    parent: the environment of the process that started it. parent_name: who that is; no_parent: why its
    environment cannot be compared, None if it can. actions: what was done to the process in this session.
    """

    parts: dict[str, PartView] = field(default_factory=dict)
    parent: PartView = UNASKED
    parent_name: str | None = None
    no_parent: str | None = None
    actions: Sequence[Entry] = ()

    def of(self, part: str) -> PartView:
        """What is known of one part."""
        return self.parts.get(part, UNASKED) if part in PARTS else UNASKED

    @property
    def asked_ns(self) -> int | None:
        """Since when an answer is waited for; None if none is."""
        asked = [view.asked_ns for view in (*self.parts.values(), self.parent) if view.asked_ns is not None]
        return min(asked) if asked else None


NOTHING_FOUND = Findings()


def heading(words: str, note: str = "") -> Content:
    """The title of a section, and how much of it there is."""
    return Content.assemble((words, "bold $muted"), (f"  {note}" if note else "", "$muted"))


def value_runs(text: str, style: str = "", limit: int = SHOWN_LIMIT) -> list[tuple[str, str]]:
    """Hostile text in runs (text, style): escapes look unlike what was typed, and what is cut is counted."""
    told = [(part, ESCAPED if escaped else style) for part, escaped in runs(text[:limit])]
    if len(text) > limit:
        told.append((f"…(+{len(text) - limit:,})", ESCAPED))
    return told


def indented(told: Iterable[tuple[str, str]], width: int, first: Content, indent: int) -> list[Content]:
    """Runs wrapped behind a first cell, the further lines below its end."""
    lines = wrap(told, max(width - indent, 8))
    blank = Content(" " * indent)
    return [Content.assemble(first if not number else blank, line) for number, line in enumerate(lines)]


def count(number: int, one: str, many: str) -> str:
    """1 file, 1,003 files."""
    return f"1 {one}" if number == 1 else f"{number:,} {many}"


def standing(view: PartView, process: Process, now_ns: int, width: int) -> list[Content]:
    """What there is to say where a part is not known, or is not of this moment; often nothing."""
    if view.value is None:
        return _missing(view, process, now_ns, width)
    if not process.alive and view.at_ns is not None:
        return sentence(f"As of {clock(view.at_ns)}, while it ran.", width, "$warning")
    if view.fault is not None:
        return sentence(
            f"As of {clock(view.at_ns or 0)}; asked again: {_reason(view.fault)}", width, "$warning"
        )
    return _waiting(view, now_ns)


def sentence(words: str, width: int, style: str = "$muted") -> list[Content]:
    """Words of ours (or printable ones) in lines."""
    return wrap([(words, style)], width)


def _missing(view: PartView, process: Process, now_ns: int, width: int) -> list[Content]:
    if view.asked_ns is not None:
        return _waiting(view, now_ns)
    if view.fault is not None:
        return sentence(_reason(view.fault), width, "$warning")
    if not process.alive:
        return sentence("It has ended, and this was not asked for while it ran.", width)
    return []


def _waiting(view: PartView, now_ns: int) -> list[Content]:
    if view.asked_ns is None or (waited := now_ns - view.asked_ns) < PATIENCE_NS:
        return []
    frame = _FRAMES[waited // _FRAME_NS % len(_FRAMES)]
    return [Content.styled(f"{frame} asking the sensor, {waited / 1e9:.1f} s", "$muted")]


def _reason(fault: str) -> str:
    known = _REASONS.get(fault)
    if known is not None:
        return known
    told = shown(printable(fault[:1_000]), 400)
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith(('.', '?')) else '.'}"
