"""How bar, footer and dialogs look, each theme at least once. `make snapshots` accepts a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from edr_tui.ui.actions import Context
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.widgets.filter_bar import FilterBar
from edr_tui.ui.widgets.key_footer import KeyFooter
from tests.ui.hosts import Host, check

Snap = Callable[..., bool]


@pytest.mark.parametrize(("theme", "size"), [("edr-dark", (120, 40)), ("edr-light", (80, 24))])
def test_help(snap_compare: Snap, theme: str, size: tuple[int, int]) -> None:
    assert snap_compare(Host(above=HelpScreen(), theme=theme), terminal_size=size)


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
def test_question(snap_compare: Snap, theme: str) -> None:
    below = Static("systemd 1  root  /sbin/init\n" * 12, markup=False)
    asked = ConfirmScreen("Acknowledge 12 open alerts that pass the filter?")
    assert snap_compare(
        Host(below, KeyFooter(Context.ALERTS), above=asked, theme=theme), terminal_size=(80, 14)
    )


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
def test_a_wrong_filter(snap_compare: Snap, theme: str) -> None:
    bar = FilterBar("filter", check)

    async def opened(pilot: Pilot[Any]) -> None:
        bar.query_one(Input).cursor_blink = False
        bar.open("name:ssh* level:bigger", "processes")
        bar.tell("3 of 312")
        await pilot.pause()

    app = Host(bar, KeyFooter(Context.FILTER), theme=theme)
    assert snap_compare(app, terminal_size=(80, 6), run_before=opened)


def test_paused(snap_compare: Snap) -> None:
    footer = KeyFooter(Context.ALERTS)
    footer.paused = True
    assert snap_compare(Host(footer), terminal_size=(80, 3))
