"""The main screen as the analyst uses it: real engine, real rules, keys and mouse through a pilot."""

import dataclasses

import pytest

from edr_tui.model.alert import AlertState, Severity
from edr_tui.model.event import EventsLost, SensorStatus
from edr_tui.model.ledger import SourceHealth
from edr_tui.ui.screens.ancestry import AncestryScreen
from edr_tui.ui.screens.confirm import ConfirmScreen
from edr_tui.ui.screens.help import HelpScreen
from edr_tui.ui.tree_rows import InChain
from tests.telling import EPOCH, WEB1
from tests.ui.running import console, lines, until
from tests.ui.scenario import NOW, Story, web1


def row_of(main, name, pid=None):
    """The row of the first process of that name."""
    for row in main.processes.rows.rows(0, len(main.processes.rows)):
        if row.process.name == name and pid in (None, row.process.pid):
            return row
    return None


def states(main):
    return [alert.state for alert in main.alerts.rows.rows()]


async def test_a_web_server_that_starts_a_shell_is_red_from_the_server_down():
    async with console() as (app, main, pilot, _):
        for name, pid in (("nginx", 811), ("nginx", 812), ("sh", 4711)):
            assert row_of(main, name, pid).in_chain is InChain.PATH, name
        assert row_of(main, "curl").in_chain is InChain.DESCENDANT
        assert row_of(main, "nginx", 813).in_chain is InChain.NONE
        text = "\n".join(lines(app))
        assert "HIGH" in text
        assert "Web server starts a shell" in text
        assert "web1" in text
        assert "3 high" in text
        assert "blind under 1 s" in text


async def test_next_alert_selects_its_process_and_tells_why():
    async with console() as (app, main, pilot, _):
        await pilot.press("e")
        assert main.processes.selected.name == "kworkerds"
        await pilot.press("e")
        assert main.processes.selected.pid == 4713
        await pilot.press("E")
        assert main.processes.selected.name == "kworkerds"
        await pilot.press("w")
        assert main.processes.selected.pid == 4711
        text = "\n".join(lines(app))
        assert "Download goes straight into a" in text
        assert "why" in text


async def test_an_arrival_never_moves_the_cursor_and_is_counted():
    async with console() as (app, main, pilot, source):
        await pilot.press("g")
        selected = main.processes.selected
        new_before = main.alerts.new_count
        story = Story()
        story.tell._sequence = iter(range(1000, 2000))
        story.records["worker2"] = next(
            event.process for event in web1() if hasattr(event, "process") and event.process.pid == 813
        )
        story.start(
            "sh", 6000, "worker2", 0, "www-data", "", args=["sh", "-c", "id"], executable="/usr/bin/dash"
        )
        source.tell(*story.events)
        await until(pilot, lambda: main.alerts.new_count == new_before + 1)
        assert main.processes.selected == selected
        assert f"{new_before + 1} new" in str(main.alerts.border_subtitle)


async def test_selecting_an_alert_selects_its_process_and_opens_its_ancestors():
    async with console() as (app, main, pilot, _):
        await pilot.press("_")
        assert row_of(main, "sh") is None
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("j")
        assert main.alerts.selected.process.pid == 4713
        assert main.processes.selected.pid == 4713
        assert row_of(main, "sh", 4713) is not None
        await pilot.press("enter")
        await until(pilot, lambda: main.processes.has_focus)


async def test_acknowledging_in_the_tree_takes_all_alerts_of_the_process_and_gives_them_back():
    async with console() as (app, main, pilot, _):
        await pilot.press("w")
        assert main.processes.selected.pid == 4711
        open_before = main.alerts.rows.counts().open_total
        await pilot.press("a")
        await until(pilot, lambda: main.alerts.rows.counts().acknowledged == 2)
        assert main.alerts.rows.counts().open_total == open_before - 2
        assert row_of(main, "sh", 4711).acknowledged
        await pilot.press("a")
        await until(pilot, lambda: main.alerts.rows.counts().acknowledged == 0)
        assert row_of(main, "sh", 4711).in_chain is InChain.PATH


