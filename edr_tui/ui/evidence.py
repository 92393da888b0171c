"""Where in a command line stands what a rule found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def marked(runs: Iterable[tuple[str, bool]], evidence: Sequence[str]) -> list[tuple[str, bool, bool]]:
    """Runs of (text, escaped) cut into (text, escaped, found): what holds one of the texts is found.

    Letters match in either case, as rules do. A text is looked for without the blanks around it,
    in each run alone: an escape that a rule's text spans is not marked.
    """
    wanted = [text.strip().casefold() for text in evidence if text.strip()]
    pieces: list[tuple[str, bool, bool]] = []
    for text, escaped in runs:
        start = 0
        for begin, end in _spans(text, wanted):
            if begin > start:
                pieces.append((text[start:begin], escaped, False))
            pieces.append((text[begin:end], escaped, True))
            start = end
        if start < len(text):
            pieces.append((text[start:], escaped, False))
    return pieces


def _spans(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """The places in text, in order and without overlaps."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int]] = []
    for word in wanted:
        at = folded.find(word)
        while at >= 0 and len(found) < 100:
            found.append((at, at + len(word)))
            at = folded.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
