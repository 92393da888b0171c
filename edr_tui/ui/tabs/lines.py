"""The lines of any tab but the summary; made anew only when something in them is new."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from edr_tui.ui.detail import Subject, title
from edr_tui.ui.tabs.common import Findings
from edr_tui.ui.tabs.environment import environment_lines
from edr_tui.ui.tabs.files import file_lines, network_lines
from edr_tui.ui.tabs.limits import limit_lines
from edr_tui.ui.tabs.memory import memory_lines
from edr_tui.ui.tabs.tab import Tab
from edr_tui.ui.tabs.timeline import timeline_lines


class TabLines:
    """Keeps what was made last: a screen asks for the same lines every second."""

    def __init__(self) -> None:
        self._kept: tuple[Sequence[object], list[Content]] | None = None

    def of(
        self, tab: Tab, subject: Subject, findings: Findings, width: int, now_ns: int, reveal: bool
    ) -> list[Content]:
        """A tab in lines of at most `width` cells, under the title of its process."""
        head = [title(subject, now_ns), Content("")]
        lines = [*head, *self._body(tab, subject, findings, width, now_ns, reveal)]
        return [line if line.cell_length <= width else line.truncate(width, ellipsis=True) for line in lines]

    def _body(
        self, tab: Tab, subject: Subject, findings: Findings, width: int, now_ns: int, reveal: bool
    ) -> list[Content]:
        if findings.asked_ns is not None:
            return _make(tab, subject, findings, width, now_ns, reveal)  # a wait grows longer
        new = (
            tab,
            width,
            reveal,
            subject.process,
            *findings.parts.values(),
            findings.parent,
            findings.parent_name,
            findings.no_parent,
            *findings.actions,
            *(subject.alerts if tab is Tab.TIMELINE else ()),
            *(subject.children if tab is Tab.TIMELINE else ()),
        )
        kept = self._kept
        if kept is None or not _same(kept[0], new):
            kept = self._kept = new, _make(tab, subject, findings, width, now_ns, reveal)
        return kept[1]


def _same(kept: Sequence[object], new: Sequence[object]) -> bool:
    """Whether these are the very same values; texts and numbers may be equal ones."""
    return len(kept) == len(new) and all(
        one is other or (isinstance(one, str | int) and one == other)
        for one, other in zip(kept, new, strict=True)
    )


def _make(
    tab: Tab, subject: Subject, findings: Findings, width: int, now_ns: int, reveal: bool
) -> list[Content]:
    process = subject.process
    match tab:
        case Tab.ENVIRONMENT:
            return environment_lines(process, findings, width, now_ns, reveal)
        case Tab.FILES:
            return file_lines(process, findings, width, now_ns)
        case Tab.NETWORK:
            return network_lines(process, findings, width, now_ns)
        case Tab.LIMITS:
            return limit_lines(process, findings, width, now_ns)
        case Tab.MEMORY:
            return memory_lines(process, findings, width, now_ns)
        case _:
            return timeline_lines(subject, findings, width)
