"""Keys that come faster than they are answered: each is for what the one before it has opened."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.pilot import Pilot

from edr_tui.engine import Engine
from edr_tui.sources.memory import MemorySource
from edr_tui.ui.actions import canonical
from edr_tui.ui.app import EdrApp
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.screens.main import MainScreen
from tests.ui.builders import NOW, alert, process, update


class Quiet(EdrApp):
    """Without an engine's thread: updates are put by the test."""

    def __init__(self) -> None:
        super().__init__(Engine(MemorySource([]), lambda *_: [], lambda: NOW))
        self.acknowledged: list[str] = []

    def _sense(self) -> None:
        return


def burst(app: EdrApp, *keys: str) -> None:
    """All of them wait in the app's queue at once."""
    for key in keys:
        app.post_message(Key(canonical(key), key if len(key) == 1 else None))


@pytest.fixture
def acknowledged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(Engine, "acknowledge", lambda self, ids: found.extend(ids))
    return found


async def shown(app: Quiet, pilot: Pilot[None]) -> MainScreen:
    main = app.screen
    assert isinstance(main, MainScreen)
    nginx, shell, other = process("nginx"), process("sh", "nginx"), process("other")
    alerts = (alert("one", ["nginx", "sh"]), alert("two", ["other"]))
    app._publish(update(nginx, shell, other, alerts=alerts))
    await pilot.pause()
    await pilot.pause()
    assert len(main.processes.rows) == 3
    return main


async def test_what_is_typed_behind_f_is_the_filter(acknowledged: list[str]) -> None:
    app = Quiet()
    async with app.run_test(size=(120, 40)) as pilot:
        main = await shown(app, pilot)
        main.go_to_process("sh")
        burst(app, "f", "a", "p", "a", "q", "enter")
        await pilot.pause()
        await pilot.pause()
        assert main.process_filter == "apaq"
        assert acknowledged == []
        assert main.open_bar is None
        assert main.processes.has_focus


async def test_a_question_asked_behind_a_filter_is_about_what_passes_it(acknowledged: list[str]) -> None:
    app = Quiet()
    async with app.run_test(size=(120, 40)) as pilot:
        main = await shown(app, pilot)
        main.focus_pane(main.alerts)
        await pilot.pause()
        burst(app, "f", *"rule:two", "enter", "A", "y")
        for _ in range(4):
            await pilot.pause()
        assert main.alert_filter == "rule:two"
        assert acknowledged == ["two"]


async def test_behind_tab_the_next_pane_answers(acknowledged: list[str]) -> None:
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        main = await shown(app, pilot)
        main.go_to_process("sh")
        burst(app, "tab", "j", "a")
        for _ in range(3):
            await pilot.pause()
        assert main.alerts.has_focus
        assert acknowledged == ["one" if main.alerts.cursor == "one" else "two"]
        burst(app, "tab", "escape", "g")
        for _ in range(3):
            await pilot.pause()
        assert main.processes.has_focus
        assert main.processes.selected is not None
        assert main.processes.selected.entity_id == "other"


async def test_behind_help_q_closes_it_and_does_not_quit() -> None:
    app = Quiet()
    async with app.run_test(size=(120, 40)) as pilot:
        main = await shown(app, pilot)
        burst(app, "?", "q", "f", "x", "escape", "?")
        for _ in range(4):
            await pilot.pause()
        assert app.is_running
        assert isinstance(app.screen, HelpScreen)
        assert main.process_filter == ""
