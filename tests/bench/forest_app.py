"""The console over a host that is made up: python -m tests.bench.forest_app COUNT."""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Iterator

from edr_tui.engine import Engine
from edr_tui.model.event import AnyEvent, Host, ProcessSnapshot, SensorStatus, SnapshotSpan
from edr_tui.model.process import Image, Parent, ProcessKey, ProcessRecord, User
from edr_tui.sources.memory import MemorySource
from edr_tui.ui.app import EdrApp
from edr_tui.ui.theme import choose_theme, load_themes

_HOST = Host(name="forest", os_type="linux")


def forest(count: int) -> Iterator[AnyEvent]:
    """A host: init, services, sessions, and many below them; command lines of all lengths."""
    rng = random.Random(1)
    now = time.time_ns()
    told: list[ProcessRecord] = []
    for number in range(count):
        args = (f"/usr/bin/tool{number % 97}", "--config", "x" * rng.randrange(60), "-v")
        parent = told[int(number * rng.random() ** 3)] if told else None
        record = ProcessRecord(
            entity_id=ProcessKey("bench", number + 1, number, None).entity_id,
            pid=number + 1,
            image=Image(
                name=f"tool{number % 97}", executable=args[0], args=args, command_line=" ".join(args)
            ),
            start_ns=now - 3_600_000_000_000 + number,
            parent=None if parent is None else Parent(entity_id=parent.entity_id, pid=parent.pid),
            user=User(id=str(number % 5), name=("root", "www-data", "kim", "postgres", "nobody")[number % 5]),
        )
        told.append(record)
        yield ProcessSnapshot(at_ns=now, sequence=number + 1, provider="bench", host=_HOST, process=record)
    span = SnapshotSpan(first=1, last=count, count=count)
    yield SensorStatus(
        at_ns=now,
        sequence=count + 1,
        provider="bench",
        host=_HOST,
        sensor="bench",
        health="ok",
        snapshot=span,
    )


def main(count: int) -> None:
    """Run it until q."""
    themes = load_themes()
    engine = Engine(MemorySource(forest(count)), lambda *_: (), time.time_ns)
    # As the command does (cli/console.py).
    gc.freeze()
    EdrApp(engine, themes=themes.loaded, theme=choose_theme(None, themes).name).run()
    engine.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
