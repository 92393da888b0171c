"""Alerts and events as lines of text, for a terminal that shows no screen, and for people without one."""

from __future__ import annotations

from datetime import datetime

from edr_tui.model.alert import Alert, Ancestor
from edr_tui.model.event import (
    AnyEvent,
    EventsLost,
    ProcessExec,
    ProcessExit,
    ProcessSnapshot,
    ProcessStart,
)
from edr_tui.model.printable import printable, shell_quoted, shorten
from edr_tui.model.process import Image

_SHOWN = 1_000
_CHAIN = 8


def plain_line(said: AnyEvent | Alert, encoding: str = "utf-8") -> bytes:
    """One line that says it, printable, with its time of day first; nothing for a sensor's status."""
    if isinstance(said, Alert):
        text = _alert(said)
    elif isinstance(said, EventsLost):
        text = f"{_clock(said.at_ns)}  LOST      {said.count:,} events ({printable(said.stage)})"
    elif isinstance(said, ProcessExit):
        how = f"signal {said.exit_signal}" if said.exit_signal is not None else f"code {said.exit_code}"
        text = f"{_clock(said.at_ns)}  ended     {_name(said.name)} {said.pid}  {how.replace('None', '?')}"
    elif isinstance(said, ProcessSnapshot | ProcessStart | ProcessExec):
        word = {ProcessSnapshot: "running", ProcessStart: "started", ProcessExec: "image"}[type(said)]
        process = said.process
        parent = process.parent
        by = f"  by {_name(parent.name)} {parent.pid}" if parent is not None and parent.pid else ""
        text = f"{_clock(said.at_ns)}  {word:<8}  {_name(process.image.name)} {process.pid}{by}"
        text += f"  {_command(process.image)}"
    else:
        return b""
    return text.encode(encoding, "backslashreplace") + b"\n"


def _alert(alert: Alert) -> str:
    techniques = " ".join(printable(technique.id) for technique in alert.rule.techniques)
    chain = alert.ancestry[-_CHAIN:]
    led = " > ".join(map(_generation, chain))
    if len(chain) < len(alert.ancestry):
        led = f"... > {led}"
    count = f"  x{alert.count}" if alert.count > 1 else ""
    command = shorten(printable(alert.process.command_line or "?"), _SHOWN)
    parts = (
        _clock(alert.last_ns),
        f"{alert.level.word.upper():<8}",
        shorten(printable(alert.rule.name), 200) + count,
        techniques,
        led,
        command,
    )
    return "  ".join(part for part in parts if part)


def _generation(ancestor: Ancestor) -> str:
    return f"{_name(ancestor.name)} {ancestor.pid}"


def _name(name: str | None) -> str:
    return shorten(printable(name), 64) if name else "?"


def _command(image: Image) -> str:
    if image.args is not None:
        return shorten(shell_quoted(image.args), _SHOWN)
    return shorten(printable(image.command_line or "?"), _SHOWN)


def _clock(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns / 1_000_000_000).strftime("%H:%M:%S")
