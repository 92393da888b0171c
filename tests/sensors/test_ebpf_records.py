"""The records of edr.bpf.c as bytes: what they mean, and that no bytes at all do harm."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.sensors.ebpf.records import TEXTS_AT, BadRecord, Exec, Exit, Fork, parse

WHO = struct.Struct("=QQII")
HEAD = struct.Struct("=IIQ24s16s")
EXEC_NUMBERS = struct.Struct("=QQ13I")


def head(kind: int, flags: int = 0, comm: bytes = b"sh") -> bytes:
    return HEAD.pack(kind, flags, 5_000, WHO.pack(1_234_567_890, 42, 7, 1000), comm)


def exec_record(
    flags: int = 0,
    invoked: bytes = b"/bin/sh\0",
    exe: bytes = b"dash\0bin\0usr\0",
    cwd: bytes = b"tmp\0",
    env: bytes = b"",
    argv: bytes = b"sh\0-c\0id\0",
    argv_size: int | None = None,
    sizes: tuple[int, ...] | None = None,
) -> bytes:
    texts = (invoked, exe, cwd, env, argv)
    size = len(argv) if argv_size is None else argv_size
    numbers = EXEC_NUMBERS.pack(99, size, 0, 1001, 1002, 1003, 6, 136, 3, *(sizes or map(len, texts)), 0)
    return head(2, flags) + WHO.pack(1, 0, 6, 0) + numbers + b"".join(texts)


def test_a_fork() -> None:
    record = parse(head(1, 1) + WHO.pack(99, 41, 6, 0))
    assert isinstance(record, Fork)
    assert record.process == (1_234_567_890, 42, 7, 1000)
    assert record.forker == (99, 41, 6, 0)
    assert (record.at_ns, record.name, record.kernel_thread) == (5_000, "sh", True)


def test_an_exit() -> None:
    record = parse(head(3) + struct.pack("=iI", 0x0300, 0))
    assert isinstance(record, Exit)
    assert record.status == 0x0300


def test_an_exec() -> None:
    record = parse(exec_record(flags=1 << 8 | 1 << 10 | 1 << 11 | 1 << 12, env=b"LD_PRELOAD=/x\0"))
    assert isinstance(record, Exec)
    assert record.parent == (1, None, 6, 0)
    assert (record.invoked, record.executable, record.directory) == ("/bin/sh", "/usr/bin/dash", "/tmp")
    assert record.command_line.args == ("sh", "-c", "id")
    assert record.command_line.unknown is None
    assert (record.euid, record.gid, record.egid, record.login_uid) == (0, 1001, 1002, 1003)
    assert (record.session, record.tty, record.sockets, record.cgroup) == (6, (136, 3), (0, 2), 99)
    assert record.preloads == ("LD_PRELOAD=/x",)
    assert record.preloads_whole


@pytest.mark.parametrize(
    ("names", "flags", "path"),
    [
        (b"", 0, "/"),
        (b"memfd:x\0", 1 << 1, "/memfd:x (deleted)"),
        (b"a\0tmp\0", 1 << 2, "/tmp/a (deleted)"),
        (b"a\0tmp\0", 1 << 3, None),
        (b"\xff\n\0tmp\0", 0, "/tmp/\udcff\n"),
    ],
)
def test_a_path_comes_as_names_the_last_one_first(names: bytes, flags: int, path: str | None) -> None:
    assert parse(exec_record(flags, exe=names)).executable == path
    assert parse(exec_record(flags << 3, cwd=names)).directory == path


def test_what_was_never_set_is_not_known() -> None:
    record = parse(exec_record())
    assert (record.login_uid, record.tty, record.sockets) == (None, None, ())


def test_arguments_that_could_not_be_read_are_not_known() -> None:
    assert parse(exec_record(argv=b"", argv_size=9)).command_line is None


def test_arguments_that_were_cut_say_how_long_they_were() -> None:
    line = parse(exec_record(argv=b"x" * 65_536, argv_size=100_001)).command_line
    assert (line.length, line.sha256, line.unknown) == (100_000, None, "truncated")
    assert line.text == "x" * 65_536


def test_an_environment_that_was_not_searched_through_is_said() -> None:
    assert not parse(exec_record(flags=1 << 7)).preloads_whole


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\1" * 10,
        head(0),
        head(4),
        head(1),
        head(3),
        head(2),
        exec_record()[:-1],
        exec_record(sizes=(0xFFFFFFFF,) * 5),
        exec_record()[: TEXTS_AT - 1],
    ],
)
def test_what_edr_bpf_c_does_not_write_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRecord):
        parse(raw)


def survives(raw: bytes) -> None:
    try:
        record = parse(raw)
    except BadRecord:
        return
    assert isinstance(record, Fork | Exec | Exit)


@given(st.binary(max_size=400))
def test_no_bytes_do_harm(raw: bytes) -> None:
    survives(raw)


@given(st.data())
def test_no_change_to_a_record_does_harm(data: st.DataObject) -> None:
    raw = bytearray(exec_record(env=b"LD_AUDIT=\xff\0"))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    survives(bytes(raw))
