"""python -m tests.bench [NAME ...]: figures on standard output, and never a failure: they are no tests."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.coverage import coverage
from tests.bench.host import Settings
from tests.bench.idle import idle
from tests.bench.keys import keys
from tests.bench.red import red
from tests.bench.report import Figure, load, machine, table
from tests.bench.start import start, version
from tests.bench.storm import storm

FIGURES = {
    "version": version,
    "start": start,
    "keys": keys,
    "storm": storm,
    "red": red,
    "idle": idle,
    "coverage": coverage,
}


def main(arguments: list[str] | None = None) -> int:
    """Take the figures that are named, or all; the table goes to standard output, what goes on to error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"one of {', '.join(FIGURES)}; all if none")
    parser.add_argument("--quick", action="store_true", help="few and short runs: to try it, not to quote it")
    parser.add_argument("--peers", metavar="FOLDER", help="where else htop, glances and btop may be")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in FIGURES:
            parser.error(f"{name!r} is not a figure: use {', '.join(FIGURES)}")
    # Stamps of the terminal's reader should not wait for the interpreter's usual 5 ms.
    sys.setswitchinterval(0.0005)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="edr-tui-bench-") as home:
        settings = Settings(Path(home), quick=options.quick, peers=options.peers)
        for name in options.names or FIGURES:
            began = time.monotonic()
            try:
                figures += FIGURES[name](settings)
            except Exception as fault:
                figures.append(
                    Figure(name, "", f"not measured: {type(fault).__name__}: {fault}", load=load())
                )
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    kind = " (quick: not to be quoted)" if options.quick else ""
    print(f"{datetime.date.today().isoformat()}{kind}; {machine()}\n")
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
