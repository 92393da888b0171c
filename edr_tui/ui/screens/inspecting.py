"""The tabs of the detail: which one is told, and what the sensor is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.timer import Timer

from edr_tui.engine import Engine
from edr_tui.model.alert import Severity
from edr_tui.model.inspection import ENVIRONMENT
from edr_tui.model.process import Process
from edr_tui.ui.asking import Asking
from edr_tui.ui.detail import Subject
from edr_tui.ui.inspector import UNASKED, Inspector
from edr_tui.ui.screens.panes import Panes
from edr_tui.ui.session_log import SessionLog
from edr_tui.ui.shown import shown
from edr_tui.ui.tabs.common import NOTHING_FOUND, Findings
from edr_tui.ui.tabs.tab import TABS, Tab
from edr_tui.ui.widgets.detail_pane import DetailPane

# Who runs down the list does not want to know everything of everybody on the way.
_LOOKED_AT_FOR_S = 0.15
_FIRST_PULSE_S, _PULSE_S = 0.5, 0.1


class _Parent(NamedTuple):
    """Whose environment to compare with; why that cannot be, None if it can."""

    process: Process | None = None
    name: str | None = None
    why_not: str | None = None


class Inspecting(Panes):
    """The part of the main screen that looks into processes."""

    def __init__(self, engine: Engine, clock: Callable[[], int], threshold: Severity) -> None:
        super().__init__(engine, clock, threshold)
        self.asking = Asking(engine.ask)
        self.inspector = Inspector(self.asking, self.tell_subject)
        self.log_of_actions = SessionLog()
        self._looked_at: tuple[str, Tab] | None = None
        self._due: Timer | None = None
        self._pulse: Timer | None = None

    def tell_subject(self) -> None:
        """The detail tells of what is selected; what its tab lacks is asked for in a moment."""
        subject = self.subject()
        findings = NOTHING_FOUND if subject is None else self._findings(subject)
        self.detail.show(subject, self.now_ns(), findings)
        self._look(subject)

    def _look(self, subject: Subject | None) -> None:
        looked_at = None if subject is None else (subject.process.entity_id, self.detail.tab)
        if looked_at == self._looked_at:
            return
        self._looked_at = looked_at
        if self._due is not None:
            self._due.stop()
        self._due = self.set_timer(_LOOKED_AT_FOR_S, self._ask)

    def _ask(self, again: bool = False) -> None:
        """Ask for what the tab tells of the selected process, while it lives."""
        subject = self.subject()
        tab = self.detail.tab
        if subject is None or not tab.parts or subject.only_remembered:
            return
        ask = self.inspector.refresh if again else self.inspector.want
        asked = [(subject.process, part) for part in tab.parts]
        if tab is Tab.ENVIRONMENT and (parent := _parent(subject).process) is not None:
            asked.append((parent, ENVIRONMENT))
        for process, part in asked:
            if process.alive:
                ask(process.entity_id, part, self.now_ns())
        self.tell_subject()
        if self._pulse is None:
            self._pulse = self.set_timer(_FIRST_PULSE_S, self._pulsed)

    def _pulsed(self) -> None:
        """While an answer is waited for, the wait is seen to go on."""
        self._pulse = None
        subject = self.subject()
        if subject is not None and self._findings(subject).asked_ns is not None:
            self.tell_subject()
            self._pulse = self.set_timer(_PULSE_S, self._pulsed)

    def _findings(self, subject: Subject) -> Findings:
        tab, entity_id = self.detail.tab, subject.process.entity_id
        parent = _parent(subject) if tab is Tab.ENVIRONMENT else _Parent()
        view = (
            UNASKED if parent.process is None else self.inspector.view(parent.process.entity_id, ENVIRONMENT)
        )
        ended = parent.process is not None and not parent.process.alive and view.value is None
        return Findings(
            parts={part: self.inspector.view(entity_id, part) for part in tab.parts},
            parent=view,
            parent_name=parent.name,
            no_parent=f"{parent.name} has ended" if ended else parent.why_not,
            actions=self.log_of_actions.about(entity_id) if tab is Tab.TIMELINE else (),
        )

    # What the keys do

    def on_detail_pane_tab_chosen(self, message: DetailPane.TabChosen) -> None:
        """The mouse chose a tab."""
        self._choose_tab(message.tab)

    def _choose_tab(self, tab: Tab) -> None:
        self.detail.turn_to(tab)
        if not self.detail.display:
            self.focus_pane(self.detail)
        self.tell_subject()

    def action_tab_summary(self) -> None:
        """What the events tell."""
        self._choose_tab(Tab.SUMMARY)

    def action_tab_environment(self) -> None:
        """Its environment, and what differs from the parent's."""
        self._choose_tab(Tab.ENVIRONMENT)

    def action_tab_files(self) -> None:
        """Its open files."""
        self._choose_tab(Tab.FILES)

    def action_tab_network(self) -> None:
        """Its sockets."""
        self._choose_tab(Tab.NETWORK)

    def action_tab_limits(self) -> None:
        """Its limits and namespaces."""
        self._choose_tab(Tab.LIMITS)

    def action_tab_memory(self) -> None:
        """The executable's hash, and what is mapped."""
        self._choose_tab(Tab.MEMORY)

    def action_tab_timeline(self) -> None:
        """What happened to it, in order."""
        self._choose_tab(Tab.TIMELINE)

    def action_next_tab(self) -> None:
        """To the next tab."""
        self._choose_tab(TABS[(TABS.index(self.detail.tab) + 1) % len(TABS)])

    def action_previous_tab(self) -> None:
        """To the tab before."""
        self._choose_tab(TABS[TABS.index(self.detail.tab) - 1])

    def action_ask_again(self) -> None:
        """Ask the sensor for this tab once more."""
        subject = self.subject()
        if subject is None:
            self.say("Nothing is selected")
        elif not self.detail.tab.parts:
            self.say("This tab is told by the events: there is nothing to ask for")
        elif not subject.process.alive or subject.only_remembered:
            self.say("It has ended: nothing more can be asked")
        else:
            self._ask(again=True)

    def action_reveal(self) -> None:
        """Show what looks like a secret, or mask it again."""
        if self.detail.tab is not Tab.ENVIRONMENT:
            self.say("Secrets are masked in the tab Environment")
            return
        self.detail.toggle_secrets()


def _parent(subject: Subject) -> _Parent:
    process = subject.process
    if not subject.ancestors or process.folded or subject.ancestors[0].entity_id != process.parent_id:
        return _Parent(why_not="it is not known or no longer kept")
    parent = subject.ancestors[0]
    return _Parent(parent, f"{shown(parent.name or '?', 32)} {parent.pid}")
