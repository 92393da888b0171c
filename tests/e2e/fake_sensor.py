"""A sensor that says what it was given: python fake_sensor.py FILE [--last WORDS-FILE --code N].

The lines of FILE up to a blank one come at once, those behind it ten a second, for ever the last of
them. With --last it then ends instead: the words on standard error, and the exit code.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--last", type=Path)
    parser.add_argument("--code", type=int, default=1)
    options = parser.parse_args()
    first, _, paced = options.file.read_bytes().partition(b"\n\n")
    _write(first + b"\n")
    if options.last is not None:
        sys.stderr.buffer.write(options.last.read_bytes() + b"\n")
        return options.code
    lines = paced.splitlines()
    sequence = first.count(b"\n") + 1
    for number in itertools.count():
        document = json.loads(lines[number % len(lines)])
        sequence += 1
        document["event"]["sequence"] = sequence
        _write(json.dumps(document).encode("ascii") + b"\n")
        time.sleep(0.1)
    return 0


def _write(text: bytes) -> None:
    while text:
        text = text[os.write(1, text) :]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)
