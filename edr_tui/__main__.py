"""python -m edr_tui, and the edr-tui command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code of contract: 0, 1 a fault, 2 wrong use, 128+n a signal."""
    from edr_tui.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
