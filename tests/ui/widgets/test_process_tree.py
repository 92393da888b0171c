"""The widget through pilot: keys, mouse, the anchor, filters, and what is drawn again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.pilot import Pilot

from edr_tui.model.process import Process
from tests.ui.builders import NOW, SECOND, alert, process, update
from tests.ui.widgets.apps import DARK, LIGHT, TreeApp

SIZE = (80, 24)
LINES = 22  # the border takes two


def services(count: int, children: int = 3) -> list[Process]:
    """init with so many services, each with so many workers: s000, s000w0, ..."""
    told = [process("init", pid=1)]
    for number in range(count):
        name = f"s{number:03}"
        told.append(process(name, "init", start=10 * number + 1))
        told += [process(f"{name}w{n}", name, start=10 * number + 2 + n) for n in range(children)]
    return told


@asynccontextmanager
async def running(*told: Process) -> AsyncIterator[tuple[TreeApp, Pilot[None]]]:
    app = TreeApp()
    async with app.run_test(size=SIZE) as pilot:
        app.process_tree.apply(update(*told))
        await pilot.pause()
        yield app, pilot


def screen_line(app: TreeApp) -> int:
    """The line of the screen on which the selected row stands."""
    assert app.process_tree.selected is not None
    index = app.process_tree.rows.index_of(app.process_tree.selected.entity_id)
    assert index is not None
    return index - app.process_tree.scroll_offset.y


def selected(app: TreeApp) -> str | None:
    return None if app.process_tree.selected is None else app.process_tree.selected.entity_id


def shown(app: TreeApp) -> list[str]:
    """The text on the screen, inside the border."""
    return [app.process_tree.render_line(y).text.rstrip() for y in range(app.process_tree.size.height)]


async def test_the_first_row_is_selected_and_told() -> None:
    async with running(*services(3)) as (app, pilot):
        assert selected(app) == "init"
        await pilot.pause()
        assert app.told == ["init"]
        assert app.counts == [(13, 13)]


async def test_keys_move_and_tell_where_they_end() -> None:
    async with running(*services(20)) as (app, pilot):
        for keys, target in [
            (["down", "j"], "s000w0"),
            (["up"], "s000"),
            (["}"], "s001"),
            (["}", "}", "{"], "s002"),
            (["end"], "s019w2"),
            (["U"], "s019"),
            (["U"], "init"),
            (["pagedown"], "s005"),
            (["ctrl+d"], "s007w2"),
            (["ctrl+u", "k"], "s004w2"),
            (["pageup", "pageup"], "init"),
            (["G", "g"], "init"),
        ]:
            await pilot.press(*keys)
            assert selected(app) == target
            assert 0 <= screen_line(app) < LINES
        await pilot.pause()
        assert app.told[-1] == "init"


async def test_left_and_right_walk_the_tree() -> None:
    async with running(*services(2)) as (app, pilot):
        await pilot.press("right")
        assert selected(app) == "s000"
        await pilot.press("l", "left")
        assert selected(app) == "s000"
        assert len(app.process_tree.rows) == 9
        await pilot.press("h")
        assert len(app.process_tree.rows) == 6
        assert shown(app)[1] == "  ├─▸ s000 259  root  ?  +3"
        await pilot.press("h")
        assert selected(app) == "init"
        await pilot.press("down", "right")
        assert len(app.process_tree.rows) == 9
        await pilot.press("space", "+", "-")
        assert len(app.process_tree.rows) == 6
        await pilot.press("*")
        assert len(app.process_tree.rows) == 9
        await pilot.press("_")
        assert len(app.process_tree.rows) == 3
        await pilot.press("down", "_", "*")
        assert selected(app) == "s001"
        assert len(app.process_tree.rows) == 9


async def test_no_key_does_harm_to_an_empty_tree() -> None:
    async with running() as (app, pilot):
        assert shown(app)[0] == "  Waiting for the first processes …"
        await pilot.press("up", "down", "left", "right", "space", "*", "_", "U", "{", "}", "G", "g", "pageup")
        await pilot.click(offset=(3, 3))
        assert app.process_tree.selected is None
        assert app.told == []


async def test_the_selected_row_stays_on_its_line_while_500_come_above() -> None:
    async with running(*services(60)) as (app, pilot):
        assert app.process_tree.select("s040w1")
        await pilot.pause()
        line, text = screen_line(app), shown(app)
        app.process_tree.apply(update(*(process(f"new{n}", "s002", start=10_000 + n) for n in range(500))))
        app.process_tree.flush()
        await pilot.pause()
        assert screen_line(app) == line
        assert shown(app) == text
        app.process_tree.apply(update(evicted=tuple(f"new{n}" for n in range(500))))
        app.process_tree.flush()
        await pilot.pause()
        assert screen_line(app) == line
        assert shown(app) == text
        assert selected(app) == "s040w1"


async def test_near_the_top_rows_go_only_as_far_as_they_must() -> None:
    async with running(*services(3)) as (app, pilot):
        await pilot.press("down", "down")
        app.process_tree.apply(update(process("sx", "init", start=0.5)))
        app.process_tree.flush()
        # All rows are on the screen, so there is nothing to scroll: the selected row goes one down.
        assert (app.process_tree.scroll_offset.y, selected(app), screen_line(app)) == (0, "s000w0", 3)
        app.process_tree.apply(update(*services(60)))
        app.process_tree.apply(update(process("sy", "init", start=0.6)))
        app.process_tree.flush()
        assert (app.process_tree.scroll_offset.y, selected(app), screen_line(app)) == (1, "s000w0", 3)
        app.process_tree.apply(update(evicted=("sx", "sy")))
        app.process_tree.flush()
        assert (app.process_tree.scroll_offset.y, selected(app), screen_line(app)) == (0, "s000w0", 2)


async def test_a_view_scrolled_away_from_the_selection_stays_too() -> None:
    async with running(*services(60)) as (app, pilot):
        app.process_tree.scroll_to(y=100, animate=False)
        await pilot.pause()
        text = shown(app)
        app.process_tree.apply(update(*(process(f"new{n}", "s002", start=10_000 + n) for n in range(50))))
        app.process_tree.flush()
        await pilot.pause()
        assert selected(app) == "init"
        assert shown(app) == text
        await pilot.press("down")
        assert (selected(app), screen_line(app)) == ("s000", 0)


async def test_the_selection_passes_to_the_nearest_who_is_left() -> None:
    async with running(*services(30)) as (app, pilot):
        app.process_tree.select("s020w1")
        await pilot.pause()
        parent_line = screen_line(app) - 2
        app.process_tree.apply(update(evicted=("s020w1",)))
        app.process_tree.flush()
        await pilot.pause()
        assert selected(app) == "s020"
        assert screen_line(app) == parent_line
        app.process_tree.apply(update(evicted=tuple(one.entity_id for one in services(30))))
        app.process_tree.flush()
        await pilot.pause()
        assert app.process_tree.selected is None
        assert app.told[-2:] == ["s020", None]


async def test_arrivals_open_nothing_and_raise_the_badge() -> None:
    async with running(*services(3)) as (app, pilot):
        await pilot.press("down", "left")
        app.process_tree.apply(
            update(
                process("evil", "s000w1", start=900, snapshot=False),
                alerts=(alert("a", ["s000", "s000w1", "evil"]),),
            )
        )
        app.process_tree.flush()
        await pilot.pause()
        assert selected(app) == "s000"
        assert shown(app)[1] == "▌ ├─▸ s000 259  root  ?  ‼ +4 1 new"


async def test_a_filter_gives_everything_back() -> None:
    async with running(*services(60)) as (app, pilot):
        app.process_tree.select("s030")
        await pilot.press("left", "down", "down")
        await pilot.pause()
        before, top, at = shown(app), app.process_tree.scroll_offset.y, selected(app)
        app.process_tree.set_filter(lambda one: one.entity_id.startswith("s05"))
        await pilot.pause()
        assert selected(app) == "s050"
        assert len(app.process_tree.rows) == 41
        assert not app.process_tree.rows.row(0).matches
        await pilot.press("down", "left", "end")
        app.process_tree.set_filter(lambda one: one.entity_id == "s051w1")
        app.process_tree.set_filter(lambda one: False)
        await pilot.pause()
        assert shown(app)[0] == "  No process passes the filter."
        assert app.process_tree.selected is None
        app.process_tree.set_filter(None)
        await pilot.pause()
        assert (shown(app), app.process_tree.scroll_offset.y, selected(app)) == (before, top, at)


async def test_what_a_filter_came_from_may_be_evicted_meanwhile() -> None:
    async with running(*services(60)) as (app, pilot):
        app.process_tree.select("s030w2")
        app.process_tree.set_filter(lambda one: one.entity_id == "s001")
        app.process_tree.apply(update(evicted=("s030w2", "s030w1")))
        app.process_tree.set_filter(None)
        await pilot.pause()
        assert selected(app) == "s030"
        assert 0 <= screen_line(app) < LINES


async def test_select_opens_the_way() -> None:
    async with running(*services(60)) as (app, pilot):
        await pilot.press("_")
        assert not app.process_tree.select("s055w1", reveal=False)
        assert app.process_tree.select("s055w1")
        await pilot.pause()
        assert selected(app) == "s055w1"
        assert 0 < screen_line(app) < LINES
        assert not app.process_tree.select("nobody")
        app.process_tree.set_filter(lambda one: one.entity_id == "s001")
        assert not app.process_tree.select("s055w1")


async def test_search_opens_the_way_and_goes_around() -> None:
    async with running(*services(60)) as (app, pilot):
        await pilot.press("_")
        for target in ("s010w2", "s050w2", "s010w2"):
            assert app.process_tree.search(lambda one: one.entity_id in ("s010w2", "s050w2"))
            assert selected(app) == target
            assert 0 < screen_line(app) < LINES
        assert app.process_tree.search(lambda one: one.entity_id == "s005", backwards=True)
        assert not app.process_tree.search(lambda one: False)
        assert selected(app) == "s005"


async def test_updates_may_come_before_the_screen() -> None:
    app = TreeApp()
    app.process_tree.apply(update(process("a")))
    app.process_tree.apply(update(process("b", start=1)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert len(app.process_tree.rows) == 2
        assert selected(app) == "a"


async def test_the_mouse_selects_toggles_and_scrolls() -> None:
    async with running(*services(20)) as (app, pilot):
        tree = app.process_tree
        await pilot.click(tree, offset=(20, 3))
        assert selected(app) == "s000w0"
        await pilot.click(tree, offset=(5, 2))
        assert selected(app) == "s000"
        assert len(tree.rows) == 78
        await pilot.click(tree, offset=(20, 2), times=2)
        assert len(tree.rows) == 81
        wheel = events.MouseScrollDown(tree, 5, 5, 0, 1, 0, False, False, False)
        tree.post_message(wheel)
        await pilot.pause()
        assert (selected(app), tree.scroll_offset.y > 0) == ("s000", True)


async def test_time_passes_only_where_it_shows() -> None:
    old = services(60)
    async with running(*old) as (app, pilot):
        app.process_tree.apply(update(process("fresh", "s000", start=3599, snapshot=False)))
        app.process_tree.flush()
        await pilot.pause()
        assert shown(app)[5].endswith("new 1s")
        assert drawn_by(app, lambda: app.process_tree.tick(NOW + SECOND // 2)) == set()
        assert drawn_by(app, lambda: app.process_tree.tick(NOW + SECOND)) == {5}
        assert shown(app)[5].endswith("new 2s")
        assert drawn_by(app, lambda: app.process_tree.tick(NOW + 9 * SECOND)) == {5}
        assert not shown(app)[5].endswith("s")
        assert drawn_by(app, lambda: app.process_tree.tick(NOW + 99 * SECOND)) == set()


def drawn_by(app: TreeApp, change: object) -> set[int]:
    """The lines that a change asks to be drawn again."""
    app.process_tree._exchange_repaint_regions()
    change()  # type: ignore[operator]
    top = app.process_tree.content_offset.y
    return {
        y - top for region in app.process_tree._exchange_repaint_regions() for y in Region(*region).line_range
    }


async def test_only_what_differs_is_drawn() -> None:
    async with running(*services(60)) as (app, pilot):
        await pilot.pause()
        tree = app.process_tree

        def told(**how: object) -> set[int]:
            def change() -> None:
                tree.apply(update(**how))  # type: ignore[arg-type]
                tree.flush()

            return drawn_by(app, change)

        assert told() == set()
        tree.apply(update(process("s059w0", "s059", start=999)))
        assert drawn_by(app, tree.flush) == set()
        assert told(alerts=(alert("a", ["s000", "s000w1"]),)) == {1, 3}
        assert drawn_by(app, tree.action_cursor_down) == {0, 1}
        assert drawn_by(app, tree.action_first) == {0, 1}
        assert drawn_by(app, tree.action_first) == set()


@pytest.mark.parametrize("size", [(1, 1), (2, 5), (8, 3), (40, 10), (200, 60)])
async def test_any_size(size: tuple[int, int]) -> None:
    async with running(*services(60)) as (app, pilot):
        app.process_tree.select("s030")
        await pilot.resize_terminal(*size)
        await pilot.press("down", "up", "pagedown", "end")
        await pilot.pause()
        assert selected(app) == "s059w2"
        if app.process_tree.size.height:
            assert 0 <= screen_line(app) < app.process_tree.size.height
        await pilot.resize_terminal(*SIZE)
        await pilot.pause()
        assert 0 <= screen_line(app) < LINES


async def test_another_theme_is_another_look() -> None:
    async with running(*services(3)) as (app, pilot):

        def name_colour() -> object:
            name = next(one for one in app.process_tree.render_line(1) if one.text == "s000")
            assert name.style is not None
            assert name.style.bold
            return name.style.color

        assert name_colour() == Color.parse(DARK.foreground or "").rich_color
        app.theme = LIGHT.name
        await pilot.pause()
        assert name_colour() == Color.parse(LIGHT.foreground or "").rich_color


async def test_focus_shows_in_the_cursor() -> None:
    async with running(*services(3)) as (app, pilot):
        focused = app.process_tree.render_line(0)
        app.set_focus(None)
        await pilot.pause()
        assert list(app.process_tree.render_line(0)) != list(focused)


async def test_a_burst_of_updates_is_taken_in_order() -> None:
    async with running(*services(3)) as (app, pilot):
        for number in range(20):
            app.process_tree.apply(update(process("x", "init", name=f"n{number}", start=500)))
        app.process_tree.apply(update(evicted=("x",)))
        app.process_tree.apply(update(process("y", "init", start=501)))
        await pilot.pause(0.3)
        assert "x" not in app.process_tree.rows
        assert "y" in app.process_tree.rows
