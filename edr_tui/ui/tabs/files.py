"""Open files, and sockets."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from edr_tui.model.inspection import FILES, NETWORK, Files, Network, OpenFile, Socket
from edr_tui.model.process import Process
from edr_tui.ui.shown import shown
from edr_tui.ui.tabs.common import Findings, heading, indented, sentence, standing, value_runs

_KINDS = ("file", "device", "socket", "pipe", "memory", "other")
_STREAMS = ("standard input", "standard output", "standard error")


def file_lines(process: Process, findings: Findings, width: int, now_ns: int) -> list[Content]:
    """Every open file by its number: how it was opened, what it is, where it leads."""
    view = findings.of(FILES)
    lines = standing(view, process, now_ns, width)
    if not isinstance(view.value, Files):
        return lines
    files = view.value.files
    total = len(files) if view.value.total is None else view.value.total
    lines.append(heading("Open files", f"{total:,}"))
    kinds = Counter(file.kind if file.kind in _KINDS else "other" for file in files)
    if files:
        lines += sentence(" · ".join(f"{kinds[kind]:,} {kind}" for kind in _KINDS if kinds[kind]), width)
    if total > len(files):
        lines += sentence(f"{total - len(files):,} more are not listed.", width, "$warning")
    for file in files:
        lines += _file(file, width)
    return lines


def _file(file: OpenFile, width: int) -> list[Content]:
    odd = file.kind == "memory" or file.target.endswith(" (deleted)")
    first = Content.assemble(
        (f"{file.number:>4} ", "$muted"),
        f"{shown(file.mode, 2):<2} ",
        (f"{shown(file.kind, 6):<6} ", "$muted"),
    )
    return indented(value_runs(file.target, "$warning bold" if odd else ""), width, first, 15)


_ORDER = {"LISTEN": 0, "ESTABLISHED": 1}


def network_lines(process: Process, findings: Findings, width: int, now_ns: int) -> list[Content]:
    """Its sockets: listening ones first, then connections, those within the host last."""
    view = findings.of(NETWORK)
    lines = standing(view, process, now_ns, width)
    if not isinstance(view.value, Network):
        return [*lines, *_recorded(process, width)]
    sockets = sorted(view.value.sockets, key=_order)
    total = len(sockets) if view.value.total is None else view.value.total
    lines.append(heading("Sockets", f"{total:,}"))
    if not sockets:
        lines += sentence("It has none.", width)
    if total > len(sockets):
        lines += sentence(f"{total - len(sockets):,} more are not listed.", width, "$warning")
    for each in sockets:
        lines += _socket(each, width)
    return lines


def _order(socket: Socket) -> tuple[bool, int, str, int]:
    local = socket.protocol in ("unix", "other")
    return (local, _ORDER.get(socket.state or "", 2), socket.protocol, socket.number or 0)


def _socket(socket: Socket, width: int) -> list[Content]:
    state = socket.state or ""
    first = Content.assemble(
        (f"{'' if socket.number is None else socket.number:>4} ", "$muted"),
        f"{shown(socket.protocol, 7):<7} ",
        (f"{shown(state, 12):<12} ", "$success" if state == "LISTEN" else "$muted"),
    )
    told = value_runs(socket.local or "-")
    if socket.remote is not None:
        told += [(" > ", "$muted"), *value_runs(socket.remote, "bold")]
    return indented(told, width, first, 26)


def _recorded(process: Process, width: int) -> list[Content]:
    """What the events told: which of the standard streams were sockets when it began."""
    streams = [_STREAMS[number] for number in process.image.sockets if 0 <= number < len(_STREAMS)]
    if not streams:
        return []
    words = (
        f"When it began, its {', '.join(streams)} {'was a socket' if len(streams) == 1 else 'were sockets'}."
    )
    return [Content(""), *sentence(words, width, "$warning")]
