"""What can be asked: the fields of processes and of alerts, and the words after is:."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from edr_tui.model.alert import Alert, AlertState, Ancestor, Severity
from edr_tui.model.process import Process, User
from edr_tui.query import values
from edr_tui.query.errors import QueryError, quoted
from edr_tui.query.words import Value

NEW_NS = 10_000_000_000  # for how long a process or an alert is new


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a filter asks of a process that the process does not hold. One value serves all the
    processes that have no alert.

    now_ns: ns since the epoch. level: the highest level among its open alerts. techniques: the
    ATT&CK ids of its open alerts. host: the host's name.
    """

    now_ns: int
    level: Severity | None = None
    techniques: tuple[str, ...] = ()
    host: str | None = None


ProcessSubject = tuple[Process, Context]
AlertSubject = tuple[Alert, int]

S = TypeVar("S")
Test = Callable[[S], bool]
Texts = Callable[[S], Iterable[str | None]]


@dataclass(frozen=True, slots=True)
class Field(Generic[S]):
    """A field: what it wants, as the end of "user: wants ...", and how its value becomes a test.

    shown: whether the text of its value is something to highlight on the screen. ages: the values
    for which the answer changes by time alone.
    """

    wants: str
    test: Callable[[Value], Test[S]]
    shown: bool = False
    ages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary(Generic[S]):
    """All that can be asked of one kind of subject. of: its name in sentences."""

    of: str
    fields: Mapping[str, Field[S]]
    bare: Callable[[Value], Test[S]]


def _texts(wants: str, how: Callable[[Value], values.TextTest], texts: Texts[S]) -> Field[S]:
    return Field(wants, lambda value: _any(how(value), texts), shown=True)


def _any(fits: values.TextTest, texts: Texts[S]) -> Test[S]:
    return lambda subject: any(text is not None and fits(text) for text in texts(subject))


def _number(name: str, wants: str, given: Callable[[S], int | None]) -> Field[S]:
    def build(value: Value) -> Test[S]:
        fits = values.number(value, name)

        def test(subject: S) -> bool:
            found = given(subject)
            return found is not None and fits(found)

        return test

    return Field(wants, build)


def _level(given: Callable[[S], Severity | None]) -> Field[S]:
    def build(value: Value) -> Test[S]:
        fits = values.level(value)

        def test(subject: S) -> bool:
            found = given(subject)
            return found is not None and fits(found)

        return test

    return Field("a level, such as level:high or level:>=medium", build)


def _technique(given: Callable[[S], Iterable[str]]) -> Field[S]:
    """An id; a technique finds its sub-techniques too: T1059 finds T1059.001."""

    def build(value: Value) -> Test[S]:
        fits, prefix = values.whole(value), f"{value.text.casefold()}."
        below = not value.wild
        return lambda subject: any(
            fits(id) or (below and id.casefold().startswith(prefix)) for id in given(subject)
        )

    return Field("an ATT&CK id, such as technique:T1059 or technique:T1059.*", build, shown=True)


_AGES = frozenset({"new"})


def _choice(name: str, tests: Mapping[str, Test[S]]) -> Field[S]:
    *most, last = tests
    words = f"{', '.join(most)} or {last}"

    def build(value: Value) -> Test[S]:
        if (test := tests.get(value.text.lower())) is None:
            raise QueryError(value.column, f"{name}: does not know {quoted(value.text)}: use {words}")
        return test

    return Field(f"a word: {words}", build, ages=_AGES)


def _users(subject: ProcessSubject) -> tuple[str | None, ...]:
    process = subject[0]
    return (*_names(process.user), *_names(process.effective_user))


def _names(user: User | None) -> tuple[str | None, ...]:
    return () if user is None else (user.name, user.id)


def _tty(value: Value) -> values.TextTest:
    """A terminal's name, with or without /dev/."""
    return values.whole(Value(value.text.removeprefix("/dev/"), value.column, value.quoted))


def _new_process(subject: ProcessSubject) -> bool:
    process, context = subject
    return not process.in_first_snapshot and context.now_ns - process.first_seen_ns < NEW_NS


IS_PROCESS: Mapping[str, Test[ProcessSubject]] = {
    "running": lambda subject: subject[0].alive,
    "exited": lambda subject: not subject[0].alive,
    "new": _new_process,
    "kernel": lambda subject: subject[0].kernel_thread,
    "alerted": lambda subject: subject[1].level is not None,
    "repaired": lambda subject: subject[0].repaired,
}

