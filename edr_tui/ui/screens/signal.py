"""The dialog before a signal: bound to the process that it was opened on, and a word has to be typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from edr_tui.model.inspection import Target
from edr_tui.model.process import Process
from edr_tui.ui.actions import Context, bindings_for
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.shown import command_runs, shown
from edr_tui.ui.signal_run import SIGNALS, SignalChoice
from edr_tui.ui.tabs.common import value_runs
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.words import duration
from edr_tui.ui.wrapping import wrap

_KEY = 12
_COMMAND_LINES = 5
_COMMAND_SHOWN = 600
_WIDEST, _MARGIN = 84, 12


class SignalScreen(Dialog[SignalChoice | None], inherit_bindings=False):
    """Dismissed with what was confirmed, or None.

    descendants: how many live below it. now_ns: ns since the epoch. told() says whom the sensor holds.
    """

    CSS = """
    SignalScreen { align: center middle; background: $background 60%; }
    SignalScreen > Vertical {
        width: 90%; max-width: 88; height: auto; max-height: 100%;
        padding: 0 2; background: $surface; border: round $warning;
        border-title-color: $warning; border-title-style: bold;
    }
    SignalScreen Static { width: 100%; height: auto; }
    SignalScreen Input {
        border: none; height: 1; padding: 0 1; margin: 0; width: 30; background: $panel;
    }
    SignalScreen #who { margin: 0 0 1 0; }
    SignalScreen #scope { margin: 0 0 1 0; }
    SignalScreen #said { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.SIGNAL)]
    AUTO_FOCUS = "#word"

    def __init__(self, process: Process, descendants: int, now_ns: int) -> None:
        super().__init__()
        self._process = process
        self._descendants = descendants
        self._now_ns = now_ns
        self._target: Target | None = None
        self._refusal: str | None = None
        self._subtree = False
        self._who = Static(id="who")
        self._scope = Static(id="scope")
        self._said = Static(id="said")
        self._word = Input(placeholder=" ".join(SIGNALS), restrict="[A-Za-z]{0,8}", compact=True, id="word")

    @property
    def entity_id(self) -> str:
        """The identity of the process that it is about."""
        return self._process.entity_id

    def compose(self) -> ComposeResult:
        """Who, how far, the signals, the word."""
        with Vertical() as box:
            box.border_title = Content(" Send a signal ")
            yield self._who
            yield self._scope
            yield Static(_signals())
            yield self._word
            yield self._said
            yield KeyFooter(Context.SIGNAL)

    def on_resize(self) -> None:
        """Lines are as wide as the frame; what they need is known once it has its size."""
        self.call_after_refresh(self._tell)

    def told(self, target: Target | None, fault: str | None) -> None:
        """The sensor holds it, or says why it gets no signal. After ended() nothing changes any more."""
        if self._refusal is None:
            self._target = target
            self._refusal = fault if target is None else target.refusal
            self._tell()

    def ended(self) -> None:
        """It has ended meanwhile: whoever has its pid now is another process."""
        self._refusal = "it has ended"
        self._tell()

    @on(Input.Submitted)
    def _confirmed(self, event: Input.Submitted) -> None:
        event.stop()
        signal = event.value.upper()
        if self._refusal is not None or self._target is None:
            self.app.bell()
            self._tell()
        elif signal not in SIGNALS:
            self._say(f"Type one of these words: {', '.join(SIGNALS)}.", "$warning")
        else:
            self.dismiss(SignalChoice(signal, self._subtree))

    def action_scope(self) -> None:
        """The process alone, or its whole subtree."""
        self._subtree = not self._subtree
        self._tell()

    def action_no_signal(self) -> None:
        """Send nothing."""
        self.dismiss(None)

    def _tell(self) -> None:
        if not self.is_mounted:
            return
        width = max(min(round(self.size.width * 0.9), _WIDEST + 4) - 6, 20)
        self._who.update(Content("\n").join(self._facts(width)))
        both = ("the process alone", f"the process and its subtree, {self._descendants:,} more now")
        self._scope.update(
            Content.assemble(
                ("to ".ljust(_KEY), "$muted"),
                *(
                    part
                    for at, words in enumerate(both)
                    for part in ((f" {words} ", "bold reverse" if at == self._subtree else "$muted"), " ")
                ),
            )
        )
        if self._refusal is not None:
            self._say(f"No signal is sent: {shown(self._refusal, 300)}.", "$error bold")
        elif self._target is None:
            self._say("Asking the sensor to hold this process …", "$muted")
        else:
            self._say("The sensor holds this process: nobody else can get the signal.", "$success")

    def _facts(self, width: int) -> list[Content]:
        process, target = self._process, self._target
        name = (None if target is None else target.name) or process.name or "?"
        started = process.start_ns if process.start_ns is not None else process.first_seen_ns
        user = process.user.label if process.user is not None else None
        executable = (None if target is None else target.executable) or process.executable
        lines = [
            Content.assemble(
                (shown(name, 64), "bold"),
                (f" {process.pid}", "bold $primary"),
                (f"  {shown(user, 40)}" if user else "", "$user"),
                (f"  runs for {duration(self._now_ns - started)}", "$muted"),
            )
        ]
        lines += _pair("executable", value_runs(executable or "not known", limit=_COMMAND_SHOWN), width)[:2]
        return [*lines, *_pair("command", self._command(), width)[:_COMMAND_LINES]]

    def _command(self) -> list[tuple[str, str]]:
        told = command_runs(self._process.image, _COMMAND_SHOWN)
        if told is None and self._target is not None and self._target.command_line is not None:
            return value_runs(self._target.command_line, limit=_COMMAND_SHOWN)
        if told is None:
            return [("not known", "$muted")]
        return [(text, "$warning italic" if escaped else "") for text, escaped in told]

    def _say(self, words: str, style: str) -> None:
        self._said.update(Content.styled(words, style))


def _pair(key: str, told: list[tuple[str, str]], width: int) -> list[Content]:
    lines = wrap(told, width - _KEY)
    return [
        Content.assemble((key.ljust(_KEY) if not number else " " * _KEY, "$muted"), line)
        for number, line in enumerate(lines)
    ]


def _signals() -> Content:
    parts: list[str | tuple[str, str]] = []
    for number, (word, meaning) in enumerate(SIGNALS.items()):
        parts += [(word, "bold"), (f" {meaning}".ljust(22 if number % 2 == 0 else 0), "$muted")]
        parts.append("\n" if number % 2 else "")
    return Content.assemble(*parts, ("Type the word of the signal, then Enter:", ""))
