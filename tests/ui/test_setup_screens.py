"""Themes with a live preview, the palette, and what is copied: all of it from the registry."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette

from edr_tui.kept import Kept
from edr_tui.model.printable import printable
from edr_tui.model.process import Image
from edr_tui.ui.actions import ACTIONS, PANES, Context, key_cap
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.copying import command_text
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.screens.plain import PlainScreen
from edr_tui.ui.screens.themes import ThemesScreen
from tests.ui.running import console, lines, until
from tests.ui.scenario import Story

EVIL = "\x1b]52;c;eA==\x07\nrm -rf /; $(id)"


def evil_story():
    story = Story()
    story.was("init", 1, None, 0, "root", "init")
    story.was("sh", 4711, "init", 5, "root", f"sh -c {EVIL}")
    return story.events


async def test_a_theme_is_seen_before_it_is_kept(tmp_path) -> None:
    file = tmp_path / "choices.toml"
    async with console(kept=Kept(file), theme_configured="edr-dark") as (app, main, pilot, _):
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, ThemesScreen))
        await pilot.press("j", "j")
        await until(pilot, lambda: app.theme == "edr-ember")
        assert app.screen.styles.background.a == 0, "the preview is the screen behind"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        assert app.theme == "edr-dark"
        assert not file.exists()
        await pilot.press("f2", "j", "enter")
        await until(pilot, lambda: app.screen is main)
        assert app.theme == "edr-dusk"
    again = Kept(file).choices
    assert (again.theme, again.theme_was) == ("edr-dusk", "edr-dark")


async def test_every_theme_can_be_gone_through() -> None:
    async with console() as (app, main, pilot, _):
        await pilot.press("e", "T", "g")
        seen = set()
        for _number in range(len(app.available_themes)):
            await pilot.pause()
            seen.add(app.theme)
            assert "nginx 811" in "\n".join(lines(app))
            await pilot.press("j")
        assert seen == set(app.available_themes)


async def test_the_palette_has_every_action_with_its_key_and_no_other() -> None:
    async with console(size=(120, 110)) as (app, main, pilot, _):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await until(pilot, lambda: "cursor-up" in "\n".join(lines(app)))
        text = lines(app)
        offered = [action for action in ACTIONS if {*action.contexts} & {*PANES, Context.APP}]
        for action in offered:
            row = next((line for line in text if f"{action.description}  {action.id} " in f"{line} "), None)
            assert row is not None, action.id
            assert all(f"{key_cap(key)} " in row for key in action.keys), row
        assert "Maximize" not in "\n".join(text)
        assert "Screenshot" not in "\n".join(text)


async def test_the_palette_does_what_is_chosen() -> None:
    async with console() as (app, main, pilot, _):
        await pilot.press(":", *"collapse-all")
        await until(pilot, lambda: "collapse all  collapse-all" in "\n".join(lines(app)))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is main and len(main.processes.rows) < 10)
        await pilot.press("ctrl+p", *"this help")
        await until(pilot, lambda: "F1" in "\n".join(lines(app)))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_the_palette_goes_to_the_pane_of_an_action() -> None:
    async with console() as (app, main, pilot, _):
        assert main.processes.has_focus
        await pilot.press("ctrl+p", *"show-states")
        await until(pilot, lambda: "show the open ones" in "\n".join(lines(app)))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is main and main.alerts.rows.open_only)
        assert main.alerts.has_focus


async def test_the_palette_shows_the_users_keys() -> None:
    async with console(keymap={"pause": "ctrl+x"}) as (app, main, pilot, _):
        await pilot.press("ctrl+p", *"pause the")
        await until(pilot, lambda: any("Ctrl+X" in line and "pause the" in line for line in lines(app)))


async def test_what_is_copied_cannot_do_anything() -> None:
    async with console(events=evil_story()) as (app, main, pilot, _):
        await pilot.press("G", "y")
        copied = app.clipboard
        assert "4711" not in copied
        assert copied.isprintable()
        assert "\\x1b]52" in copied
        await pilot.press("Y")
        evidence = app.clipboard
        assert evidence.isprintable()
        assert evidence.startswith("host web1, read ")
        for part in (" | process sh 4711 | ", " | user root | ", " | ancestor init 1 root "):
            assert part in evidence


async def test_raw_is_copied_on_an_action_of_its_own_after_a_question() -> None:
    async with console(events=evil_story()) as (app, main, pilot, _):
        await pilot.press("G", "y")
        before = app.clipboard
        await pilot.press("alt+y")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        assert app.clipboard == before
        await pilot.press("alt+y")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: app.screen is main)
        assert "\x1b]52;c;eA==" in app.clipboard
        await pilot.press("g", "alt+y")
        await until(pilot, lambda: app.clipboard == "init")


async def test_evidence_tells_the_alert_and_why() -> None:
    async with console() as (app, main, pilot, _):
        await pilot.press("e", "Y")
        assert " | alert HIGH Program runs from memory alone" in app.clipboard
        assert " | why " in app.clipboard
        assert " | ancestor systemd 1 root /sbin/init" in app.clipboard


async def test_the_plain_view_is_text_alone_without_the_mouse() -> None:
    async with console(size=(80, 24)) as (app, main, pilot, _):
        mouse: list[bool] = []
        app.take_mouse = mouse.append
        await pilot.press("e", "L")
        await until(pilot, lambda: isinstance(app.screen, PlainScreen))
        await pilot.pause()
        text = lines(app)
        assert text[0].startswith("host web1")
        assert all(line.isascii() for line in text)
        assert mouse == [False]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        assert mouse == [False, True]


async def test_what_is_pasted_into_a_field_and_copied_from_it_is_escaped() -> None:
    async with console() as (app, main, pilot, _):
        app.copy_to_clipboard("a\x1b[2J\nb" + "x" * 200_000)
        assert app.clipboard.startswith("a\\x1b[2J\\nb")
        assert len(app.clipboard) < 60_000
        app.copy_raw_to_clipboard("\udcff")
        assert app.clipboard == "\ufffd"


@pytest.mark.parametrize("args", [("sh", "-c", "a\nb"), ("",), ("x y", "'", "\x1b")])
def test_a_copied_command_is_one_printable_line(args: tuple[str, ...]) -> None:
    text = command_text(Image(args=args))
    assert text.isprintable()
    assert text == printable(text)
