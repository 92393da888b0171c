"""python -m edr_tui, and the edr-tui command."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line; the exit code of contract: 0, 1 a fault, 2 wrong use, 128+n a signal."""
    from edr_tui.cli.main import run

    if sys.stderr is None:
        # Closed by whoever started us: what is said goes nowhere, and not into the first file opened.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (it lasts as long as we do)
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
