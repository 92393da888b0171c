"""A process told in plain text, for a report or a terminal's own selection. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from edr_tui.model.alert import Alert
from edr_tui.model.process import Process
from edr_tui.ui.detail import Subject
from edr_tui.ui.shown import command_runs, shown
from edr_tui.ui.words import date_and_clock, ending

_VALUE = 2_000  # characters of one value
_ALERTS = 16


def evidence_line(subject: Subject, host: str | None, now_ns: int) -> str:
    """The evidence as one line, its parts between bars: what is pasted cannot run as a second command."""
    return " | ".join(line.strip() for line in evidence_lines(subject, host, now_ns))


def evidence_lines(subject: Subject, host: str | None, now_ns: int) -> list[str]:
    """What a report needs: host, process, why it is suspicious, and who started it. All of it printable."""
    process = subject.process
    lines = [
        f"host {shown(host or '?', 256)}, read {date_and_clock(now_ns)}",
        f"process {_named(process)}",
        f"command {_command(process)}",
        f"executable {_known(process.executable)}",
        f"user {_user(process)}",
        f"started {date_and_clock(process.start_ns) if process.start_ns is not None else '?'}",
        f"identity {shown(process.entity_id, 256)}",
    ]
    if process.working_directory is not None:
        lines.append(f"cwd {shown(process.working_directory, _VALUE)}")
    if process.exit is not None:
        lines.append(f"ended {date_and_clock(process.exit.at_ns)}, {ending(process.exit)}")
    for alert in subject.alerts[:_ALERTS]:
        lines += _alert(alert)
    lines += [f"ancestor {_named(each)} {_user(each)} {_command(each)}" for each in subject.ancestors[:64]]
    return lines


def _alert(alert: Alert) -> Iterator[str]:
    techniques = " ".join(shown(technique.id, 20) for technique in alert.rule.techniques)
    count = f" x{alert.count}" if alert.count > 1 else ""
    yield (
        f"alert {alert.level.word.upper()} {shown(alert.rule.name, 256)} {techniques}".rstrip()
        + f"{count}, {alert.state.value}, {date_and_clock(alert.first_ns)}, rule {shown(alert.rule.id, 256)}"
    )
    for why in alert.why:
        yield f"  why {shown(why.field, 80)} {shown(why.test, 40)} {shown(why.pattern, 200)}"


def _named(process: Process) -> str:
    return f"{_known(process.name)} {process.pid}"


def _known(text: str | None) -> str:
    return "?" if text is None else shown(text, _VALUE)


def _user(process: Process) -> str:
    return _known(process.user.label if process.user is not None else None)


def _command(process: Process) -> str:
    told = command_runs(process.image, _VALUE)
    return "?" if told is None else "".join(text for text, _ in told)
