"""Golden documents, and: whatever is encoded comes back, whatever comes is an event or a DocumentError."""

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import DocumentError, decode, encode, timestamp
from edr_tui.ecs.documents import Document
from edr_tui.model.alert import Ancestor, RuleReference, Severity, Technique, Why
from edr_tui.model.event import (
    EventsLost,
    Host,
    ProcessExec,
    ProcessExit,
    ProcessSnapshot,
    ProcessStart,
    RequestAnswered,
    SnapshotSpan,
)
from edr_tui.model.process import Image, Parent, ProcessRecord, Provenance, Tty, User
from tests.telling import EPOCH, SECOND, WEB1, Teller, alert_about

GOLDEN = Path(__file__).parent / "golden.jsonl"


def golden_events():
    """One of each document, with everything in it that a sensor can tell."""
    tell = Teller()
    nginx = tell.record(812, name="nginx", user="www-data", args=["nginx: worker process"])
    sh = replace(
        tell.record(
            4711, nginx, at=5.25, provenance=Provenance.SEEN, unknown={"process.working_directory": "denied"}
        ),
        image=Image(
            name="sh",
            executable="/usr/bin/dash",
            invoked="/bin/sh",
            args=("sh", "-c", "id\n\x1b[2J", "caf\u00e9", "\udcff"),
            command_line="sh -c id\n\x1b[2J caf\u00e9 \udcff",
            command_line_length=70_000,
            command_line_sha256="ab" * 32,
            original_file_name="Sh.Exe",
            env_vars=("LD_PRELOAD=/tmp/x.so",),
            sockets=(0, 1, 2),
            since_ns=EPOCH + 5,
        ),
        effective_user=User(id="0", name="root"),
        group_id="33",
        login_uid="1000",
        cgroup_id=4242,
        container_id="c0ffee" * 10 + "0123",
        working_directory="/var/www",
        tty=Tty(major=136, minor=3, name="pts/3"),
        session_leader_pid=811,
        kernel_thread=False,
        hidden="/proc does not list it",
    )
    forked = replace(sh, image=replace(nginx.image, inherited=True))
    kernel = replace(tell.record(2, name="kthreadd"), kernel_thread=True)
    alert = alert_about(
        sh.entity_id,
        ancestry=[Ancestor(entity_id=nginx.entity_id, pid=812, name="nginx", user="www-data", folded=3)],
        chain_start=nginx.entity_id,
        why=(
            Why(
                selection="parent",
                field="ParentImage",
                test="ends with",
                pattern="/nginx",
                value="/usr/sbin/nginx",
                entity_id=nginx.entity_id,
            ),
        ),
        decoded="whoami",
        count=3,
    )
    rule = RuleReference(
        id="4a5e1f0e-0000-4000-8000-000000000001",
        name="Web server starts a shell",
        level=Severity.HIGH,
        description="A web server process starts a shell.",
        author="edr-tui",
        references=("https://attack.mitre.org/techniques/T1505/003/",),
        license="Apache-2.0",
        ruleset="edr-tui core",
        techniques=(Technique(id="T1505.003", name="Web Shell"), Technique(id="T1190", name="Exploit")),
        tactics=("Persistence",),
    )
    span = SnapshotSpan(first=1, last=2, count=2)
    return [
        tell.snapshot(nginx),
        tell.snapshot(kernel, repair=True),
        tell.start(forked, 5.25),
        tell.exec(sh, 6),
        tell.exit(sh, 7, code=None, exit_signal=9, end_ns=EPOCH + 7 * SECOND),
        EventsLost(
            at_ns=EPOCH,
            sequence=9,
            provider="poll",
            host=WEB1,
            stage="sensor_queue",
            count=2,
            first=7,
            last=8,
        ),
        tell.status(
            8,
            span,
            counters={"ticks": 3},
            blind={"short-lived processes": "shorter than the interval of 1 s"},
            interval_ns=SECOND,
        ),
        replace(alert, rule=rule),
        RequestAnswered(
            at_ns=EPOCH, sequence=11, provider="ebpf", host=WEB1, action="inspect", request_id="42"
        ),
        RequestAnswered(
            at_ns=EPOCH,
            sequence=12,
            provider="ebpf",
            host=WEB1,
            action="request",
            request_id=None,
            fault="this is no request",
        ),
    ]


def test_golden_documents():
    """What other programs rely on. A change here is a change of the contract."""
    lines = [encode(event).decode("ascii") for event in golden_events()]
    assert "".join(lines) == GOLDEN.read_text(encoding="ascii")


@pytest.mark.parametrize("number", range(10))
def test_what_is_encoded_comes_back(number):
    event = golden_events()[number]
    assert decode(encode(event)) == event


def test_every_line_is_ascii_and_one_line_and_plain_json():
    for event in golden_events():
        line = encode(event)
        assert line.isascii()
        assert line.count(b"\n") == 1
        assert not any(byte < 32 or byte == 127 for byte in line[:-1])
        json.loads(line)


