"""Every hostile name on every surface, at sizes from small to large: what is painted is plain and aligned."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static

from edr_tui.cli.detection import RuleFiles
from edr_tui.config import Config
from edr_tui.engine import Engine
from edr_tui.model.alert import Severity
from edr_tui.model.ledger import SourceHealth
from edr_tui.model.printable import printable, runs
from edr_tui.sources.memory import MemorySource
from edr_tui.ui.app import EdrApp
from edr_tui.ui.screens.ancestry import AncestryScreen
from edr_tui.ui.screens.confirm import ConfirmScreen
from tests.e2e.hostile_story import FIRST_PID, mark, story, write_rules
from tests.e2e.payloads import MARKUP, PAYLOADS, foreign
from tests.telling import EPOCH, SECOND

ALL = tuple(PAYLOADS.values())
SIZES = [(120, 40), (80, 24), (40, 10)]


class Bystander(EdrApp):
    """The app on a source of the test's, noting what an attacker would like to be run."""

    def __init__(self, source: MemorySource, rules: Path, **options: object) -> None:
        detect, _ = RuleFiles(Config(rules=(rules,), bundled=False), []).load()
        engine = Engine(source, detect, lambda: EPOCH + 10 * SECOND)
        super().__init__(engine, threshold=Severity.INFORMATIONAL, **options)


def painted(app: EdrApp) -> list[str]:
    """All lines of the screen, as they go to the terminal."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def check(app: EdrApp) -> list[str]:
    """The lines: each as wide as the screen, none with anything that printable() would escape."""
    width, height = app.size
    lines = painted(app)
    assert len(lines) == height
    for line in lines:
        assert cell_len(line) == width, repr(line)
        assert not any(escaped for _, escaped in runs(line)), repr(line)
    return lines


async def all_there(app: EdrApp, pilot: Pilot[None], count: int) -> None:
    for _ in range(200):
        await pilot.pause()
        if app._main.processes.rows.known == count and len(app._main.alerts.rows) == count - 1:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the story did not arrive")


async def seen(app: EdrApp, pilot: Pilot[None], words: str) -> None:
    """Wait until the screen shows the words, all of it being as check() wants it."""
    for _ in range(200):
        await pilot.pause()
        lines = check(app)
        if any(words in line for line in lines):
            return
        await asyncio.sleep(0.02)
    text = "\n".join(lines)
    raise AssertionError(f"{words!r} is not on\n{text}")


@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
async def test_tree_detail_alerts_and_ancestry(size: tuple[int, int], tmp_path: Path) -> None:
    events, statuses = story()
    source = MemorySource(events)
    app = Bystander(source, write_rules(tmp_path / "rules"))
    async with app.run_test(size=size) as pilot:
        await all_there(app, pilot, len(ALL) + 1)
        main = app._main
        alerts = {alert.entity_id: alert for alert in main.alerts.rows.rows()}
        numbers = range(0, len(ALL), 2 if size == SIZES[0] else 6)
        for number in numbers:
            payload = ALL[number]
            entity_id = next(id_ for id_ in alerts if id_.startswith(mark(number)))
            pane = (main.processes, main.alerts, main.detail)[number % 3]
            main.go_to_alert(alerts[entity_id])
            main.focus_pane(pane)
            source.tell(statuses[number])
            await pilot.pause()
            text = "\n".join(check(app))
            name = printable(mark(number) + payload)
            if size[0] >= 120:
                assert name[:12].rstrip() in text or not name.isascii(), f"{payload!r}\n{text}"
            if number % 8 < 2:
                await app.push_screen(AncestryScreen(main.subject(), main.now_ns()))
                await pilot.pause()
                check(app)
                assert mark(number) in painted(app)[2 if size[1] > 20 else 0] + painted(app)[1]
                await pilot.press("escape")
        assert main.processes.selected is not None
        assert main.processes.selected.pid == FIRST_PID + numbers[-1]


async def test_titles_filters_faults_and_notices(tmp_path: Path) -> None:
    source = MemorySource(story()[0])
    app = Bystander(
        source, write_rules(tmp_path / "rules"), notices=[f"notice {ALL[0]} end", "notice [/] end"]
    )
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await all_there(app, pilot, len(ALL) + 1)
        for words in ("notice \\x1b[2J", "notice [/] end"):
            await seen(app, pilot, words)
        main = app._main
        for payload in ALL[::3]:
            quoted = '"' + payload.replace("\\", "").replace('"', "") + '"'
            for target in ("process", "alert"):
                main.set_filter(target, f"name:{quoted}")
            await pilot.pause()
            check(app)
            main.set_filter("process", "")
            main.set_filter("alert", "")
            main._filter_bar.open(f"nosuch:{payload}", "processes")
            await pilot.pause()
            await pilot.pause()
            lines = check(app)
            assert any("^" in line for line in lines[-4:]), lines[-4:]
            main._filter_bar.action_cancel_filter()
            await pilot.pause()


async def test_notices_of_the_sensor(tmp_path: Path) -> None:
    source = MemorySource(story()[0])
    app = Bystander(source, write_rules(tmp_path / "rules"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_there(app, pilot, len(ALL) + 1)
        main = app._main
        for number, payload in list(enumerate(ALL))[::4]:
            said = f"{number} {payload}"
            source.turn(SourceHealth.RESTARTING, said)
            await seen(app, pilot, f"again: {printable(said)}"[:40].rstrip())
        assert main.query_one("#notice", Static).display


async def test_questions_and_help_above_it(tmp_path: Path) -> None:
    app = Bystander(MemorySource(story()[0]), write_rules(tmp_path / "rules"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_there(app, pilot, len(ALL) + 1)
        main = app._main
        main.focus_pane(main.alerts)
        main.set_filter("alert", f'"{MARKUP["closing"]}"')
        await pilot.press("A")
        assert isinstance(app.screen, ConfirmScreen)
        assert "that pass the filter?" in "\n".join(check(app))
        await pilot.press("escape", "?")
        check(app)


async def test_no_click_on_markup_runs_anything(tmp_path: Path) -> None:
    app = Bystander(
        MemorySource(story(tuple(MARKUP.values()))[0]),
        write_rules(tmp_path / "rules", tuple(MARKUP.values())),
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await all_there(app, pilot, len(MARKUP) + 1)
        for row in range(1, 38, 2):
            for column in (14, 45, 90):
                await pilot.click(offset=(column, row))
        assert app.is_running
        assert all(alert.open for alert in app._main.alerts.rows.rows())
        assert foreign("".join(painted(app)).encode()) == []
