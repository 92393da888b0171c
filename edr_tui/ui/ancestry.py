"""The ancestry of a process as a ladder: root first, the time between generations on the rungs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from edr_tui.model.process import Process, Provenance
from edr_tui.ui.render.look import EXITED_GLYPH
from edr_tui.ui.shown import command_runs, shown
from edr_tui.ui.words import duration
from edr_tui.ui.wrapping import wrap

_LABEL_AT_MOST, _USER_AT_MOST = 28, 16
_NAME_SHOWN = 40
_CHILDREN_SHOWN = 8
_FIRST_SHOWN, _LAST_SHOWN = 8, 56  # generations of a long ladder: root side, and this side
_COMMAND_SHOWN = 2000
_KEPT_NO_LONGER = Content.styled("no longer kept", "$muted")


def ancestry_lines(
    process: Process,
    ancestors: Sequence[Process],
    children: Sequence[Process],
    red: Collection[str],
    now_ns: int,
    commands: int | None = None,
    remembered: Collection[str] = (),
) -> list[Content]:
    """Root first, the process itself marked, then its children.

    ancestors: nearest first. red: whom a red chain passes. commands: each generation's command
        line too, wrapped to that width. Of a long ladder the middle is left out, and counted.
    remembered: who is no longer kept, so that its age is not known.
    """
    generations, left_out = _shown_generations([*reversed(ancestors), process])
    columns = _columns(generations)
    lines = _beginning(generations[0])
    for number, generation in enumerate(generations):
        if number == _FIRST_SHOWN and left_out:
            lines.append(_fold(left_out, red))
        elif number:
            lines += _between(generations[number - 1], generation, generation.entity_id in red)
        age = _KEPT_NO_LONGER if generation.entity_id in remembered else _age(generation, now_ns)
        lines.append(
            _generation(generation, generation is process, generation.entity_id in red, columns, age)
        )
        if commands is not None:
            rail = _rail(red=generation.entity_id in red) if generation is not process else Content("   ")
            lines += [Content.assemble(rail, line) for line in _command(generation, commands - 3)]
    return lines + _children(children, process.entity_id in red, now_ns)


def _shown_generations(generations: list[Process]) -> tuple[list[Process], list[Process]]:
    """The generations that are shown, and those that are left out of the middle."""
    if len(generations) <= _FIRST_SHOWN + _LAST_SHOWN:
        return generations, []
    first, last = generations[:_FIRST_SHOWN], generations[-_LAST_SHOWN:]
    return [*first, *last], generations[_FIRST_SHOWN:-_LAST_SHOWN]


def _fold(left_out: Sequence[Process], red: Collection[str]) -> Content:
    passes = any(process.entity_id in red for process in left_out)
    told = f"… {len(left_out):,} generations not shown"
    return Content.assemble(_rail(passes), (told, "$warning"))


def _beginning(root: Process) -> list[Content]:
    """What stands above the first generation that we know."""
    parent = root.parent
    if parent is None or (parent.pid is None and parent.name is None):
        return []
    told = f"{shown(parent.name or '?', _NAME_SHOWN)} {parent.pid if parent.pid is not None else '?'}"
    return [Content.styled(f" ◌ {told}  is not in the tree", "$muted"), _rail(False)]


class _Columns(NamedTuple):
    """How wide the columns have to be for these generations."""

    label: int
    user: int


def _columns(generations: Sequence[Process]) -> _Columns:
    labels = (cell_len(_name(process)) + 1 + len(str(process.pid)) for process in generations)
    users = (cell_len(_user(process)) for process in generations)
    return _Columns(min(max(labels), _LABEL_AT_MOST), min(max(users), _USER_AT_MOST))


def _name(process: Process) -> str:
    return shown(process.name or "?", _NAME_SHOWN)


def _user(process: Process) -> str:
    user = process.user.label if process.user is not None else None
    return shown(user, 24) if user is not None else "?"


def _generation(process: Process, itself: bool, red: bool, columns: _Columns, age: Content) -> Content:
    dot, style = ("●" if itself else "○"), ("$chain" if red else "$muted")
    label = Content.assemble(
        (_name(process), "bold $chain" if red else "bold"), (f" {process.pid}", "$muted")
    )
    user = Content.styled(_user(process), "$user")
    return Content.assemble(
        (f" {dot} ", style),
        label.pad_right(max(columns.label - label.cell_length, 0)),
        "  ",
        user.pad_right(max(columns.user - user.cell_length, 0)),
        "  ",
        age,
    )


def _command(process: Process, width: int) -> list[Content]:
    """The command line, or what is known instead."""
    told = command_runs(process.image, _COMMAND_SHOWN)
    if not told:
        told = [("a kernel thread" if process.kernel_thread else "the command line is not known", False)]
    return wrap([("".join(text for text, _ in told), "$muted")], width)


def _age(process: Process, now_ns: int) -> Content:
    began = process.start_ns if process.start_ns is not None else process.first_seen_ns
    if process.exit is not None:
        return Content.styled(
            f"{EXITED_GLYPH} after {duration(process.exit.at_ns - began)}", "$process-exited"
        )
    return Content.styled(duration(now_ns - began), "$muted")


def _between(parent: Process, child: Process, red: bool) -> list[Content]:
    """The rung between two generations: the time that passed, and what changed on the way."""
    told: list[tuple[str, str]] = []
    if parent.start_ns is not None and child.start_ns is not None:
        told.append((f"+ {duration(child.start_ns - parent.start_ns)}", "$muted"))
    if child.folded:
        told.append((f"  … {child.folded:,} generations folded", "$warning"))
    before = parent.user.label if parent.user is not None else None
    after = child.user.label if child.user is not None else None
    if before is not None and after is not None and before != after:
        told.append((f"  user {shown(before, _NAME_SHOWN)} → {shown(after, _NAME_SHOWN)}", "$warning"))
    if child.provenance is Provenance.UNKNOWN:
        told.append(("  edge not known", "$warning"))
    return [Content.assemble(_rail(red), *told)]


def _rail(red: bool) -> Content:
    return Content.styled(" │ ", "$chain" if red else "$guide")


def _children(children: Sequence[Process], red: bool, now_ns: int) -> list[Content]:
    listed = children[:_CHILDREN_SHOWN]
    lines = []
    for number, child in enumerate(listed):
        last = number == len(children) - 1
        began = child.start_ns if child.start_ns is not None else child.first_seen_ns
        ended = (
            f"  {EXITED_GLYPH} after {duration(child.exit.at_ns - began)}" if child.exit is not None else ""
        )
        lines.append(
            Content.assemble(
                (" └ " if last else " ├ ", "$chain" if red else "$guide"),
                (shown(child.name or "?", _NAME_SHOWN), "$chain" if red else ""),
                (f" {child.pid}", "$muted"),
                (ended, "$process-exited"),
            )
        )
    if len(children) > len(listed):
        lines.append(Content.styled(f" └ … {len(children) - len(listed):,} more children", "$muted"))
    return lines
