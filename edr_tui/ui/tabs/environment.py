"""The environment: what differs from the parent's first, and secrets behind a mask."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from edr_tui.model import secrets
from edr_tui.model.inspection import ENVIRONMENT, Environment
from edr_tui.model.printable import SHOWN_LIMIT
from edr_tui.model.process import Process
from edr_tui.ui.inspector import PartView
from edr_tui.ui.tabs.common import Findings, count, heading, indented, sentence, standing, value_runs

_NAME_SHOWN = 128
# They make a program load or run something that its command line does not name.
_LOADS_CODE = frozenset(
    {
        "BASH_ENV", "DYLD_INSERT_LIBRARIES", "ENV", "GCONV_PATH", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD",
        "NODE_OPTIONS", "PERL5OPT", "PROMPT_COMMAND", "PYTHONPATH", "PYTHONSTARTUP", "RUBYOPT",
    }
)  # fmt: skip


def environment_lines(
    process: Process, findings: Findings, width: int, now_ns: int, reveal: bool
) -> list[Content]:
    """All variables; + is not in the parent's environment, ~ has another value there, - is only there."""
    view = findings.of(ENVIRONMENT)
    lines = standing(view, process, now_ns, width)
    if not isinstance(view.value, Environment):
        return [*lines, *_recorded(process, width, reveal)]
    own = _pairs(view.value.variables)
    note = count(len(own), "variable", "variables")
    if view.value.left_out:
        note += f", {view.value.left_out:,} bytes more are not told"
    lines += [heading("Environment", note)]
    parent = _parents(findings.parent)
    if parent is None:
        lines += sentence(_why_not_compared(findings), width)
        return [*lines, *(line for pair in own for line in _variable(" ", pair, width, reveal))]
    before = dict(parent)
    changed = [pair for pair in own if before.get(pair[0]) != pair[1]]
    names = {name for name, _ in own}
    gone = [pair for pair in parent if pair[0] not in names]
    lines += sentence(_difference(len(changed) + len(gone), findings), width)
    for pair in changed:
        lines += _variable("~" if pair[0] in before else "+", pair, width, reveal)
        if pair[0] in before:
            lines += _variable("was", (pair[0], before[pair[0]]), width, reveal)
    for pair in gone:
        lines += _variable("-", pair, width, reveal)
    same = [pair for pair in own if before.get(pair[0]) == pair[1]]
    if same and (changed or gone):
        lines += [Content(""), heading("The same as the parent's", f"{len(same):,}")]
    return [*lines, *(line for pair in same for line in _variable(" ", pair, width, reveal))]


def _pairs(variables: Sequence[str]) -> list[tuple[str, str]]:
    split = (variable.partition("=") for variable in variables)
    return [(name, value) for name, _, value in split]


def _parents(view: PartView) -> list[tuple[str, str]] | None:
    return _pairs(view.value.variables) if isinstance(view.value, Environment) else None


def _why_not_compared(findings: Findings) -> str:
    if findings.no_parent is not None:
        return f"Not compared with the parent's: {findings.no_parent}."
    if findings.parent.fault is not None:
        whose = findings.parent_name or "its parent"
        return f"Not compared with the parent's, {whose}: {_short(findings.parent.fault)}."
    return ""


def _short(fault: str) -> str:
    return {"denied": "denied", "gone": "it has ended", "late": "it was not read in time"}.get(
        fault, "not told"
    )


def _difference(number: int, findings: Findings) -> str:
    whose = findings.parent_name or "its parent"
    return f"{number or 'nothing'} {'differs' if number < 2 else 'differ'} from {whose}".capitalize()


def _variable(sign: str, pair: tuple[str, str], width: int, reveal: bool) -> list[Content]:
    name, value = pair
    told = value_runs(name, "$warning bold" if name in _LOADS_CODE else "$primary", _NAME_SHOWN)
    if sign == "was":
        told, sign = [("was ", "$muted")], " "
    else:
        told.append(("=", "$muted"))
    head = value[:SHOWN_LIMIT]
    for text, secret in secrets.parts(name, head):
        told += [(secrets.mask(text), "$muted italic")] if secret and not reveal else value_runs(text)
    if len(value) > SHOWN_LIMIT:
        told.append((f"…(+{len(value) - SHOWN_LIMIT:,})", "$warning italic"))
    style = {"+": "$success bold", "~": "$warning bold", "-": "$error bold"}.get(sign, "")
    return indented(told, width, Content.styled(f"{sign} ", style), 2)


def _recorded(process: Process, width: int, reveal: bool) -> list[Content]:
    """What the events told of it: the variables that name libraries to be loaded first."""
    if not process.image.env_vars:
        return []
    lines = [Content(""), heading("Told when it began")]
    for pair in _pairs(process.image.env_vars):
        lines += _variable(" ", pair, width, reveal)
    return lines
