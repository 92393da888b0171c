"""The rules that the configuration names, as what the engine asks of every new image; loaded anew at will."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edr_tui.cli.usage import WrongUse
from edr_tui.detect import Detector, LoadedRules, Rule, RuleCost, Subject, alert_of, load_rules
from edr_tui.model.alert import Alert
from edr_tui.model.event import Host
from edr_tui.model.process import Process
from edr_tui.model.rules import RuleState, RulesView
from edr_tui.paths import cache_home, user_rules

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Engine

LOOK_EVERY = 2.0  # seconds between two looks for files that changed
MAX_WATCHED = 100_000
BY_HAND = "switched off by hand"


def load_all(config: Config, asked: Sequence[Path]) -> LoadedRules:
    """The bundled rules, those asked for, the configuration's and those of the user's own folder."""
    # In one go: filters and correlations may speak of any rule, wherever it comes from.
    return load_rules(
        [*asked, *_named_elsewhere(config)], bundled=config.bundled, cache=cache_home() / "rules"
    )


def _named_elsewhere(config: Config) -> list[Path]:
    own = user_rules()
    return [*config.rules, *([own] if own.is_dir() else [])]


class RuleDesk:
    """The rules that run: judges processes, and tells and switches each rule."""

    def __init__(
        self, rules: Sequence[Rule], left_out: Iterable[str] = (), faults: Iterable[str] = ()
    ) -> None:
        self._detector = Detector(rules)
        self._left_out, self._faults = tuple(left_out), tuple(faults)
        self._off: set[str] = set()

    def __call__(
        self, process: Process, ancestors: Sequence[Process], host: Host, at_ns: int
    ) -> Iterator[Alert]:
        """The alerts that a process raises."""
        for match in self._detector.evaluate(Subject(process, ancestors, host.os_type, at_ns)):
            yield alert_of(match, process, ancestors, host, at_ns)

    def view(self) -> RulesView:
        """Every rule with its account, and what is not loaded."""
        return RulesView(
            rules=tuple(map(_state, self._detector.costs())), left_out=self._left_out, faults=self._faults
        )

    def switch(self, rule_id: str, on: bool) -> None:
        """Let a rule run, or not; a rule that is not there any more stays away."""
        try:
            if on:
                self._detector.enable(rule_id)
                self._off.discard(rule_id)
            else:
                self._detector.disable(rule_id, BY_HAND)
                self._off.add(rule_id)
        except KeyError:
            return

    def switched_off(self) -> frozenset[str]:
        """The ids of the rules that were switched off by hand."""
        return frozenset(self._off)

    def tripped(self) -> list[str]:
        """The rules that switched themselves off since this was asked last, one sentence each."""
        return [f"Rule switched off: {rule.reference.name}: {why}" for rule, why in self._detector.tripped()]


def _state(cost: RuleCost) -> RuleState:
    rule = cost.rule
    return RuleState(
        id=rule.id,
        name=rule.reference.name,
        level=rule.level,
        path=f"{rule.path}:{rule.line}",
        product=rule.logsource.product,
        techniques=tuple(technique.id for technique in rule.reference.techniques),
        looks=cost.looks,
        hits=cost.hits,
        ns=cost.ns,
        blind=cost.blind,
        disabled=cost.disabled,
    )


class RuleFiles:
    """The bundled rules, those asked for, the configuration's, the user's own folder: loaded when asked.

    asked: what --rules names; there every fault is fatal.
    """

    def __init__(self, config: Config, asked: Sequence[Path]) -> None:
        self._config = config
        self._asked = tuple(asked)
        self._wanted = threading.Event()
        self._seen: frozenset[tuple[str, int, int]] = frozenset()

    def load(self) -> tuple[RuleDesk, list[str]]:
        """The rules, and what is to be told of them.

        Raises WrongUse with every fault of what --rules names. What is wrong elsewhere, and what is
        not run, is told: the others run.
        """
        # Before they are read: what changes meanwhile is a change.
        self._seen = self._signature()
        loaded = load_all(self._config, self._asked)
        fatal = [fault for fault in loaded.faults if any(_within(fault.path, path) for path in self._asked)]
        if fatal:
            raise WrongUse(*map(str, fatal))
        faults, left_out = list(map(str, loaded.faults)), list(map(str, loaded.skipped))
        desk = RuleDesk(loaded.rules, left_out, faults)
        return desk, faults + left_out

    def ask(self) -> None:
        """Load them anew soon. From any thread."""
        self._wanted.set()

    def follow(self, engine: Engine) -> None:
        """From now on load them anew when asked, or when a file changed, and hand them to the engine."""
        thread = threading.Thread(target=self._follow, args=(engine,), name="rules", daemon=True)
        thread.start()

    def _follow(self, engine: Engine) -> None:
        while not engine.stopping:
            asked = self._wanted.wait(LOOK_EVERY)
            self._wanted.clear()
            if asked or self._signature() != self._seen:
                self._reload(engine)

    def _reload(self, engine: Engine) -> None:
        """The old rules run until the new ones stand; with a fault in what --rules names they run on."""
        try:
            desk, _ = self.load()
        except WrongUse as faults:
            engine.tell("The rules stay as they were", *faults.sentences)
            return
        view = desk.view()
        engine.replace_rules(desk)
        engine.tell(f"{len(view.rules):,} rules loaded anew", *view.faults)

    def _signature(self) -> frozenset[tuple[str, int, int]]:
        """What tells that a rule file came, went or changed: path, time and size of each."""
        paths = (*self._asked, *self._config.rules, user_rules())
        return frozenset(found for path in paths for found in _stamps(path))


def _within(path: str, given: Path) -> bool:
    """Whether a fault's path is what was given, or below it."""
    return Path(path).absolute().is_relative_to(given.absolute())


def _stamps(path: Path) -> Iterator[tuple[str, int, int]]:
    """The files at or below a path that may hold rules. What cannot be read is not there."""
    left = MAX_WATCHED
    try:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode):
            yield str(path), status.st_mtime_ns, status.st_size
            return
    except (OSError, ValueError):
        return
    for folder, _, names in os.walk(path):
        for name in names:
            if name.endswith((".yml", ".yaml")) and left > 0:
                left -= 1
                file = os.path.join(folder, name)
                try:
                    status = os.stat(file)
                except OSError:
                    continue
                yield file, status.st_mtime_ns, status.st_size
