"""The rules' screen and what becomes of rules that are loaded anew, in the real app."""

from __future__ import annotations

from edr_tui.cli.detection import BY_HAND, RuleDesk
from edr_tui.detect import load_rules
from edr_tui.model.alert import Severity
from edr_tui.model.rules import RuleState, RulesView
from edr_tui.ui.rule_lines import not_loaded, ordered, rule_line
from edr_tui.ui.screens.rules import RulesScreen
from tests.ui.running import console, lines, until


def state(number: int, **more: object) -> RuleState:
    told = {"id": f"id-{number}", "name": f"Rule {number}", "level": Severity.HIGH, "path": f"a.yml:{number}"}
    return RuleState(**(told | more))


HOSTILE = "\x1b]0;owned\x07[red]\u202e"


async def opened(pilot, app) -> RulesScreen:
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, RulesScreen) and app.screen._list.selected is not None)
    return app.screen


async def test_the_screen_shows_hits_cost_and_what_is_off() -> None:
    async with console() as (app, main, pilot, source):
        screen = await opened(pilot, app)
        text = "\n".join(lines(app))
        assert "Web server starts a shell" in text
        first = screen._list.selected
        assert first.hits > 0
        assert first.id in text
        await pilot.press("space")
        await until(pilot, lambda: screen._list.selected.disabled == BY_HAND)
        assert "OFF" in "\n".join(lines(app))
        assert "1 off" in "\n".join(lines(app))
        await pilot.press("space")
        await until(pilot, lambda: screen._list.selected.disabled is None)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)


async def test_the_cursor_walks_and_stays_on_its_rule() -> None:
    async with console() as (app, main, pilot, source):
        screen = await opened(pilot, app)
        seen = [screen._list.selected.id]
        for key in ("j", "down", "k", "end", "home"):
            await pilot.press(key)
            seen.append(screen._list.selected.id)
        assert seen[0] == seen[5]
        assert seen[1] == seen[3]
        assert len(set(seen)) == 4
        await pilot.press("j")
        kept = screen._list.selected.id
        screen.tell(RulesView(rules=tuple(reversed(screen._list._view.rules))))
        assert screen._list.selected.id == kept


async def test_r_has_them_loaded_anew_and_who_cannot_says_so() -> None:
    async with console() as (app, main, pilot, source):
        await pilot.press("R")
        await until(pilot, lambda: any("cannot be loaded anew" in n.message for n in app._notifications))
        asked = []
        main.engine._reload = lambda: asked.append(True)
        await pilot.press("R")
        await until(pilot, lambda: asked == [True])


async def test_new_rules_judge_and_keep_what_was_switched_off_by_hand() -> None:
    async with console() as (app, main, pilot, source):
        screen = await opened(pilot, app)
        off = screen._list.selected.id
        await pilot.press("space")
        await until(pilot, lambda: screen._list.selected.disabled is not None)
        main.engine.replace_rules(RuleDesk(load_rules().rules, ["a.yml:1: skipped: x"], ["b.yml:2: no"]))
        main.engine.tell("99 rules loaded anew", f"b.yml:2: {HOSTILE}")
        await until(pilot, lambda: len(screen._list._ids) == len(load_rules().rules))
        assert screen._list._by_id[off].disabled == BY_HAND
        assert screen._list.selected.id == off
        await until(pilot, lambda: any("loaded anew" in n.message for n in app._notifications))
        (told,) = [n.message for n in app._notifications if "loaded anew" in n.message]
        assert "b.yml:2: \\x1b]0;owned\\x07[red]\\u202e" in told
        await pilot.press("end", "pagedown", "pagedown")
        text = "\n".join(lines(app))
        assert "Faults (1)" in text
        assert "b.yml:2: no" in text
        assert "Left out (1)" in text


class Tripping(RuleDesk):
    """Rules one of which has switched itself off."""

    def __init__(self) -> None:
        super().__init__([])
        self._told = ["Rule switched off: x: too slow"]

    def tripped(self) -> list[str]:
        told, self._told = self._told, []
        return told


async def test_a_rule_that_switched_itself_off_is_told() -> None:
    async with console() as (app, main, pilot, source):
        main.engine.replace_rules(Tripping())
        await until(pilot, lambda: any("switched off: x" in n.message for n in app._notifications))


async def test_a_screen_without_rules_has_no_cursor() -> None:
    async with console(size=(40, 10)) as (app, main, pilot, source):
        main.engine.replace_rules(RuleDesk([]))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        await pilot.press("j", "space", "end", "k")
        assert app.screen._list.selected is None
        await pilot.press("q")
        await until(pilot, lambda: app.screen is main)


def test_those_that_are_off_come_first_then_hits_then_level() -> None:
    rules = [
        state(1),
        state(2, hits=3),
        state(3, level=Severity.CRITICAL),
        state(4, disabled="by hand"),
        state(5, hits=9, level=Severity.LOW),
    ]
    assert [rule.id for rule in ordered(rules)] == ["id-4", "id-5", "id-2", "id-3", "id-1"]


def test_no_line_is_wider_than_its_room_or_steers_the_terminal() -> None:
    rule = state(1, name=HOSTILE, techniques=(HOSTILE,), hits=1_234_567, ns=3_100_000)
    for width in (10, 40, 120):
        line = rule_line(rule, width, selected=True)
        assert line.cell_length <= width
        assert line.plain.isprintable()
    assert "3.1 ms" in rule_line(rule, 120, selected=False).plain
    view = RulesView(left_out=(HOSTILE,) * 2_000, faults=("a.yml:1: x",))
    told = not_loaded(view, 60)
    assert all(line.plain.isprintable() and line.cell_length <= 60 for line in told)
    assert told[-1].plain.strip() == "… 1,000 more"
