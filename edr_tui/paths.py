"""Every place on disk that the program reads or writes, in one file.

On Linux they follow the XDG base directories; elsewhere what the system is used to (platformdirs).
Nothing is ever looked for in the current directory.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "edr-tui"


def config_home() -> Path:
    """The folder of config.toml, themes/ and rules/: $XDG_CONFIG_HOME/edr-tui."""
    return _absolute(platformdirs.user_config_path(APP, appauthor=False), ".config")


def data_home() -> Path:
    """The folder of what is worth keeping, such as alerts: $XDG_DATA_HOME/edr-tui."""
    return _absolute(platformdirs.user_data_path(APP, appauthor=False), ".local/share")


def state_home() -> Path:
    """The folder of what only helps, such as logs: $XDG_STATE_HOME/edr-tui."""
    return _absolute(platformdirs.user_state_path(APP, appauthor=False), ".local/state")


def _absolute(path: Path, fallback: str) -> Path:
    """The path, unless the environment gave a relative one: then it would lie wherever we are started."""
    return path if path.is_absolute() else Path.home() / fallback / APP


def config_file() -> Path:
    """The configuration that is read when no --config is given."""
    return config_home() / "config.toml"


def user_themes() -> Path:
    """The user's own themes, one NAME.toml each."""
    return config_home() / "themes"


def user_rules() -> Path:
    """The user's own rules, besides those that the configuration names."""
    return config_home() / "rules"


def bundled_themes() -> Path:
    """The themes that come with the program: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    packaged = package / "themes"
    return packaged if packaged.is_dir() else package.parent / "themes"
