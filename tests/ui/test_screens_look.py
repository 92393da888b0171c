"""The screens as pictures. After a wanted change: make snapshots, and look at each of them."""

import os
import time

import pytest

from edr_tui.model.alert import Severity
from edr_tui.model.event import EventsLost
from edr_tui.model.ledger import SourceHealth
from edr_tui.model.rules import RuleState, RulesView
from edr_tui.ui.app import EdrApp
from edr_tui.ui.screens.rules import RulesScreen
from edr_tui.ui.theme import load_themes
from tests.telling import EPOCH, WEB1
from tests.ui.running import CLOCK, until
from tests.ui.scenario import Story, engine_over, source_of, web1

RULES_SHOWN = [
    (
        "Web server starts a shell",
        Severity.HIGH,
        {"techniques": ("T1190", "T1505.003"), "hits": 3, "ns": 410_000},
    ),
    (
        "Noisy rule of ours",
        Severity.MEDIUM,
        {"hits": 50_001, "ns": 2_300_000_000, "disabled": "switched off by hand"},
    ),
    ("Memory of LSASS is dumped", Severity.CRITICAL, {"techniques": ("T1003.001",), "product": "windows"}),
    (
        "Program runs from memory alone",
        Severity.HIGH,
        {"techniques": ("T1620",), "blind": 12, "ns": 8_100_000},
    ),
    ("Crontab is replaced", Severity.LOW, {"techniques": ("T1053.003",), "product": "linux", "hits": 1}),
]
SMALL, HOME, LARGE = (80, 24), (120, 40), (200, 60)


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """Times of day are those of no place."""
    monkeypatch.setitem(os.environ, "TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def look(snap_compare):
    """Compare the screen after some keys; `then` may do more with (pilot, main, source) before."""

    def compare(*keys, size=HOME, theme="edr-dark", events=None, then=None, **more):
        events = web1() if events is None else events
        source = source_of(events)
        app = EdrApp(
            engine_over(source), themes=load_themes().loaded, theme=theme, clock=lambda: CLOCK, **more
        )

        async def before(pilot):
            main = app._main
            told = {event.process.entity_id for event in events if hasattr(event, "process")}
            await until(pilot, lambda: main.processes.rows.known == len(told))
            await until(pilot, lambda: main._feed.take() is None)
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            if then is not None:
                await then(pilot, main, source)
            # The cursor of an input blinks.
            for field in app.screen.query("Input"):
                field.cursor_blink = False
            await pilot.pause(0.2)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
@pytest.mark.parametrize("size", [SMALL, HOME, LARGE], ids=["80x24", "120x40", "200x60"])
def test_an_alert_selected(look, size, theme):
    assert look("e", size=size, theme=theme)


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
def test_detail_on_a_small_screen(look, theme):
    assert look("e", "e", "enter", size=SMALL, theme=theme)


def test_alerts_on_a_low_screen(look):
    assert look("tab", size=(80, 14))


def test_nothing_yet(look):
    async def starting(pilot, main, source):
        source.turn(SourceHealth.STARTING)
        await until(pilot, lambda: main._source.health is SourceHealth.STARTING)

    assert look(events=[], then=starting)


def test_all_acknowledged(look):
    async def acknowledged(pilot, main, source):
        await until(pilot, lambda: main.alerts.rows.counts().acknowledged == 4)

    assert look("e", "tab", "A", "y", then=acknowledged)


def test_collapsed_with_badges(look):
    assert look("_")


def test_filtered(look):
    assert look("f", *"user:www-data", size=HOME)


def test_a_filter_that_finds_nothing(look):
    assert look("f", *"nobody", "enter")


def test_a_wrong_filter(look):
    assert look("f", *"level:loud", size=SMALL)


def test_searching(look):
    assert look("slash", *"post", size=SMALL, theme="edr-light")


def test_paused(look):
    async def goes_on(pilot, main, source):
        story = Story()
        story.tell._sequence = iter(range(1000, 2000))
        story.was("backup", 7000, None, 5, "root", "backup --all")
        source.tell(*story.events)
        await until(pilot, lambda: main._pause.counts.started == 1)

    assert look("p", then=goes_on)


def test_lossy_and_restarting(look):
    async def trouble(pilot, main, source):
        lost = EventsLost(
            at_ns=EPOCH, sequence=5000, provider="poll", host=WEB1, stage="sensor_queue", count=1234
        )
        source.tell(lost)
        source.turn(SourceHealth.RESTARTING, "the sensor was ended by signal 9")
        await until(pilot, lambda: main._source.health is SourceHealth.RESTARTING)
        # For how long is told by the real clock of the source.
        main._source = main._source.__class__(
            health=SourceHealth.RESTARTING, since_ns=CLOCK - 3_000_000_000, reason=main._source.reason
        )
        main._tell_standing()

    assert look(then=trouble)


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
def test_ancestry(look, size, theme):
    assert look("e", "i", size=size, theme=theme)


@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
def test_rules(look, size, theme):
    async def show(pilot, main, source):
        main.engine.ask_rules = lambda: None  # what rules cost is never the same twice
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, RulesScreen))
        rules = [
            RuleState(id=str(number), name=name, level=level, path=f"rules/{number}.yml:1", **more)
            for number, (name, level, more) in enumerate(RULES_SHOWN)
        ]
        left_out = "rules/dns.yml:1: skipped: category 'dns_query' is not watched: only process_creation is"
        fault = "rules/own.yml:14: condition refers to 'selection2', which is not defined"
        pilot.app.screen.tell(RulesView(rules=tuple(rules), left_out=(left_out,), faults=(fault,)))
        await pilot.press("j")

    assert look(size=size, theme=theme, then=show)


def test_a_notice(look):
    assert look(notices=["config.toml: theme: there is no theme 'edr-drak': edr-dark is used"])


def test_an_acknowledge_all_question(look):
    assert look("tab", "A", size=SMALL)


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
def test_themes(look, size, theme):
    assert look("e", "T", size=size, theme=theme)


@pytest.mark.parametrize(
    "theme",
    [
        "edr-16",
        "edr-colour-blind-dark",
        "edr-colour-blind-light",
        "edr-contrast-dark",
        "edr-contrast-light",
        "edr-midnight",
        "edr-paper",
    ],
)
def test_other_themes(look, theme):
    assert look("e", size=SMALL, theme=theme)


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
@pytest.mark.parametrize("theme", ["edr-dark", "edr-light"])
def test_the_palette(look, size, theme):
    assert look("e", "ctrl+p", *"alert", size=size, theme=theme)


@pytest.mark.parametrize("size", [SMALL, HOME], ids=["80x24", "120x40"])
def test_the_plain_view(look, size):
    assert look("e", "L", size=size)


def test_without_colours(look, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert look("e", size=SMALL)


def test_in_ascii(look):
    assert look("e", size=SMALL, ascii_only=True)
