"""Pure: the doctor's report -> lines for people. Whatever is in it is shown in visible characters alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from edr_tui.model.printable import printable

_WIDTH = 100
_NAME = 16


def page(report: Mapping[str, Any]) -> list[str]:
    """The lines."""
    lines = [f"edr-tui {report['version']} on {printable(report['host'])}, as {report['user']}"]
    for title, section in (
        ("Sensors", _sensors(report["sensors"])),
        (_blind_title(report["sensors"]), _blind(report["sensors"])),
        ("Kernel", _pairs(report["kernel"])),
        ("Libraries", _pairs({name: told or "missing" for name, told in report["libraries"].items()})),
        ("Terminal", _terminal(report["terminal"])),
        ("Files", _files(report["files"])),
        ("Rules", _rules(report["rules"])),
        ("Wrong", _list(report["faults"])),
    ):
        told = list(section)
        if told:
            lines += ["", title, *told]
    if not report["faults"]:
        lines += ["", "Nothing is wrong."]
    return lines


def _sensors(sensors: list[Mapping[str, Any]]) -> Iterator[str]:
    for sensor in sensors:
        state = "works" if sensor["works"] else "does not work"
        if sensor["chosen"]:
            state += ", and is what auto takes"
        yield from _line(sensor["name"], f"{state}: {sensor['why']}")
        if sensor["advice"]:
            yield from _line("", f"What to do: {sensor['advice']}")


def _blind_title(sensors: list[Mapping[str, Any]]) -> str:
    chosen = next((sensor["name"] for sensor in sensors if sensor["chosen"]), "")
    return f"What the {printable(chosen)} sensor cannot see"


def _blind(sensors: list[Mapping[str, Any]]) -> Iterator[str]:
    for sensor in sensors:
        if sensor["chosen"]:
            if not sensor["blind"]:
                yield "  nothing that it knows of"
            for name, why in sensor["blind"].items():
                yield from _line(name, why)


def _terminal(terminal: Mapping[str, Any]) -> Iterator[str]:
    size = terminal["size"]
    yield from _pairs(
        {
            "TERM": terminal["term"] or "not set",
            "size": "unknown" if size is None else f"{size[0]}x{size[1]} cells",
            "colours": terminal["colours"],
            "encoding": terminal["encoding"],
        }
    )
    yield from _list(terminal["notes"])


def _files(files: Mapping[str, Any]) -> Iterator[str]:
    if not files:
        return
    there = "" if files["config_exists"] else " (not there: defaults hold)"
    writable = "" if files["data_writable"] else " (cannot be written)"
    yield from _pairs(
        {
            "configuration": f"{files['config']}{there}",
            "own rules": files["rules"],
            "own themes": files["themes"],
            "data": f"{files['data']}{writable}",
        }
    )


def _rules(rules: Mapping[str, Any]) -> Iterator[str]:
    if not rules:
        return
    skipped = f", {len(rules['skipped'])} skipped" if rules["skipped"] else ""
    wrong = f", {len(rules['faults'])} wrong" if rules["faults"] else ""
    yield f"  {rules['bundled']} bundled and {rules['own']} of your own run{skipped}{wrong}"
    yield from _list(rules["skipped"])


def _pairs(pairs: Mapping[str, str]) -> Iterator[str]:
    for name, told in pairs.items():
        yield from _line(name, told)


def _list(sentences: list[str]) -> Iterator[str]:
    for sentence in sentences:
        yield from _line("-", sentence, name_width=1)


def _line(name: str, told: str, name_width: int = _NAME) -> Iterator[str]:
    begin = f"  {printable(name):<{name_width}} "
    if len(begin) > name_width + 3:  # a long name has a line of its own
        yield begin.rstrip()
        begin = " " * (name_width + 3)
    yield from textwrap.wrap(
        printable(told),
        _WIDTH,
        initial_indent=begin,
        subsequent_indent=" " * (name_width + 3),
        break_on_hyphens=False,
        break_long_words=False,  # a path is to be copied
    ) or [begin.rstrip()]
