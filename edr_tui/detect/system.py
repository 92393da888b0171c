"""The rules of one system, indexed, and what was found out about subjects of lately."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from edr_tui.detect.compile import Predicate, compiled
from edr_tui.detect.fields import FIELDS, HASHES, Subject, Supply
from edr_tui.detect.fingerprint import ABOVE, COVERED, Fingerprint, fingerprint
from edr_tui.detect.index import FieldIndex, RuleIndex
from edr_tui.detect.ledger import Account
from edr_tui.detect.view import View
from edr_tui.model.process import Image

REMEMBERED = 8_192  # subjects whose matches are kept, for each system ...
REMEMBERED_TEXT = 8_388_608  # ... and characters of the command lines that are kept with them
REMEMBERED_ABOVE = 2_048  # parents, with all that stands above them, whose part in the index is kept

_Field = tuple[str, Supply, FieldIndex]
_Key = tuple[Fingerprint, Hashable]


class System:
    """The rules that run on hosts of one system, by their numbers."""

    def __init__(self, accounts: Sequence[Account], indexed: bool) -> None:
        self.accounts = tuple(accounts)
        self.predicates: list[Predicate] = [_never] * len(accounts)
        self._numbers = {account: number for number, account in enumerate(accounts)}
        for account in accounts:
            self.switch(account)
        self._index = RuleIndex([account.rule.clauses if indexed else () for account in accounts])
        fields = [(name, FIELDS[name], index) for name, index in self._index.fields.items() if name in FIELDS]
        self._own: tuple[_Field, ...] = tuple(field for field in fields if field[0] not in ABOVE)
        self._above: tuple[_Field, ...] = tuple(field for field in fields if field[0] in ABOVE)
        asked = frozenset().union(*(account.rule.fields for account in accounts))
        self._volatile = tuple(FIELDS[field] for field in sorted((asked & FIELDS.keys()) - COVERED))
        self._weight = 0
        self.remembered: dict[_Key, tuple[tuple[int, ...], tuple[Image, ...]]] = {}
        self._bits_above: dict[Hashable, tuple[int, tuple[Image, ...]]] = {}

    def numbers(self) -> Iterable[int]:
        """Every rule's number."""
        return range(len(self.accounts))

    def switch(self, account: Account) -> None:
        """Run a rule, or not, as its account says."""
        number = self._numbers.get(account)
        if number is not None:
            self.predicates[number] = self._at_first(number) if account.disabled is None else _never
            self.remembered = {}

    def _at_first(self, number: int) -> Predicate:
        """Compiles its rule when it is asked for the first time."""

        def predicate(view: View) -> bool:
            ready = self.predicates[number] = compiled(self.accounts[number].rule)
            return ready(view)

        return predicate

    def candidates(self, view: View, key: _Key | None) -> Iterable[int]:
        """The numbers of the rules that may match. key: what key() says of the view's subject."""
        subject = view.subject
        bits = self._index.start
        if subject.told is not None:
            bits |= self._bits_of_told(view, subject.told)
        else:
            bits |= _bits(self._own, view) | self._above_bits(view, key)
        return self._index.candidates(bits)

    def _above_bits(self, view: View, key: _Key | None) -> int:
        """The bits of what stands above: the children of one parent ask for it once."""
        if key is None:
            return _bits(self._above, view)
        known = self._bits_above.get(key[0].above)
        if known is None:
            if len(self._bits_above) >= REMEMBERED_ABOVE:
                self._bits_above.clear()
            images = tuple(node.images[-1] for node in view.subject.ancestors)
            known = self._bits_above[key[0].above] = _bits(self._above, view), images
        return known[0]

    def _bits_of_told(self, view: View, told: Mapping[str, str]) -> int:
        """The bits of all fields, also of those that only the source of the event tells."""
        bits, subject = 0, view.subject
        for field, index in self._index.fields.items():
            supply = FIELDS.get(field)
            values = supply(subject) if supply is not None else None
            if not values and (field in told or field in HASHES):
                values = subject.values(field)
            view.fill(field, values or ())
            for value in values or ():
                found = index.get(value.text)
                bits |= index.learn(value) if found is None else found
        return bits

    def key(self, subject: Subject) -> _Key | None:
        """What the rules see of a subject; None if it is not to be remembered."""
        key = fingerprint(subject)
        if key is None:
            return None
        if not self._volatile:
            return key, None
        return key, tuple([tuple([v.text for v in supply(subject) or ()]) for supply in self._volatile])

    def remember(self, key: _Key, subject: Subject, numbers: tuple[int, ...]) -> None:
        """Keep what matched a subject. The key names images by id(): they are kept with it."""
        images = tuple(node.images[-1] for node in subject.ancestors)
        lines = (subject.process.image.command_line, *(image.command_line for image in images))
        self._weight += sum(len(line) for line in lines if line is not None)
        if len(self.remembered) >= REMEMBERED or self._weight > REMEMBERED_TEXT:
            self.remembered.clear()
            self._bits_above.clear()
            self._weight = 0
        self.remembered[key] = numbers, images


def _bits(fields: Iterable[_Field], view: View) -> int:
    bits, subject, fill = 0, view.subject, view.fill
    for field, supply, index in fields:
        values = supply(subject)
        if values:
            fill(field, values)
            for value in values:
                found = index.get(value.text)
                bits |= index.learn(value) if found is None else found
        else:
            fill(field, ())
    return bits


def _never(_: View) -> bool:
    return False
