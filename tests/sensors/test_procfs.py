"""The parsers take any bytes: a value or ValueError, whatever a process calls itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.sensors import procfs
from tests.sensors.probe import linux_only

FIELDS = (
    b"S 4302 4303 4304 34816 4305 4194560 48027 598519 0 636 65 305 2026 1053 10 -10 13 0 24 44986368 3569"
    b" 18446744073709551615 94000 94100 140700 0 0 0 0 4096 1256 0 0 0 17 1 0 0 0 0 0 1 2 3 400 420 5 6 256\n"
)
PARSERS = [
    procfs.parse_stat,
    procfs.parse_status_ids,
    procfs.parse_forks,
    lambda raw: procfs.has_capability(raw, procfs.CAP_SYS_PTRACE),
]


def test_the_fields_of_a_stat() -> None:
    stat = procfs.parse_stat(b"4711 (nginx) " + FIELDS)
    assert stat == procfs.Stat(
        pid=4711,
        name=b"nginx",
        state=b"S",
        ppid=4302,
        session=4304,
        tty=34816,
        flags=4194560,
        threads=13,
        start_ticks=24,
        start_code=94000,
        start_stack=140700,
        arg_start=400,
        arg_end=420,
        exit_status=256,
    )


@given(st.binary(max_size=64))
def test_a_name_may_hold_anything(name: bytes) -> None:
    stat = procfs.parse_stat(b"1 (" + name + b") " + FIELDS)
    assert stat.name == name
    assert (stat.ppid, stat.start_ticks) == (4302, 24)


@pytest.mark.parametrize("name", [b") S 1 1 (", b")", b"(", b"a) R 0 0", b"\n", b"", b" ", b"\xff)\x1b[2J"])
def test_a_hostile_name_moves_no_field(name: bytes) -> None:
    assert procfs.parse_stat(b"1 (" + name + b") " + FIELDS).name == name


@pytest.mark.parametrize("parse", PARSERS)
@given(st.binary(max_size=4096) | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_value_or_a_value_error(parse, raw: bytes) -> None:
    with suppress(ValueError):
        parse(raw)


@given(st.integers(0, len(FIELDS) + 10), st.binary(max_size=40))
def test_a_stat_that_is_cut_or_damaged_gives_a_value_or_a_value_error(at: int, junk: bytes) -> None:
    whole = b"4711 (nginx) " + FIELDS
    for raw in (whole[:at], whole[:at] + junk, whole[:at] + junk + whole[at:]):
        try:
            stat = procfs.parse_stat(raw)
        except ValueError:
            continue
        assert stat.pid >= 0
        assert stat.start_ticks >= 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"1",
        b"1 (x",
        b"1 x) ",
        b") 1 (",
        b"-1 (x) " + FIELDS,
        b"1 (x) " + FIELDS[:60],
        b"x (x) " + FIELDS,
    ],
)
def test_what_is_no_stat_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        procfs.parse_stat(raw)


def test_a_huge_stat_costs_no_more_than_its_length() -> None:
    assert procfs.parse_stat(b"1 (" + b")" * 1_000_000 + b") " + FIELDS).ppid == 4302


def test_user_ids_come_from_the_kernels_line() -> None:
    raw = b"Name:\tUid:\\n7\nUmask:\t0022\nUid:\t1000\t0\t0\t0\nGid:\t5\t5\t5\t5\n"
    assert procfs.parse_status_ids(raw) == procfs.Ids(1000, 0)
    with pytest.raises(ValueError):
        procfs.parse_status_ids(b"Name:\tx\n")


def test_forks_and_capabilities() -> None:
    assert procfs.parse_forks(b"cpu  1 2\nbtime 5\nprocesses 4711\nprocs_running 1\n") == 4711
    assert procfs.has_capability(b"x\nCapEff:\t0000000000080000\n", procfs.CAP_SYS_PTRACE)
    assert not procfs.has_capability(b"x\nCapEff:\tfffffffffff7ffff\n", procfs.CAP_SYS_PTRACE)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"22 28 0:21 / /proc rw,relatime shared:5 - proc proc rw", None),
        (b"22 28 0:21 / /proc rw,relatime shared:5 - proc proc rw,hidepid=invisible", b"invisible"),
        (b"22 28 0:21 / /proc rw,relatime - proc proc rw,gid=5,hidepid=2", b"2"),
        (b"22 28 0:21 / /proc rw,relatime - proc proc rw,hidepid=0", None),
        (b"22 28 0:21 / /mnt/proc rw,relatime - proc proc rw,hidepid=2", None),
        (b"22 28 0:21 / /proc rw - tmpfs hidepid=2 rw", None),
        (b"garbage", None),
    ],
)
def test_hidepid(line: bytes, expected: bytes | None) -> None:
    assert procfs.parse_hidepid(b"20 1 8:1 / / rw - ext4 /dev/sda rw\n" + line + b"\n", b"/proc") == expected


@given(st.binary(max_size=300))
def test_hidepid_of_any_bytes(raw: bytes) -> None:
    procfs.parse_hidepid(raw, b"/proc")


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (os.makedev(136, 3), (136, 3, "pts/3")),
        (os.makedev(137, 1), (137, 1, "pts/257")),
        (os.makedev(4, 1), (4, 1, "tty1")),
        (os.makedev(4, 64), (4, 64, "ttyS0")),
        (os.makedev(229, 0), (229, 0, "hvc0")),
        (os.makedev(5, 1), (5, 1, "console")),
        (os.makedev(204, 64), (204, 64, None)),
        (os.makedev(136, 1000), (136, 1000, "pts/1000")),
    ],
)
def test_names_of_terminals(device: int, expected: tuple[int, int, str | None]) -> None:
    assert procfs.tty_name(device) == expected


@linux_only
def test_the_real_files_of_this_process() -> None:
    stat = procfs.parse_stat(Path("/proc/self/stat").read_bytes())
    assert (stat.pid, stat.ppid, stat.session) == (os.getpid(), os.getppid(), os.getsid(0))
    assert stat.start_code > 1
    assert stat.start_stack > 0
    arguments = Path("/proc/self/cmdline").read_bytes()
    assert stat.arg_end - stat.arg_start == len(arguments)
    ids = procfs.parse_status_ids(Path("/proc/self/status").read_bytes())
    assert (ids.real, ids.effective) == (os.getuid(), os.geteuid())
    assert procfs.parse_forks(Path("/proc/stat").read_bytes()) > 0
