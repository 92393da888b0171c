"""Themes as data: NAME.toml files -> Textual themes, and the colours of ours that others lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from textual.color import Color, ColorParseError
from textual.css.constants import VALID_STYLE_FLAGS
from textual.design import ColorSystem
from textual.theme import BUILTIN_THEMES, Theme

from edr_tui import paths
from edr_tui.tomlfile import FileFault, read_toml, shown
from edr_tui.trust import path_shown

DEFAULT_THEME = "edr-dark"
READABLE = 4.5  # the contrast that WCAG 2 asks of text (level AA)

SEVERITIES = (
    "severity-critical",
    "severity-high",
    "severity-medium",
    "severity-low",
    "severity-informational",
)
TEXTS = (*SEVERITIES, "chain", "process-new", "process-exited", "user", "technique", "muted")
BACKGROUNDS = ("row-selected", "row-selected-blurred", "match-background")
VARIABLES = (*TEXTS, "guide", *BACKGROUNDS)

_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
    "success",
    "warning",
    "error",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SHARE = re.compile(r"\s+(\d{1,3})%$")
# What CSS takes in the place of a colour; a style word in the place of a text style.
_WORDS = ("auto", "initial", "transparent")
_TEXTUALS = frozenset(ColorSystem("#000000").generate())


class Themes(NamedTuple):
    """Themes that can be used, and a sentence for each fault of those that cannot."""

    loaded: tuple[Theme, ...]
    failed: tuple[str, ...]


class Choice(NamedTuple):
    """The theme to start with, and a sentence if it is not the one that was asked for."""

    name: str
    fault: str | None


def load_themes(folders: Iterable[Path] | None = None) -> Themes:
    """The themes of some folders, by default ours and the user's; of one name, the later wins."""
    loaded: dict[str, Theme] = {}
    failed: list[str] = []
    ours = paths.bundled_themes()
    for folder in (ours, paths.user_themes()) if folders is None else folders:
        for file in _files(folder, failed):
            theme, faults = load_theme(file, ours=folder == ours)
            failed.extend(faults)
            if theme is not None:
                loaded[theme.name] = theme
    return Themes(tuple(loaded.values()), tuple(failed))


def choose_theme(name: str, themes: Themes) -> Choice:
    """The theme of that name, ours or Textual's; else the default, with a sentence saying so."""
    known = {theme.name for theme in themes.loaded} | set(BUILTIN_THEMES)
    if name in known:
        return Choice(name, None)
    ours = ", ".join(sorted(theme.name for theme in themes.loaded))
    start = DEFAULT_THEME if DEFAULT_THEME in known else "textual-dark"
    return Choice(
        start, f"there is no theme {shown(repr(name))}: {start} is used; there are {ours}, and Textual's own"
    )


def _files(folder: Path, failed: list[str]) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml")
    except FileNotFoundError:
        return []
    except OSError as error:
        failed.append(f"{path_shown(folder)}: {(error.strerror or str(error)).lower()}")
        return []


def load_theme(file: Path, *, ours: bool = False) -> tuple[Theme | None, tuple[str, ...]]:
    """The theme in a file, or None and all that is wrong with it."""
    try:
        document = read_toml(file, ours=ours)
    except FileFault as fault:
        return None, (fault.sentence,)
    faults: list[str] = []
    name = path_shown(file)
    if not _NAME.fullmatch(file.stem):
        faults.append(f"{name}: the name of a theme's file is made of letters, digits, - and _")
    variables = document.pop("variables", {})
    if not isinstance(variables, dict):
        faults.append(f"{name}: variables: not a table: write [variables] on a line of its own")
        variables = {}
    given = _checked(document, _fields(file.stem), f"{name}: ", faults)
    if "primary" not in document:
        faults.append(f"{name}: primary: is missing: every theme needs it")
    extra = _checked(variables, _variable, f"{name}: [variables] ", faults)
    if faults:
        return None, tuple(faults)
    return Theme(**{**given, "name": file.stem, "variables": extra}), ()


Check = Callable[[Any], str | None]  # what is wrong with a value, None if nothing is


def _checked(
    table: Mapping[str, Any], check_of: Callable[[str], Check], place: str, faults: list[str]
) -> dict[str, Any]:
    for key, value in table.items():
        if (wrong := check_of(key)(value)) is not None:
            faults.append(f"{place}{shown(key)}: {wrong}")
    return dict(table)


def _fields(stem: str) -> Callable[[str], Check]:
    checks: dict[str, Check] = {
        **dict.fromkeys(_COLOURS, _colour),
        "name": lambda value: None if value == stem else f"has to be the file's name, {shown(stem)}",
        "dark": _flag,
        "ansi": _flag,
        "luminosity_spread": _share,
        "text_alpha": _share,
    }
    return lambda key: checks.get(key, _unknown)