_PROCESS_FIELDS: Mapping[str, Field[ProcessSubject]] = {
    "name": _texts("a name, such as name:ssh*", values.whole, lambda s: (s[0].name,)),
    "user": _texts("a name, such as user:www-data", values.whole, _users),
    "pid": _number("pid", "a number, such as pid:4711", lambda s: s[0].pid),
    "ppid": _number(
        "ppid", "a number, such as ppid:1", lambda s: None if s[0].parent is None else s[0].parent.pid
    ),
    "cmd": _texts(
        "a part of the command line, such as cmd:curl", values.part, lambda s: (s[0].command_line,)
    ),
    "exe": _texts("a part of a path, such as exe:/tmp/", values.part, lambda s: (s[0].executable,)),
    "cwd": _texts("a part of a path, such as cwd:/var/www", values.part, lambda s: (s[0].working_directory,)),
    "tty": _texts("a terminal, such as tty:pts/0", _tty, lambda s: (s[0].tty.name if s[0].tty else None,)),
    "host": _texts("a host's name, such as host:web1", values.whole, lambda s: (s[1].host,)),
    "level": _level(lambda s: s[1].level),
    "technique": _technique(lambda s: s[1].techniques),
    "is": _choice("is", IS_PROCESS),
}


def _process_texts(subject: ProcessSubject) -> tuple[str | None, ...]:
    process = subject[0]
    image = process.image
    return (image.name, str(process.pid), *_users(subject), image.command_line, image.executable)


def _matched(subject: AlertSubject) -> Ancestor:
    return subject[0].process


def _parent_pid(subject: AlertSubject) -> int | None:
    ancestry = subject[0].ancestry
    return ancestry[-2].pid if len(ancestry) > 1 and not ancestry[-1].folded else None


def _techniques(subject: AlertSubject) -> tuple[str, ...]:
    return tuple(technique.id for technique in subject[0].rule.techniques)


IS_ALERT: Mapping[str, Test[AlertSubject]] = {
    "open": lambda subject: subject[0].open,
    "acknowledged": lambda subject: subject[0].state is AlertState.ACKNOWLEDGED,
    "new": lambda subject: subject[1] - subject[0].first_ns < NEW_NS,
}
_STATES: Mapping[str, Test[AlertSubject]] = {
    state.value: (lambda subject, state=state: subject[0].state is state)  # type: ignore[misc]
    for state in AlertState
}

_ALERT_FIELDS: Mapping[str, Field[AlertSubject]] = {
    "rule": _texts("a part of a rule's name, such as rule:shell", values.part, lambda s: (s[0].rule.name,)),
    "level": _level(lambda s: s[0].level),
    "state": _choice("state", _STATES),
    "count": _number("count", "a number, such as count:>3", lambda s: s[0].count),
    "technique": _technique(_techniques),
    "name": _texts("a name, such as name:ssh*", values.whole, lambda s: (_matched(s).name,)),
    "user": _texts("a name, such as user:www-data", values.whole, lambda s: (_matched(s).user,)),
    "pid": _number("pid", "a number, such as pid:4711", lambda s: _matched(s).pid),
    "ppid": _number("ppid", "a number, such as ppid:1", _parent_pid),
    "cmd": _texts(
        "a part of the command line, such as cmd:curl", values.part, lambda s: (_matched(s).command_line,)
    ),
    "exe": _texts("a part of a path, such as exe:/tmp/", values.part, lambda s: (_matched(s).executable,)),
    "host": _texts("a host's name, such as host:web1", values.whole, lambda s: (s[0].host.name,)),
    "is": _choice("is", IS_ALERT),
}


def _alert_texts(subject: AlertSubject) -> tuple[str | None, ...]:
    rule, process = subject[0].rule, _matched(subject)
    return (
        rule.name,
        process.name,
        str(process.pid),
        process.user,
        process.command_line,
        rule.level.word,
        *_techniques(subject),
    )


ALIASES: Mapping[str, str] = {"attack": "technique"}
PROCESSES = Vocabulary(
    "processes", _PROCESS_FIELDS, lambda value: _any(values.anywhere(value), _process_texts)
)
ALERTS = Vocabulary("alerts", _ALERT_FIELDS, lambda value: _any(values.anywhere(value), _alert_texts))
