"""Being started by sudo, and being another user, in tests that run as root."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote

import pytest

NOBODY = 65_534  # a user without files, processes and rights

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give privileges up"
)

ROOT = Path(__file__).resolve().parents[1]


def by_sudo(command: list[str]) -> list[str]:
    """The command, as it is where others can read the interpreter and this checkout too.

    What lies in a folder that only root can enter is shown to that command alone: in a mount
    namespace of its own.
    """
    needed = sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT})
    closed = {outermost for path in needed if (outermost := _closed(path)) is not None}
    if not closed:
        return command
    unshare = shutil.which("unshare")
    assert unshare, "this interpreter is root's alone, and unshare is needed to show it to others"
    shown = [path for path in needed if _closed(path) is not None]
    script = ["set -e", "mount -t tmpfs -o mode=755 tmpfs /mnt"]
    script += [
        f"mkdir /mnt/{number}; mount --bind {quote(str(path))} /mnt/{number}"
        for number, path in enumerate(shown)
    ]
    script += [f"mount -t tmpfs -o mode=755 tmpfs {quote(str(folder))}" for folder in closed]
    for number, path in enumerate(shown):
        script.append(f"mkdir -p {quote(str(path))}; mount --bind /mnt/{number} {quote(str(path))}")
    # The working folder is below what was hidden, perhaps.
    script.append(f'cd {quote(str(ROOT))}; exec "$@"')
    return [
        unshare,
        "--mount",
        "--propagation",
        "private",
        "/bin/sh",
        "-c",
        "\n".join(script),
        "sh",
        *command,
    ]


def _closed(path: Path) -> Path | None:
    """The outermost folder on the way there that others cannot enter."""
    return next((each for each in reversed(path.parents) if not each.stat().st_mode & 0o001), None)


def sudo_environment(**more: str) -> dict[str, str]:
    """What sudo adds to an environment."""
    return {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY), "SUDO_USER": "nobody", **more}


@contextlib.contextmanager
def home_of_nobody() -> Iterator[Path]:
    """A folder of that user, where that user can get to it."""
    folder = Path(tempfile.mkdtemp(prefix="edr-tui-test-"))
    try:
        os.chown(folder, NOBODY, NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder)


def as_nobody(do: Callable[[], object]) -> str:
    """What do() returns as text, or its OSError's number's name, called in a process of that user."""
    ctypes.CDLL(None)  # loaded as long as it can be read
    ours, its = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it failed"
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            try:
                said = str(do())
            except OSError as fault:
                said = f"errno {fault.errno}"
        finally:
            os.write(its, said.encode()[:4_000])
            os._exit(0)
    os.close(its)
    with open(ours, "rb") as stream:
        said = stream.read().decode()
    os.waitpid(child, 0)
    return said
