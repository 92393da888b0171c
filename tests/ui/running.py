"""The real app over a source in memory, driven by a pilot, with a clock that stands still."""

from __future__ import annotations

import contextlib

from edr_tui.ui.app import EdrApp
from edr_tui.ui.theme import load_themes
from tests.telling import EPOCH, SECOND
from tests.ui.scenario import NOW, engine_over, source_of, web1

CLOCK = EPOCH + round(NOW * SECOND)


@contextlib.asynccontextmanager
async def console(events=None, size=(120, 40), theme="edr-dark", **more):
    """(app, main screen, pilot, source) as soon as the first events are on the screen."""
    events = web1() if events is None else events
    source = source_of(events)
    app = EdrApp(engine_over(source), themes=load_themes().loaded, theme=theme, clock=lambda: CLOCK, **more)
    async with app.run_test(size=size, notifications=True) as pilot:
        main = app._main
        if events:
            told = {event.process.entity_id for event in events if hasattr(event, "process")}
            await until(pilot, lambda: main.processes.rows.known == len(told))
            await until(pilot, lambda: main._feed.take() is None)
        yield app, main, pilot, source


async def until(pilot, condition, within=10.0):
    """Wait for a condition while the app goes on."""
    for _ in range(int(within / 0.02)):
        await pilot.pause(0.02)
        if condition():
            await pilot.pause()
            return
    raise AssertionError(f"not true within {within} s")


def lines(app) -> list[str]:
    """What is on the screen, as text."""
    from rich.segment import Segment

    width = app.size.width
    text = []
    for strip in app.screen._compositor.render_strips():
        line = "".join(segment.text for segment in Segment.simplify(strip))
        text.append(line[:width].rstrip())
    return text
