"""The command line: parse, then hand over to the command's own file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from edr_tui import __version__


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="edr-tui")
    parser.add_argument("--version", action="version", version=f"edr-tui {__version__}")
    parser.parse_args(arguments)
    return 0
