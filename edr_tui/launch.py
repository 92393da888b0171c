"""How a sensor is started: its command line, its environment, and the pipes through which it is heard.

The supervisor, which is root, loads this file: it needs the standard library alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

# What a supervisor starts; sensors/choose.py has them all.
SENSOR_NAMES = ("auto", "connector", "ebpf", "poll")

# What a sensor needs of the environment; nothing else reaches it.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "TEMP", "TMP")

# Who the console is, for a sensor that must not signal it; else the console is its parent.
CONSOLE_VARIABLE = "EDR_TUI_CONSOLE"


def sensor_command(name: str, interval: float) -> list[str]:
    """The command line of `edr-tui sensor`, isolated: nothing comes from the current directory."""
    options = ["--sensor", name, "--interval", f"{interval:g}", "--requests"]
    return [sys.executable, "-I", "-m", "edr_tui", "sensor", *options]


def sensor_environment(console: int | None = None) -> dict[str, str]:
    """What of our environment a sensor gets. console: its pid, where the console is not its parent."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept if console is None else kept | {CONSOLE_VARIABLE: str(console)}


def popen(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The started command, with three pipes to it. Raises OSError if it cannot be started.

    It has a session of its own: the terminal's Ctrl-C is not for it, and it has no terminal to ask at.
    """
    return subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=dict(environment),
        start_new_session=True,
    )
