"""A row of the process tree -> a strip.

Left to right: a bar in the margin for a red chain, guides, arrow, level, name, pid, user, command
line, then what is said about it. Where the width does not do, the least important goes first; the
name stays, however deep the row and narrow the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip

from edr_tui.model.printable import mixed_scripts, printable, runs
from edr_tui.model.process import Process
from edr_tui.ui.render.cells import ELLIPSIS, Piece, fit, fit_pieces, line, pieces_len
from edr_tui.ui.render.command_line import command_pieces
from edr_tui.ui.render.look import ACKNOWLEDGED_GLYPH, EXITED_GLYPH, LEVEL_GLYPHS, Look
from edr_tui.ui.tree_rows import InChain, Row
from edr_tui.ui.words import duration, ending

NEW_FOR_NS = 5_000_000_000
"""How long a process that came while we looked is called new."""

ARROW = {"arrow": True}
"""The meta of the arrow's cells: a click there toggles the node."""

_GAP = 2
_COMMAND_ROOM, _COMMAND_AT_LEAST = 36, 12
"""So many cells of the command line are worth more than whatever weighs less than it."""

# What stays longest when there is no room for all.
_BADGE, _ENDING, _LEVEL, _COMMAND, _NEW, _LOW_LEVEL, _USER, _TAG, _TECHNIQUE = range(9, 0, -1)


@dataclass(frozen=True, slots=True)
class _Item:
    """Something said after the name. weight: who stays longest when there is no room."""

    pieces: list[Piece]
    weight: int

    @property
    def cells(self) -> int:
        return _GAP + pieces_len(self.pieces)


def new_for(process: Process, now_ns: int) -> int | None:
    """For how many whole seconds a process has been here, while it counts as new; else None."""
    if process.in_first_snapshot or process.repaired or process.exit is not None:
        return None
    age = now_ns - process.first_seen_ns
    return age // 1_000_000_000 if 0 <= age < NEW_FOR_NS else None


