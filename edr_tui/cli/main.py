"""The command line: parse, then hand over to the command's own file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from edr_tui import __version__
from edr_tui.cli import demo, sensor, watch
from edr_tui.cli.usage import WRONG_USE, Parser, WrongUse, complain

COMMANDS = {"watch": watch, "sensor": sensor, "demo": demo}


def parser() -> Parser:
    """All commands with their options."""
    top = Parser(
        prog="edr-tui",
        description="Watch the processes of this host; suspicious parent -> child chains turn red.",
        epilog="Without a command edr-tui watches, and takes the options of edr-tui watch.",
    )
    top.add_argument("--version", action="version", version=f"edr-tui {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        command.add_parser(commands)
    return top


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0, 1 a fault, 2 wrong use, 128+n a signal."""
    arguments = list(arguments)
    if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        complain(f"'{arguments[0][:40]}' is not a command: there are {', '.join(COMMANDS)}")
        return WRONG_USE
    if not arguments or arguments[0] not in {"-h", "--help", "--version", *COMMANDS}:
        arguments.insert(0, "watch")
    supervisor = None
    try:
        if arguments[0] == "watch" and "SUDO_UID" in os.environ:
            from edr_tui.cli.privileged import part

            supervisor = part(arguments)
            if isinstance(supervisor, int):
                return supervisor
        options = parser().parse_args(arguments)
        options.supervisor = supervisor
        code: int = options.run(options)
    except WrongUse as fault:
        for sentence in fault.sentences:
            complain(sentence)
        return WRONG_USE
    return code
