"""The far side of a link: python far_side.py FOLDER, in the place of `ssh host edr-tui sensor`.

Its n-th run prints FOLDER/n.jsonl, or what the last file there says, and then a status twice a second, until
FOLDER/n.cut is there: then it ends as ssh does when a link is cut. While FOLDER/down is there it does so at
once, and that is no run.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    folder = Path(sys.argv[1])
    if (folder / "down").exists():
        return _cut()
    runs = folder / "runs"
    number = len(runs.read_text()) + 1 if runs.exists() else 1
    with runs.open("a") as stream:
        stream.write("x")
    last = max(int(path.stem) for path in folder.glob("*.jsonl"))
    said = (folder / f"{min(number, last)}.jsonl").read_bytes()
    os.write(1, said)
    status = json.loads(said.rstrip().rsplit(b"\n", 1)[-1])
    while not (folder / f"{number}.cut").exists():
        time.sleep(0.5)
        status["event"]["sequence"] += 1
        os.write(1, json.dumps(status).encode() + b"\n")
    return _cut()


def _cut() -> int:
    print("Connection to web1 closed by remote host.", file=sys.stderr)
    return 255


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        os._exit(255)
