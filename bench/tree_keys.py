"""From a key to the next painted frame, in trees of 1,000 and of 100,000 rows, at rest and in a storm.

python -m bench.tree_keys
"""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from statistics import median
from time import perf_counter

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from edr_tui.model.process import Process
from tests.ui.builders import NOW, SECOND, process, update
from tests.ui.widgets.apps import TreeApp

SIZE = (120, 40)
ROUND = [
    *["down"] * 10,
    *["pagedown"] * 5,
    *["up"] * 5,
    "home",
    "right",
    *["right_curly_bracket"] * 3,
    "left_curly_bracket",
    *["ctrl+d"] * 3,
    "end",
    "pageup",
    "ctrl+u",
    "left",
    "left",
    "left",
    "right",
    "space",
    "space",
    "U",
    "home",
    "left",
    "right",
]
ALL_ROUND = ["underscore", "end", "asterisk", "home"]


class PaintedApp(TreeApp):
    """Renders every frame to the bytes that a terminal would get, and remembers when it was done."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[float] = []
        self.painted = asyncio.Event()
        self.bytes = 0

    def _display(self, screen: Screen, renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if isinstance(renderable, CompositorUpdate):
            self.bytes += len(renderable.render_segments(self.console))
            self.frames.append(perf_counter())
            self.painted.set()


def forest(count: int) -> list[Process]:
    """A host: init, services, sessions, and many short-lived below them; command lines of all lengths."""
    rng = random.Random(1)
    told = [process("p0", pid=1, name="systemd", args=("/sbin/init",))]
    for number in range(1, count):
        parent = int(number * rng.random() ** 3)
        args = (f"/usr/bin/tool{number % 97}", "--config", "x" * rng.randrange(60), "-v")
        told.append(
            process(
                f"p{number}", f"p{parent}", pid=number + 1, name=f"tool{number % 97}", args=args, start=number
            )
        )
    return told


async def press(app: PaintedApp, key: str) -> float | None:
    """Seconds from the key to the end of the next frame; None if the key had nothing to do."""
    before = state(app)
    app.painted.clear()
    began = perf_counter()
    app.simulate_key(key)
    with suppress(TimeoutError):
        await asyncio.wait_for(app.painted.wait(), 0.5)
    return None if state(app) == before else app.frames[-1] - began


def state(app: PaintedApp) -> tuple[object, ...]:
    """What a key may change."""
    tree = app.process_tree
    selected = tree.selected
    assert selected is not None
    return selected.entity_id, tree.scroll_offset.y, tree.rows.is_expanded(selected.entity_id)


@asynccontextmanager
async def running(count: int) -> AsyncIterator[PaintedApp]:
    """An app with a tree of so many rows."""
    app = PaintedApp()
    async with app.run_test(size=SIZE) as pilot:
        app.process_tree.apply(update(*forest(count)))
        await pilot.pause(0.3)
        # As the app does after the first snapshot: a full collection takes 0.1 s at this size.
        gc.collect()
        gc.freeze()
        yield app
    gc.unfreeze()


async def one_round(app: PaintedApp, keys: list[str]) -> list[float]:
    """The times of all keys that had something to do."""
    times = []
    for number, key in enumerate(keys):
        await asyncio.sleep(0.002 * (number % 9))
        if (taken := await press(app, key)) is not None:
            times.append(taken)
    return times


async def at_rest(rounds: int = 8) -> None:
    """Both sizes in turns, so that a busy machine is busy for both."""
    small: list[float] = []
    large: list[float] = []
    for _ in range(rounds):
        for count, times in ((1_000, small), (100_000, large)):
            async with running(count) as app:
                times += await one_round(app, ROUND)
    ratio = told("100,000 rows", large) / told("1,000 rows", small)
    print(f"{'100,000 rows against 1,000':44} {ratio:.2f} times")


async def all_at_once(rounds: int = 8) -> None:
    """Everything collapsed and expanded."""
    async with running(100_000) as app:
        told(
            "100,000 rows, expand and collapse all",
            [taken for _ in range(rounds) for taken in await one_round(app, ALL_ROUND)],
        )


async def in_a_storm(rounds: int = 6, a_second: int = 1_000) -> None:
    """So many new processes a second come meanwhile, and those of a second ago go."""
    async with running(100_000) as app:
        raging = asyncio.create_task(rage(app, 100_000, a_second))
        times = [taken for _ in range(rounds) for taken in await one_round(app, ROUND)]
        raging.cancel()
    told(f"100,000 rows, {a_second:,} new processes a second", times)


async def rage(app: PaintedApp, count: int, a_second: int) -> None:
    """New processes in ten updates a second."""
    rng = random.Random(2)
    batch, number = a_second // 10, 0
    while True:
        at = NOW + number * SECOND // a_second
        come = [
            process(f"r{n}", f"p{rng.randrange(count)}", pid=n, name="id", args=("id",), start=10**6 + n)
            for n in range(number, number + batch)
        ]
        gone = tuple(f"r{n}" for n in range(number - a_second, number - a_second + batch) if n >= 0)
        app.process_tree.apply(update(*come, evicted=gone, at=at))
        number += batch
        await asyncio.sleep(0.1)


def told(name: str, times: list[float]) -> float:
    """Print one line of figures; the median in ms."""
    times = sorted(times)
    middle, late = median(times) * 1e3, times[min(len(times) - 1, int(len(times) * 0.99))] * 1e3
    print(f"{name:44} median {middle:6.1f} ms   p99 {late:6.1f} ms   n {len(times)}")
    return middle


def main() -> None:
    """Print all figures."""
    asyncio.run(at_rest())
    asyncio.run(all_at_once())
    asyncio.run(in_a_storm())


if __name__ == "__main__":
    main()
