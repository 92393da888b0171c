"""edr-tui doctor: what works here, what does not and why, what to do, and what stays unseen."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from edr_tui import __version__
from edr_tui.cli.usage import WrongUse

# Distribution -> what it is imported as.
_LIBRARIES = {
    "psutil": "psutil",
    "textual": "textual",
    "rich": "rich",
    "msgspec": "msgspec",
    "PyYAML": "yaml",
    "google-re2": "re2",
    "ahocorasick-rs": "ahocorasick_rs",
    "platformdirs": "platformdirs",
}
_SMALLEST = (40, 10)

Report = dict[str, Any]


def add_parser(commands: Any) -> None:
    """Declare the command's options."""
    parser = commands.add_parser(
        "doctor",
        help="tell what works on this host, what does not, and what to do",
        description="Tries every sensor for a moment, and looks at libraries, kernel, terminal,"
        " configuration and rules. Ends with 1 if something is wrong that keeps edr-tui from its work.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="the same as one JSON object")
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="look at this file instead of config.toml"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 0, or 1 if something is wrong."""
    report = examine(options.config)
    try:
        if options.json:
            import json

            print(json.dumps(report, indent=2, ensure_ascii=True), flush=True)
        else:
            from edr_tui.cli.doctor_page import page

            print("\n".join(page(report)), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1 if report["faults"] else 0


def examine(config: Path | None = None) -> Report:
    """Everything that is told, as --json prints it. faults: the sentences for which doctor ends with 1."""
    import platform

    faults: list[str] = []
    sensors, kernel = _sensors(faults), _kernel()
    user = _user()
    _be_the_caller()
    report: Report = {
        "version": __version__,
        "host": platform.node(),
        "user": user,
        "sensors": sensors,
        "kernel": kernel,
        "libraries": _libraries(faults),
        "terminal": terminal(os.environ),
        "files": _files(config, faults),
        "rules": _rules(config, faults),
        "faults": faults,
    }
    return report


def _be_the_caller() -> None:
    """Under sudo only sensors are tried as root; what the user wrote is read as the user. Raises WrongUse."""
    from edr_tui.privilege.caller import PrivilegeError, become, caller

    try:
        user = caller(os.environ)
        if user is not None:
            become(user, os.environ)
    except PrivilegeError as fault:
        raise WrongUse(str(fault)) from None


def _user() -> str:
    if hasattr(os, "geteuid"):
        return "root" if os.geteuid() == 0 else f"user {os.geteuid()}, not root"
    return "unknown"


def _sensors(faults: list[str]) -> list[Report]:
    """The sensors, the best first; auto takes the first that works."""
    try:
        from edr_tui.sensors.diagnosis import try_sensors
    except ImportError as fault:
        faults.append(f"no sensor can be tried: {fault}")
        return []
    told: list[Report] = []
    for state in try_sensors():
        chosen = state.works and not any(before["chosen"] for before in told)
        told.append(
            {
                "name": state.name,
                "works": state.works,
                "chosen": chosen,
                "why": state.why,
                "advice": state.advice,
                "blind": dict(state.blind),
            }
        )
    if not any(one["works"] for one in told):
        faults.append("no sensor works here")
    return told


def _kernel() -> dict[str, str]:
    with suppress(ImportError):
        from edr_tui.sensors.diagnosis import kernel_facts

        return kernel_facts()
    import platform

    return {"system": platform.system(), "release": platform.release()}


def _libraries(faults: list[str]) -> dict[str, str | None]:
    """Name -> version, None where it is missing."""
    import importlib
    import importlib.metadata
    import platform

    told: dict[str, str | None] = {"Python": platform.python_version()}
    for name, module in _LIBRARIES.items():
        told[name] = None
        try:
            importlib.import_module(module)
            told[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            told[name] = "of unknown version"
        except Exception as fault:
            faults.append(f"the library {name} cannot be used: {type(fault).__name__}: {fault}")
    if sys.platform == "linux":
        with suppress(ImportError):
            from edr_tui.sensors.diagnosis import libbpf_version

            told["libbpf"] = libbpf_version()  # whose absence the ebpf sensor tells
    return told


def terminal(environment: Any) -> Report:
    """What can be shown: size in cells, colours (24-bit, 256, 16, none), encoding, and what is amiss."""
    notes: list[str] = []
    size = None
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    term = environment.get("TERM", "")
    if is_terminal:
        with suppress(OSError):
            size = tuple(os.get_terminal_size(sys.stdout.fileno()))
    else:
        notes.append("standard output is no terminal: the console needs one, --headless does not")
    if term in ("", "dumb") and os.name == "posix":
        notes.append(f"TERM={term} cannot show a screen: set it to what your terminal is, or use --headless")
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    if encoding.lower().replace("-", "") != "utf8":
        notes.append(f"the encoding is {encoding}: lines and marks need UTF-8, such as LANG=C.UTF-8")
    if size is not None and (size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1]):
        notes.append(f"the window is smaller than {_SMALLEST[0]}x{_SMALLEST[1]}")
    return {
        "is_terminal": is_terminal,
        "term": term,
        "size": size,
        "colours": _colours(environment, term),
        "encoding": encoding,
        "notes": notes,
    }


def _colours(environment: Any, term: str) -> str:
    if environment.get("NO_COLOR"):
        return "none (NO_COLOR)"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "24-bit"
    if term in ("", "dumb"):
        return "none"
    return "256" if "256color" in term else "16"


def _files(config: Path | None, faults: list[str]) -> Report:
    """Where things are read from and kept, and what is wrong there."""
    try:
        from edr_tui import config as module
        from edr_tui import paths
        from edr_tui.sensors.choose import NAMES
    except ImportError as fault:
        faults.append(f"the configuration cannot be read: {fault}")
        return {}
    file = paths.config_file() if config is None else config
    loaded = module.load(config, sensors=NAMES)
    faults += loaded.faults
    return {
        "config": str(file),
        "config_exists": file.exists(),
        "config_faults": list(loaded.faults),
        "themes": str(paths.user_themes()),
        "rules": str(paths.user_rules()),
        "data": str(paths.data_home()),
        "data_writable": _writable(paths.data_home()),
    }


def _writable(folder: Path) -> bool:
    """Whether files could be made there, the folder too."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _rules(config: Path | None, faults: list[str]) -> Report:
    """How many rules run, and why the others do not."""
    try:
        from edr_tui import config as module
        from edr_tui.detect import load_rules
        from edr_tui.paths import user_rules
    except ImportError as fault:
        faults.append(f"no rule can be read: {fault}")
        return {}
    loaded = module.load(config).config
    own = user_rules()
    bundled = load_rules(bundled=loaded.bundled)
    others = load_rules([*loaded.rules, *([own] if own.is_dir() else [])], bundled=False)
    wrong = [str(fault) for fault in (*bundled.faults, *others.faults)]
    faults += wrong
    return {
        "bundled": len(bundled.rules),
        "own": len(others.rules),
        "skipped": [str(skipped) for skipped in (*bundled.skipped, *others.skipped)],
        "faults": wrong,
    }
