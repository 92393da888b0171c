"""Limits, namespaces, and what else bounds a process."""

from __future__ import annotations

from textual.content import Content

from edr_tui.model.inspection import LIMITS, Limits, Namespace
from edr_tui.model.process import Process
from edr_tui.ui.shown import shown
from edr_tui.ui.tabs.common import Findings, heading, indented, standing, value_runs

_SECCOMP = {0: "off", 1: "strict", 2: "filter"}
_KEY = 13


def limit_lines(process: Process, findings: Findings, width: int, now_ns: int) -> list[Content]:
    """Namespaces first: whether it is in a container is what one wants to know."""
    view = findings.of(LIMITS)
    lines = standing(view, process, now_ns, width)
    if not isinstance(view.value, Limits):
        return lines
    found = view.value
    lines += [heading("Namespaces"), *(_namespace(each) for each in found.namespaces)]
    lines += [
        Content(""),
        heading("Bounds"),
        *_bounds(found, width),
        Content(""),
        heading("Limits", "soft, hard"),
    ]
    for limit in found.limits:
        name = shown(limit.name.removeprefix("Max "), 20)
        both = f"{shown(limit.soft, 20)}, {shown(limit.hard, 20)} {shown(limit.unit, 12)}".rstrip()
        same = f"{shown(limit.soft, 20)} {shown(limit.unit, 12)}".rstrip()
        told = same if limit.soft == limit.hard else both
        lines.append(Content.assemble((f"  {name:<20} ", "$muted"), told))
    return lines


def _namespace(namespace: Namespace) -> Content:
    told = {True: "the sensor's", False: "its own", None: "not known whose"}[namespace.shared]
    style = "$warning bold" if namespace.shared is False else "$muted"
    id_ = namespace.id.partition(":")[2].strip("[]") or namespace.id
    return Content.assemble(
        (f"  {shown(namespace.kind, 18):<18} ", "$muted"), (f"{told:<16} ", style), (shown(id_, 20), "$muted")
    )


def _bounds(found: Limits, width: int) -> list[Content]:
    capabilities = found.capabilities
    rows: list[tuple[str, str | None, str]] = [
        (
            "capabilities",
            None if capabilities is None else " ".join(capabilities) or "none",
            "$warning bold" if capabilities == ("all",) else "",
        ),
        ("seccomp", None if found.seccomp is None else _SECCOMP.get(found.seccomp, str(found.seccomp)), ""),
        (
            "new rights",
            None if found.no_new_privileges is None else "none" if found.no_new_privileges else "possible",
            "",
        ),
        ("cgroup", found.control_group, ""),
        ("oom score", None if found.oom_score_adj is None else f"{found.oom_score_adj:+,}", ""),
        ("pids", " in ".join(map(str, reversed(found.pids))) if len(found.pids) > 1 else None, ""),
    ]
    lines: list[Content] = []
    for name, value, style in rows:
        if value is not None:
            first = Content.styled(f"  {name:<{_KEY - 2}} "[: _KEY + 1], "$muted")
            lines += indented(value_runs(value, style), width, first, _KEY + 1)
    return lines