async def test_an_acknowledged_chain_loses_its_red_and_keeps_a_tick():
    async with console() as (app, main, pilot, _):
        await pilot.press("tab", "A")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "Acknowledge 4 open alerts?" in "\n".join(lines(app))
        await pilot.press("y")
        await until(pilot, lambda: set(states(main)) == {AlertState.ACKNOWLEDGED})
        assert all(
            row.in_chain is InChain.NONE for row in main.processes.rows.rows(0, len(main.processes.rows))
        )
        assert row_of(main, "sh", 4711).acknowledged
        assert "4 acked" in lines(app)[0]


async def test_acknowledging_all_can_be_declined():
    async with console() as (app, main, pilot, _):
        await pilot.press("tab", "A")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        assert set(states(main)) == {AlertState.OPEN}


async def test_o_leaves_acknowledged_alerts_out():
    async with console() as (app, main, pilot, _):
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("a")
        await until(pilot, lambda: AlertState.ACKNOWLEDGED in states(main))
        await pilot.press("o")
        assert set(states(main)) == {AlertState.OPEN}
        assert "open only" in str(main.alerts.border_subtitle)
        await pilot.press("o")
        assert len(states(main)) == 4


async def test_a_filter_shows_matches_with_their_ancestors_and_esc_restores_all():
    async with console() as (app, main, pilot, _):
        await pilot.press("j", "j", "space", "j")
        before = (lines(app)[1:], main.processes.selected.pid, main.processes.scroll_offset)
        await pilot.press("f", *"user:www-data")
        names = [
            (row.process.name, row.matches) for row in main.processes.rows.rows(0, len(main.processes.rows))
        ]
        assert ("systemd", False) in names
        assert ("sh", True) in names
        assert not any(name == "cron" for name, _ in names)
        assert "FILTER" in lines(app)[-1]
        await pilot.press("escape")
        await until(pilot, lambda: main.processes.has_focus)
        assert (lines(app)[1:], main.processes.selected.pid, main.processes.scroll_offset) == before


async def test_a_kept_filter_is_named_in_the_title_and_esc_drops_it():
    async with console() as (app, main, pilot, _):
        await pilot.press("f", *"name:nginx", "enter")
        await until(pilot, lambda: main.processes.has_focus)
        assert "filter: name:nginx" in str(main.processes.border_subtitle)
        await pilot.press("escape")
        assert "filter" not in str(main.processes.border_subtitle)
        assert len(main.processes.rows) == main.processes.rows.known


async def test_a_wrong_filter_says_where_it_is_wrong_and_changes_nothing():
    async with console() as (app, main, pilot, _):
        await pilot.press("f", *"user")
        shown = len(main.processes.rows)
        await pilot.press(":")
        await pilot.pause(0.1)
        assert "wants" in "\n".join(lines(app))
        assert len(main.processes.rows) == shown
        await pilot.press("enter")
        assert main._filter_bar.display, "a wrong filter is not kept"
        await pilot.press("escape")


async def test_filters_know_alerts_and_levels():
    async with console() as (app, main, pilot, _):
        await pilot.press("f", *"level:>=high", "enter")
        matching = {
            row.process.pid for row in main.processes.rows.rows(0, len(main.processes.rows)) if row.matches
        }
        assert matching == {4711, 4713, 4719}


async def test_the_alerts_have_a_filter_of_their_own():
    async with console() as (app, main, pilot, _):
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("f", *"rule:shell level:high", "enter")
        assert [alert.process.pid for alert in main.alerts.rows.rows()] == [4713, 4711]
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "Acknowledge 2 open alerts that pass the filter?" in "\n".join(lines(app))


