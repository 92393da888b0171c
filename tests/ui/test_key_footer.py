"""The footer: the keys of a context, help always among them, clicks that press."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.geometry import Size

from edr_tui.ui.actions import Context
from edr_tui.ui.widgets.key_footer import KeyFooter
from tests.ui.hosts import Host, line


class Pressed(Host):
    def __init__(self, footer: KeyFooter) -> None:
        super().__init__(footer)
        self.footer = footer
        self.pressed: list[str] = []

    def on_key(self, event: Key) -> None:
        self.pressed.append(event.key)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (
            80,
            " a ack  i ancestry  y copy  e next alert  f filter  / search  ? help     NORMAL",
        ),
        (60, " a ack  i ancestry  y copy  e next alert  ? help     NORMAL"),
        (40, " a ack  i ancestry  ? help       NORMAL"),
        (20, " ? help      NORMAL"),
        (12, " ? help"),
        (5, ""),
        (1, ""),
    ],
)
async def test_help_stays_while_the_rightmost_go(width: int, text: str) -> None:
    app = Pressed(KeyFooter(Context.TREE))
    async with app.run_test(size=(width, 4)) as pilot:
        await pilot.pause()
        assert line(app, 0) == text


@pytest.mark.parametrize("width", range(1, 160))
def test_it_never_grows_wider_than_the_screen(width: int) -> None:
    footer = KeyFooter(Context.ALERTS)
    footer._size = Size(width, 1)
    for context in Context:
        footer.set_reactive(KeyFooter.context, context)
        assert footer.render().cell_length <= width


async def test_the_mode_is_a_word() -> None:
    app = Pressed(KeyFooter(Context.TREE))
    async with app.run_test(size=(120, 4)) as pilot:
        for context, paused, mode in (
            (Context.ALERTS, True, "PAUSED"),
            (Context.FILTER, True, "FILTER"),
            (Context.SEARCH, False, "SEARCH"),
            (Context.DETAIL, False, "NORMAL"),
        ):
            app.footer.show(context)
            app.footer.paused = paused
            await pilot.pause()
            assert line(app, 0).endswith(f" {mode}")
        app.footer.show(Context.ANCESTRY)
        await pilot.pause()
        assert line(app, 0) == " Esc close"


async def test_a_click_presses_the_key() -> None:
    app = Pressed(KeyFooter(Context.TREE))
    async with app.run_test(size=(120, 4)) as pilot:
        for word, key in (("ack", "a"), ("search", "slash"), ("help", "question_mark")):
            app.pressed.clear()
            await pilot.click(KeyFooter, offset=(line(app, 0).index(word), 0))
            await pilot.pause()
            assert app.pressed == [key]
        app.pressed.clear()
        await pilot.click(KeyFooter, offset=(100, 0))
        await pilot.pause()
        assert app.pressed == []


async def test_the_users_keys_are_shown_and_pressed() -> None:
    app = Pressed(KeyFooter(Context.TREE, keymap={"pause": "ctrl+x"}))
    async with app.run_test(size=(120, 4)) as pilot:
        await pilot.pause()
        assert "Ctrl+X pause" in line(app, 0)
        await pilot.click(KeyFooter, offset=(line(app, 0).index("pause"), 0))
        await pilot.pause()
        assert app.pressed == ["ctrl+x"]
        app.footer.keymap = {"pause": "f5"}
        await pilot.pause()
        assert "F5 pause" in line(app, 0)
