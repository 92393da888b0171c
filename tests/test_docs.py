"""What the documentation promises is there, and what is there is documented."""

import argparse
import re
from pathlib import Path

import pytest

from edr_tui.cli.main import COMMANDS, parser
from edr_tui.sensors.choose import NAMES
from edr_tui.ui.keys_page import keys_markdown

ROOT = Path(__file__).resolve().parents[1]
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def subparsers():
    (action,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return action.choices


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), target


def test_the_readme_opens_with_the_two_commands_and_a_picture_of_the_screen():
    readme = text_of("README.md")
    run, test, picture = (readme.index(word) for word in ("make run", "make test", "docs/main-screen.svg"))
    assert run < test < picture < 1_000
    assert "Web&#160;server&#160;starts&#160;a&#160;shell" in text_of("docs/main-screen.svg")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_in_the_readme_or_docs(command):
    told = text_of("README.md")
    assert f"edr-tui {command}" in told or f"make {command}" in told
    assert set(subparsers()) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_is_told_by_help(command):
    for action in subparsers()[command]._actions:
        assert action.help, (command, action.option_strings)


@pytest.mark.parametrize("sensor", NAMES)
def test_each_sensor_is_documented(sensor):
    assert sensor in text_of("docs/sensors.md")


def test_the_keys_page_is_the_registry():
    assert text_of("docs/keys.md") == keys_markdown()


def test_make_targets_of_the_docs_exist():
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for path in DOCS:
        for target in re.findall(r"`make ([a-z-]+)`", path.read_text(encoding="utf-8")):
            assert target in targets, (path.name, target)


def test_the_documentation_speaks_of_the_project_alone():
    for path in DOCS:
        told = path.read_text(encoding="utf-8")
        assert "/work/" not in told
        assert "/root/" not in told
