"""CPU time beside thousands of processes that do nothing, against other viewers in the same run."""

from __future__ import annotations

import time

from tests.bench.host import Crowd, Settings, cpu_seconds
from tests.bench.report import Figure, load, median
from tests.bench.terminal import Terminal, console

CROWD = 3_000
# What each does with its defaults; glances is only kept from asking the network for news of itself.
PEERS = {"htop": ("-t",), "glances": ("--disable-check-update",), "btop": ()}


def idle(settings: Settings) -> list[Figure]:
    """Percent of a core: the whole program, console and sensor, then the others."""
    seconds, rounds = settings.times(20, 4), settings.times(3, 1)
    commands: dict[str, list[str]] = {"edr-tui": console("--sensor", "poll", "--interval", "1")}
    for name, options in PEERS.items():
        if (path := settings.peer(name)) is not None:
            commands[name] = [path, *options]
    shares: dict[str, list[float]] = {name: [] for name in commands}
    loads: dict[str, str] = {}
    with Crowd(CROWD):
        # In turns, so that what else this machine does meets all of them.
        for _ in range(rounds):
            for name, command in commands.items():
                shares[name].append(_share(command, settings, seconds))
                loads[name] = load()
    htop = median(shares["htop"]) if "htop" in shares else None
    figures = []
    for name in ("edr-tui", *PEERS):
        if name not in shares:
            figures.append(Figure(f"  {name}", "", "not installed"))
            continue
        share = median(shares[name])
        told = ", ".join(f"{one:.1f}" for one in shares[name])
        figures.append(
            Figure(
                f"CPU beside {CROWD:,} idle processes" if name == "edr-tui" else f"  {name}",
                "<= htop -t" if name == "edr-tui" else "",
                f"{share:.1f} % of a core ({told})",
                None if htop is None else share / htop,
                " ".join(["edr-tui --interval 1" if name == "edr-tui" else name, *PEERS.get(name, ())]),
                loads[name],
            )
        )
    return figures


def _share(command: list[str], settings: Settings, seconds: float) -> float:
    """Percent of a core over so many seconds, once it has settled."""
    with Terminal(command, settings.environment, watched=False) as terminal:
        time.sleep(8)
        before, began = cpu_seconds(terminal.process.pid), time.monotonic()
        time.sleep(seconds)
        used, lasted = cpu_seconds(terminal.process.pid) - before, time.monotonic() - began
        if terminal.process.poll() is not None:
            raise RuntimeError(f"{command[0]} has ended by itself")
    return used / lasted * 100