def render_row(row: Row, width: int, look: Look, now_ns: int) -> Strip:
    """The row in exactly width cells. now_ns: the moment at which new processes are new."""
    head = _margin(row, width, look)
    name = _name(row, look)
    pid = str(row.process.pid)
    if width >= 10:
        arrow, glyph = _arrow(row, look), _glyph(row, look)
        wanted = min(pieces_len(name), 24) + 1 + len(pid)
        left = width - pieces_len(head) - pieces_len(arrow) - pieces_len(glyph) - wanted
        head += [*_guides(row, min(width * 2 // 5, left), look), *arrow, *glyph]
    room = width - pieces_len(head)
    # A name of 200 characters leaves its pid on the screen, a narrow screen its name.
    beside_pid = room - 1 - len(pid)
    name = fit_pieces(name, beside_pid if beside_pid >= 8 else max(1, room))
    room -= pieces_len(name)
    if room > len(pid):
        name += [(" ", look.blank), (pid, _quieted(look.pid, row, look))]
        room -= 1 + len(pid)
    return line([*head, *name, *_rest(row, room, look, now_ns)], width, look.blank)


def _margin(row: Row, width: int, look: Look) -> list[Piece]:
    if width < 6:
        return []
    blank = " " if width >= 24 else ""
    match row.in_chain:
        case InChain.PATH:
            return [("▌" + blank, look.bar)]
        case InChain.DESCENDANT:
            return [("▎" + blank, look.bar)]
    return [(" " + blank, look.blank)]


def _arrow(row: Row, look: Look) -> list[Piece]:
    if row.expandable:
        return [("▾ " if row.expanded else "▸ ", _toggle_style(look.arrow))]
    return [("─ " if row.depth else "  ", look.guide)]


@lru_cache(maxsize=16)
def _toggle_style(style: Style) -> Style:
    return style + Style(meta=ARROW)


def _guides(row: Row, room: int, look: Look) -> list[Piece]:
    """The lines from the ancestors, two cells a level; what there is no room for is counted: …12."""
    levels = row.depth
    if levels == 0 or room <= 0:
        return []
    lines = ["│ " if later else "  " for later in row.guides]
    lines.append("└─" if row.is_last else "├─")
    if levels * 2 <= room and levels == len(lines):
        return [("".join(lines), look.guide)]
    marker_cells = len(str(levels)) + 2
    if room < marker_cells:
        return [(ELLIPSIS, look.guide)]
    kept = min(len(lines), (room - marker_cells) // 2)
    marker = f"{ELLIPSIS}{levels - kept}".ljust(marker_cells)
    return [("".join([marker, *lines[len(lines) - kept :]]), look.guide)]


def _glyph(row: Row, look: Look) -> list[Piece]:
    if row.level is not None and row.in_chain is InChain.PATH:
        return [(LEVEL_GLYPHS[row.level] + " ", look.level(row.level))]
    if row.acknowledged:
        return [(ACKNOWLEDGED_GLYPH + " ", look.acknowledged)]
    return []


def _name(row: Row, look: Look) -> list[Piece]:
    alive = row.process.exit is None
    match row.in_chain:
        case InChain.PATH:
            style = look.chain if alive else look.chain + Style(bold=False)
        case InChain.DESCENDANT:
            style = look.chain if alive else look.descendant
        case _:
            style = look.name if alive else look.exited
    style = _quieted(style, row, look)
    name = row.process.name
    if not name:
        return [("?", style)]
    return [(text, style + look.escaped if escaped else style) for text, escaped in runs(name)]


def _quieted(style: Style, row: Row, look: Look) -> Style:
    """The style, or that of what is only there for its descendants' sake."""
    return style if row.matches else look.aside


def _rest(row: Row, room: int, look: Look, now_ns: int) -> list[Piece]:
    """What stands after the pid: user, command line, and what is said about the process."""
    user, said = _user(row, look), _said(row, look, now_ns)
    command = _command(row, room, look)
    command_cells = pieces_len(command) + _GAP
    wanted = min(_COMMAND_ROOM, max(_COMMAND_AT_LEAST, room // 2)) + _GAP
    kept = _chosen([user, *said], min(command_cells, wanted), room)
    left = room - sum(item.cells for item in kept)
    pieces: list[Piece] = []
    if user in kept:
        pieces += [(" " * _GAP, look.blank), *user.pieces]
        kept.remove(user)
    if command and left > min(_GAP + 3, command_cells - 1):
        pieces += [(" " * _GAP, look.blank), *fit_pieces(command, left - _GAP)]
    for item in kept:
        pieces += [(" " * _GAP, look.blank), *item.pieces]
    return pieces


def _chosen(items: list[_Item], command_cells: int, room: int) -> list[_Item]:
    """The items there is room for, heaviest first, beside a command line that takes so many cells."""
    chosen: set[int] = set()
    left, reserved = room, False
    for number in sorted(range(len(items)), key=lambda number: -items[number].weight):
        item = items[number]
        if not reserved and item.weight < _COMMAND:
            left, reserved = max(0, left - command_cells), True
        if item.cells <= left:
            chosen.add(number)
            left -= item.cells
    return [item for number, item in enumerate(items) if number in chosen]


def _user(row: Row, look: Look) -> _Item:
    process = row.process
    user = process.user.label if process.user is not None else None
    text = printable(user) if user else "?"
    effective = process.effective_user.label if process.effective_user is not None else None
    if effective and effective != user:
        text = f"{text}→{printable(effective)}"
    return _Item([(fit(text, 24), _quieted(look.user, row, look))], _USER)


def _command(row: Row, room: int, look: Look) -> list[Piece]:
    process = row.process
    if process.kernel_thread:
        return [("kernel thread", _quieted(look.exited, row, look))]
    pieces = command_pieces(process.image, look, row.evidence, max(0, room))
    if not row.matches:
        return [(text, look.aside) for text, _ in pieces]
    if process.exit is not None and row.in_chain is InChain.NONE:
        return [(text, look.exited if style is look.command else style) for text, style in pieces]
    return pieces


def _said(row: Row, look: Look, now_ns: int) -> list[_Item]:
    """All that may be said, in the order in which it stands."""
    found: list[_Item] = []
    if row.level is not None:
        style, word = look.level(row.level), row.level.word
        in_path = row.in_chain is InChain.PATH
        text = word.upper() if in_path else f"{LEVEL_GLYPHS[row.level]} {word}"
        found.append(_Item([(text, style)], _LEVEL if in_path else _LOW_LEVEL))
    if row.techniques:
        found.append(_Item([(_techniques(row), _quieted(look.technique, row, look))], _TECHNIQUE))
    found += [_Item([(tag, look.tag)], _TAG) for tag in _tags(row.process)]
    if row.hidden:
        found.append(_Item(_badge(row, look), _BADGE))
    if (exit_ := row.process.exit) is not None:
        found.append(
            _Item([(f"{EXITED_GLYPH} {ending(exit_)}{_lifetime(row.process)}", look.exited)], _ENDING)
        )
    if (seconds := new_for(row.process, now_ns)) is not None:
        found.append(_Item([(f"new {seconds}s", look.new)], _NEW))
    return found


def _techniques(row: Row) -> str:
    shown = " ".join(printable(technique) for technique in row.techniques[:2])
    return shown if len(row.techniques) <= 2 else f"{shown} +{len(row.techniques) - 2}"


def _tags(process: Process) -> list[str]:
    """What of a process is worth a second look, in a word each."""
    tags = []
    if process.folded:
        tags.append(f"{process.folded} between")
    executable = process.executable or ""
    if executable.startswith(("/memfd:", "memfd:")):
        tags.append("memfd")
    elif executable.endswith(" (deleted)"):
        tags.append("deleted")
    if mixed_scripts(process.name or ""):
        tags.append("mixed scripts")
    return tags


def _badge(row: Row, look: Look) -> list[Piece]:
    pieces: list[Piece] = []
    if row.level_below is not None:
        pieces.append((LEVEL_GLYPHS[row.level_below] + " ", look.level(row.level_below)))
    pieces.append((f"+{row.hidden}", look.badge))
    if row.new_hidden:
        pieces.append((f" {row.new_hidden} new", look.new))
    return pieces


def _lifetime(process: Process) -> str:
    if process.exit is None or process.start_ns is None:
        return ""
    return f" {duration(process.exit.at_ns - process.start_ns)}"
