"""Requests on the sensor's standard input: every line is answered, whatever it holds; none is fatal."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import decode
from edr_tui.ecs.requests import LONGEST_REQUEST, RequestError, decode_request, encode_request
from edr_tui.model.event import RequestAnswered
from edr_tui.model.request import InspectRequest, SignalRequest
from edr_tui.sensors.inspect.desk import RequestDesk
from edr_tui.sensors.inspect.refused import Refused
from edr_tui.sensors.requests import lines_of

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "poll", "-i", "1", "--requests"]
INSPECT = InspectRequest(id="1", entity_id="abc", want=("environment", "files"))


class Nobody:
    """An operating system in which no process can be found."""

    def part(self, entity_id, part):
        raise Refused("it has ended")

    def target(self, entity_id):
        raise Refused("it has ended")

    def send(self, entity_id, signal, subtree):
        raise Refused("it has ended")


def answer_to(line):
    """The answer to a line that is no inspection."""
    told = []
    RequestDesk(Nobody(), told.append).take(line)
    return told[0]


SIGNAL = SignalRequest(id="2", entity_id="abc", signal="TERM")


@pytest.mark.parametrize("request_", [INSPECT, SIGNAL], ids=["inspect", "signal"])
def test_a_request_comes_back_from_its_line(request_):
    line = encode_request(request_)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_request(line) == request_


def test_the_lines_are_those_of_the_contract():
    assert json.loads(encode_request(INSPECT)) == {
        "request": "inspect",
        "id": "1",
        "entity_id": "abc",
        "want": ["environment", "files"],
    }
    alone = {"request": "signal", "id": "2", "entity_id": "abc", "signal": "TERM"}
    assert json.loads(encode_request(SIGNAL)) == alone
    assert json.loads(encode_request(replace(SIGNAL, subtree=True))) == {**alone, "subtree": True}


def test_a_request_that_no_pipe_takes_whole_is_refused():
    with pytest.raises(RequestError, match="too long"):
        encode_request(InspectRequest(id="1", entity_id="x" * LONGEST_REQUEST, want=("files",)))


@pytest.mark.parametrize(
    ("line", "action", "id_", "said"),
    [
        (b"nonsense", "request", None, "this is no request"),
        (b"[]", "request", None, "this is no request"),
        (b'{"request": "signal"}', "request", None, "`id`"),
        (
            b'{"request": "dance", "id": "7"}',
            "request",
            "7",
            "'dance' is not a request: there are inspect and",
        ),
        (b'{"request": "signal", "id": "7"}', "signal", "7", "`entity_id`"),
        (b'{"request": "signal", "id": "7", "entity_id": "e", "signal": 9}', "signal", "7", "`$.signal`"),
        (b'{"request": "inspect", "id": "7", "entity_id": "e", "want": []}', "inspect", "7", "`$.want`"),
        (
            b'{"request": "inspect", "id": "7", "entity_id": "e", "want": ["a"], "pid": 1}',
            "inspect",
            "7",
            "pid",
        ),
        (b'{"request": "signal", "id": "' + b"7" * 65 + b'"}', "request", None, "`$.id`"),
        (encode_request(SIGNAL), "signal", "2", "it has ended"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(line, action, id_, said):
    answer = answer_to(line)
    assert (answer.action, answer.request_id) == (action, id_)
    assert said in answer.fault


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_line_has_an_answer(line):
    assert answer_to(line).fault


@given(st.lists(st.binary(max_size=9_000), max_size=6), st.integers(1, 5_000))
def test_lines_are_the_same_however_they_come(lines, size):
    stream = b"\n".join(line.replace(b"\n", b"") for line in lines)
    whole = [line[: LONGEST_REQUEST + 1] for line in stream.split(b"\n")]
    cut = list(lines_of(stream[at : at + size] for at in range(0, len(stream), size)))
    assert cut == (whole if whole[-1] else whole[:-1])


def test_a_flood_without_an_end_of_line_is_not_kept():
    kept = lines_of(iter([b"x" * 100_000] * 50 + [b"\ny"]))
    assert [len(line) for line in kept] == [LONGEST_REQUEST + 1, 1]


@pytest.fixture
def sensor():
    with subprocess.Popen(SENSOR, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        yield started
        started.kill()


def answers(sensor, count):
    """The next answers on its standard output, and every event's number until then."""
    found, numbers = [], []
    for line in sensor.stdout:
        event = decode(line)
        numbers.append(event.sequence)
        if isinstance(event, RequestAnswered):
            found.append((json.loads(line), event))
            if len(found) == count:
                return found, numbers
    raise AssertionError("the sensor has ended")


def test_the_sensor_answers_in_its_stream(sensor):
    sensor.stdin.write(encode_request(INSPECT) + b"what?\n\n" + encode_request(SIGNAL))
    sensor.stdin.flush()
    found, numbers = answers(sensor, 3)
    assert numbers == list(range(1, len(numbers) + 1)), "an answer takes its place in the stream"
    document, event = next(one for one in found if one[1].request_id == "1")
    assert document["event"] == {
        "kind": "state",
        "category": ["process"],
        "type": ["info"],
        "action": "inspect",
        "provider": "poll",
        "sequence": event.sequence,
        "outcome": "success",
    }
    assert document["edr"]["request"] == {"id": "1"}
    assert document["edr"]["inspection"]["faults"] == dict.fromkeys(
        INSPECT.want, "this is no identity of a process"
    )
    assert (event.action, event.request_id) == ("inspect", "1")
    assert {event.request_id for _, event in found} == {"1", None, "2"}


def test_the_end_of_the_requests_is_not_the_sensors(sensor):
    sensor.stdin.close()
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        assert sensor.stdout.readline()
    assert sensor.poll() is None


def test_without_being_asked_to_listen_it_does_not():
    command = [part for part in SENSOR if part != "--requests"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as quiet:
        quiet.stdin.write(encode_request(SIGNAL))
        quiet.stdin.flush()
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            assert not isinstance(decode(quiet.stdout.readline()), RequestAnswered)
        quiet.kill()


def test_a_closed_standard_input_is_nobody_asking():
    """Whatever file has the number 0 then is not read as requests."""
    script = 'exec 0<&-; exec "$@"'
    ended = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *SENSOR, "--duration", "0.5"], capture_output=True, timeout=30
    )
    assert ended.returncode == 0
    assert not any(isinstance(decode(line), RequestAnswered) for line in ended.stdout.splitlines())


def test_answers_are_not_for_a_file(tmp_path):
    ended = subprocess.run([*SENSOR, "-o", str(tmp_path / "x")], capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert ended.stderr == (
        "edr-tui sensor: --requests answers on standard output, and answers are not for a file: no -o.\n"
    )
    assert not os.path.exists(tmp_path / "x")
