"""docs/rules.md names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from edr_tui.detect import load_rules
from edr_tui.detect.document import documents
from edr_tui.detect.fields import FIELDS, NOT_SUPPLIED
from edr_tui.detect.modifiers import MODIFIERS, OF_LISTS
from edr_tui.detect.read import Faults, rule_of

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("bundled", load_rules().rules, ids=lambda bundled: Path(bundled.path).stem)
def test_each_bundled_rule_is_listed_as_it_is(bundled):
    cells = (
        bundled.reference.name,
        bundled.level.word,
        bundled.logsource.product or "all",
        ", ".join(technique.id for technique in bundled.reference.techniques),
        f"`{bundled.path.removeprefix('edr_tui/detect/rules/')}`",
    )
    assert f"| {' | '.join(cells)} |" in PAGE


def test_no_rule_is_listed_that_is_not_there():
    assert PAGE.count(".yml` |") == len(load_rules().rules)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_each_field_has_its_row(field):
    assert f"`{field}`" in PAGE


@pytest.mark.parametrize("field", sorted(NOT_SUPPLIED))
def test_each_field_that_is_not_supplied_is_named(field):
    assert field in PAGE


@pytest.mark.parametrize("modifier", [*MODIFIERS, *sorted(OF_LISTS)])
def test_each_modifier_has_its_row(modifier):
    assert f"`{modifier}`" in PAGE or f"\\|{modifier}`" in PAGE


def test_the_example_is_a_rule():
    example = PAGE.partition("```yaml\n")[2].partition("```")[0]
    (document,) = documents(example.encode())
    faults = Faults()
    assert rule_of(document, "example.yml", "docs", faults) is not None
    assert faults.found == []
