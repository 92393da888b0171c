"""The bundled rules alert where a large collection of rules does, and never on ordinary work."""

from __future__ import annotations

import os
from pathlib import Path

from tests.bench.coverage import ASKED, tallies
from tests.captures import BENIGN


def test_attacks_that_a_collection_alerts_on_alert_and_ordinary_work_does_not():
    found = tallies(Path(os.environ["EDR_CORPUS"]))
    assert found[BENIGN].ours == 0
    compared = 0
    for name, tally in found.items():
        compared += tally.theirs
        assert tally.both >= ASKED * tally.theirs, name
    assert compared > 10
