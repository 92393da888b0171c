"""Themes: ours are readable, broken ones are named, foreign ones get the colours that they lack."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import Static

from edr_tui.ui.theme import (
    BACKGROUNDS,
    DEFAULT_THEME,
    READABLE,
    SEVERITIES,
    TEXTS,
    VARIABLES,
    Themes,
    choose_theme,
    contrast,
    load_theme,
    load_themes,
    variable_defaults,
)

ROOT = Path(__file__).parents[2]
OURS = {theme.name: theme for theme in load_themes([ROOT / "themes"]).loaded}
FOREIGN = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi]


def luminance(text: str) -> float:
    """WCAG 2.1, relative luminance, written out on its own."""
    channels = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ratio(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_ours_are_there_and_whole() -> None:
    assert set(OURS) == {"edr-dark", "edr-light"}
    assert DEFAULT_THEME in OURS
    assert OURS["edr-dark"].dark
    assert not OURS["edr-light"].dark
    for theme in OURS.values():
        assert set(VARIABLES) <= set(theme.variables)


@pytest.mark.parametrize("name", sorted(OURS))
def test_text_can_be_read_on_every_background(name: str) -> None:
    theme = OURS[name]
    behind = {
        "background": theme.background,
        "surface": theme.surface,
        "panel": theme.panel,
        "row-selected": theme.variables["row-selected"],
        "row-selected-blurred": theme.variables["row-selected-blurred"],
    }
    texts = {text: theme.variables[text] for text in TEXTS}
    texts |= {
        field: getattr(theme, field) for field in ("foreground", "primary", "success", "warning", "error")
    }
    for (text, colour), (place, background) in itertools.product(texts.items(), behind.items()):
        assert ratio(colour, str(background)) >= READABLE, f"{name}: {text} on {place}"
    assert ratio(str(theme.foreground), theme.variables["match-background"]) >= READABLE
    # A level's word is also written in the colour of the background on the severity.
    for severity in SEVERITIES:
        assert ratio(str(theme.background), theme.variables[severity]) >= READABLE


@pytest.mark.parametrize("name", sorted(OURS))
def test_severities_and_rows_are_told_apart(name: str) -> None:
    variables = OURS[name].variables
    for one, other in itertools.combinations(SEVERITIES, 2):
        a, b = Color.parse(variables[one]), Color.parse(variables[other])
        assert sum(abs(x - y) for x, y in zip(a.rgb, b.rgb, strict=True)) >= 60, f"{name}: {one}, {other}"
    shades = {str(OURS[name].background), *(variables[each] for each in BACKGROUNDS)}
    assert len(shades) == 4


def test_our_contrast_is_the_standards() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    for one, other in (("#ff5c57", "#0d1117"), ("#777777", "#ffffff"), ("#010203", "#040506")):
        assert contrast(Color.parse(one), Color.parse(other)) == pytest.approx(ratio(one, other))


@pytest.mark.parametrize("theme", FOREIGN, ids=lambda theme: theme.name)
def test_a_foreign_theme_gets_readable_colours(theme: Theme) -> None:
    given = variable_defaults(theme)
    assert set(given) == set(VARIABLES)
    colours = theme.to_color_system().generate()
    behind = (colours["background"], colours["surface"], given["row-selected"], given["row-selected-blurred"])
    for text, background in itertools.product(TEXTS, behind):
        assert ratio(given[text], background) >= READABLE - 0.05, f"{text} on {background}"
    assert len({given[severity] for severity in SEVERITIES}) == len(SEVERITIES)


@pytest.mark.parametrize("name", ["ansi-dark", "ansi-light"])
def test_a_theme_of_sixteen_colours_keeps_to_them(name: str) -> None:
    given = variable_defaults(BUILTIN_THEMES[name])
    assert set(given) == set(VARIABLES)
    assert all(value.startswith("ansi_") for value in given.values())
    assert len({given[severity] for severity in SEVERITIES}) == len(SEVERITIES)


class Themed(App[None]):
    CSS = "\n".join(f".{name} {{ color: ${name}; background: ${name}; }}" for name in VARIABLES)

    def __init__(self, themes: Themes, name: str) -> None:
        super().__init__()
        for theme in themes.loaded:
            self.register_theme(theme)
        self.theme = name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Static("x", classes="chain")


@pytest.mark.parametrize("name", [*OURS, *BUILTIN_THEMES])
async def test_an_app_starts_in_every_theme(name: str) -> None:
    app = Themed(load_themes([ROOT / "themes"]), name)
    async with app.run_test() as pilot:
        await pilot.pause()
        theme = app.current_theme
        wanted = theme.variables.get("chain") or variable_defaults(theme)["chain"]
        assert app.query_one(Static).styles.color.rgb == Color.parse(wanted).rgb


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("primary = 'reddish'", ["primary: 'reddish' is not a colour: write #rrggbb"]),
        ("primary = 7", ["primary: 7 is not a colour: write #rrggbb"]),
        ("dark = true", ["primary: is missing: every theme needs it"]),
        (
            "primary = 'red'\nprimaryy = 'red'",
            ["primaryy: is not known: docs/themes.md lists what a theme has"],
        ),
        ("primary = 'red'\nname = 'other'", ["name: has to be the file's name, mine"]),
        ("primary = 'red'\ndark = 'yes'", ["dark: is neither true nor false"]),
        ("primary = 'red'\ntext_alpha = 2", ["text_alpha: is not a number from 0 to 1"]),
        (
            "primary = 'red'\n[variables]\nchain = '#12'\nchian = '#123456'\nborder = 'auto x'",
            [
                "[variables] chain: '#12' is not a colour: write #rrggbb",
                "[variables] chian: is not known: docs/themes.md lists what a theme has",
                "[variables] border: 'auto x' is not a colour: write #rrggbb",
            ],
        ),
        (
            "primary = 'red'\n[variables]\nblock-cursor-text-style = 'loud'",
            ["[variables] block-cursor-text-style: 'loud' is not a text style, such as bold or none"],
        ),
        (
            "variables = 1\nprimary = 'red'",
            ["variables: not a table: write [variables] on a line of its own"],
        ),
    ],
)
def test_a_broken_theme_names_file_and_key(tmp_path: Path, text: str, faults: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    theme, found = load_theme(file)
    assert theme is None
    assert list(found) == [f"{file}: {fault}" for fault in faults]


def test_a_broken_theme_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("primary = ")
    (tmp_path / "bad name.toml").write_text("primary = 'red'")
    (tmp_path / "good.toml").write_text("primary = 'red'\n[variables]\ntext-muted = 'auto 50%'")
    (tmp_path / "notes.txt").write_text("no theme")
    themes = load_themes([tmp_path, tmp_path / "absent"])
    assert [theme.name for theme in themes.loaded] == ["good"]
    assert len(themes.failed) == 2
    assert "bad name.toml: the name" in themes.failed[0]
    assert "bad.toml:1:" in themes.failed[1]


def test_a_users_theme_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "edr-dark.toml").write_text("primary = '#010203'")
    themes = load_themes([ROOT / "themes", tmp_path])
    assert {theme.name: theme.primary for theme in themes.loaded}["edr-dark"] == "#010203"


def test_by_default_ours_and_the_users_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "edr-tui" / "themes").mkdir(parents=True)
    (tmp_path / "edr-tui" / "themes" / "mine.toml").write_text("primary = 'red'")
    assert {theme.name for theme in load_themes().loaded} == {*OURS, "mine"}


def test_a_theme_that_is_not_there_is_said() -> None:
    themes = Themes(tuple(OURS.values()), ())
    assert choose_theme("edr-light", themes) == ("edr-light", None)
    assert choose_theme("nord", themes) == ("nord", None)
    name, fault = choose_theme("no\x1bpe", themes)
    assert name == DEFAULT_THEME
    assert fault is not None
    assert fault.isprintable()
    assert "edr-dark is used" in fault
    assert choose_theme("x", Themes((), ())).name == "textual-dark"


def test_every_variable_is_documented() -> None:
    page = (ROOT / "docs" / "themes.md").read_text()
    for name in VARIABLES:
        assert f"\n| `{name}` |" in page
