"""The filter language: what each word finds, and what each fault says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.alert import Alert, AlertState, Ancestor, RuleReference, Severity, Technique
from edr_tui.model.event import Host
from edr_tui.model.process import Exit, Image, Parent, Process, Tty, User
from edr_tui.query import Context, Query, QueryError, Target, parse

SECOND = 1_000_000_000
NOW = 1_000 * SECOND


def process(**given: object) -> Process:
    facts: dict[str, object] = {
        "entity_id": "b-1",
        "pid": 4711,
        "images": (
            Image(
                name="Curl",
                executable="/usr/bin/curl (deleted)",
                command_line="curl -sS http://203.0.113.7/x",
            ),
        ),
        "first_seen_ns": NOW - 60 * SECOND,
        "parent": Parent(pid=812),
        "user": User(id="33", name="www-data"),
        "working_directory": "/var/www/html",
        "tty": Tty(name="pts/0"),
        "in_first_snapshot": True,
    }
    return Process(**(facts | given))  # type: ignore[arg-type]


def alert(**given: object) -> Alert:
    facts: dict[str, object] = {
        "id": "a1",
        "rule": RuleReference(
            id="r1",
            name="Web server starts a shell",
            level=Severity.HIGH,
            techniques=(Technique(id="T1505.003"), Technique(id="T1190")),
        ),
        "message": "nginx started sh",
        "entity_id": "b-2",
        "ancestry": (
            Ancestor(entity_id="b-1", pid=812, name="nginx"),
            Ancestor(
                entity_id="b-2",
                pid=4711,
                name="sh",
                executable="/usr/bin/dash",
                command_line="sh -c id",
                user="www-data",
            ),
        ),
        "chain_start": "b-1",
        "host": Host(name="web1"),
        "first_ns": NOW - 60 * SECOND,
        "last_ns": NOW,
        "count": 4,
    }
    return Alert(**(facts | given))  # type: ignore[arg-type]


CONTEXT = Context(now_ns=NOW, level=Severity.MEDIUM, techniques=("T1059.004",), host="web1")


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("   ", True),
        ("CURL", True),
        ("471", True),
        ("www", True),
        ("33", True),
        ("203.0.113.7/x", True),
        ("/usr/bin/cu", True),
        ("cu?l", True),
        ("wget", False),
        ("T1059", False),
        ("name:curl", True),
        ("name:cur", False),
        ("name:cur*", True),
        ("NAME:C?RL", True),
        ("name:?curl", False),
        ('name:"cur*"', False),
        ("user:www-data", True),
        ("user:www", False),
        ("user:33", True),
        ("user:root", False),
        ("pid:4711", True),
        ("pid:471", False),
        ("pid:>4710", True),
        ("pid:>4711", False),
        ("pid:>=4711", True),
        ("pid:<4711", False),
        ("pid:<=4711", True),
        ("pid:4000..4711", True),
        ("pid:4000..4710", False),
        ("ppid:812", True),
        ("ppid:1", False),
        ("cmd:HTTP", True),
        ("cmd:http*", False),
        ("cmd:*http*", True),
        ("cmd:'curl -sS'", True),
        ("exe:deleted", True),
        ("exe:/opt", False),
        ("cwd:/var/www", True),
        ("tty:pts/0", True),
        ("tty:/dev/pts/0", True),
        ("tty:pts", False),
        ("host:WEB1", True),
        ("host:web", False),
        ("level:medium", True),
        ("level:>=medium", True),
        ("level:>medium", False),
        ("level:<high", True),
        ("level:high", False),
        ("technique:t1059", True),
        ("attack:T1059*", True),
        ("technique:T105", False),
        ("technique:T1059.001", False),
        ("is:running", True),
        ("is:exited", False),
        ("is:new", False),
        ("is:kernel", False),
        ("is:alerted", True),
        ("is:repaired", False),
        ("curl user:root", False),
        ("curl user:33", True),
        ("curl AND user:33", True),
        ("wget or user:33", True),
        ("wget or user:33 and pid:1", False),
        ("(wget or user:33) and pid:4711", True),
        ("(wget or user:33)pid:4711", True),
        ("not wget", True),
        ("-wget", True),
        ("!wget", True),
        ("-user:www-data", False),
        ("!(wget or curl)", False),
        ("not not curl", True),
        ("!-!curl", False),
        ("not wget or pid:1", True),
        ("curl -pid:1", True),
        ('"-sS"', True),
        ("--sS", False),
        ('"and"', False),
        ("http://203", True),
        ("C:\\Windows", False),
        ("0:1", False),
    ],
)
def test_a_process_passes(text: str, passes: bool) -> None:
    assert parse(text).matches(process(), CONTEXT) is passes


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("web server", True),
        ("sh", True),
        ("4711", True),
        ('"-c"', True),
        ("-c", False),
        ("high", True),
        ("t1190", True),
        ("www-data", True),
        ("medium", False),
        ("rule:SHELL", True),
        ("rule:*shell", True),
        ("rule:web*", True),
        ("rule:shell*", False),
        ("state:open", True),
        ("state:acknowledged", False),
        ("is:open", True),
        ("is:acknowledged", False),
        ("is:new", False),
        ("count:>3", True),
        ("count:4", True),
        ("count:<4", False),
        ("level:>=high", True),
        ("level:critical", False),
        ("technique:T1505", True),
        ("technique:T1059", False),
        ("name:sh", True),
        ("name:nginx", False),
        ("user:www-data", True),
        ("pid:4711", True),
        ("ppid:812", True),
        ("cmd:-c", True),
        ("exe:dash", True),
        ("host:web1", True),
        ("rule:shell -state:open", False),
    ],
)
def test_an_alert_passes(text: str, passes: bool) -> None:
    assert parse(text, "alert").matches_alert(alert(), NOW) is passes


def test_the_states_of_a_process() -> None:
    late = process(in_first_snapshot=False, first_seen_ns=NOW - 9 * SECOND)
    assert parse("is:new").matches(late, CONTEXT)
    assert not parse("is:new").matches(process(first_seen_ns=NOW), CONTEXT), "it was running when we began"
    older = process(in_first_snapshot=False, first_seen_ns=NOW - 10 * SECOND)
    assert not parse("is:new").matches(older, CONTEXT)
    ended = process(exit=Exit(at_ns=NOW))
    assert parse("is:exited -is:running").matches(ended, CONTEXT)
    assert parse("is:kernel").matches(process(kernel_thread=True), CONTEXT)
    assert parse("is:repaired").matches(process(repaired=True), CONTEXT)
    assert not parse("is:alerted").matches(process(), Context(now_ns=NOW))


def test_the_states_of_an_alert() -> None:
    acknowledged = alert(state=AlertState.ACKNOWLEDGED)
    assert parse("state:acknowledged is:acknowledged", "alert").matches_alert(acknowledged, NOW)
    assert not parse("is:open", "alert").matches_alert(acknowledged, NOW)
    assert parse("is:new", "alert").matches_alert(alert(first_ns=NOW - SECOND), NOW)


def test_the_unknown_passes_no_question() -> None:
    bare = Process(entity_id="b-3", pid=7, images=(Image(),), first_seen_ns=0, in_first_snapshot=True)
    nothing = Context(now_ns=NOW)
    for text in (
        "name:*",
        "user:*",
        "cmd:*",
        "exe:*",
        "cwd:*",
        "tty:*",
        "host:*",
        "ppid:>=0",
        "level:<=high",
    ):
        assert not parse(text).matches(bare, nothing), text
        assert parse(f"not {text}").matches(bare, nothing), text


def test_the_effective_user_is_found() -> None:
    setuid = process(effective_user=User(id="0", name="root"))
    assert parse("user:root user:www-data").matches(setuid, CONTEXT)


def test_a_folded_parent_has_no_pid() -> None:
    folded = alert(
        ancestry=(Ancestor(entity_id="b-1", pid=812), Ancestor(entity_id="b-2", pid=4711, folded=3))
    )
    assert not parse("ppid:812", "alert").matches_alert(folded, NOW)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("user:", 6, "user: wants a name, such as user:www-data"),
        ("user: root", 6, "user: wants"),
        ("level:bigger", 7, "'bigger' is not a level: use informational, low, medium, high or critical"),
        ("level:>=", 9, ">= wants a level"),
        ("level:>=x", 9, "'x' is not a level"),
        ("curl level:zz", 12, "'zz' is not a level"),
        ("pid:curl", 5, "'curl' is not a number"),
        ("pid:" + "9" * 5000, 5, "is not a number"),
        ("pid:٣", 5, "is not a number"),
        ("pid:20..10", 5, "the smaller number comes first"),
        ("is:dead", 4, "use running, exited, new, kernel, alerted or repaired"),
        ("usr:root", 1, "did you mean user:?"),
        ("sshd: ana", 1, "quotes around a text"),
        ("state:open", 1, "state: is asked of alerts, not of processes"),
        ("and curl", 1, "'and' wants something before it"),
        ("curl or", 8, "'or' wants something after it"),
        ("curl or )", 9, "'or' wants something after it"),
        ("curl not", 9, "'not' wants something after it"),
        ("-", 2, "'-' wants something after it"),
        ("()", 2, "nothing between these parentheses"),
        ("a (b", 3, "this parenthesis is not closed"),
        ("a b)", 4, "this parenthesis closes nothing"),
        (")", 1, "this parenthesis closes nothing"),
        ('a "b', 3, "the quote that opens here is not closed"),
        ('user:"', 6, "not closed"),
        ('""', 1, "nothing between these quotes"),
        ('"a"b', 4, "a space is missing"),
        ("(" * 10_000, 51, "at most 50 deep"),
    ],
)
def test_a_fault_has_a_place_and_a_sentence(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.column == column
    assert says in caught.value.sentence
    assert caught.value.sentence == f"column {column}: {caught.value.reason}"


def test_the_first_fault_from_the_left_is_told() -> None:
    with pytest.raises(QueryError) as caught:
        parse('level:zz "never closed')
    assert "'zz'" in caught.value.reason


def test_a_fault_repeats_little_of_what_was_typed_and_nothing_unprintable() -> None:
    with pytest.raises(QueryError) as caught:
        parse("level:\x1b[2J" + "x" * 5000)
    assert "\x1b" not in caught.value.sentence
    assert len(caught.value.sentence) < 200


def test_fields_of_processes_are_not_asked_of_alerts() -> None:
    with pytest.raises(QueryError, match="cwd: is asked of processes, not of alerts"):
        parse("cwd:/tmp", "alert")


def test_a_filter_is_asked_only_of_its_own_kind() -> None:
    with pytest.raises(TypeError):
        parse("sh").matches_alert(alert(), NOW)
    with pytest.raises(TypeError):
        parse("sh", "alert").matches(process(), CONTEXT)


def test_terms_are_what_is_looked_for() -> None:
    query = parse('Curl cmd:*dev*tcp* -wget not (user:root or not name:SH) pid:1 "a b"')
    assert query.terms == ("curl", "dev", "tcp", "sh", "a b")
    assert parse("").terms == ()


def test_what_time_alone_changes_is_known_from_what_was_understood() -> None:
    for text in ("is:new", "user:root -(is:NEW)", "name:a or is:'new'"):
        assert parse(text).timed, text
    for text in ("", "new", "name:new", "'is:new'", "is:running", "cmd:is:new"):
        assert not parse(text).timed, text
    assert parse("is:new", "alert").timed
    assert not parse("rule:new is:open", "alert").timed


def test_everything() -> None:
    assert parse(" ").everything
    assert parse("", "alert").everything
    assert not parse("a").everything


def test_many_words_and_signs_need_no_recursion() -> None:
    assert parse("! " * 10_000 + "curl").matches(process(), CONTEXT)
    assert parse("curl " * 10_000).matches(process(), CONTEXT)
    assert parse("x or " * 10_000 + "curl").matches(process(), CONTEXT)
    assert parse("(" * 50 + "curl" + ")" * 50).matches(process(), CONTEXT)


def understood(text: str, target: Target = "process") -> Query | QueryError:
    try:
        return parse(text, target)
    except QueryError as fault:
        return fault


@given(st.text(alphabet=st.sampled_from("ab *?()\"'-!:<>=.,0/\\\x1b\ud800é") | st.characters(), max_size=60))
def test_any_text_is_a_filter_or_a_fault(text: str) -> None:
    _judge(text, understood(text))
    _judge(text, understood(text, "alert"))


WORDS = ["user:", "name:", "level:>=", "high", "is:", "new", "and", "or", "not", "(", ")", "-", '"', "*"]


@given(st.lists(st.sampled_from([*WORDS, " "]), max_size=20).map("".join))
def test_any_words_are_a_filter_or_a_fault(text: str) -> None:
    _judge(text, understood(text))


def _judge(text: str, result: Query | QueryError) -> None:
    if isinstance(result, QueryError):
        assert 1 <= result.column <= len(text) + 1
        assert result.sentence.isprintable()
        result.sentence.encode()
    else:
        _ask(result)


def _ask(query: Query) -> None:
    if query.target == "process":
        assert isinstance(query.matches(process(), CONTEXT), bool)
    else:
        assert isinstance(query.matches_alert(alert(), NOW), bool)


@given(st.text("abAB(): ", min_size=1, max_size=10).filter(str.strip))
def test_quotes_make_any_text_a_literal(text: str) -> None:
    assert parse(f'"{text}"').matches(process(images=(Image(name=f"x{text}y"),)), CONTEXT)
    assert parse(f'name:"{text}"').matches(process(images=(Image(name=text),)), CONTEXT)


def test_a_filter_over_many_processes_is_quick() -> None:
    query = parse("user:root and (wget or name:ssh* or cmd:*nothing*here*)")
    many = [process(pid=pid, user=User(id="0", name="root")) for pid in range(10_000)]
    began = time.perf_counter()
    assert not any(query.matches(one, CONTEXT) for one in many)
    assert time.perf_counter() - began < 2
