"""The full-screen console put together: themes, terminal, engine, app."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from edr_tui.cli.usage import SUPERVISOR_GONE, WrongUse, complain

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Engine
    from edr_tui.sources.supervised import Supervised
    from edr_tui.ui.app import EdrApp


def run_console(
    config: Config,
    make_engine: Callable[[], Engine],
    notices: list[str],
    *,
    asked: bool,
    filter_text: str = "",
    duration: float | None = None,
    read_only: bool = False,
    supervised: Supervised | None = None,
) -> int:
    """Run the console until it ends; the exit code of contract: 0, 1 a fault, 128+n a signal."""
    _need_a_terminal()
    # What is read now stays for good: nothing of it is worth a search for garbage, now or later. A full
    # collection is a pause of 40 ms otherwise, in the middle of somebody's key.
    gc.disable()
    engine = make_engine()
    try:
        return _run(config, engine, notices, asked, filter_text, duration, read_only, supervised)
    finally:
        # The sensor runs from the engine's making on, also when there is no screen in the end.
        engine.abandon()


def _run(
    config: Config,
    engine: Engine,
    notices: list[str],
    asked: bool,
    filter_text: str,
    duration: float | None,
    read_only: bool,
    supervised: Supervised | None,
) -> int:
    from edr_tui.ui.app import EdrApp
    from edr_tui.ui.keymap import keymap_from
    from edr_tui.ui.terminal import Terminal, leave_no_thread
    from edr_tui.ui.theme import choose_theme, load_themes

    themes = load_themes()
    choice = choose_theme(config.theme, themes)
    broken = [fault for fault in themes.failed if f"/{config.theme}.toml:" in fault.replace("\\", "/")]
    keymap = keymap_from(config.keys)
    wrong = [*(broken or ([choice.fault] if choice.fault is not None else [])), *keymap.faults]
    if wrong and asked:
        # What was asked for by name on the command line is not replaced in silence.
        raise WrongUse(*wrong)
    told = [*notices, *([choice.fault] if choice.fault is not None else themes.failed), *keymap.faults]
    app = EdrApp(
        engine,
        themes=themes.loaded,
        theme=choice.name,
        threshold=config.level,
        filter_text=filter_text,
        notices=told,
        keymap=keymap.keymap,
        read_only=read_only,
    )

    def end(code: int) -> None:
        # From a signal handler or another thread: the loop is asked, never entered.
        loop = app._loop
        if loop is not None:
            loop.call_soon_threadsafe(lambda: app.exit(return_code=code))

    terminal = Terminal(end, engine.abandon)
    with terminal.watched():
        if supervised is not None:
            supervised.when_gone(lambda: terminal.ask_to_end(1))
        if duration is not None:
            timer = threading.Timer(duration, end, [0])
            timer.daemon = True
            timer.start()
        gc.freeze()
        gc.enable()
        app.run()
    _tell_afterwards(app)
    if supervised is not None and supervised.gone:
        complain(SUPERVISOR_GONE)
    code = 1 if app.fault is not None else app.return_code or 0
    if terminal.code is not None:
        code = terminal.code
    leave_no_thread(code)
    return code


def _tell_afterwards(app: EdrApp) -> None:
    """What was done to processes, and a fault, for whoever reads the terminal once the screen is gone."""
    for line in app.done_in_session():
        complain(line)
    if app.fault is not None:
        print(f"edr-tui: an unexpected fault ended the program:\n{app.fault}", file=sys.stderr)


def _need_a_terminal() -> None:
    """Raise WrongUse where there is nothing to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse("there is no terminal to draw on: use --headless for lines of JSON")
    if not sys.stderr.isatty():
        raise WrongUse("standard error must be the terminal too: the screen is drawn there")
    if os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb"):
        raise WrongUse(
            f"TERM={os.environ.get('TERM', '')} cannot show a screen: use --headless for lines of JSON"
        )
