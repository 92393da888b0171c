"""Wrong use of the command line: one sentence for each fault, exit code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

WRONG_USE = 2
SUPERVISOR_GONE = "the supervisor, which started the sensor, is gone"

T = TypeVar("T")


class WrongUse(Exception):
    """Wrong use or wrong input; each sentence says what and where."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, instead of printing all that would be right."""

    def error(self, message: str) -> NoReturn:
        """One sentence on standard error, exit code 2."""
        self.exit(WRONG_USE, f"{self.prog}: {_plain(message)} ({self.prog} --help tells more)\n")


def complain(sentence: str) -> None:
    """A sentence on standard error. It may quote a file, whose author is not trusted."""
    print(f"edr-tui: {_plain(sentence)}", file=sys.stderr)


def _plain(sentence: str) -> str:
    from edr_tui.model.printable import printable

    return printable(sentence)


def option(read: Callable[[str], T]) -> Callable[[str], T]:
    """An option's type for argparse: the sentence of read's ValueError is what the user sees."""

    def typed(text: str) -> T:
        try:
            return read(text)
        except ValueError as fault:
            raise argparse.ArgumentTypeError(str(fault)) from None

    return typed


def seconds(text: str) -> float:
    """A number of seconds above zero. Raises ValueError with a sentence."""
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a number of seconds") from None
    if not 0 < number < 10**9:
        raise ValueError(f"{text[:40]} is not a number of seconds above 0")
    return number
