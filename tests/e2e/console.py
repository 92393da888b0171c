"""The real console on another sensor, or made to fail: python -m tests.e2e.console, in a terminal of a test.

--story FILE: what tests/e2e/fake_sensor.py says. --sensor JSON: any command line as the sensor.
--crash WHERE: raise there, with the text of --words; --keys FILE: note every key that arrives.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from rich.traceback import Traceback
from textual import events
from textual.content import Content

import edr_tui.ui.app as app_module
from edr_tui.cli.console import run_console
from edr_tui.cli.detection import detection
from edr_tui.config import Config
from edr_tui.engine import Engine
from edr_tui.launch import sensor_command
from edr_tui.model.alert import Severity
from edr_tui.model.update import Update
from edr_tui.sources.child import own_child
from edr_tui.sources.sensor import SensorSource
from edr_tui.ui.app import EdrApp
from edr_tui.ui.messages import FeedReady
from edr_tui.ui.widgets.ledger_header import LedgerHeader

FAKE = str(Path(__file__).with_name("fake_sensor.py"))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--story", type=Path)
    parser.add_argument("--sensor")
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--notices", type=Path)
    parser.add_argument("--crash", choices=sorted(CRASHES))
    parser.add_argument("--words", type=Path)
    parser.add_argument("--keys", type=Path)
    options = parser.parse_args()
    if options.story is not None:
        command = [sys.executable, "-I", FAKE, str(options.story)]
    elif options.sensor is not None:
        command = json.loads(options.sensor)
    else:
        command = sensor_command("poll", 0.25)
    notices: list[str] = json.loads(options.notices.read_text()) if options.notices else []
    config = Config(rules=(options.rules,) if options.rules else (), level=Severity.INFORMATIONAL)
    detect = detection(config, [], notices)
    if options.crash is not None:
        CRASHES[options.crash](options.words.read_text(errors="surrogateescape"))
    if options.keys is not None:
        _note_keys(options.keys)
    return run_console(
        config,
        lambda: Engine(SensorSource(own_child(command)), detect, time.time_ns),
        notices,
        asked=False,
    )


def _note_keys(file: Path) -> None:
    class Noting(EdrApp):
        async def on_event(self, event: events.Event) -> None:
            if isinstance(event, events.Key | events.Paste):
                with file.open("a") as stream:
                    print(repr(event), file=stream)
            await super().on_event(event)

    app_module.EdrApp = Noting  # type: ignore[misc]


def _crash_on_key(words: str) -> None:
    class Crashing(EdrApp):
        def on_key(self) -> None:
            secret = "a-local-variable"
            raise RuntimeError(words, len(secret))

    app_module.EdrApp = Crashing  # type: ignore[misc]


def _crash_on_mount(words: str) -> None:
    class Crashing(EdrApp):
        def on_mount(self) -> None:
            super().on_mount()
            secret = "a-local-variable"
            raise RuntimeError(words, len(secret))

    app_module.EdrApp = Crashing  # type: ignore[misc]


def _crash_in_engine(words: str) -> None:
    class Crashing(EdrApp):
        def _publish(self, update: Update) -> None:
            secret = "a-local-variable"
            raise RuntimeError(words, len(secret))

    app_module.EdrApp = Crashing  # type: ignore[misc]


def _crash_in_render(words: str) -> None:
    class Crashing(LedgerHeader):
        def render(self) -> Content:
            secret = "a-local-variable"
            raise RuntimeError(words, len(secret))

    import edr_tui.ui.screens.main as main_module

    main_module.LedgerHeader = Crashing  # type: ignore[misc]


def _crash_in_paint(words: str) -> None:
    import edr_tui.ui.screens.main as main_module

    class Crashing(main_module.MainScreen):
        def on_feed_ready(self, message: FeedReady) -> None:
            secret = "a-local-variable"
            raise RuntimeError(words, len(secret))

    app_module.MainScreen = Crashing  # type: ignore[misc]


def _crash_by_panic(words: str) -> None:
    class Crashing(EdrApp):
        def on_key(self) -> None:
            try:
                secret = "a-local-variable"
                raise RuntimeError(words, len(secret))
            except RuntimeError:
                self.call_later(self.panic, Traceback(show_locals=True))

    app_module.EdrApp = Crashing  # type: ignore[misc]


CRASHES = {
    "panic": _crash_by_panic,
    "key": _crash_on_key,
    "mount": _crash_on_mount,
    "engine": _crash_in_engine,
    "render": _crash_in_render,
    "paint": _crash_in_paint,
}

if __name__ == "__main__":
    sys.exit(main())
