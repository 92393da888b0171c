"""The rules that the configuration names, as what the engine asks of every new image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from edr_tui.cli.usage import WrongUse
from edr_tui.detect import Detector, Subject, alert_of, load_rules
from edr_tui.model.alert import Alert
from edr_tui.model.event import Host
from edr_tui.model.process import Process
from edr_tui.paths import user_rules

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.engine import Detect


def detection(config: Config, notices: list[str]) -> Detect:
    """What judges a process. Raises WrongUse with every fault in a rule that was asked for by name.

    What is wrong in the user's own rules folder becomes a notice: the others run.
    """
    asked = load_rules(config.rules, bundled=config.bundled)
    if asked.faults:
        raise WrongUse(*map(str, asked.faults))
    rules = list(asked.rules)
    own = user_rules()
    if own.is_dir():
        found = load_rules([own], bundled=False)
        rules += found.rules
        notices += map(str, found.faults)
    detector = Detector(rules)

    def detect(process: Process, ancestors: Sequence[Process], host: Host, at_ns: int) -> Iterator[Alert]:
        subject = Subject(process, ancestors)
        for match in detector.evaluate(subject, host.os_type):
            yield alert_of(match, process, ancestors, host, at_ns)

    return detect
