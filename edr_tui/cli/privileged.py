"""Under sudo only the sensor stays root: this program parts into a supervisor and the console."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Sequence

import edr_tui
from edr_tui.cli.usage import WrongUse, complain
from edr_tui.launch import SENSOR_NAMES
from edr_tui.privilege.caller import Caller, PrivilegeError, become, caller
from edr_tui.privilege.supervisor import Supervisor

KEEP_ROOT = "--keep-root"


def part(arguments: Sequence[str]) -> int | socket.socket | None:
    """Part in two, if we are root by sudo, and are not told to stay it.

    In the supervisor: the exit code, once the console has ended. In the console, which is the
    caller's by then: the socket to the supervisor. None where nothing was parted. Raises WrongUse.
    """
    try:
        user = None if KEEP_ROOT in arguments else caller(os.environ)
    except PrivilegeError as fault:
        raise WrongUse(f"{fault}; {KEEP_ROOT} stays root") from None
    return None if user is None else _part(user, arguments)


def _part(user: Caller, arguments: Sequence[str]) -> int | socket.socket:
    files = _own_files()
    ours, its = socket.socketpair()
    console = os.fork()
    if console == 0:
        ours.close()
        try:
            become(user, os.environ)
            _need_to_read(files)
        except PrivilegeError as fault:
            # In the plainest way: it may be our own code that cannot be read.
            os.write(2, f"edr-tui: {fault}; {KEEP_ROOT} stays root\n".encode())
            os._exit(1)
        return its
    its.close()
    full_screen = "--headless" not in arguments and sys.stderr is not None and sys.stderr.isatty()
    supervisor = Supervisor(console, ours, SENSOR_NAMES, full_screen)
    code = supervisor.run()
    if supervisor.sentence is not None:
        complain(supervisor.sentence)
    return code


def _own_files() -> list[str]:
    """A file of each place that the program's code comes from: itself, the interpreter, its libraries."""
    library = importlib.util.find_spec("textual")
    origin = None if library is None else library.origin
    return [file for file in (edr_tui.__file__, os.__file__, origin) if file is not None]


def _need_to_read(files: Sequence[str]) -> None:
    """Raise PrivilegeError if one of them is not for us any more, as in the home of root."""
    for file in files:
        if not os.access(file, os.R_OK):
            raise PrivilegeError(f"user {os.getuid()} cannot read {file!a}, which this program consists of")
