"""An hour's worth of processes, flat out through decoder, engine and rules: memory, and whether it grows.

python -m tests.bench.hour COUNT runs it in this process and prints what it took.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.bench.host import ROOT, Settings
from tests.bench.report import Figure, load

PROCESSES = 200_000
_PORTION = 300
_SECOND = 1_000_000_000
_HOUR_NS = 3_600 * _SECOND


def hour(settings: Settings) -> list[Figure]:
    """Memory at the end and how much it grew in the second half; in a process of its own."""
    count = settings.times(PROCESSES, 20_000)
    output = subprocess.run(
        [sys.executable, "-m", "tests.bench.hour", str(count)],
        cwd=ROOT,
        env=settings.environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = json.loads(output)
    middle, end = found["middle_mb"], found["end_mb"]
    command = f"python -m tests.bench.hour {count}"
    return [
        Figure(
            f"memory after {count:,} processes (an hour)",
            "<= 200 MB",
            f"{end:.0f} MB (the most {found['most_mb']:.0f}); {found['kept']:,} ended ones kept",
            end / 200,
            command,
            load(),
        ),
        Figure(
            "  growth in the second half",
            "flat",
            f"{end - middle:+.1f} MB ({middle:.0f} MB at half-time)",
            end / middle,
            command,
            load(),
        ),
        Figure(
            "  events",
            "",
            f"{found['events_s']:,.0f}/s through decoder, engine, rules",
            None,
            command,
            load(),
        ),
    ]


def _lines(count: int) -> Iterator[bytes]:
    """Starts, execs and exits as a kernel sensor tells them, spread over an hour; now and then a shell."""
    from edr_tui.ecs import encode
    from tests.telling import Teller

    tell = Teller(provider="ebpf")
    shell = tell.record(1, name="systemd")
    yield encode(tell.snapshot(shell))
    for number in range(count):
        at = number * 3_600 / count
        pid = 300 + number % 32_000
        if not number % 50:
            shell = tell.record(
                pid, shell if number % 5_000 else None, at=at, name="bash", args=["bash", "-l"]
            )
            yield encode(tell.start(shell, at))
            continue
        record = tell.record(
            pid, shell, at=at, name="grep", args=["grep", "-rn", f"pattern-{number}", f"/srv/data/{number}"]
        )
        yield encode(tell.start(record, at))
        yield encode(tell.exec(record, at))
        yield encode(tell.exit(record, at + 0.01))


def main(count: int) -> None:
    """Prints one JSON object."""
    from edr_tui.detect import Detector, Subject, alert_of, load_rules
    from edr_tui.engine import Engine
    from edr_tui.sources.lines import LineDecoder
    from edr_tui.sources.memory import MemorySource

    detector = Detector(load_rules().rules)

    def detect(process, ancestors, host, at_ns):  # type: ignore[no-untyped-def]
        for match in detector.evaluate(Subject(process, ancestors), host.os_type):
            yield alert_of(match, process, ancestors, host, at_ns)

    engine, decoder = Engine(MemorySource(), detect, time.time_ns), LineDecoder()
    me = psutil.Process()
    events, portion, middle, most = 0, [], 0.0, 0.0
    began = time.monotonic()
    for line in itertools.chain(_lines(count), [b""]):
        portion.append(line)
        if len(portion) < _PORTION and line:
            continue
        engine.receive(decoder.feed(b"".join(portion)))
        update = engine.turn()
        events += len(portion)
        portion.clear()
        size = me.memory_info().rss / 1e6
        most = max(most, size)
        if not middle and events > count * 3 // 2:
            middle = size
    assert update is not None
    found = {
        "middle_mb": middle,
        "end_mb": me.memory_info().rss / 1e6,
        "most_mb": most,
        "kept": update.ledger.exited_kept,
        "events_s": events / (time.monotonic() - began),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main(int(sys.argv[1]))
