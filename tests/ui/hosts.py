"""An app around one widget or screen, with the themes, variables and keys of ours."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from edr_tui.query import QueryError, parse
from edr_tui.ui.theme import load_themes, variable_defaults


class Host(App[None]):
    """Shows widgets from top to bottom; a screen given is pushed above them."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: $background; color: $foreground; }"

    def __init__(
        self, *widgets: Widget, above: Screen[object] | None = None, theme: str = "edr-dark"
    ) -> None:
        super().__init__()
        for each in load_themes().loaded:
            self.register_theme(each)
        self.theme = theme
        self.widgets = widgets
        self.above = above
        self.answers: list[object] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_mount(self) -> None:
        if self.above is not None:
            self.push_screen(self.above, self.answers.append)


def check(text: str) -> QueryError | None:
    """What is wrong with a filter of processes."""
    try:
        parse(text)
    except QueryError as fault:
        return fault
    return None


def line(app: App[None], at: int) -> str:
    """A line of the screen as text, from the top, or with a negative number from the bottom."""
    strips = app.screen._compositor.render_strips()
    return strips[at].text.rstrip()


def lines(app: App[None]) -> list[str]:
    """All lines of the screen as text."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