def _variable(name: str) -> Check:
    if name in VARIABLES:
        return _colour
    if name not in _TEXTUALS:
        return _unknown
    return _style if name.endswith("-text-style") or name.startswith("link-style") else _css_colour


def _unknown(value: object) -> str:
    return "is not known: docs/themes.md lists what a theme has"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "is neither true nor false"


def _share(value: object) -> str | None:
    right = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
    return None if right else "is not a number from 0 to 1"


def _colour(value: object) -> str | None:
    wrong = f"{shown(repr(value))} is not a colour: write #rrggbb"
    if not isinstance(value, str):
        return wrong
    try:
        Color.parse(value)
    except (ColorParseError, ValueError):
        return wrong
    return None


def _css_colour(value: object) -> str | None:
    """What Textual's own variables may hold: a colour or a word, and a share of it: auto 87%."""
    if not isinstance(value, str):
        return _colour(value)
    plain = _SHARE.sub("", value)
    return None if plain in _WORDS else _colour(plain)


def _style(value: object) -> str | None:
    if isinstance(value, str) and value.split() and all(word in VALID_STYLE_FLAGS for word in value.split()):
        return None
    return f"{shown(repr(value))} is not a text style, such as bold or none"


def contrast(one: Color, other: Color) -> float:
    """The contrast of two opaque colours as WCAG 2 defines it, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Where a theme has no colour of its own for a severity, or the same for two.
_SEVERITY_SEEDS = ("#ff4fa3", "#ff5c57", "#e3a321", "#58a6ff", "#8d97a3")
_ANSI = {
    "severity-critical": "ansi_bright_magenta",
    "severity-high": "ansi_red",
    "severity-medium": "ansi_yellow",
    "severity-low": "ansi_blue",
    "severity-informational": "ansi_default",
    "chain": "ansi_red",
    "process-new": "ansi_green",
    "process-exited": "ansi_bright_black",
    "user": "ansi_cyan",
    "technique": "ansi_magenta",
    "guide": "ansi_bright_black",
    "muted": "ansi_bright_black",
    "row-selected": "ansi_blue",
    "row-selected-blurred": "ansi_bright_black",
    "match-background": "ansi_yellow",
}


def variable_defaults(theme: Theme) -> dict[str, str]:
    """All variables of ours for a theme that may lack them, made from its own colours.

    Texts are moved towards black or white until they can be read on the theme's background,
    surface and selected row; no two severities are the same. For App.get_theme_variable_defaults().
    """
    colours = theme.to_color_system().generate()
    background = Color.parse(colours["background"])
    if theme.ansi or background.ansi is not None:
        return dict(_ANSI)
    primary = Color.parse(colours["primary"])
    foreground = Color.parse(colours["foreground"]).with_alpha(1.0)
    surface = Color.parse(colours["surface"])
    rows = (background.blend(primary, 0.16), background.blend(primary, 0.08))
    behind = (background, surface, *rows)
    ink = max((Color.parse("#000000"), Color.parse("#ffffff")), key=lambda end: _least(end, behind))

    def readable(colour: Color) -> str:
        """The colour, moved towards the ink as far as it needs."""
        steps = (colour.with_alpha(1.0).blend(ink, step / 20) for step in range(21))
        return next((step for step in steps if _least(step, behind) >= READABLE), ink).hex

    muted = readable(foreground.blend(background, 0.4))
    # Without an error colour of its own Textual takes the primary one for it: alerts are to be seen.
    error = colours["error"] if theme.error else None
    warning = colours["warning"] if theme.warning else None
    themes_own = (None, error, warning, colours["primary"], muted)
    severities: dict[str, str] = {}
    for name, own, seed in zip(SEVERITIES, themes_own, _SEVERITY_SEEDS, strict=True):
        first = readable(Color.parse(own)) if own else ""
        distinct = first and first not in severities.values()
        severities[name] = first if distinct else readable(Color.parse(seed))
    return {
        **severities,
        "chain": severities["severity-high"],
        "process-new": readable(Color.parse(colours["success"])),
        "process-exited": muted,
        "user": readable(Color.parse(colours["secondary"])),
        "technique": readable(Color.parse(colours["accent"])),
        "guide": background.blend(foreground, 0.25).hex,
        "muted": muted,
        "row-selected": rows[0].hex,
        "row-selected-blurred": rows[1].hex,
        "match-background": background.blend(Color.parse(severities["severity-medium"]), 0.3).hex,
    }


def _least(colour: Color, behind: Iterable[Color]) -> float:
    return min(contrast(colour, each) for each in behind)