texts = st.text(st.characters(codec=None), max_size=30)
maybe_texts = st.none() | texts
times = st.none() | st.integers(0, 4_000_000_000 * SECOND)
users = st.none() | st.builds(User, id=texts, name=maybe_texts)
records = st.builds(
    ProcessRecord,
    entity_id=texts,
    pid=st.integers(0, 2**32 - 1),
    image=st.builds(
        Image,
        name=maybe_texts,
        executable=maybe_texts,
        invoked=maybe_texts,
        args=st.none() | st.lists(texts, max_size=4).map(tuple),
        command_line=maybe_texts,
        command_line_length=st.none() | st.integers(0, 10**9),
        command_line_sha256=maybe_texts,
        original_file_name=maybe_texts,
        env_vars=st.lists(texts, max_size=2).map(tuple),
        sockets=st.lists(st.integers(0, 2), max_size=3).map(tuple),
        inherited=st.booleans(),
        since_ns=times,
    ).map(
        lambda image: (
            image if image.command_line_length is not None else replace(image, command_line_sha256=None)
        )
    ),
    start_ns=times,
    parent=st.none()
    | st.builds(
        Parent,
        entity_id=maybe_texts,
        pid=st.none() | st.integers(0, 2**32 - 1),
        name=maybe_texts,
        executable=maybe_texts,
        command_line=maybe_texts,
        start_ns=times,
    ),
    provenance=st.sampled_from(Provenance),
    user=users,
    effective_user=users,
    group_id=maybe_texts,
    login_uid=maybe_texts,
    cgroup_id=st.none() | st.integers(0, 2**64 - 1),
    container_id=maybe_texts,
    hidden=maybe_texts,
    working_directory=maybe_texts,
    tty=st.none() | st.builds(Tty, major=st.none() | st.integers(0, 5000), minor=st.none(), name=maybe_texts),
    session_leader_pid=st.none() | st.integers(0, 2**32 - 1),
    kernel_thread=st.booleans(),
    unknown=st.dictionaries(texts, texts, max_size=3),
)
hosts = st.builds(Host, id=maybe_texts, name=maybe_texts, boot_id=maybe_texts, os_type=maybe_texts)


exits = st.fixed_dictionaries(
    {
        "entity_id": texts,
        "pid": st.integers(0, 2**32 - 1),
        "name": maybe_texts,
        "executable": maybe_texts,
        "start_ns": times,
        "end_ns": times,
        "exit_code": st.none() | st.integers(-(2**31), 2**32),
        "exit_signal": st.none() | st.integers(1, 64),
        "unknown": st.dictionaries(texts, texts, max_size=2),
    }
)
abouts = st.fixed_dictionaries(
    {
        "at_ns": st.integers(0, 4_000_000_000 * SECOND),
        "sequence": st.integers(0, 2**63),
        "provider": texts,
        "host": hosts,
    }
)
events = st.one_of(
    st.builds(lambda about, record: ProcessStart(**about, process=record), abouts, records),
    st.builds(lambda about, record: ProcessExec(**about, process=record), abouts, records),
    st.builds(
        lambda about, record, repair: ProcessSnapshot(**about, process=record, repair=repair),
        abouts,
        records,
        st.booleans(),
    ),
    st.builds(lambda about, more: ProcessExit(**about, **more), abouts, exits),
)


@given(events)
def test_any_process_comes_back_whatever_its_strings(event):
    line = encode(event)
    assert line.isascii()
    assert b"\x7f" not in line
    assert line.count(b"\n") == 1
    assert decode(line) == event


@given(events)
def test_a_line_that_is_written_directly_is_what_its_document_would_be(event):
    line = encode(event).decode("ascii")
    document = msgspec.convert(json.loads(line), Document)
    assert json.dumps(msgspec.to_builtins(document), separators=(",", ":")) + "\n" == line


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_error(line):
    with pytest.raises(DocumentError):
        decode(line)


@given(st.integers(0, 7), st.data())
def test_a_mutilated_line_is_an_event_or_a_document_error(number, data):
    line = bytearray(encode(golden_events()[number]))
    for _ in range(data.draw(st.integers(1, 4))):
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(DocumentError):
        decode(bytes(line))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(0, 7), st.data(), json_values)
def test_a_value_of_the_wrong_type_is_an_event_or_a_document_error(number, data, value):
    document = json.loads(encode(golden_events()[number]))
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = value
        break
    with contextlib.suppress(DocumentError):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"", "column 1: Expecting value"),
        (b"{}", "missing required field"),
        (b'"a"', "Expected `object`"),
        (b'{"@timestamp": "\xff"}', "byte 17 is not UTF-8"),
    ],
)
def test_faults_are_sentences(line, sentence):
    with pytest.raises(DocumentError, match=sentence):
        decode(line)


@pytest.mark.parametrize(
    "opening", [b"[", b'{"a":', b'{"process":{"parent":'], ids=["list", "object", "known"]
)
def test_a_deep_line_is_a_document_error(opening):
    with pytest.raises(DocumentError):
        decode(opening * 100_000)


def test_an_unknown_action_names_itself():
    line = encode(golden_events()[0]).replace(b"process_snapshot", b"process_dances")
    with pytest.raises(DocumentError, match=r"event\.action 'process_dances' is not one of ours"):
        decode(line)


@given(st.integers(-2_000_000_000 * SECOND, 200_000_000_000 * SECOND))
def test_times_come_back(at_ns):
    assert timestamp.from_text(timestamp.to_text(at_ns)) == at_ns


@pytest.mark.parametrize(
    ("text", "at_ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("1970-01-01T02:00:00.123456789123+02:00", 123_456_789),
        ("1970-01-01 00:00:00.000000001z", 1),
        ("1969-12-31T23:59:59.999999999Z", -1),
    ],
)
def test_other_forms_of_rfc_3339(text, at_ns):
    assert timestamp.from_text(text) == at_ns


@pytest.mark.parametrize(
    "text", ["", "now", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "２026-01-01T00:00:00Z"]
)
def test_what_is_no_time_says_so(text):
    with pytest.raises(ValueError, match=r"is not (an RFC 3339 time|a date)"):
        timestamp.from_text(text)
