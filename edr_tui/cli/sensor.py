"""edr-tui sensor: print what happens on this host, one ECS document a line."""

from __future__ import annotations

import argparse
import math
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Generic for type checkers only.
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

MIN_INTERVAL_S = 0.05
MAX_INTERVAL_S = 3600.0

_DESCRIPTION = """\
Prints every running process, then what starts, changes and ends, as one ECS document a line
on standard output; a status every second. docs/sensors.md says what each sensor sees.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line; its namespace carries run."""
    parser = subparsers.add_parser(
        "sensor",
        help="print what happens on this host as ECS documents",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--sensor",
        metavar="NAME",
        help="how to learn of processes: auto (the best that works, the default), ebpf, connector or poll",
    )
    parser.add_argument(
        "-i", "--interval", metavar="SECONDS", default="1.0", help="between two looks, 0.05 to 3600 (1.0)"
    )
    parser.add_argument("--duration", metavar="SECONDS", help="end after so long (until stopped)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there, readable by its owner alone")
    parser.add_argument(
        "--requests", action="store_true", help="answer requests, lines of JSON on standard input"
    )
    parser.add_argument("--read-only", action="store_true", help="with --requests: send no signals")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the sensor; the exit code of contract: 0, 1 a fault, 2 wrong use, 128+n a signal."""
    try:
        interval_s = interval_of(args.interval)
        duration_s = None if args.duration is None else _duration_of(args.duration)
        name = _sensor_of(args.sensor)
        if args.requests and args.output is not None:
            raise ValueError("--requests answers on standard output, and answers are not for a file: no -o.")
    except ValueError as fault:
        return _fail(2, str(fault))
    try:
        from edr_tui.sensors.host import run_sensor

        return run_sensor(name, interval_s, duration_s, args.output, args.requests, args.read_only)
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        return _fail(1, f"cannot start: {type(fault).__name__}: {str(fault)!a}.")


def interval_of(text: str) -> float:
    """Seconds between two looks. Raises ValueError with a sentence."""
    seconds = _seconds(text)
    if seconds is None or not MIN_INTERVAL_S <= seconds <= MAX_INTERVAL_S:
        raise ValueError(f"--interval {text!a} is not a number of seconds from 0.05 to 3600.")
    return seconds


def _duration_of(text: str) -> float:
    seconds = _seconds(text)
    if seconds is None or not 0 < seconds <= 10 * 365 * 86_400:
        raise ValueError(f"--duration {text!a} is not a number of seconds above 0.")
    return seconds


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _sensor_of(name: str | None) -> str:
    from edr_tui.sensors.choose import DEFAULT, NAMES

    if name is None:
        return DEFAULT
    if name not in NAMES:
        raise ValueError(f"--sensor {name!a} is not a sensor; there is: {', '.join(NAMES)}.")
    return name


def _fail(code: int, sentence: str) -> int:
    with suppress(OSError, ValueError):
        print(f"edr-tui sensor: {sentence}", file=sys.stderr, flush=True)
    return code
