"""edr-tui watch: the live tree on the screen, or with --headless or --plain alerts as lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edr_tui.cli.usage import SUPERVISOR_GONE, WrongUse, complain, option, seconds

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Engine
    from edr_tui.model.alert import Alert, Severity
    from edr_tui.model.event import AnyEvent
    from edr_tui.query import Query
    from edr_tui.sources.base import Source
    from edr_tui.sources.supervised import Supervised


def add_parser(commands: Any) -> None:
    """Declare the command's options."""
    parser = commands.add_parser(
        "watch",
        help="watch this host (the default)",
        description="Watch this host's processes: a live tree whose suspicious chains turn red.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--sensor", metavar="NAME", help="which sensor to run: auto, ebpf, connector or poll (auto)"
    )
    parser.add_argument(
        "-i", "--interval", metavar="S", type=option(_interval), help="seconds between two looks (1.0)"
    )
    parser.add_argument("--duration", metavar="S", type=option(seconds), help="end after so many seconds")
    parser.add_argument("--filter", metavar="EXPR", default="", help="show what passes, as typed after f")
    parser.add_argument(
        "--rules",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="Sigma rules: a file or a folder; may be repeated",
    )
    parser.add_argument("--no-bundled", action="store_true", help="without the rules that come along")
    parser.add_argument(
        "--level", metavar="LEVEL", type=option(_level), help="alert from this level up (medium)"
    )
    parser.add_argument("--theme", metavar="NAME", help="colours: edr-dark, edr-light or one of your own")
    parser.add_argument("--config", metavar="FILE", type=Path, help="read this file instead of config.toml")
    parser.add_argument("--read-only", action="store_true", help="look only: send no signals")
    parser.add_argument("--headless", action="store_true", help="no screen: alerts as ECS JSON lines")
    parser.add_argument("--plain", action="store_true", help="no screen: alerts as lines of text")
    parser.add_argument("--events", action="store_true", help="with --headless or --plain: every event too")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        help="instead of this host: a command that prints documents, such as 'ssh web1 sudo edr-tui sensor "
        "--requests'; a recording; or - for standard input",
    )
    parser.add_argument(
        "--keep-root", action="store_true", help="under sudo: the console stays root too, not only its sensor"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Watch until q, the end of --duration, or a signal."""
    if options.plain and options.headless:
        raise WrongUse("--plain and --headless print different lines: use one of them")
    lines = options.headless or options.plain
    if options.events and not lines:
        raise WrongUse("--events goes with --headless or --plain")
    if options.source is not None and (options.sensor is not None or options.interval is not None):
        raise WrongUse("--sensor and --interval are for the sensor of this host: --from has its own")
    return _headless(options) if lines else _screen(options)


def _interval(text: str) -> float:
    from edr_tui.config import interval

    return interval(text)


def _level(text: str) -> Severity:
    from edr_tui.model.alert import Severity

    return Severity.of(text)


def _headless(options: argparse.Namespace) -> int:
    """Alerts, and with --events every event, as lines on standard output."""
    import signal
    import threading

    from edr_tui.headless import LinePrinter, OutputError

    if sys.stdout is None:  # closed by whoever started us
        complain("cannot write to standard output: it is closed")
        return 1
    config, notices = _config(options)
    query = _query(options.filter)
    supervised = _supervised(options)
    source = _source(options, config, supervised, _standard_input(options))
    engine = _engine(source, config, options.rules, notices, pass_events=options.events)
    if supervised is not None:
        supervised.when_gone(engine.stop)
    for notice in notices:
        complain(notice)
    signalled: list[int] = []

    def end(number: int, _frame: object) -> None:
        signalled.append(number)
        engine.stop()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    if options.duration is not None:
        timer = threading.Timer(options.duration, engine.stop)
        timer.daemon = True
        timer.start()
    printer = LinePrinter(
        sys.stdout.buffer,
        sys.stderr,
        level=config.level,
        events=options.events,
        wanted=_wanted(query, engine),
        **({"line": _plain_line()} if options.plain else {}),
    )
    try:
        engine.run(printer.print, until_end=True)
        printer.finish()
    except BrokenPipeError:
        # Nobody reads any more: that is an end like another, and nothing is left to be flushed.
        _abandon_stdout()
        return 0
    except OutputError as fault:
        _abandon_stdout()
        complain(str(fault))
        return 1
    if supervised is not None and supervised.gone:
        complain(SUPERVISOR_GONE)
        return 1
    if signalled:
        return 128 + signalled[0]
    return 0 if printer.ended_well else 1


def _plain_line() -> Callable[[AnyEvent | Alert], bytes]:
    """Events and alerts as text, in what the locale can show."""
    import functools
    import os

    from edr_tui.cli.console import utf8
    from edr_tui.plain import plain_line

    return functools.partial(plain_line, encoding="utf-8" if utf8(os.environ) else "ascii")


def _screen(options: argparse.Namespace) -> int:
    """The full-screen console."""
    from edr_tui.cli.console import run_console

    config, notices = _config(options)
    query = _query(options.filter)
    supervised = _supervised(options)
    standard_input = _standard_input(options)
    return run_console(
        config,
        lambda: _engine(_source(options, config, supervised, standard_input), config, options.rules, notices),
        notices,
        supervised=supervised,
        asked=options.theme is not None or options.config is not None,
        filter_text=query.text,
        duration=options.duration,
        keep=True,
        read_only=options.read_only,
    )


def _config(options: argparse.Namespace) -> tuple[Config, list[str]]:
    """The configuration, and what is wrong with the user's own file: that is told, not fatal."""
    from edr_tui import config as module
    from edr_tui.sensors.choose import NAMES

    loaded = module.load(options.config, sensors=NAMES)
    if options.config is not None and loaded.faults:
        raise WrongUse(*loaded.faults)
    if options.sensor is not None and options.sensor not in NAMES:
        raise WrongUse(f"--sensor: {options.sensor[:40]!r} is not a sensor: use {', '.join(NAMES)}")
    config = module.with_options(
        loaded.config,
        theme=options.theme,
        level=options.level,
        sensor=options.sensor,
        interval=options.interval,
        bundled=False if options.no_bundled else None,
    )
    return config, list(loaded.faults)


def _query(text: str) -> Query:
    from edr_tui.query import QueryError, parse

    try:
        return parse(text)
    except QueryError as fault:
        raise WrongUse(f"--filter: {fault}") from None


def _supervised(options: argparse.Namespace) -> Supervised | None:
    """The supervisor that starts our sensors, where there is one: under sudo."""
    if options.supervisor is None:
        return None
    from edr_tui.sources.supervised import Supervised

    supervised = Supervised(options.supervisor)
    supervised.start()
    return supervised


def _standard_input(options: argparse.Namespace) -> int | None:
    """Standard input, where --from names it; a screen takes its keys from the terminal then."""
    if options.source != "-":
        return None
    from edr_tui.cli.source import take_standard_input

    return take_standard_input(screen=not options.headless)


def _source(
    options: argparse.Namespace, config: Config, supervised: Supervised | None, standard_input: int | None
) -> Source:
    """Where the events come from."""
    from edr_tui.cli.source import named_source, sensor_source

    if options.source is not None:
        return named_source(options.source, standard_input)
    return sensor_source(config, supervised)


def _engine(
    source: Source,
    config: Config,
    rules: Sequence[Path],
    notices: list[str],
    pass_events: bool = False,
) -> Engine:
    """The engine over that source, with these rules and those of the configuration."""
    import time

    try:
        from edr_tui.cli.detection import RuleFiles
        from edr_tui.engine import Engine
        from edr_tui.model.table import ProcessTable

        files = RuleFiles(config, rules)
        detect, told = files.load()
        notices += told
        table = ProcessTable(config.retention_processes, round(config.retention_seconds * 1_000_000_000))
        engine = Engine(source, detect, time.time_ns, table=table, pass_events=pass_events, reload=files.ask)
        files.follow(engine)
        return engine
    except BaseException:
        source.stop()
        raise


def _wanted(query: Query, engine: Engine) -> Callable[[AnyEvent | Alert], bool]:
    """Whether an event's or alert's process passes the filter; the sensor's own words always do."""
    from edr_tui.model.alert import Alert
    from edr_tui.model.event import EventsLost, ProcessExit, RequestAnswered, SensorStatus
    from edr_tui.query import Context

    def wanted(said: AnyEvent | Alert) -> bool:
        if query.everything or isinstance(said, EventsLost | SensorStatus | RequestAnswered):
            return True
        if isinstance(said, Alert):
            techniques = tuple(technique.id for technique in said.rule.techniques)
            context = Context(
                now_ns=said.last_ns, level=said.level, techniques=techniques, host=said.host.name
            )
            entity_id = said.entity_id
        else:
            context = Context(now_ns=said.at_ns, host=said.host.name)
            entity_id = said.entity_id if isinstance(said, ProcessExit) else said.process.entity_id
        process = engine.process(entity_id)
        return process is not None and query.matches(process, context)

    return wanted


def _abandon_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of complaining."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
