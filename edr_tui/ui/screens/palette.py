"""The palette: every action of the registry by name, with its keys. Textual's, with our actions alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widget import Widget

from edr_tui.ui.actions import ACTIONS, PANES, Action, Context, Group, key_cap, keys_of

if TYPE_CHECKING:
    from edr_tui.ui.screens.panes import Panes

_CAPS = 12  # cells for the keys


class _Actions(Provider):
    """The actions of the registry that the main screen or one of its panes can do."""

    async def discover(self) -> Hits:
        """All of them, those of the pane with the focus first."""
        for action in self._offered():
            yield DiscoveryHit(self._row(action), self._run(action), action.description)

    async def search(self, query: str) -> Hits:
        """Those whose words are like the query."""
        matcher = self.matcher(query)
        for action in self._offered():
            said = _said(action)
            if (score := matcher.match(said)) > 0:
                yield Hit(score, self._row(action, matcher.highlight(said)), self._run(action), said)

    def _offered(self) -> list[Action]:
        here = self._here()
        offered = [action for action in ACTIONS if {*action.contexts} & {*PANES, Context.APP}]
        return sorted(offered, key=lambda each: (each.group is Group.MOVE, here not in each.contexts))

    def _here(self) -> Context:
        panes = _panes(self._main)
        return next((context for context, pane in panes.items() if pane is self.focused), Context.TREE)

    @property
    def _main(self) -> Panes:
        return cast("Panes", self.screen)

    def _row(self, action: Action, said: Content | None = None) -> Content:
        caps = " ".join(map(key_cap, keys_of(action, self._main.keymap)))
        return Content.assemble(
            (caps.ljust(_CAPS) if cell_len(caps) <= _CAPS else f"{caps} ", "$primary"),
            " ",
            (said if said is not None else Content(_said(action))).stylize("$muted", len(action.description)),
        )

    def _run(self, action: Action) -> Callable[[], None]:
        return partial(run_action, self._main, action, self._here())


def _said(action: Action) -> str:
    return f"{action.description}  {action.id}"


def _panes(main: Panes) -> dict[Context, Widget]:
    return {Context.TREE: main.processes, Context.ALERTS: main.alerts, Context.DETAIL: main.detail}


class ActionPalette(CommandPalette):
    """What is typed is looked for in the descriptions and ids of the actions."""

    CSS = """
    ActionPalette { background: $background 60%; }
    ActionPalette SearchIcon { display: none; }
    ActionPalette > Vertical { margin-top: 2; background: $surface; }
    ActionPalette:dark > Vertical { background: $surface; }
    ActionPalette #--input { border: round $border; background: $surface; padding: 0 1; }
    ActionPalette CommandInput, ActionPalette CommandInput:focus { border: none; height: 1; }
    ActionPalette CommandList, ActionPalette CommandList:focus {
        border: round $border-blurred; background: $surface; max-height: 80vh; scrollbar-size-vertical: 1;
    }
    ActionPalette CommandList > .option-list--option { padding: 0 1; color: $foreground; text-style: none; }
    ActionPalette CommandList > .option-list--option-highlighted {
        background: $row-selected; color: $foreground; text-style: bold;
    }
    """

    def __init__(self) -> None:
        super().__init__(providers=[_Actions], placeholder="What to do: a word of it")

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Go, if it has not gone yet: a second click would take the screen below with it."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        # The list knows nothing of its lines while there is no room for one.
        with contextlib.suppress(KeyError):
            super()._action_command_list(action)


def run_action(main: Panes, action: Action, here: Context) -> None:
    """Do an action of the main screen: in the pane that has the focus, or in the first that it is of."""
    context = here if here in action.contexts else action.contexts[0]
    pane = _panes(main).get(context)
    if pane is not None and context is not here:
        main.focus_pane(pane)  # type: ignore[arg-type]
    who = main if pane is None or action.of_screen else pane
    getattr(who, f"action_{action.method}")()
