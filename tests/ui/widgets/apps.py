"""The smallest app around a process tree, with the keys that the registry of actions gives it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.theme import Theme

from edr_tui.ui.theme import variable_defaults
from edr_tui.ui.widgets.process_tree import ProcessTree

DARK = Theme(
    name="edr-test-dark",
    primary="#58a6ff",
    secondary="#a5a5ff",
    accent="#58a6ff",
    foreground="#e6edf3",
    background="#0d1117",
    surface="#0d1117",
    panel="#161b22",
    success="#3fb950",
    warning="#e3b341",
    error="#ff5f56",
    dark=True,
)
LIGHT = Theme(
    name="edr-test-light",
    primary="#0969da",
    foreground="#1f2328",
    background="#ffffff",
    surface="#ffffff",
    success="#1a7f37",
    warning="#9a6700",
    error="#cf222e",
    dark=False,
)


class TreeApp(App[None]):
    CSS = """
    ProcessTree { border: round $guide; &:focus { border: round $primary; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self.process_tree = ProcessTree()
        self.told: list[str | None] = []
        self.counts: list[tuple[int, int]] = []
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.process_tree

    def on_mount(self) -> None:
        self.process_tree.focus()

    def on_process_tree_process_selected(self, message: ProcessTree.ProcessSelected) -> None:
        self.told.append(message.entity_id)

    def on_process_tree_rows_changed(self, message: ProcessTree.RowsChanged) -> None:
        self.counts.append((message.shown, message.known))
