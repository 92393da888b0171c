"""Command lines: kept whole up to 64 KiB, and said exactly where not."""

from __future__ import annotations

import hashlib
import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import encode
from edr_tui.model.event import Host, ProcessStart
from edr_tui.model.process import Image, Parent, ProcessRecord
from edr_tui.sensors.command_line import KEPT_BYTES, READ_BYTES, from_args, from_cmdline
from edr_tui.sensors.records import record_of
from edr_tui.sensors.system import Details, Sight


def from_text(raw: bytes):
    return from_args([arg.decode("utf-8", "surrogateescape") for arg in raw.split(b"\0")])


arguments = st.lists(st.binary(min_size=1, max_size=20).map(lambda raw: raw.replace(b"\0", b"")), min_size=1)


@given(arguments)
def test_arguments_come_back_byte_for_byte(words: list[bytes]) -> None:
    line = from_cmdline(b"\0".join(words) + b"\0", expected=sum(map(len, words)) + len(words))
    assert line.unknown is None
    assert line.length is None
    kept = [arg.encode("utf-8", "surrogateescape") for arg in line.args]
    titles = len(words) > 1 and b" " in words[0] and not any(words[1:])
    assert kept == (words[:1] if titles else words)
    assert line.text == " ".join(line.args)


def test_an_empty_command_line_is_unknown_and_one_empty_argument_is_not() -> None:
    assert from_cmdline(b"") is None
    assert from_cmdline(b"\0").args == ("",)
    assert from_args([]) is None
    assert from_args([""]).args == ("",)


def test_a_title_written_over_the_arguments_loses_its_padding() -> None:
    raw = b"nginx: worker process\0\0\0\0\0\0"
    assert from_cmdline(raw, expected=len(raw)).args == ("nginx: worker process",)
    assert from_cmdline(b"nginx\0\0\0", expected=8).args == ("nginx", "", "")


def test_a_process_that_stops_the_reading_half_way_is_noticed() -> None:
    assert from_cmdline(b"abc", expected=20_000).unknown == "truncated"
    assert from_cmdline(b"abc\0", expected=4).unknown is None
    # A title may be longer than the arguments it was written over.
    assert from_cmdline(b"postgres: checkpointer", expected=9).unknown is None


def test_64_kib_are_kept_and_one_byte_more_is_cut() -> None:
    whole = b"x" * KEPT_BYTES
    assert from_cmdline(whole + b"\0").unknown is None
    line = from_cmdline(whole + b"y\0")
    assert line.unknown == "truncated"
    assert line.text == "x" * KEPT_BYTES
    assert line.length == KEPT_BYTES + 1
    assert line.sha256 == hashlib.sha256(whole + b"y").hexdigest()


def test_the_length_is_in_characters_and_no_character_is_halved() -> None:
    for shift in range(4):
        raw = b"a" * shift + "😀".encode() * 20_000
        line = from_cmdline(raw + b"\0")
        assert line.length == shift + 20_000
        assert set(line.text) <= {"a", "😀"}
        assert line.sha256 == hashlib.sha256(raw).hexdigest()


def test_a_hundred_thousand_empty_arguments() -> None:
    line = from_cmdline(b"\0" * 100_000)
    assert line.unknown == "truncated"
    assert line.length == 99_999
    assert len(line.args) <= KEPT_BYTES + 1


def test_more_than_any_exec_accepts_is_not_read_to_its_end() -> None:
    line = from_cmdline(b"x" * (READ_BYTES + 1))
    assert (line.unknown, line.length, line.sha256) == ("truncated", None, None)
    assert len(line.text) == KEPT_BYTES


@given(st.lists(st.text(alphabet=st.characters(), max_size=10), min_size=1))
def test_arguments_that_are_text_stay_as_they_are(args: list[str]) -> None:
    line = from_args(args)
    assert line.args == tuple(args)
    assert line.text == " ".join(args)
    quoted = from_args(args, subprocess.list2cmdline)
    assert quoted.text == subprocess.list2cmdline(args)


def test_long_arguments_that_are_text_are_cut_the_same_way() -> None:
    args = ["a", "\ud800" * 30_000, "b"]
    line = from_args(args)
    assert line.unknown == "truncated"
    assert line.length == 30_004
    assert len(line.text.encode("utf-8", "surrogatepass")) <= KEPT_BYTES
    assert sum(len(arg.encode("utf-8", "surrogatepass")) for arg in line.args) <= KEPT_BYTES


@pytest.mark.parametrize("read", [from_cmdline, from_text], ids=["bytes", "text"])
@pytest.mark.parametrize(
    "raw",
    [
        b"\x01" * 60_000,
        b"\x7f" * 20_000,
        b'"' * 60_000,
        b"\xff" * 60_000,
        "\u00e9".encode() * 30_000,
        b"\0".join([b"x"] * 30_000),
        b"\0" * 60_000 + b"x",
    ],
    ids=["control", "delete", "quote", "no utf-8", "accent", "many", "empty"],
)
def test_the_bound_counts_what_a_document_takes(read, raw) -> None:
    """A control character is six bytes there, and each argument has its quotes."""
    line = read(raw)
    assert line.unknown == "truncated"
    assert line.length == len(raw.decode("utf-8", "surrogateescape"))
    record = ProcessRecord(
        entity_id="boot-2-2", pid=2, image=Image(args=line.args, command_line=line.text), unknown={}
    )
    document = encode(ProcessStart(at_ns=1, sequence=1, provider="poll", host=Host(), process=record))
    assert len(document) < 2 * KEPT_BYTES + 1024
    args, bare = (json.dumps(part, separators=(",", ":")) for part in (line.args, line.text))
    assert max(len(args), len(bare)) > KEPT_BYTES - 16, "not cut too early"


def test_the_longest_document_is_below_the_mebibyte_that_a_reader_accepts() -> None:
    path = "\udcff" * 4096
    raw = b"\xff" * (2 * KEPT_BYTES)
    line = from_cmdline(raw)
    sight = Sight(pid=2, start=2, ppid=1, name="\udcff" * 15)
    details = Details(executable=path, command_line=line, working_directory=path)
    parent = ProcessRecord(
        entity_id="boot-1-1", pid=1, image=Image(name=sight.name, executable=path, command_line=line.text)
    )
    record = record_of(_key(), sight, details, start_ns=1, since_ns=None, parent=parent)
    assert isinstance(record.parent, Parent)
    assert record.unknown["process.parent.command_line"] == "truncated"
    document = encode(ProcessStart(at_ns=1, sequence=1, provider="poll", host=Host(), process=record))
    assert len(document) < 300 * 1024


def _key():
    from edr_tui.model.process import ProcessKey

    return ProcessKey("0" * 12, 2, 2, 3)
