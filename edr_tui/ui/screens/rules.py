"""The rules as a screen of its own: what runs, what each found and costs, what is not loaded."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from edr_tui.engine import Engine
from edr_tui.model.rules import RuleState, RulesView
from edr_tui.ui.actions import NO_CHANGES, Context, Keymap, bindings_for
from edr_tui.ui.rule_lines import about, heading, not_loaded, ordered, rule_line
from edr_tui.ui.screens.dialog import Dialog
from edr_tui.ui.widgets.key_footer import KeyFooter
from edr_tui.ui.widgets.lines_view import LinesView

_ASK_EVERY = 1.0  # seconds


class RuleList(LinesView, inherit_bindings=False):
    """The rules with a cursor, and below them what is not loaded. The order stays while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Context.RULES)]

    def __init__(self) -> None:
        super().__init__(id="rule-list")
        self._view = RulesView()
        self._ids: list[str] = []
        self._by_id: dict[str, RuleState] = {}
        self._at = 0

    @property
    def selected(self) -> RuleState | None:
        """The rule under the cursor; None where there is none."""
        return self._by_id.get(self._ids[self._at]) if self._at < len(self._ids) else None

    def tell(self, view: RulesView) -> None:
        """Show these. The order is kept unless other rules are there."""
        at = self.selected
        self._view = view
        self._by_id = {rule.id: rule for rule in view.rules}
        if set(self._ids) != set(self._by_id):
            self._ids = [rule.id for rule in ordered(view.rules)]
            self._at = self._ids.index(at.id) if at is not None and at.id in self._by_id else 0
        self.draw()

    def on_resize(self) -> None:
        """Lines are as wide as the frame."""
        self.draw()

    def draw(self) -> None:
        """Make the lines anew; those that did not change are not painted."""
        width = self.width
        if width <= 0:
            return
        rules = [
            rule_line(self._by_id[rule_id], width, selected=number == self._at)
            for number, rule_id in enumerate(self._ids)
        ]
        self.show_lines([*rules, *not_loaded(self._view, width)])
        self.screen.query_one(RuleAbout).tell(self.selected)

    def on_click(self, event: Click) -> None:
        """A click selects."""
        self._to(event.y + self.scroll_offset.y)

    def _scroll_by(self, lines: int) -> None:
        """The cursor first; beyond the last rule the text below scrolls."""
        at = self._at + lines
        if (lines > 0 and self._at == len(self._ids) - 1) or (lines < 0 and self.scroll_offset.y > self._at):
            super()._scroll_by(lines)
        else:
            self._to(at)

    def _to(self, at: int) -> None:
        if not self._ids:
            return
        self._at = max(0, min(at, len(self._ids) - 1))
        self.draw()
        top, height = self.scroll_offset.y, self.size.height
        if not top <= self._at < top + height:
            super()._scroll_by(self._at - (top if self._at < top else top + height - 1))


class RuleAbout(Static):
    """Two lines about the selected rule."""

    def __init__(self) -> None:
        super().__init__(id="rule-about")

    def tell(self, rule: RuleState | None) -> None:
        """Tell of this one."""
        lines = [] if rule is None else about(rule, max(self.size.width, 1))
        self.update(Content("\n").join(lines))


class RulesScreen(Dialog[None], inherit_bindings=False):
    """All rules; asks the engine for their accounts while it is open."""

    # Where the list has no room it cannot have the keys: closing works all the same.
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in bindings_for(Context.RULES) if binding.action == "screen.close_view"
    ]

    def __init__(self, engine: Engine, keymap: Keymap = NO_CHANGES) -> None:
        super().__init__()
        self._engine = engine
        self._keymap = keymap
        self._list = RuleList()

    def compose(self) -> ComposeResult:
        """The list in a frame, what there is to say of one rule, and the keys below."""
        with Vertical(id="rules") as frame:
            frame.border_title = Content(" Rules ")
            yield Static(heading(200), id="rule-heading")
            yield self._list
            yield RuleAbout()
            yield KeyFooter(Context.RULES, keymap=self._keymap)

    def on_mount(self) -> None:
        """Ask now, and again every second."""
        self._list.focus()
        self._engine.ask_rules()
        self.set_interval(_ASK_EVERY, self._engine.ask_rules)

    def tell(self, view: RulesView) -> None:
        """The rules as they are now."""
        off = sum(rule.disabled is not None for rule in view.rules)
        hits = sum(rule.hits for rule in view.rules)
        parts = [f"{len(view.rules):,} loaded", f"{hits:,} hits"]
        parts += [f"{off:,} off"] if off else []
        parts += [f"{len(view.left_out):,} left out"] if view.left_out else []
        parts += [f"{len(view.faults):,} with faults"] if view.faults else []
        self.query_one("#rules").border_subtitle = Content(f" {' · '.join(parts)} ")
        self._list.tell(view)

    def action_switch_rule(self) -> None:
        """Switch the selected rule off, or on again."""
        rule = self._list.selected
        if rule is not None:
            self._engine.switch_rule(rule.id, rule.disabled is not None)

    def action_reload_rules(self) -> None:
        """Load the rules anew; what came of it is told."""
        if not self._engine.reload_rules():
            self.notify("Rules cannot be loaded anew here", markup=False)

    def action_close_view(self) -> None:
        """Back to the main screen."""
        self.dismiss(None)
