"""pySigma, which other programs are built on, reads the bundled rules as we wrote them."""

from __future__ import annotations

from importlib import resources

import pytest
from sigma.collection import SigmaCollection

FILES = [
    file
    for folder in sorted((resources.files("edr_tui.detect") / "rules").iterdir(), key=str)
    for file in sorted(folder.iterdir(), key=str)
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_bundled_rule_loads_without_complaint(file):
    collection = SigmaCollection.from_yaml(file.read_text(encoding="utf-8"), collect_errors=True)
    assert [str(error) for error in collection.errors] == []
    (rule,) = collection.rules
    assert [condition.parsed is not None for condition in rule.detection.parsed_condition] == [True]
    assert rule.level is not None
