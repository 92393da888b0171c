"""Help and question: every key is told, every way out works, at every size."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll

from edr_tui.ui.actions import ACTIONS, Context, key_cap, method_names
from edr_tui.ui.key_help import help_groups
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.help import HelpScreen, help_content
from tests.ui.hosts import Host, lines

QUESTION = "Acknowledge 12 open alerts that pass the filter?"


@pytest.mark.parametrize("width", [40, 74, 104, 108, 170])
def test_the_help_tells_every_key_at_every_width(width: int) -> None:
    content = help_content(help_groups(), width)
    text = content.plain
    assert all(each.cell_length <= width for each in content.split("\n"))
    for action in ACTIONS:
        for key in action.keys:
            assert f" {key_cap(key)} " in text
        if width > 100:
            assert action.description.split()[0] in text


def test_the_help_has_more_columns_where_there_is_room() -> None:
    heights = [help_content(help_groups(), width).plain.count("\n") + 1 for width in (74, 106, 170)]
    assert heights[0] > heights[1] > heights[2]
    first = [help_content(help_groups(), width).plain.split("\n")[0].split() for width in (74, 106, 170)]
    assert first == [["Move"], ["Move", "Detail"], ["Move", "Alerts", "Rules"]]


def test_the_help_shows_the_users_keys() -> None:
    assert " Ctrl+X " in help_content(help_groups({"pause": "ctrl+x"}), 100).plain


def test_what_the_help_says_in_columns_is_what_it_says_in_one() -> None:
    def words(width: int) -> list[str]:
        return sorted(help_content(help_groups(), width).plain.split())

    assert words(74) == words(106) == words(170)


@pytest.mark.parametrize("key", ["escape", "question_mark", "f1", "q"])
async def test_the_help_closes(key: str) -> None:
    app = Host(above=HelpScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        assert isinstance(app.screen, HelpScreen)
        await pilot.press(key)
        assert not isinstance(app.screen, HelpScreen)


async def test_almost_all_of_the_help_is_seen_at_120_by_40() -> None:
    app = Host(above=HelpScreen())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.screen.query_one(VerticalScroll).max_scroll_y < 12
        await pilot.press("G")
        await pilot.pause()
        assert "close the ancestry" in "\n".join(lines(app))


async def test_the_help_scrolls_at_80_by_24() -> None:
    app = Host(above=HelpScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        frame = app.screen.query_one(VerticalScroll)
        assert frame.max_scroll_y > 0
        for key, place in (
            ("j", 1),
            ("k", 0),
            ("G", frame.max_scroll_y),
            ("g", 0),
            ("ctrl+d", frame.size.height // 2),
            ("ctrl+u", 0),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert frame.scroll_offset.y == place, key
        await pilot.press("G")
        await pilot.pause()
        assert "close the ancestry" in "\n".join(lines(app))


@pytest.mark.parametrize(
    ("screen", "context"), [(HelpScreen, Context.HELP), (ConfirmScreen, Context.QUESTION)]
)
def test_a_dialog_has_the_methods_of_its_keys(screen: type, context: Context) -> None:
    for name in method_names([context]):
        assert callable(getattr(screen, name))


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["enter"], True),
        (["n"], False),
        (["escape"], False),
        (["right", "enter"], False),
        (["tab", "enter"], False),
        (["tab", "shift+tab", "enter"], True),
        (["left", "left", "enter"], True),
    ],
)
async def test_a_question_is_answered_by_keys(keys: list[str], answer: bool) -> None:
    app = Host(above=ConfirmScreen(QUESTION))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert QUESTION in "\n".join(lines(app))
        await pilot.press(*keys)
        assert app.answers == [answer]


@pytest.mark.parametrize(("button", "answer"), [("#yes", True), ("#no", False)])
async def test_a_question_is_answered_by_mouse(button: str, answer: bool) -> None:
    app = Host(above=ConfirmScreen(QUESTION))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(button)
        assert app.answers == [answer]


async def test_other_keys_answer_nothing() -> None:
    app = Host(above=ConfirmScreen(QUESTION))
    async with app.run_test() as pilot:
        await pilot.press("q", "a", "A", "x", "space", "f")
        assert app.answers == []
        assert isinstance(app.screen, ConfirmScreen)


async def test_a_question_is_no_markup() -> None:
    app = Host(above=ConfirmScreen("Acknowledge [/] [b]all[/b]?", yes="[@click=app.quit]go[/]"))
    async with app.run_test() as pilot:
        await pilot.pause()
        text = "\n".join(lines(app))
        assert "[/] [b]all[/b]?" in text
        assert "[@click=app.quit]go[/]" in text


@pytest.mark.parametrize("screen", [HelpScreen, lambda: ConfirmScreen(QUESTION)])
async def test_no_size_is_too_small(screen: object) -> None:
    app = Host(above=screen())  # type: ignore[operator]
    async with app.run_test(size=(80, 24)) as pilot:
        for size in ((1, 1), (2, 3), (10, 5), (300, 100)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await pilot.press("escape")
        assert app.answers in ([None], [False])