async def test_search_goes_from_match_to_match_and_opens_what_is_collapsed():
    async with console() as (app, main, pilot, _):
        await pilot.press("_", "slash", *"postgres")
        assert main.processes.selected.pid == 1033
        await pilot.press("enter")
        await until(pilot, lambda: main.processes.has_focus)
        await pilot.press("n")
        assert main.processes.selected.pid == 1040
        await pilot.press("N")
        assert main.processes.selected.pid == 1033


async def test_a_search_says_at_once_that_nothing_is_found():
    async with console() as (app, main, pilot, _):
        await pilot.press("slash", *"postgres")
        assert "nothing found" not in "\n".join(lines(app))
        await pilot.press(*"zz")
        assert "nothing found" in "\n".join(lines(app))
        await pilot.press("backspace", "backspace")
        assert "nothing found" not in "\n".join(lines(app))


async def test_the_title_of_the_alerts_counts_what_is_listed_and_what_is_below_the_level():
    async with console(threshold=Severity.HIGH) as (_, main, _, _):
        listed = sum(alert.open for alert in main.alerts.rows.rows())
        below = main.alerts.rows.counts().open_total - listed
        assert below
        title = main.alerts.border_subtitle
        assert f"{listed} open" in title
        assert f"{below} below high" in title


async def test_esc_in_the_search_goes_back_to_where_it_began():
    async with console() as (app, main, pilot, _):
        await pilot.press("j")
        selected = main.processes.selected.pid
        await pilot.press("slash", *"postgres")
        assert main.processes.selected.pid != selected
        await pilot.press("escape")
        assert main.processes.selected.pid == selected


async def test_pause_holds_the_view_and_counts_and_goes_on():
    async with console() as (app, main, pilot, source):
        await pilot.press("p")
        shown = main.processes.rows.known
        story = Story()
        story.tell._sequence = iter(range(1000, 2000))
        story.was("other", 7000, None, NOW, "root", "other")
        story.exit("other", 0)
        source.tell(*story.events)
        await until(pilot, lambda: "1 started, 1 exited, no alerts" in "\n".join(lines(app)))
        assert main.processes.rows.known == shown
        assert "PAUSED" in "\n".join(lines(app))
        await pilot.press("a")
        await pilot.press("p")
        assert main.processes.rows.known == shown + 1
        assert "PAUSED" not in "\n".join(lines(app))


async def test_an_alert_acknowledged_in_a_pause_is_seen_to_be():
    async with console() as (app, main, pilot, _):
        await pilot.press("e", "p", "a")
        await until(pilot, lambda: main.alerts.rows.counts().acknowledged == 1)
        await pilot.press("p")
        assert main.alerts.rows.counts().acknowledged == 1


async def test_the_ancestry_has_a_screen_of_its_own():
    async with console() as (app, main, pilot, _):
        await pilot.press("e", "i")
        await until(pilot, lambda: isinstance(app.screen, AncestryScreen))
        await pilot.pause(0.1)
        text = "\n".join(lines(app))
        assert "Ancestry of kworkerds 4719" in text
        assert "6 generations" in text
        assert "user root → www-data" in text
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)


