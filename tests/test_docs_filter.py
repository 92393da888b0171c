"""docs/filter.md names everything that the filter knows, and its examples are filters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edr_tui.query import parse
from edr_tui.query.fields import ALERTS, ALIASES, IS_ALERT, IS_PROCESS, PROCESSES

PAGE = (Path(__file__).parents[1] / "docs" / "filter.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", sorted({*PROCESSES.fields, *ALERTS.fields}))
def test_every_field_has_a_row(field: str) -> None:
    row = re.search(rf"^\| `{field}:` \| (\w+) \|", PAGE, re.MULTILINE)
    assert row, f"docs/filter.md has no row for {field}:"
    asked_of = {"both": (True, True), "processes": (True, False), "alerts": (False, True)}[row[1]]
    assert asked_of == (field in PROCESSES.fields, field in ALERTS.fields)


@pytest.mark.parametrize("word", sorted({*IS_PROCESS, *IS_ALERT}))
def test_every_word_of_is_has_a_row(word: str) -> None:
    row = re.search(rf"^\| `is:{word}` \| (\w+) \|", PAGE, re.MULTILINE)
    assert row, f"docs/filter.md has no row for is:{word}"
    asked_of = {"both": (True, True), "processes": (True, False), "alerts": (False, True)}[row[1]]
    assert asked_of == (word in IS_PROCESS, word in IS_ALERT)


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_every_other_name_is_told(alias: str) -> None:
    assert f"`{alias}:`" in PAGE


def test_the_examples_are_filters() -> None:
    examples = [line[4:].split("    ")[0] for line in PAGE.splitlines() if line.startswith("    ")]
    assert len(examples) >= 6
    for example in examples:
        parse(example)


def test_no_row_is_of_a_field_that_is_gone() -> None:
    told = set(re.findall(r"^\| `(\w+):` \|", PAGE, re.MULTILINE))
    assert told == {*PROCESSES.fields, *ALERTS.fields}
