"""The rules that the configuration names, as what the engine asks of every new image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edr_tui.cli.usage import WrongUse
from edr_tui.detect import Detector, Subject, alert_of, load_rules
from edr_tui.model.alert import Alert
from edr_tui.model.event import Host
from edr_tui.model.process import Process
from edr_tui.paths import cache_home, user_rules

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Detect


def detection(config: Config, asked: Sequence[Path], notices: list[str]) -> Detect:
    """What judges a process: the bundled rules, those asked for, the configuration's, the user's own folder.

    asked: what --rules names; there every fault is fatal. Raises WrongUse with all of them. What is
    wrong elsewhere, and what is not run, becomes a notice: the others run.
    """
    own = user_rules()
    others = [*config.rules, *([own] if own.is_dir() else [])]
    # In one go: filters and correlations may speak of any rule, wherever it comes from.
    loaded = load_rules([*asked, *others], bundled=config.bundled, cache=cache_home() / "rules")
    fatal = [fault for fault in loaded.faults if any(_within(fault.path, path) for path in asked)]
    if fatal:
        raise WrongUse(*map(str, fatal))
    notices += map(str, (*loaded.faults, *loaded.skipped))
    detector = Detector(loaded.rules)

    def detect(process: Process, ancestors: Sequence[Process], host: Host, at_ns: int) -> Iterator[Alert]:
        for match in detector.evaluate(Subject(process, ancestors, host.os_type, at_ns)):
            yield alert_of(match, process, ancestors, host, at_ns)

    return detect


def _within(path: str, given: Path) -> bool:
    """Whether a fault's path is what was given, or below it."""
    return Path(path).absolute().is_relative_to(given.absolute())