async def test_help_tells_the_keys_and_no_key_of_later_work():
    async with console() as (app, main, pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = "\n".join(lines(app))
        assert "acknowledge" in text
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        for key in (
            "x",
            "c",
            "m",
            "t",
            "F",
            "s",
            "I",
            "K",
            "H",
            "R",
            "ctrl+q",
        ):
            await pilot.press(key)
        assert app.screen is main
        assert app.is_running


async def test_k_moves_up_and_esc_never_quits():
    async with console() as (app, main, pilot, _):
        await pilot.press("j", "k", "escape", "escape", "escape")
        assert app.is_running
        assert main.processes.selected.pid == 1


async def test_back_and_forward_through_what_was_selected():
    async with console() as (app, main, pilot, _):
        await pilot.press("j", "e", "e")
        here = main.processes.selected.pid
        await pilot.press("[", "[")
        assert main.processes.selected.pid == 388
        await pilot.press("]", "]")
        assert main.processes.selected.pid == here


async def test_panes_by_tab_and_the_footer_follows():
    async with console() as (app, main, pilot, _):
        assert main.processes.has_focus
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        assert "ack all" in lines(app)[-1]
        await pilot.press("tab")
        await until(pilot, lambda: main.detail.has_focus)
        await pilot.press("shift+tab", "shift+tab")
        await until(pilot, lambda: main.processes.has_focus)


async def test_the_mouse_selects_rows_and_alerts():
    async with console() as (app, main, pilot, _):
        await pilot.click("#tree", offset=(20, 3))
        assert main.processes.selected.pid == 388 or main.processes.selected.pid == 644
        await pilot.click("#alerts", offset=(20, 2))
        assert main.alerts.selected.process.pid == 4713


async def test_losses_and_a_sensor_in_trouble_are_said():
    async with console() as (app, main, pilot, source):
        lost = EventsLost(
            at_ns=EPOCH, sequence=5000, provider="poll", host=WEB1, stage="sensor_queue", count=1234
        )
        source.tell(lost)
        await until(pilot, lambda: "lost 1,234" in lines(app)[0])
        source.turn(SourceHealth.RESTARTING, "the sensor ended with exit code 3: \x1b[2Jout of luck")
        await until(pilot, lambda: "restarting" in lines(app)[0])
        text = "\n".join(lines(app))
        assert "being started again" in text
        assert "\\x1b[2Jout of luck" in text
        source.turn(SourceHealth.LIVE)
        await until(pilot, lambda: "live" in lines(app)[0])
        assert "started again" not in "\n".join(lines(app))


async def test_another_sensor_that_takes_over_is_said_and_why():
    async with console() as (app, main, pilot, source):
        status = next(event for event in reversed(web1()) if isinstance(event, SensorStatus))
        blind = {"ebpf sensor": "it broke: \x1b[2J[b]"}
        source.tell(dataclasses.replace(status, sequence=5000, sensor="connector", blind=blind))
        await until(pilot, lambda: "connector ●" in lines(app)[0])
        await until(pilot, lambda: "The connector sensor watches now" in "\n".join(lines(app)))
        assert "Not ebpf: it broke: \\x1b[2J[b]" in "\n".join(lines(app))


async def test_what_the_sensor_is_kept_from_seeing_is_said_once():
    async with console() as (app, main, pilot, source):
        status = next(event for event in reversed(web1()) if isinstance(event, SensorStatus))
        limited = dataclasses.replace(status, sequence=5000, health="limited", blind={"hidepid": "[b]no\x1b"})
        source.tell(limited)
        await until(pilot, lambda: "hidepid: [b]no\\x1b" in "\n".join(lines(app)))
        app.clear_notifications()
        source.tell(dataclasses.replace(limited, sequence=5001))
        await until(pilot, lambda: main._feed.take() is None)
        assert "hidepid" not in "\n".join(lines(app))


async def test_before_the_first_process_the_screen_says_that_it_waits():
    async with console(events=[]) as (app, main, pilot, source):
        source.turn(SourceHealth.STARTING)
        await until(pilot, lambda: "sensor is starting" in "\n".join(lines(app)))
        assert "No alerts so far" in "\n".join(lines(app))
        assert "Select a process" in "\n".join(lines(app))


async def test_a_filter_of_the_command_line_stands_from_the_beginning():
    async with console(filter_text="name:nginx") as (app, main, pilot, _):
        assert "filter: name:nginx" in str(main.processes.border_subtitle)
        assert {
            row.process.name for row in main.processes.rows.rows(0, len(main.processes.rows)) if row.matches
        } == {"nginx"}


async def test_notices_are_shown_as_they_are():
    async with console(notices=["config.toml: [red]level[/] \x1b]0;x"]) as (app, main, pilot, _):
        await pilot.pause(0.2)
        assert "[red]level[/] \\x1b]0;x" in "\n".join(lines(app))


async def test_keys_can_be_changed_and_the_footer_tells_them():
    async with console(keymap={"pause": "z"}) as (app, main, pilot, _):
        await pilot.press("z")
        assert "PAUSED" in "\n".join(lines(app))
        assert "z pause" in lines(app)[-1]


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (40, 10), (200, 60), (1, 1), (5, 3)])
async def test_every_size_works_and_every_pane_can_be_reached(size):
    async with console(size=size) as (app, main, pilot, _):
        for pane in (main.alerts, main.detail, main.processes):
            await pilot.press("tab")
            await until(pilot, lambda pane=pane: pane.has_focus)
            assert pane.display
        await pilot.resize_terminal(120, 40)
        await pilot.press("e")
        assert main.processes.selected.pid == 4713, "the newest was looked at in its pane already"


