"""Choices made on the screen: kept whole, for us alone, and a bad file is no choice."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.kept import Choices, Kept, _text
from edr_tui.tomlfile import read_toml


def test_a_choice_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "state" / "edr-tui" / "choices.toml"
    assert Kept(file).choices == Choices()
    kept = Kept(file)
    assert kept.change(theme="edr-moss", theme_was="edr-dark") is None
    assert kept.change(columns=("name", "cpu"), flat=True, descending=True) is None
    again = Kept(file).choices
    assert again == kept.choices
    assert (again.theme, again.columns, again.flat) == ("edr-moss", ("name", "cpu"), True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["choices.toml"]


@pytest.mark.parametrize(
    "text", ["theme = 7\nflat = 'yes'\ncolumns = [1]", "theme = ", "\x00", "[theme]\na = 1\n[columns]\nb=2"]
)
def test_what_is_no_choice_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "choices.toml"
    file.write_text(text)
    assert Kept(file).choices == Choices()


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "choices.toml")
    fault = kept.change(theme="x")
    assert fault is not None
    assert fault.endswith(": the choice lasts until the end of the program")
    assert kept.choices.theme == "x"


def test_without_a_file_nothing_is_written() -> None:
    kept = Kept()
    assert kept.change(theme="x") is None
    assert kept.choices.theme == "x"


@given(st.text(max_size=40))
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in name):
        return
    file = tmp_path_factory.mktemp("kept") / "choices.toml"
    file.write_text(_text(Choices(theme=name, columns=(name, "x"))), encoding="utf-8")
    assert read_toml(file)["theme"] == name
    assert Kept(file).choices.columns == (name, "x")
