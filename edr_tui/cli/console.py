"""The full-screen console put together: themes, terminal, engine, app."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from edr_tui.cli.usage import SUPERVISOR_GONE, WrongUse, complain
from edr_tui.config import DEFAULTS

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Engine
    from edr_tui.kept import Choices
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
    keep: bool = False,
    read_only: bool = False,
    supervised: Supervised | None = None,
) -> int:
    """Run the console until it ends; the exit code of contract: 0, 1 a fault, 128+n a signal.

    asked: theme or configuration were named on the command line. keep: what is chosen on the screen.
    """
    _need_a_terminal()
    # What is read now stays for good: nothing of it is worth a search for garbage, now or later. A full
    # collection is a pause of 40 ms otherwise, in the middle of somebody's key.
    gc.disable()
    engine = make_engine()
    try:
        app = _app(config, engine, notices, asked, filter_text, keep, read_only)
        return _run(app, engine, duration, supervised)
    finally:
        # The sensor runs from the engine's making on, also when there is no screen in the end.
        engine.abandon()


def _app(
    config: Config,
    engine: Engine,
    notices: list[str],
    asked: bool,
    filter_text: str,
    keep: bool,
    read_only: bool,
) -> EdrApp:
    """The app with its theme, keys, and what was chosen before."""
    from edr_tui import paths
    from edr_tui.kept import Kept
    from edr_tui.ui.app import EdrApp
    from edr_tui.ui.keymap import keymap_from
    from edr_tui.ui.theme import choose_theme, load_themes

    themes = load_themes()
    kept = Kept(paths.choices_file() if keep else None)
    wanted = _theme(config.theme, kept.choices, given=asked)
    choice = choose_theme(wanted, themes)
    broken = [fault for fault in themes.failed if f"/{wanted}.toml:" in fault.replace("\\", "/")]
    keymap = keymap_from(config.keys)
    wrong = [*(broken or ([choice.fault] if choice.fault is not None else [])), *keymap.faults]
    if wrong and asked:
        # What was asked for by name on the command line is not replaced in silence.
        raise WrongUse(*wrong)
    told = [*notices, *([choice.fault] if choice.fault is not None else themes.failed), *keymap.faults]
    return EdrApp(
        engine,
        themes=themes.loaded,
        theme=choice.name,
        threshold=config.level,
        filter_text=filter_text,
        notices=told,
        keymap=keymap.keymap,
        kept=kept,
        theme_configured=config.theme,
        ascii_only=not utf8(os.environ),
        read_only=read_only,
    )


def _run(app: EdrApp, engine: Engine, duration: float | None, supervised: Supervised | None) -> int:
    from edr_tui.ui.terminal import Terminal, leave_no_thread

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


def _theme(configured: str, choices: Choices, *, given: bool) -> str:
    """The theme to start with: what the command line says, what was chosen since, what is configured."""
    if not given and choices.theme is not None and choices.theme_was == configured:
        return choices.theme
    if configured == DEFAULTS.theme and not given and _sixteen_colours():
        return "edr-16"
    return configured


def _sixteen_colours() -> bool:
    """Whether the terminal has no more, as far as TERM and COLORTERM say."""
    from io import StringIO

    from rich.console import Console

    return Console(file=StringIO(), force_terminal=True).color_system == "standard"


def utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale that the environment names is UTF-8; where it names none, terminals are."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return not locale or "utf8" in locale.lower().replace("-", "")


def _tell_afterwards(app: EdrApp) -> None:
    """What was done to processes, and a fault, for whoever reads the terminal once the screen is gone."""
    for line in app.done_in_session():
        complain(line)
    if app.fault is not None:
        print(f"edr-tui: an unexpected fault ended the program:\n{app.fault}", file=sys.stderr)


def _need_a_terminal() -> None:
    """Raise WrongUse where there is nothing to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse("there is no terminal to draw on: use --plain for lines of text, --headless for JSON")
    if not sys.stderr.isatty():
        raise WrongUse("standard error must be the terminal too: the screen is drawn there")
    if os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb"):
        raise WrongUse(
            f"TERM={os.environ.get('TERM', '')} cannot show a screen: use --plain for lines of text"
        )
