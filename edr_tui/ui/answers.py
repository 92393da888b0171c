"""What a terminal answers is not a key: the reader of keys, deaf to it.

A terminal that is asked for its kind, its size or a colour answers on standard input. Should ever a
sequence of an attacker's reach the terminal, then the answer must not press a key of ours.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.keys import Keys

# ECMA-48: parameters, intermediates, and the byte that ends it. [ begins a Linux console's F1, M and m
# end a mouse report, and what ends in $y is a mode that Textual asked for.
_WHOLE_CSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-LN-Z\\-ln-~]\Z")
_PART_OF_CSI = re.compile(r"\x1b\[[0-?]+[ -/]*\Z")
_STRING = re.compile(r"\x1b[P\]X^_].")
_ENDS_CSI = re.compile(r"[@-~]")
_QUIET = 0.2  # seconds after which what comes was typed, whatever was begun before


class KeyParser(XTermParser):
    """Textual's parser, which takes a control sequence that it does not know for keys, without that."""

    _within = ""  # csi or string: what the characters that come belong to
    _begun = ""  # a sequence that may be one of these; given up, it comes again character by character
    _last = 0.0

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        """The keys of a sequence; none for what is part of an answer."""
        if len(sequence) == 1:
            return () if self._belongs(sequence) else tuple(super()._sequence_to_key_events(sequence, alt))
        ends_string = self._within == "string" and sequence == "\x1b\\"
        self._within = self._begun = ""
        self._last = time.monotonic()
        keys = tuple(super()._sequence_to_key_events(sequence, alt))
        if keys and not ends_string:
            return keys
        if ends_string or _is_answer(sequence):
            return (Key(Keys.Ignore, sequence),)
        if _STRING.match(sequence) or _PART_OF_CSI.match(sequence):
            self._begun = sequence
        return ()

    def _belongs(self, character: str) -> bool:
        """Whether a character is part of an answer that goes on."""
        now = time.monotonic()
        late, self._last = now - self._last > _QUIET, now
        if late:
            self._within = self._begun = ""
        if self._begun:
            # ESC itself may be left out of what comes again.
            at = self._begun.find(character)
            if at in (0, 1):
                if not self._within:
                    self._within = "csi" if self._begun.startswith("\x1b[") else "string"
                self._begun = self._begun[at + 1 :]
                return True
            self._begun = ""
        within = self._within
        if (within == "string" and character == "\x07") or (within == "csi" and _ENDS_CSI.match(character)):
            self._within = ""
        return bool(within)


def _is_answer(sequence: str) -> bool:
    """Whether it is whole, and nothing that Textual asked for."""
    if _STRING.match(sequence):
        return sequence.endswith("\x07")
    return _WHOLE_CSI.match(sequence) is not None and not sequence.endswith("$y")
