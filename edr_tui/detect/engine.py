"""Processes -> matches: every rule of the host's system against one subject.

Of the rules only those are looked at whose literals stand in the subject (index.py); a subject
like one that was judged lately is not judged again (fingerprint.py). Without the index every rule
is evaluated every time: the proof that both say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from time import perf_counter_ns

from edr_tui.detect.compile import Predicate, compiled
from edr_tui.detect.fields import FIELDS, UNKNOWN_FIELDS, Subject, Supply
from edr_tui.detect.fingerprint import VOLATILE, fingerprint
from edr_tui.detect.index import FieldIndex, RuleIndex
from edr_tui.detect.ledger import SAMPLED, WINDOW, Account, RuleCost
from edr_tui.detect.literals import clauses
from edr_tui.detect.match import Match
from edr_tui.detect.rule import Rule, fields_of
from edr_tui.detect.view import View
from edr_tui.model.process import Image

REMEMBERED = 8_192  # subjects whose matches are kept, for each system ...
REMEMBERED_TEXT = 8_388_608  # ... and characters of the command lines that are kept with them


class Detector:
    """Runs rules. indexed: False evaluates every rule every time, which is slow and plain."""

    def __init__(self, rules: Sequence[Rule], *, indexed: bool = True) -> None:
        self.rules = tuple(rules)
        self._indexed = indexed
        self._accounts = tuple(map(Account, self.rules))
        self._of_system: dict[str | None, _System] = {}
        self._blind: Counter[frozenset[str]] = Counter()
        self._tripped: list[tuple[Rule, str]] = []
        self._since_window = 0

    def evaluate(self, subject: Subject, os_type: str | None = None) -> list[Match]:
        """The rules that match, in the order of the rules; none ever for a kernel thread.

        os_type: the host's system (linux, windows, macos), the subject's own if left out.
        """
        process = subject.process
        if process.kernel_thread:
            return []
        if os_type is not None and subject.os_type != os_type:
            subject = Subject(process, subject.ancestors, os_type, subject.at_ns, subject.told)
        if process.unknown:
            self._note_unknown(process.unknown)
        self._since_window += 1
        if self._since_window >= WINDOW:
            self._next_window()
        system = self._of_system.get(subject.os_type)
        if system is None:
            system = self._system(subject.os_type)
        view = View(subject)
        key = system.key(subject) if self._indexed else None
        known = None if key is None else system.remembered.get(key)
        numbers = self._true(system, view) if known is None else known[0]
        if known is None and key is not None:
            system.remember(key, subject, numbers)
        return [self._matched(system, view, number) for number in numbers]

    def _system(self, os_type: str | None) -> _System:
        accounts = [account for account in self._accounts if account.rule.runs_on(os_type)]
        system = self._of_system[os_type] = _System(accounts, self._indexed)
        return system

    def _true(self, system: _System, view: View) -> tuple[int, ...]:
        """The numbers of the rules that match."""
        numbers = system.candidates(view) if self._indexed else system.numbers()
        predicates = system.predicates
        if self._since_window % SAMPLED:
            return tuple([number for number in numbers if predicates[number](view)])
        # With a look at the clock: what rules cost is known from one event in SAMPLED.
        found = []
        for number in numbers:
            before = perf_counter_ns()
            true = predicates[number](view)
            why = system.accounts[number].spent(perf_counter_ns() - before)
            if true:
                found.append(number)
            if why is not None:
                self._trip(system.accounts[number], why)
        return tuple(found)

    def _matched(self, system: _System, view: View, number: int) -> Match:
        account = system.accounts[number]
        why = account.hit(view.subject.at_ns)
        if why is not None:
            self._trip(account, why)
        return Match(account.rule, view)

    # The account of every rule

    def costs(self) -> tuple[RuleCost, ...]:
        """What each rule did since it was loaded, in the order of the rules."""
        blind = dict(self._blind)
        return tuple(
            RuleCost(
                rule=account.rule,
                looks=account.looks,
                hits=account.hits,
                ns=account.ns,
                blind=sum(n for missing, n in blind.items() if missing & fields_of(account.rule))
                if blind
                else 0,
                disabled=account.disabled,
            )
            for account in self._accounts
        )

    def disable(self, rule_id: str, why: str) -> None:
        """Run that rule no more. Raises KeyError if there is none."""
        self._switch(self._account(rule_id), why)

    def enable(self, rule_id: str) -> None:
        """Run that rule again. Raises KeyError if there is none."""
        account = self._account(rule_id)
        account.window_ns, account.flood_from = 0, None
        self._switch(account, None)

    def _account(self, rule_id: str) -> Account:
        for account in self._accounts:
            if account.rule.id == rule_id:
                return account
        raise KeyError(rule_id)

    def tripped(self) -> list[tuple[Rule, str]]:
        """The rules that the breaker switched off since this was asked last, and why."""
        tripped, self._tripped = self._tripped, []
        return tripped

    def _trip(self, account: Account, why: str) -> None:
        self._switch(account, why)
        self._tripped.append((account.rule, why))

    def _switch(self, account: Account, disabled: str | None) -> None:
        account.disabled = disabled
        for system in self._of_system.values():
            system.switch(account)

    def _next_window(self) -> None:
        self._since_window = 0
        for account in self._accounts:
            account.window_ns = 0

    def _note_unknown(self, unknown: Iterable[str]) -> None:
        missing = frozenset(field for name in unknown for field in UNKNOWN_FIELDS.get(name, ()))
        if missing:
            self._blind[missing] += 1


class _System:
    """The rules of one system, indexed."""

    def __init__(self, accounts: Sequence[Account], indexed: bool) -> None:
        self.accounts = tuple(accounts)
        self.predicates: list[Predicate] = [_never] * len(accounts)
        self._numbers = {account: number for number, account in enumerate(accounts)}
        for account in accounts:
            self.switch(account)
        self._index = RuleIndex([clauses(account.rule) if indexed else [] for account in accounts])
        self._fields: tuple[tuple[str, Supply, FieldIndex], ...] = tuple(
            (field, FIELDS[field], index) for field, index in self._index.fields.items() if field in FIELDS
        )
        asked = frozenset().union(*(fields_of(account.rule) for account in accounts))
        self._volatile = tuple(FIELDS[field] for field in VOLATILE if field in asked)
        self._weight = 0
        self.remembered: dict[Hashable, tuple[tuple[int, ...], tuple[Image, ...]]] = {}

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

    def candidates(self, view: View) -> Iterable[int]:
        """The numbers of the rules that may match."""
        bits, subject, fill = self._index.start, view.subject, view.fill
        if subject.told is not None:
            return self._index.candidates(bits | self._bits_of_all(view))
        for field, supply, index in self._fields:
            values = supply(subject)
            if values:
                fill(field, values)
                for value in values:
                    found = index.get(value.text)
                    bits |= index.learn(value) if found is None else found
            else:
                fill(field, ())
        return self._index.candidates(bits)

    def _bits_of_all(self, view: View) -> int:
        """The bits of every field that is told, whoever tells it."""
        bits = 0
        for field, index in self._index.fields.items():
            for value in view.values(field):
                found = index.get(value.text)
                bits |= index.learn(value) if found is None else found
        return bits

    def key(self, subject: Subject) -> Hashable | None:
        """What the rules see of a subject; None if it is not to be remembered."""
        key = fingerprint(subject)
        if key is None or not self._volatile:
            return key
        return key, tuple([tuple([v.text for v in supply(subject) or ()]) for supply in self._volatile])

    def remember(self, key: Hashable, subject: Subject, numbers: tuple[int, ...]) -> None:
        """Keep what matched a subject. The key names images by id(): they are kept with it."""
        images = tuple(node.images[-1] for node in subject.ancestors)
        lines = (subject.process.image.command_line, *(image.command_line for image in images))
        self._weight += sum(len(line) for line in lines if line is not None)
        if len(self.remembered) >= REMEMBERED or self._weight > REMEMBERED_TEXT:
            self.remembered.clear()
            self._weight = 0
        self.remembered[key] = numbers, images


def _never(_: View) -> bool:
    return False
