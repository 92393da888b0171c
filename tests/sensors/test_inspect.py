"""A process inspected on the real kernel; each part has its own error, and is true of that process alone."""

import contextlib
import hashlib
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from edr_tui.ecs import decode, encode
from edr_tui.model.event import Host, RequestAnswered
from edr_tui.model.inspection import Environment, Inspection, MappedFile, Memory, OpenFile
from edr_tui.sensors.inspect.desk import RequestDesk
from edr_tui.sensors.inspect.refused import Refused
from tests.sensors.requesting import LINUX, entity_id, examiner, started

pytestmark = LINUX
SLEEP = Path("/bin/sleep")
ALL = ("environment", "files", "network", "limits", "memory", "hash")


@pytest.fixture
def sleeper():
    env = {"PATH": os.environ["PATH"], "API_TOKEN": "t0p", "ODD": "\udcff\x1b[2J"}
    child = started("/bin/sleep", "1000", env=env)
    yield child
    child.kill()
    child.wait()


def desk(of=None):
    return RequestDesk(of or examiner(), lambda answer: None)


def test_all_parts_of_a_process(sleeper, tmp_path):
    told = desk().inspect(entity_id(sleeper.pid), ALL)
    assert told.faults == {}
    assert "API_TOKEN=t0p" in told.environment.variables
    assert "ODD=\udcff\x1b[2J" in told.environment.variables
    assert told.files.files[0] == OpenFile(number=0, kind="device", target="/dev/null", mode="rw")
    assert told.network.total == 0
    assert any(limit.name == "Max open files" for limit in told.limits.limits)
    assert {space.kind for space in told.limits.namespaces} >= {"net", "mnt", "pid"}
    assert all(space.shared for space in told.limits.namespaces if space.kind == "net")
    assert any("x" in file.flags for file in told.memory.files)
    with open(f"/proc/{sleeper.pid}/exe", "rb") as file:
        assert told.hash.sha256 == hashlib.sha256(file.read()).hexdigest()


def test_sockets_are_those_of_the_process():
    name = f"\0edr-{os.getpid()}\nforged"
    with socket.socket() as door, socket.socket(socket.AF_UNIX) as hidden:
        door.bind(("127.0.0.1", 0))
        door.listen()
        hidden.bind(name)
        told = desk().inspect(entity_id(os.getpid()), ("network",)).network
        by_number = {one.number: one for one in told.sockets}
        one = by_number[door.fileno()]
        assert (one.protocol, one.local, one.state) == ("tcp", f"127.0.0.1:{door.getsockname()[1]}", "LISTEN")
        assert by_number[hidden.fileno()].local == f"@edr-{os.getpid()}"


def test_a_line_of_a_sockets_name_is_not_taken_for_another_socket():
    """An abstract name with a newline would be a line of the table: who comes twice is not believed."""
    with socket.socket(socket.AF_UNIX) as victim, socket.socket(socket.AF_UNIX) as liar:
        victim.bind(f"\0edr-victim-{os.getpid()}")
        inode = os.fstat(victim.fileno()).st_ino
        liar.bind(f"\0x\n0000000000000000: 2 0 00010000 0001 01 {inode} /run/true")
        told = desk().inspect(entity_id(os.getpid()), ("network",)).network
        assert [one.local for one in told.sockets if one.number == victim.fileno()] == [None]


def test_a_deleted_executable_is_hashed_all_the_same(tmp_path):
    copy = tmp_path / "worker"
    copy.write_bytes(SLEEP.read_bytes())
    copy.chmod(0o755)
    child = started(str(copy), "1000")
    try:
        copy.unlink()
        expected = hashlib.sha256(SLEEP.read_bytes()).hexdigest()
        assert desk().inspect(entity_id(child.pid), ("hash",)).hash.sha256 == expected
    finally:
        child.kill()
        child.wait()


def test_a_process_that_has_ended_tells_nothing(sleeper):
    identity = entity_id(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    told = desk().inspect(identity, ALL)
    assert told == Inspection(faults=dict.fromkeys(ALL, "it has ended"))


@pytest.mark.parametrize("text", ["", "x", "a-b-c", "0-1-1", "-1-1-1"])
def test_what_is_no_identity_is_refused(text):
    assert set(desk().inspect(text, ALL).faults) == set(ALL)


def test_another_processes_identity_is_refused(sleeper):
    """The same pid and tick with another inode is another process."""
    boot, pid, ticks, *inode = entity_id(sleeper.pid).split("-")
    if not inode:
        pytest.skip("this kernel has no pidfs inodes")
    other = "-".join([boot, pid, ticks, f"{int(inode[0], 16) + 1:x}"])
    assert "has gone to another process" in desk().inspect(other, ("files",)).faults["files"]


def test_a_part_that_hangs_is_late_and_the_others_are_told(sleeper):
    class Hangs:
        def __init__(self):
            self.released = threading.Event()

        def part(self, entity_id, part):
            if part == "files":
                self.released.wait(30)
            return Environment(variables=("A=1",)) if part == "environment" else Refused("denied")

    hangs = Hangs()
    told = desk(hangs).inspect("x", ("files", "environment", "nonsense"))
    hangs.released.set()
    assert told.environment.variables == ("A=1",)
    assert told.faults["files"] == "late"
    assert told.faults["nonsense"].startswith("there is no such part")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="changes its user")
def test_what_is_denied_says_so(sleeper):
    """As nobody, root's process keeps everything but its limits' frame to itself."""
    identity = entity_id(sleeper.pid)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        told = desk().inspect(identity, ("environment", "files", "memory", "hash"))
        os.write(writer, repr(sorted(told.faults.items())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    said = os.read(reader, 4096).decode()
    os.close(reader)
    os.close(writer)
    assert said == repr(sorted(dict.fromkeys(("environment", "files", "memory", "hash"), "denied").items()))


def test_an_answer_is_a_line_of_less_than_1_mib(tmp_path):
    """However much a process has of everything, and whatever it consists of."""
    hostile = "\x1b" * 40_000
    child = started("/bin/sleep", "1000", env={f"V{number}": hostile for number in range(40)})
    try:
        told = desk().inspect(entity_id(child.pid), ALL)
        assert told.environment.left_out > 1_000_000
        event = RequestAnswered(
            at_ns=0,
            sequence=1,
            provider="poll",
            host=Host(),
            action="inspect",
            request_id="1",
            inspection=told,
        )
        line = encode(event)
        assert len(line) < 1 << 20
        assert decode(line) == event
    finally:
        child.kill()
        child.wait()


def test_lists_are_bounded_and_what_is_left_out_is_counted(tmp_path):
    with contextlib.ExitStack() as opened:
        for number in range(1_500):
            opened.enter_context((tmp_path / f"{'x' * 200}{number}").open("w"))
        told = desk().inspect(entity_id(os.getpid()), ("files",)).files
    assert told.total >= 1_500
    assert 0 < len(told.files) < told.total


def test_the_memory_of_many_files_is_bounded():
    from edr_tui.sensors.inspect.tables import summarise_maps

    lines = b"".join(
        b"%x-%x r-xp 0 08:01 %d /%s%d\n" % (n << 12, (n + 1) << 12, n + 1, b"y" * 3_000, n)
        for n in range(400)
    )
    memory = summarise_maps(lines)
    assert memory.files_total == 400
    assert len(encode_of(memory)) < 256 * 1024


def encode_of(memory: Memory) -> str:
    return "".join(file.path for file in memory.files if isinstance(file, MappedFile))