async def test_an_idle_screen_paints_nothing():
    async with console() as (app, main, pilot, _):
        await pilot.pause(0.3)
        painted = []
        for widget in (main.processes, main.alerts, main.detail, main._header, main._footer):
            refresh = widget.refresh
            widget.refresh = lambda *args, refresh=refresh, widget=widget, **more: (
                painted.append(widget),
                refresh(*args, **more),
            )[1]
        main._second_passed()
        main._second_passed()
        await pilot.pause(0.2)
        assert [widget.id for widget in painted if widget is not main._header] == []


async def test_the_detail_follows_what_happens_to_the_selected_process():
    async with console() as (app, main, pilot, source):
        await pilot.press("slash", *"pid:4713", "enter")
        assert "running" in "\n".join(lines(app))
        record = next(
            event.process for event in web1() if hasattr(event, "process") and event.process.pid == 4713
        )
        story = Story()
        story.tell._sequence = iter(range(1000, 2000))
        source.tell(dataclasses.replace(story.tell.exit(record, NOW, code=3)))
        await until(pilot, lambda: "exit 3 after" in "\n".join(lines(app)))


@pytest.mark.parametrize(("text", "kept"), [("name:nginx", "name:nginx"), ("user:", "")])
async def test_going_elsewhere_while_typing_keeps_what_is_right_and_gives_up_what_is_wrong(text, kept):
    async with console() as (app, main, pilot, _):
        await pilot.press("f", *text)
        await pilot.click("#alerts", offset=(20, 2))
        await until(pilot, lambda: not main._filter_bar.display)
        assert main.process_filter == kept
        assert "FILTER" not in lines(app)[-1]


async def test_a_twice_in_one_go_changes_nothing():
    async with console() as (app, main, pilot, _):
        await pilot.press("e")
        for _ in range(5):
            main.action_acknowledge()
            main.action_acknowledge()
        await pilot.pause(0.6)
        assert main.alerts.rows.counts().acknowledged == 0
        main.action_acknowledge()
        await until(pilot, lambda: main.alerts.rows.counts().acknowledged == 1)


async def test_with_open_ones_only_the_next_alert_takes_the_place_of_an_acknowledged_one():
    async with console() as (app, main, pilot, _):
        await pilot.press("tab")
        await until(pilot, lambda: main.alerts.has_focus)
        await pilot.press("o", "a")
        await until(pilot, lambda: len(main.alerts.rows) == 3)
        assert main.alerts.selected.process.pid == 4713
        assert main.processes.selected.pid == 4713


async def test_the_ancestry_closes_where_nothing_in_it_can_have_the_keys():
    async with console() as (app, main, pilot, _):
        await pilot.press("e", "i")
        await until(pilot, lambda: isinstance(app.screen, AncestryScreen))
        app.screen.set_focus(None)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)
        await until(pilot, lambda: app.focused is main.processes)


async def test_a_main_screen_that_lost_the_focus_takes_it_again():
    async with console() as (app, main, pilot, _):
        main.set_focus(None)
        await until(pilot, lambda: app.focused is main.processes)
