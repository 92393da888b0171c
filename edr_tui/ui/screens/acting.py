"""What the analyst does to processes: a signal, after a dialog that is bound to one of them."""

from __future__ import annotations

from collections.abc import Iterable

from edr_tui.model.event import RequestAnswered
from edr_tui.model.inspection import TARGET, Target
from edr_tui.model.process import Process
from edr_tui.model.request import InspectRequest
from edr_tui.ui.actions import NO_CHANGES
from edr_tui.ui.screens.inspecting import Inspecting
from edr_tui.ui.screens.log import LogScreen
from edr_tui.ui.screens.signal import SignalScreen
from edr_tui.ui.session_log import Entry
from edr_tui.ui.signal_run import Living, SignalChoice, SignalRun, living


class Acting(Inspecting):
    """The part of the main screen that acts. read_only: it does not."""

    read_only = False
    _dialog: SignalScreen | None = None

    def action_signal(self) -> None:
        """Ask which signal the selected process shall get."""
        subject = self.subject()
        if self.read_only:
            self.say("This console is read-only: it sends no signals")
        elif subject is None:
            self.say("Nothing is selected")
        elif subject.only_remembered or not subject.process.alive:
            self.say("It has ended: there is nobody to get a signal")
        else:
            self._open_dialog(subject.process)

    def _open_dialog(self, process: Process) -> None:
        below = living(process, self.processes.rows.children_of)
        dialog = self._dialog = SignalScreen(process, below.number, self.now_ns())

        def answered(choice: SignalChoice | None) -> None:
            self._dialog = None
            if choice is not None:
                self._send(process, below, choice)

        self.app.push_screen(dialog, answered)
        self._hold(process, dialog)
        for loose in below.loose:
            self._hold(loose, None)

    def _hold(self, process: Process, dialog: SignalScreen | None) -> None:
        """Let the sensor hold exactly this process from now on, whoever gets its pid later."""

        def told(answer: RequestAnswered | None, fault: str | None) -> None:
            found = None if answer is None else answer.inspection
            target = None if found is None else found.part(TARGET)
            if found is not None and target is None:
                fault = found.faults.get(TARGET, fault)
            if dialog is not None:
                dialog.told(target if isinstance(target, Target) else None, fault or "it cannot be held")

        self.asking.ask(
            lambda id_: InspectRequest(id=id_, entity_id=process.entity_id, want=(TARGET,)),
            told,
            self.now_ns(),
        )

    def follow_dialog(self, processes: Iterable[Process]) -> None:
        """The process of an open dialog may be among those that have ended."""
        dialog = self._dialog
        if dialog is not None and any(
            process.entity_id == dialog.entity_id and not process.alive for process in processes
        ):
            dialog.ended()

    def _send(self, process: Process, below: Living, choice: SignalChoice) -> None:
        entry = self.log_of_actions.begin(process, choice.signal, choice.subtree, self.now_ns())

        def done(outcome: str, carried_out: bool) -> None:
            self._tell_outcome(self.log_of_actions.end(entry, outcome, carried_out))

        # Who has come loose since the dialog was opened is stopped too.
        loose = living(process, self.processes.rows.children_of).loose if choice.subtree else ()
        everybody = dict.fromkeys(one.entity_id for one in (process, *below.loose, *loose))
        SignalRun(self.asking, self.now_ns, tuple(everybody), choice, done).start()

    def _tell_outcome(self, entry: Entry) -> None:
        words = f"{entry.signal} to {entry.name} {entry.pid}: {entry.outcome}"
        self.notify(words, severity="information" if entry.done else "warning", timeout=6, markup=False)
        self.tell_subject()

    def action_session_log(self) -> None:
        """What was done in this session."""
        self.app.push_screen(LogScreen(self.log_of_actions.entries(), NO_CHANGES))
