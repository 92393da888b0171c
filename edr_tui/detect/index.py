"""Clauses of many rules -> for one event, the few rules that it is worth to look at.

Every rule has up to SLOTS clauses, and a bit in each of as many stretches of one large number. A
value of a field sets the bits of the clauses that it satisfies; a rule all of whose bits are set
is a candidate. What a value sets is looked up once: later the same text costs a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ahocorasick

from edr_tui.detect.literals import SLOTS, Clause, chosen
from edr_tui.detect.matcher import Kind
from edr_tui.detect.value import FieldValue

CACHED_TEXTS = 8_192  # of one field
CACHED_LENGTH = 1_048_576  # characters of them all


class FieldIndex(dict[str, int]):
    """The texts that clauses want of one field. As a dictionary it holds the bits of known values."""

    __slots__ = ("_bits", "_contained", "_equal", "_found", "_length", "_names", "_placed", "_separators")

    def __init__(self) -> None:
        super().__init__()
        self._equal: dict[str, int] = {}
        self._names: dict[str, int] = {}  # \\cmd.exe: the last piece of a path, its separator before it
        self._found: dict[str, dict[Kind, int]] = {}
        self._separators: tuple[str, ...] = ()
        self._contained: ahocorasick.Automaton | None = None
        self._length = 0
        self._bits: list[int] = []  # what each word of the automaton sets wherever it stands
        self._placed: dict[int, tuple[str, dict[Kind, int]]] = {}  # what it sets at the start or the end

    def __repr__(self) -> str:
        return f"FieldIndex({len(self)} values known)"

    def add(self, kind: Kind, text: str, bit: int) -> None:
        """Let values that pass a test set a bit."""
        if kind is Kind.IS:
            self._equal[text] = self._equal.get(text, 0) | bit
        elif kind is Kind.ENDS and _is_name(text):
            self._names[text] = self._names.get(text, 0) | bit
        else:
            tests = self._found.setdefault(text, {})
            tests[kind] = tests.get(kind, 0) | bit

    def close(self) -> None:
        """Make ready to be asked; nothing is added any more."""
        self._separators = tuple(sorted({name[0] for name in self._names}))
        if not self._found:
            return
        self._contained = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        for number, (text, tests) in enumerate(self._found.items()):
            self._contained.add_word(text, number)
            self._bits.append(tests.pop(Kind.CONTAINS, 0))
            if tests:
                self._placed[number] = text, tests
        self._contained.make_automaton()
        self._found = {}

    def learn(self, value: FieldValue) -> int:
        """The bits of a value that is not known yet; afterwards it is."""
        folded = value.folded
        bits = self._equal.get(folded, 0)
        for separator in self._separators:
            _, found, name = folded.rpartition(separator)
            if found:
                bits |= self._names.get(separator + name, 0)
        if self._contained is not None:
            words, placed = self._bits, self._placed
            for word in {word for _, word in self._contained.iter(folded)}:
                bits |= words[word]
                if word in placed:
                    bits |= self._at_an_end(folded, word)
        self._length += len(folded)
        if len(self) >= CACHED_TEXTS or self._length > CACHED_LENGTH:
            self.clear()
            self._length = len(folded)
        self[value.text] = bits
        return bits

    def _at_an_end(self, folded: str, word: int) -> int:
        text, tests = self._placed[word]
        starts = tests.get(Kind.STARTS, 0) if folded.startswith(text) else 0
        return starts | (tests.get(Kind.ENDS, 0) if folded.endswith(text) else 0)


def _is_name(text: str) -> bool:
    return text[0] in "\\/" and text[0] not in text[1:] and len(text) > 1


class RuleIndex:
    """Which of a fixed row of rules may match, told by the bits of all values together."""

    def __init__(self, wanted: Sequence[Sequence[Clause]]) -> None:
        """wanted: the clauses of each rule, the rarest first."""
        self.count = count = max(1, len(wanted))
        self.fields: dict[str, FieldIndex] = {}
        self.start = 0  # the bits that are set whatever the event holds
        for number, found in enumerate(wanted):
            picked = chosen(found)
            for slot in range(SLOTS):
                bit = 1 << (slot * count + number)
                if slot >= len(picked):
                    self.start |= bit
                    continue
                for atom in picked[slot].atoms:
                    index = self.fields.get(atom.field)
                    if index is None:
                        index = self.fields[atom.field] = FieldIndex()
                    index.add(atom.kind, atom.text, bit)
        for index in self.fields.values():
            index.close()
        self._all = (1 << len(wanted)) - 1

    def candidates(self, bits: int) -> Iterator[int]:
        """The numbers of the rules all of whose bits are set, in their order."""
        count = self.count
        left = bits & self._all
        for _ in range(SLOTS - 1):
            bits >>= count
            left &= bits
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest
