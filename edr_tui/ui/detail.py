"""One process told whole: its command line, its alerts and why, its ancestry, its facts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.content import Content

from edr_tui.model.alert import Alert, Why
from edr_tui.model.printable import SHOWN_LIMIT, mixed_scripts, printable, runs, shorten
from edr_tui.model.process import Image, Process, User
from edr_tui.ui.ancestry import ancestry_lines
from edr_tui.ui.evidence import marked
from edr_tui.ui.render.look import ACKNOWLEDGED_GLYPH, EXITED_GLYPH, LEVEL_GLYPHS
from edr_tui.ui.shown import command_runs, shown
from edr_tui.ui.words import clock, date_and_clock, duration, ending
from edr_tui.ui.wrapping import wrap

_KEY = 11
_NAME_SHOWN = 256
_ALERTS_SHOWN = 32
_ESCAPED = "$warning italic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is told: a process, its ancestors (nearest first), children and alerts (highest first).

    red: entity_ids of those among them that a red chain passes. remembered: of those that are no
    longer kept, so that only what an alert knew of them can be told.
    """

    process: Process
    ancestors: Sequence[Process] = field(default=())
    children: Sequence[Process] = field(default=())
    alerts: Sequence[Alert] = field(default=())
    red: frozenset[str] = frozenset()
    remembered: frozenset[str] = frozenset()

    @property
    def only_remembered(self) -> bool:
        """Whether the process itself is no longer kept."""
        return self.process.entity_id in self.remembered


class DetailLines:
    """Subjects told in lines; what does not depend on the time is made once for a subject and a width."""

    def __init__(self) -> None:
        self._kept: tuple[Process, tuple[Alert, ...], int] | None = None
        self._above: list[Content] = []
        self._below: list[Content] = []

    def of(self, subject: Subject, width: int, now_ns: int) -> list[Content]:
        """The whole pane in lines of at most `width` cells."""
        process, alerts = subject.process, tuple(subject.alerts)
        if self._kept is None or not _same(self._kept, (process, alerts, width)):
            self._kept = (process, alerts, width)
            self._above = _fit([Content(""), *_command(subject, width), *_alerts(alerts, width)], width)
            self._below = _fit([Content(""), *_facts(subject, width)], width)
        ladder = ancestry_lines(
            process, subject.ancestors, subject.children, subject.red, now_ns, remembered=subject.remembered
        )
        return [
            *_fit([title(subject, now_ns)], width),
            *self._above,
            *_fit([Content(""), Content.styled("Ancestry", "bold $muted"), *ladder], width),
            *self._below,
        ]


def _same(
    kept: tuple[Process, tuple[Alert, ...], int], asked: tuple[Process, tuple[Alert, ...], int]
) -> bool:
    """Whether these are the very same values: to compare them by what they hold could cost a second."""
    return (
        kept[0] is asked[0]
        and kept[2] == asked[2]
        and len(kept[1]) == len(asked[1])
        and all(one is other for one, other in zip(kept[1], asked[1], strict=True))
    )


def _fit(lines: Sequence[Content], width: int) -> list[Content]:
    return [line if line.cell_length <= width else line.truncate(width, ellipsis=True) for line in lines]


def _alerts(alerts: Sequence[Alert], width: int) -> list[Content]:
    lines: list[Content] = []
    for alert in alerts[:_ALERTS_SHOWN]:
        lines += [Content(""), *_alert(alert, width)]
    if len(alerts) > _ALERTS_SHOWN:
        lines.append(Content(""))
        lines.append(Content.styled(f"… {len(alerts) - _ALERTS_SHOWN:,} more alerts", "$muted"))
    return lines


def title(subject: Subject, now_ns: int) -> Content:
    """Name, pid, user, and how it is doing."""
    process = subject.process
    red = any(alert.open for alert in subject.alerts)
    user = process.user.label if process.user is not None else None
    return Content.assemble(
        (shown(process.name or "?", _NAME_SHOWN), "bold $chain" if red else "bold"),
        (f" {process.pid}", "$muted"),
        (f"   {shown(user, 40)}" if user is not None else "", "$user"),
        ("   ", ""),
        Content.styled("no longer kept", "$warning") if subject.only_remembered else _life(process, now_ns),
    )


def _life(process: Process, now_ns: int) -> Content:
    """running 2.1 s, or how it ended and after how long."""
    began = process.start_ns if process.start_ns is not None else process.first_seen_ns
    if process.exit is None:
        return Content.assemble(("running ", "$muted"), duration(now_ns - began))
    how = ending(process.exit)
    return Content.assemble(
        (f"{EXITED_GLYPH} {how if not how.lstrip('-').isdigit() else f'exit {how}'}", "$process-exited"),
        (f" after {duration(process.exit.at_ns - began)}", "$muted"),
    )


def _command(subject: Subject, width: int) -> list[Content]:
    image = subject.process.image
    told = _command_runs(subject.process)
    evidence = tuple(
        why.pattern
        for alert in subject.alerts[:_ALERTS_SHOWN]
        for why in alert.why
        if why.field == "CommandLine" and why.entity_id == subject.process.entity_id
    )
    styled = [
        (text, style if mark else ("" if not escaped else _ESCAPED))
        for text, escaped, mark in marked(told, evidence)
        for style in ("bold underline $chain",)
    ]
    lines = [Content.assemble((" ", ""), line) for line in wrap(styled, width - 1)]
    if image.command_line_length is not None:
        cut = f" cut: {image.command_line_length:,} characters in all"
        digest = f", sha256 {image.command_line_sha256[:16]}…" if image.command_line_sha256 else ""
        lines.append(Content.styled(printable(cut + digest), "$warning"))
    return lines


def _command_runs(process: Process) -> list[tuple[str, bool]]:
    told = command_runs(process.image)
    if told is not None:
        return told
    if process.kernel_thread:
        return [("a kernel thread: it has no command line", False)]
    reason = process.unknown.get("process.command_line", "not told")
    return [(f"the command line is not known: {shown(reason)}", False)]


def _alert(alert: Alert, width: int) -> list[Content]:
    level = alert.level.word
    badge = f" {LEVEL_GLYPHS[alert.level]} {level.upper()} "
    style = f"bold $background on $severity-{level}" if alert.open else "$muted"
    title = Content.assemble(
        (badge, style),
        ("  ", ""),
        (shown(alert.rule.name), "bold" if alert.open else "$muted"),
        (f"  ×{alert.count:,}" if alert.count > 1 else "", "$muted"),
        (f"  {ACKNOWLEDGED_GLYPH} acknowledged" if not alert.open else "", "$success"),
    )
    techniques = [
        Content.assemble((technique.id, "$technique"), (f" {printable(technique.name or '')}", "$muted"))
        for technique in alert.rule.techniques
    ]
    lines = [title]
    if alert.rule.tactics:
        lines.append(_pair("tactic", ", ".join(map(printable, alert.rule.tactics)), indent=2))
    lines += [Content.assemble(("  ", ""), technique) for technique in techniques]
    lines += _why(alert, width)
    if alert.decoded is not None:
        decoded = [(text, _ESCAPED if escaped else "bold") for text, escaped in runs(shorten(alert.decoded))]
        lines += _keyed("decoded", wrap(decoded, width - _KEY - 2), indent=2)
    first, last = clock(alert.first_ns), clock(alert.last_ns)
    lines.append(_pair("seen", f"{first} to {last}" if alert.count > 1 else first, indent=2))
    source = " · ".join(part for part in (alert.rule.ruleset, alert.rule.author) if part)
    lines.append(_pair("rule", source or alert.rule.id, indent=2))
    if source:
        lines.append(_pair("", alert.rule.id, "$muted", indent=2))
    return lines


def _why(alert: Alert, width: int) -> list[Content]:
    pids = {ancestor.entity_id: ancestor for ancestor in alert.ancestry}
    lines: list[Content] = []
    for why in alert.why:
        of = pids.get(why.entity_id) if why.entity_id is not None else None
        lines += wrap(_why_runs(why, None if of is None else f"{of.name or '?'} {of.pid}"), width - _KEY - 2)
    return _keyed("why", lines, indent=2) if lines else []


def _why_runs(why: Why, of: str | None) -> list[tuple[str, str]]:
    told = [
        (f"{printable(why.field)} ", "$primary"),
        (f"{printable(why.test)} ", "$muted"),
        # A regular expression says less than its beginning does.
        (shown(why.pattern, 40 if why.test == "matches" else 200), "bold"),
    ]
    if of is not None:
        told.append((f" ({shown(of, 40)})", "$muted"))
    return told


def _keyed(key: str, lines: Sequence[Content], indent: int = 0) -> list[Content]:
    """Lines behind a key, which stands before the first of them."""
    first = Content.styled(" " * indent + key.ljust(_KEY), "$muted")
    rest = Content(" " * (_KEY + indent))
    return [Content.assemble(first if not number else rest, line) for number, line in enumerate(lines)]


def _pair(key: str, value: str, style: str = "", indent: int = 0) -> Content:
    return _keyed(key, [Content.styled(shown(value), style)], indent)[0]


def _facts(subject: Subject, width: int) -> list[Content]:
    process = subject.process
    if subject.only_remembered:
        started = [] if process.start_ns is None else [_pair("started", date_and_clock(process.start_ns))]
        identity = _pair("identity", process.entity_id, "$muted")
        return [*_executable(process, width), *_user_lines(process), *started, identity]
    lines = _executable(process, width)
    cwd = process.working_directory
    lines += [_pair("cwd", cwd)] if cwd is not None else _unknown(process, "cwd", "process.working_directory")
    lines += _user_lines(process)
    tty = process.tty
    if tty is not None:
        lines.append(_pair("tty", tty.name or f"{tty.major}:{tty.minor}"))
    elif "process.tty" not in process.unknown and not process.kernel_thread:
        lines.append(_pair("tty", "none", "$muted"))
    if process.session_leader_pid is not None:
        lines.append(_pair("session", str(process.session_leader_pid)))
    lines += _origin(process)
    if process.start_ns is not None:
        lines.append(_pair("started", date_and_clock(process.start_ns)))
    lines += _history(process)
    lines += [
        _pair(printable(name.removeprefix("process.")), f"not known: {reason}", "$warning")
        for name, reason in process.unknown.items()
        if name
        not in ("process.executable", "process.working_directory", "process.command_line", "user.name")
    ]
    if process.repaired:
        lines.append(_pair("repaired", "found by a snapshot, its start was not seen", "$warning"))
    lines.append(_pair("edge", _edge(process)))
    lines.append(_pair("identity", process.entity_id, "$muted"))
    return lines


def _executable(process: Process, width: int) -> list[Content]:
    image = process.image
    if image.executable is None:
        return _unknown(process, "executable", "process.executable")
    path = [(text, _ESCAPED if escaped else "") for text, escaped in runs(shorten(image.executable))]
    lines = _keyed("executable", wrap(path, width - _KEY))
    state = executable_state(image)
    if state is not None:
        lines.append(_pair("", state, "bold $warning"))
    if image.invoked is not None and image.invoked != image.executable:
        lines.append(_pair("invoked as", image.invoked))
    if image.name is not None and not _named_after(image):
        lines.append(_pair("named", image.name))
    if image.name is not None and mixed_scripts(image.name[:SHOWN_LIMIT]):
        lines.append(_pair("", "its name mixes scripts: letters may not be what they seem", "bold $warning"))
    return lines


def executable_state(image: Image) -> str | None:
    """What is odd about the file behind an image: memfd, deleted; None if nothing is known to be."""
    if image.executable is None:
        return None
    if image.executable.startswith("/memfd:"):
        return "memfd: runs from memory, there is no file"
    if image.executable.endswith(" (deleted)"):
        return "deleted: its file is gone or replaced"
    return None


def _named_after(image: Image) -> bool:
    """Whether the name is the file's, cut to the kernel's 15 bytes, or a script's or an alias's."""
    path = (image.executable or "").removesuffix(" (deleted)")
    basename = path.rpartition("/")[2].rpartition("\\")[2]
    name = image.name or ""
    return basename[:15].casefold() == name[:15].casefold() or basename.startswith(name)


def _unknown(process: Process, key: str, field_name: str) -> list[Content]:
    if process.kernel_thread:
        return [_pair(key, "none: a kernel thread", "$muted")] if key == "executable" else []
    reason = process.unknown.get(field_name, "not told")
    return [_pair(key, f"not known: {reason}", "$warning")]


def _origin(process: Process) -> list[Content]:
    """What only a sensor in the kernel tells."""
    lines = []
    if process.login_uid is not None:
        lines.append(_pair("login uid", process.login_uid))
    if process.container_id is not None:
        lines.append(_pair("container", process.container_id))
    if process.cgroup_id is not None:
        lines.append(_pair("cgroup", str(process.cgroup_id)))
    if process.hidden is not None:
        lines.append(_pair("hidden", process.hidden, "bold $error"))
    return lines


def _user_lines(process: Process) -> list[Content]:
    if process.user is None:
        return _unknown(process, "user", "user.name")
    lines = [_pair("user", _user(process.user), "$user")]
    if process.effective_user is not None and process.effective_user != process.user:
        lines.append(_pair("effective", _user(process.effective_user), "bold $warning"))
    if process.group_id is not None:
        lines.append(_pair("group", process.group_id))
    return lines


def _user(user: User) -> str:
    if user.name is not None and user.id is not None and user.name != user.id:
        return f"{user.name} ({user.id})"
    return user.label or "?"


def _history(process: Process) -> list[Content]:
    if process.execs == 1:
        return [_pair("exec", "1 image")]
    lines = []
    for image in process.images:
        at = f"{clock(image.since_ns)}  " if image.since_ns is not None else ""
        told = image.command_line if image.command_line is not None else image.executable or image.name or "?"
        lines.append(
            Content.assemble(
                (at, "$muted"), (shown(image.name or "?", _NAME_SHOWN), "bold"), f"  {shown(told, 200)}"
            )
        )
    if process.execs > len(process.images):
        missing = process.execs - len(process.images)
        lines.insert(1, Content.styled(f"… {missing:,} more", "$muted"))
    return _keyed("exec", lines)


def _edge(process: Process) -> str:
    told = {
        "seen": "fork seen",
        "inferred": "parent read from a snapshot",
        "unknown": "parent not known",
    }[process.provenance.value]
    return told if not process.folded else f"{told}; {process.folded:,} generations are folded above"
