"""In how many attack captures the bundled rules alert where a collection of rules does.

EDR_CORPUS names a folder with sigmahq/ and telemetry/; without it nothing is measured.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from edr_tui.detect import Detector, load_rules
from edr_tui.model.alert import Severity
from tests.bench.host import Settings
from tests.bench.report import Figure, load
from tests.captures import BENIGN, captures

ASKED = 0.6
COMMAND = "EDR_CORPUS=... python -m tests.bench coverage"


@dataclass(slots=True)
class Tally:
    """Captures of one kind: all of them, and those that the collection, ours, or both alert on at high."""

    captures: int = 0
    theirs: int = 0
    ours: int = 0
    both: int = 0


def tallies(corpus: Path) -> dict[str, Tally]:
    """The kind of each capture, and over all of a product's kinds -> its tally."""
    collection = sorted((corpus / "sigmahq").glob("rules*"))
    theirs, ours = Detector(load_rules(collection, bundled=False).rules), Detector(load_rules().rules)
    found: dict[str, Tally] = {}
    for capture in captures(corpus / "telemetry"):
        subjects = list(capture.subjects())
        hit_theirs, hit_ours = (
            any(
                match.rule.level >= Severity.HIGH for subject in subjects for match in rules.evaluate(subject)
            )
            for rules in (theirs, ours)
        )
        names = [capture.kind] if capture.kind == BENIGN else [capture.kind, f"all of {capture.product}"]
        for name in names:
            tally = found.setdefault(name, Tally())
            tally.captures += 1
            tally.theirs += hit_theirs
            tally.ours += hit_ours
            tally.both += hit_theirs and hit_ours
    return found


def coverage(_settings: Settings) -> list[Figure]:
    """One figure a kind of capture."""
    if "EDR_CORPUS" not in os.environ:
        return [Figure("coverage", "", "not measured: EDR_CORPUS names no folder of recordings")]
    figures = []
    for name, tally in tallies(Path(os.environ["EDR_CORPUS"])).items():
        benign = name == BENIGN
        ratio = tally.both / tally.theirs if tally.theirs else None
        figures.append(
            Figure(
                f"high alerts: {name}",
                "none" if benign else f"{ASKED:.0%} of the captures where the collection hits",
                f"{tally.ours} of {tally.captures} captures alert; the collection hits {tally.theirs}, "
                f"ours {tally.both} of these",
                ratio=None if benign else ratio,
                command=COMMAND,
                load=load(),
            )
        )
    return figures
