"""Somebody leans on the keyboard, and on the mouse, while the window is dragged and processes come and go."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable

import pytest
from textual.events import Key, MouseDown, MouseScrollDown, MouseScrollUp, MouseUp, Resize
from textual.geometry import Size

from edr_tui.engine import Engine
from edr_tui.sources.memory import MemorySource
from edr_tui.ui.actions import ACTIONS, canonical
from edr_tui.ui.app import EdrApp
from tests.e2e.hostile_story import story
from tests.e2e.terminal import KEYS, Terminal
from tests.telling import EPOCH, SECOND, Teller, alert_about

LEAVES = {"q", "f10", "ctrl+c"}
PRESSED = sorted({key for action in ACTIONS for key in action.keys} - LEAVES)
TYPED = "abcxyz:()\"'*-\\1234567890é中"


def keys_of(chance: random.Random) -> str:
    return chance.choice(PRESSED) if chance.random() < 0.8 else chance.choice(TYPED)


class Watched(EdrApp):
    """On a host that the test tells of."""

    def __init__(self, source: MemorySource) -> None:
        def detect(process, ancestors, host, at_ns):
            if process.pid % 3 == 0:
                yield alert_about(process.entity_id, rule=f"rule-{process.pid % 7}")

        super().__init__(Engine(source, detect, lambda: EPOCH + 10 * SECOND))


@pytest.mark.parametrize("seed", range(3))
async def test_random_keys_clicks_and_sizes(seed: int) -> None:
    chance = random.Random(seed)
    events, statuses = story()
    source = MemorySource([*events, *statuses])
    teller = Teller()
    teller._sequence = iter(range(100_000, 10_000_000))
    living = []
    app = Watched(source)
    async with app.run_test(size=(120, 40)) as pilot:
        until = time.monotonic() + 4
        steps = 0
        while time.monotonic() < until:
            steps += 1
            match chance.random():
                case odds if odds < 0.6:
                    key = keys_of(chance)
                    app.post_message(Key(canonical(key), key if len(key) == 1 else None))
                case odds if odds < 0.8:
                    mouse(app, chance)
                case odds if odds < 0.85:
                    size = Size(
                        chance.choice((1, 2, 10, 40, 80, 120, 200)), chance.choice((1, 3, 10, 24, 40, 60))
                    )
                    app.post_message(Resize(size, size))
                case odds if odds < 0.95:
                    record = teller.record(chance.randrange(2, 30_000), at=steps, name=f"p{steps}")
                    living.append(record)
                    source.tell(teller.start(record))
                case _ if living:
                    source.tell(teller.exit(living.pop(chance.randrange(len(living)))))
            if chance.random() < 0.1:
                await pilot.pause()
                assert app.focused is None or app.focused.is_attached
                assert app.focused is None or app.focused.screen is app.screen
                assert app.fault is None, app.fault
        # Whatever is open, Esc leads back; then a pane has the keys, and q ends it.
        app.post_message(Resize(Size(120, 40), Size(120, 40)))
        for _ in range(6):
            await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app._main, app.screen_stack
        assert app.focused in (app._main.processes, app._main.alerts, app._main.detail)
        await pilot.press("q")
        await pilot.pause()
    assert app.fault is None, app.fault
    assert app.return_code == 0


def mouse(app: EdrApp, chance: random.Random) -> None:
    x, y = chance.randrange(app.size.width or 1), chance.randrange(app.size.height or 1)
    about = (None, x, y, 0, 0, 1, False, False, False)
    kinds = [(MouseDown, MouseUp), (MouseScrollDown,), (MouseScrollUp,)]
    for kind in chance.choice(kinds):
        app.post_message(kind(*about, screen_x=x, screen_y=y))


def test_a_real_keyboard_in_a_hurry(edr_tui: Callable[..., Terminal]) -> None:
    monkey(edr_tui, seconds=6, seed=11)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_real_keyboard_for_longer(edr_tui: Callable[..., Terminal], seed: int) -> None:
    monkey(edr_tui, seconds=30, seed=seed)


def monkey(edr_tui: Callable[..., Terminal], seconds: float, seed: int) -> None:
    chance = random.Random(seed)
    terminal = edr_tui("-i", "0.1")
    terminal.see("live")
    until = time.monotonic() + seconds
    known = {"space": " ", **KEYS}
    pressed = [key for key in PRESSED if len(key) == 1 or key in known]
    while time.monotonic() < until:
        columns, rows = terminal.size
        burst = "".join(known.get(key, key) for key in chance.choices(pressed, k=chance.randrange(1, 12)))
        terminal.type(burst)
        terminal.click(chance.randrange(columns), chance.randrange(rows), chance.randrange(1, 3))
        terminal.wheel(chance.randrange(columns), chance.randrange(rows), chance.choice((-3, 3)))
        if chance.random() < 0.1:
            terminal.resize(chance.choice((1, 10, 40, 80, 120, 200)), chance.choice((1, 5, 10, 24, 40, 60)))
        if chance.random() < 0.3:
            subprocess.run(["true"], check=False)
        time.sleep(0.1)  # a person's pace; or keys would wait for longer than anybody
        assert terminal.process.poll() is None, bytes(terminal.raw[-3000:]).decode(errors="replace")
    terminal.resize(120, 40)
    terminal.press(*["escape"] * 5)
    terminal.press("q")
    assert terminal.wait(20) == 0, bytes(terminal.raw[-3000:]).decode(errors="replace")
    assert terminal.restored() == []
