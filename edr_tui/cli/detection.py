"""The rules that the configuration names, as what the engine asks of every new image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edr_tui.cli.usage import WrongUse
from edr_tui.detect import Detector, LoadedRules, Rule, Subject, alert_of, load_rules
from edr_tui.model.alert import Alert
from edr_tui.model.event import Host
from edr_tui.model.process import Process
from edr_tui.paths import user_rules

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Detect


def load_all(config: Config, asked: Sequence[Path]) -> LoadedRules:
    """The bundled rules, those asked for, the configuration's and those of the user's own folder."""
    own = user_rules()
    paths = [*asked, *config.rules, *([own] if own.is_dir() else [])]
    return load_rules(paths, bundled=config.bundled)


def detection(config: Config, asked: Sequence[Path], notices: list[str]) -> Detect:
    """What judges a process: the bundled rules, those asked for, the configuration's, the user's own folder.

    asked: what --rules names; there every fault is fatal. Raises WrongUse with all of them. What is
    wrong elsewhere, and what is not run, becomes a notice: the others run.
    """
    wanted = load_rules(asked, bundled=config.bundled)
    if wanted.faults:
        raise WrongUse(*map(str, wanted.faults))
    own = user_rules()
    others = load_rules([*config.rules, *([own] if own.is_dir() else [])], bundled=False)
    notices += map(str, others.faults)
    for skipped in (*wanted.skipped, *others.skipped):
        notices.append(str(skipped))
    rules: dict[str, Rule] = {}
    for rule in (*wanted.rules, *others.rules):
        first = rules.setdefault(rule.id, rule)
        if first is not rule and Path(first.path).resolve() != Path(rule.path).resolve():
            notices.append(f"{rule.path}: has the id of {first.path}, which is used")
    detector = Detector(list(rules.values()))

    def detect(process: Process, ancestors: Sequence[Process], host: Host, at_ns: int) -> Iterator[Alert]:
        for match in detector.evaluate(Subject(process, ancestors, host.os_type, at_ns)):
            yield alert_of(match, process, ancestors, host, at_ns)

    return detect
