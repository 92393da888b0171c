"""What is wrong with a filter, and where."""

from __future__ import annotations

SHOWN = 40  # characters of the typed text that a sentence repeats


class QueryError(Exception):
    """A filter that cannot be understood.

    column: 1-based, in characters of the text. reason: the sentence without the column, for a
    place that points at the column by itself. sentence: both.
    """

    def __init__(self, column: int, reason: str) -> None:
        self.column = column
        self.reason = reason
        self.sentence = f"column {column}: {reason}"
        super().__init__(self.sentence)


def quoted(text: str) -> str:
    """The typed text in quotes, unprintable characters escaped, at most 40 characters of it."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
