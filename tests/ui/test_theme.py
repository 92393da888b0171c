"""Themes: ours are readable, broken ones are named, foreign ones get the colours that they lack."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import Static

from edr_tui.ui.filters import in_ascii
from edr_tui.ui.render.look import LEVEL_GLYPHS
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
    assert len(OURS) >= 8
    assert sum(not theme.dark for theme in OURS.values()) >= 3
    for needed in ("edr-16", "edr-contrast-dark", "edr-contrast-light", "edr-colour-blind-dark"):
        assert needed in OURS
    assert DEFAULT_THEME in OURS
    assert OURS["edr-dark"].dark
    assert not OURS["edr-light"].dark
    for theme in OURS.values():
        assert set(VARIABLES) <= set(theme.variables)


TRUE_COLOUR = sorted(name for name, theme in OURS.items() if not theme.ansi)


@pytest.mark.parametrize("name", TRUE_COLOUR)
def test_text_can_be_read_on_every_background(name: str) -> None:
    theme = OURS[name]
    behind = {
        "background": theme.background,
        "surface": theme.surface,
        "panel": theme.panel,
        "row-selected": theme.variables["row-selected"],
        "row-selected-blurred": theme.variables["row-selected-blurred"],
        "row-new": theme.variables["row-new"],
    }
    least = 7.0 if "contrast" in name else READABLE
    texts = {text: theme.variables[text] for text in TEXTS}
    texts |= {
        field: getattr(theme, field) for field in ("foreground", "primary", "success", "warning", "error")
    }
    for (text, colour), (place, background) in itertools.product(texts.items(), behind.items()):
        assert ratio(colour, str(background)) >= least, f"{name}: {text} on {place}"
    assert ratio(str(theme.foreground), theme.variables["match-background"]) >= READABLE
    # A level's word is also written in the colour of the background on the severity.
    for severity in SEVERITIES:
        assert ratio(str(theme.background), theme.variables[severity]) >= READABLE


# What terminals make of the sixteen: xterm, and the VGA that a Linux console has.
SIXTEEN = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "vga": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
    "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
}


@pytest.mark.parametrize("terminal", SIXTEEN)
def test_sixteen_colours_can_be_read_on_every_terminal(terminal: str) -> None:
    theme = OURS["edr-16"]
    palette = SIXTEEN[terminal].split()

    def seen(colour: str) -> str:
        number = Color.parse(colour).ansi
        assert number is not None
        assert 0 <= number < 16, "the terminal's own ground may be of any colour"
        return f"#{palette[number]}"

    fields = ("foreground", "primary", "success", "warning", "error")
    texts = [*(theme.variables[text] for text in TEXTS), *(str(getattr(theme, field)) for field in fields)]
    for ground in (theme.background, theme.surface, theme.panel, theme.variables["row-new"]):
        for text in texts:
            assert ratio(seen(text), seen(str(ground))) >= READABLE, f"{text} on {ground}"
    # On the other grounds OneInk leaves bright white alone.
    for ground in ("row-selected", "row-selected-blurred", "match-background"):
        assert theme.variables[ground] == "ansi_blue"
    assert ratio(seen("ansi_bright_white"), seen("ansi_blue")) >= READABLE
    assert len({theme.variables[severity] for severity in SEVERITIES}) == len(SEVERITIES)


# How linear red, green and blue are seen: Machado, Oliveira and Fernandes 2009, severity 1.
VISIONS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab_of(colour: str, vision: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIE L*a*b* under D65 of a colour as somebody sees it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in vision
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", [name for name in sorted(OURS) if "colour-blind" in name])
def test_levels_differ_for_any_colour_vision(name: str, vision: str) -> None:
    variables = OURS[name].variables
    meant = [*SEVERITIES, "process-new"]
    for one, other in itertools.combinations(meant, 2):
        a, b = (lab_of(variables[each], VISIONS[vision]) for each in (one, other))
        difference = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
        assert difference >= 11, f"{one} and {other}: {difference:.1f}"


def test_levels_differ_without_any_colour() -> None:
    assert len(set(LEVEL_GLYPHS.values())) == len(LEVEL_GLYPHS) == 5
    assert len({in_ascii(glyph) for glyph in LEVEL_GLYPHS.values()}) == 5
    assert all(cell_len(glyph) == 1 for glyph in LEVEL_GLYPHS.values())


@pytest.mark.parametrize("name", TRUE_COLOUR)
def test_severities_and_rows_are_told_apart(name: str) -> None:
    variables = OURS[name].variables
    for one, other in itertools.combinations(SEVERITIES, 2):
        a, b = Color.parse(variables[one]), Color.parse(variables[other])
        assert sum(abs(x - y) for x, y in zip(a.rgb, b.rgb, strict=True)) >= 60, f"{name}: {one}, {other}"
    shades = {str(OURS[name].background), *(variables[each] for each in BACKGROUNDS)}
    assert len(shades) == 1 + len(BACKGROUNDS)


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
