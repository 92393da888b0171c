"""Regular expressions in RE2, and what can be said of a text without asking it."""

from __future__ import annotations

import importlib
import re
from typing import Any

import re2

from edr_tui.detect.pattern import DASHES, Part, Parts, Wild

MAX_REGEX_BYTES = 1_048_576  # what RE2 may take for one expression, its cache of states included

# The standard library's own parser of regular expressions has no public name.
_parser: Any = importlib.import_module("re._parser")
_OTHER_ESCAPES = frozenset("0123456789pPCQEXRNk")  # that mean something else to one of the two
_IN_CLASS = ("--", "&&", "~~", "||", "[:")
_MAX_PARSED = 4_096  # characters
MAX_SURE = 2_048  # characters of an expression of ours that RE2 has room for, whatever is in it
_KEPT = 128  # texts whose answer an expression keeps ...
_KEPT_LENGTH = 256  # ... of so many characters at most


def parsed(pattern: str) -> Any | None:
    """The standard library's tree of an expression that RE2 takes; None where the two may differ."""
    if len(pattern) > _MAX_PARSED or _differs(pattern):
        return None
    try:
        return _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


def _differs(pattern: str) -> bool:
    """Whether RE2 and the standard library may read an expression differently."""
    at, opened = 0, -1  # opened: where the class of characters begins that it is in, if it is in one
    while at < len(pattern):
        character, pair = pattern[at], pattern[at : at + 2]
        if character == "\\":
            if pattern[at + 1 : at + 2] in _OTHER_ESCAPES:
                return True
            at += 1
        elif opened >= 0:
            first = at == opened + 1 + (pattern[opened + 1] == "^")
            if pair in _IN_CLASS or (first and character == "["):
                return True
            opened = -1 if character == "]" and not first else opened
        elif character == "[":
            opened = at
        elif pair == "{," or (pair == "(?" and pattern[at + 2 : at + 3] not in tuple(":iPms")):
            return True
        at += 1
    return False


class Regex:
    """A regular expression in RE2: time linear in the text, whatever the expression."""

    __slots__ = ("_compiled", "_known", "_least", "_pattern", "_run")

    def __init__(self, pattern: str, sure: bool = False) -> None:
        """Raises ValueError with RE2's sentence where it refuses the pattern.

        sure: it will not refuse it, and reads it when it is asked for the first time.
        """
        self._pattern = pattern
        self._known: dict[str, bool] = {}  # the answers of lately: paths of programs come again
        self._least, self._run = 0, None
        self._compiled: Any = None
        if sure:
            return
        self._compiled = _re2(pattern)
        tree = parsed(pattern)
        if tree is not None:
            self._least = min(int(tree.getwidth()[0]), _MAX_PARSED)
            self._run = _length_test(tree)

    @property
    def size(self) -> int:
        """Instructions of the compiled expression, or nearly so many: what it costs to keep."""
        return len(self._pattern) if self._compiled is None else int(self._compiled.programsize)

    def found_in(self, text: str) -> bool:
        """Whether it matches anywhere in the text."""
        if len(text) < self._least:
            return False
        known = self._known.get(text)
        if known is None:
            known = self._search(text)
            if len(text) <= _KEPT_LENGTH:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[text] = known
        return known

    def _search(self, text: str) -> bool:
        if self._run is not None:
            return any(len(line) >= self._run for line in text.split("\n"))
        # Lone surrogates (bytes that were not UTF-8) become ?: an invalid byte would stop every dot.
        if self._compiled is None:
            self._compiled = _re2(self._pattern)
        return self._compiled.search(text.encode("utf-8", "replace")) is not None


def _re2(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = MAX_REGEX_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as fault:
        sentence = fault.args[0] if fault.args else ""
        raise ValueError(
            sentence.decode("utf-8", "replace") if isinstance(sentence, bytes) else str(sentence)
        ) from None


def _length_test(tree: Any) -> int | None:
    """n of an expression that is nothing but .{n,}: RE2 walks through n states for each character."""
    if len(tree) != 1 or str(tree[0][0]) != "MAX_REPEAT" or tree.state.flags & re.DOTALL:
        return None
    least, most, inner = tree[0][1]
    if len(inner) != 1 or str(inner[0][0]) != "ANY" or most < _MAX_PARSED:
        return None
    return int(least)


def regex_of(parts: Parts) -> Regex:
    """The expression that matches the whole of a text as the parts do."""
    pattern = r"(?s)\A" + "".join(map(_regex_part, parts)) + r"\z"
    return Regex(pattern, sure=len(pattern) <= MAX_SURE)


def _regex_part(part: Part) -> str:
    match part:
        case Wild.STAR:
            return ".*"
        case Wild.ANY:
            return "."
        case Wild.DASH:
            return f"[{re2.escape(DASHES)}]"
        case text:
            return str(re2.escape(text.encode("utf-8", "replace").decode()))
