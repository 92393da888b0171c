"""The command line: parse, then hand over to the command's own file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from edr_tui import __version__
from edr_tui.cli import sensor


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="edr-tui")
    parser.add_argument("--version", action="version", version=f"edr-tui {__version__}")
    sensor.add_parser(parser.add_subparsers(title="commands", metavar="COMMAND"))
    args = parser.parse_args(arguments)
    return int(args.run(args)) if "run" in args else 0
