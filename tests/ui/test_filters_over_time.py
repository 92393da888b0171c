"""Filters that stand while the world goes on: alerts that come later, and what grows old."""

import dataclasses

from tests.telling import SECOND
from tests.ui.running import CLOCK, console, until
from tests.ui.scenario import Story, web1


def matching(main):
    """The pids that the filter of the processes takes."""
    rows = main.processes.rows
    return {row.process.pid for row in rows.rows(0, len(rows)) if row.matches}


def later_shell():
    """A shell under the second worker of nginx: an alert that was not there before."""
    story = Story()
    story.tell._sequence = iter(range(1000, 2000))
    story.records["worker2"] = next(
        event.process for event in web1() if hasattr(event, "process") and event.process.pid == 813
    )
    shell = {"executable": "/usr/bin/dash"}
    story.start("sh", 6000, "worker2", 0, "www-data", "", args=["sh", "-c", "id"], **shell)
    return story.events


async def filtered_by(pilot, main, text):
    await pilot.press("f", *text, "enter")
    await until(pilot, lambda: main.processes.has_focus)


async def test_an_alert_that_comes_later_passes_a_filter_that_asks_for_it():
    for text in ("level:>=high", "is:alerted", "technique:T1059"):
        async with console() as (_, main, pilot, source):
            await filtered_by(pilot, main, text)
            before = matching(main)
            assert 4711 in before
            assert 6000 not in before
            source.tell(*later_shell())
            await until(pilot, lambda main=main, before=before: matching(main) == before | {6000})


async def test_an_acknowledged_alert_leaves_a_filter_by_level():
    async with console() as (_, main, pilot, _):
        await filtered_by(pilot, main, "level:>=high")
        main.processes.select(next(row.process for row in main.alerts.rows.rows()).entity_id)
        left = main.processes.selected.pid
        await pilot.press("a")
        await until(pilot, lambda: left not in matching(main))
        assert matching(main)


async def test_what_is_new_grows_old_without_a_word_from_the_sensor():
    async with console() as (_, main, pilot, _):
        await filtered_by(pilot, main, "is:new")
        young = matching(main)
        assert 4711 in young
        main._clock = lambda: CLOCK + 8 * SECOND
        main._second_passed()
        assert 4711 not in matching(main)
        assert matching(main) < young
        main._clock = lambda: CLOCK + 60 * SECOND
        main._second_passed()
        assert matching(main) == set()


async def test_new_alerts_grow_old_in_a_filter_of_the_alerts():
    async with console() as (_, main, pilot, _):
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("f", *"is:new", "enter")
        assert len(main.alerts.rows) == 4
        main._clock = lambda: CLOCK + 60 * SECOND
        main._second_passed()
        assert len(main.alerts.rows) == 0


async def test_a_filter_is_asked_by_the_clock_of_now_when_a_process_comes():
    async with console() as (_, main, pilot, source):
        await filtered_by(pilot, main, "is:new")
        main._clock = lambda: CLOCK + 60 * SECOND
        late = later_shell()
        source.tell(*(dataclasses.replace(event, at_ns=CLOCK + 59 * SECOND) for event in late))
        await until(pilot, lambda: 6000 in matching(main))
        main._clock = lambda: CLOCK + 70 * SECOND
        main._second_passed()
        assert matching(main) == set()


async def test_only_a_filter_about_time_is_asked_every_second():
    async with console() as (_, main, pilot, _):
        await filtered_by(pilot, main, "cmd:is:new or name:nginx")
        asked = []
        passes = main.processes.rows._forest.predicate
        main.processes.rows._forest.predicate = lambda process: asked.append(process) or passes(process)
        main._second_passed()
        assert asked == []
