"""An alert whose process has no row in the tree: the detail tells of that process, not of another."""

from dataclasses import replace

from edr_tui.model.alert import AlertState
from edr_tui.ui.screens.ancestry import AncestryScreen
from tests.ui.builders import update
from tests.ui.running import console, lines, until


def detail(main):
    return [line.plain for line in main.detail._lines]


async def at_first_alert(pilot, main):
    await pilot.press("tab")
    await until(pilot, lambda: main.alerts.has_focus)
    await until(pilot, lambda: main.aside is not None)


async def test_a_process_that_is_filtered_out_is_told_of_and_found_when_the_filter_goes():
    async with console() as (app, main, pilot, _):
        await pilot.press("f", *"name:cron", "enter")
        await until(pilot, lambda: main.processes.has_focus)
        await at_first_alert(pilot, main)
        alert = main.alerts.selected
        assert main.processes.selected.name == "cron"
        assert detail(main)[0].startswith(f"kworkerds {alert.process.pid} ")
        assert any(line.startswith("cwd") for line in detail(main)), "all that is kept is told"
        await until(pilot, lambda: "hidden by the filter" in "\n".join(lines(app)))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, AncestryScreen))
        await pilot.pause()
        assert "Ancestry of kworkerds" in "\n".join(lines(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        await pilot.press("enter")
        assert main.alerts.has_focus, "there is no row to go to"
        main.set_filter("process", "")
        await pilot.pause()
        assert main.processes.selected.entity_id == alert.entity_id
        assert main.aside is None


async def test_a_process_that_is_no_longer_kept_is_told_as_the_alert_knew_it():
    async with console() as (app, main, pilot, _):
        alert = main.alerts.rows.row(0)
        parent = alert.ancestry[-2]
        await pilot.press("g")
        first = main.processes.selected
        main.processes.apply(update(evicted=(alert.entity_id, parent.entity_id)))
        await until(pilot, lambda: alert.entity_id not in main.processes.rows)
        await at_first_alert(pilot, main)
        assert main.processes.selected == first
        text = detail(main)
        assert text[0].startswith(f"kworkerds {alert.process.pid} ")
        assert text[0].endswith("no longer kept")
        assert any(alert.rule.name in line for line in text)
        ladder = text[text.index("Ancestry") :]
        assert any(line.split()[1:3] == ["nginx", "812"] and "kept" not in line for line in ladder)
        parents = [line for line in ladder if line.split()[1:3] == ["sh", str(parent.pid)]]
        assert len(parents) == 1
        assert parents[0].endswith("no longer kept")
        assert not any(line.startswith(("cwd", "tty", "exec ", "edge")) for line in text), "nobody knows"
        await until(pilot, lambda: "That process is no longer kept" in "\n".join(lines(app)))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, AncestryScreen))
        await pilot.pause()
        assert "Ancestry of kworkerds" in "\n".join(lines(app))


async def test_acknowledging_is_about_what_the_detail_tells():
    async with console() as (_, main, pilot, _):
        await pilot.press("f", *"pid:4711", "enter")
        await until(pilot, lambda: main.processes.has_focus)
        await pilot.press("e")
        assert main.aside is not None
        told = main.aside
        assert told.entity_id != main.processes.selected.entity_id
        await pilot.press("a")
        await until(pilot, lambda: main.alerts.rows.get(told.id).state is AlertState.ACKNOWLEDGED)
        acknowledged = {one.id for one in main.alerts.rows.rows() if not one.open}
        assert acknowledged == {one.id for one in main.alerts.rows.about(told.entity_id)}


async def test_the_detail_follows_the_tree_again_when_the_analyst_goes_there():
    async with console() as (_, main, pilot, _):
        await pilot.press("f", *"name:nginx", "enter")
        await until(pilot, lambda: main.processes.has_focus)
        await at_first_alert(pilot, main)
        main.alerts.apply(update(alerts=(replace(main.alerts.selected, count=7),)))
        main.tell_subject()
        seen = next(line for line in detail(main) if line.strip().startswith("seen"))
        assert " to " in seen, "news of the alert are told"
        await pilot.press("shift+tab")
        await until(pilot, lambda: main.processes.has_focus)
        assert main.aside is None
        assert detail(main)[0].startswith(main.processes.selected.name)
