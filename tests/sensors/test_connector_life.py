"""The connector sensor under loss, lies, hangs and signals, and without privileges."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import EventsLost, ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from tests.sensors.kernel import ConnectorProbe, link_or_skip, table_of
from tests.sensors.probe import pid_of, root_only
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the connector sensor runs on Linux only")

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "connector"]


def spawn(*argv: str) -> int:
    return os.posix_spawn(argv[0], argv, os.environ)


def lost(told: list) -> int:
    return sum(event.count for event in told if isinstance(event, EventsLost))


@pytest.mark.parametrize("stopped", [0.0, 0.3])
def test_what_found_no_room_is_counted_to_the_event_and_mended(stopped: float) -> None:
    probe = ConnectorProbe(buffer_bytes=4096)
    try:
        probe.turn()
        gone = spawn("/bin/sleep", "600")
        probe.until_exec(gone)
        os.kill(probe.feed.reader, signal.SIGSTOP)
        for number in range(300):
            os.waitpid(spawn("/bin/true", str(number)), 0)
        late = spawn("/bin/sleep", "603")
        os.kill(gone, signal.SIGKILL)
        os.waitpid(gone, 0)
        time.sleep(stopped)
        began = time.monotonic()
        os.kill(probe.feed.reader, signal.SIGCONT)
        probe.until(lambda told: lost(told))
        assert time.monotonic() - began < 1
        probe.until(lambda told: any(isinstance(e, ProcessSnapshot) and e.repair for e in told))
        assert time.monotonic() - began < 2
        # A gap shows with the next event of each CPU: until then the drops say as much.
        probe.until(lambda told: probe.feed.losses() == lost(told))
        assert lost(probe.told) >= probe.link.drops() > 600
        assert {e.stage for e in probe.told if isinstance(e, EventsLost)} == {"kernel"}
        probe.status()  # it says which snapshot was told whole
        alive = {process.pid: process for process in table_of(probe.told).processes() if process.alive}
        assert late in alive
        assert gone not in alive
        assert alive[late].image.args == ("/bin/sleep", "603")
        os.kill(late, signal.SIGKILL)
        os.waitpid(late, 0)
        probe.until_exit(late)
    finally:
        probe.close()


@root_only
def test_another_programs_lies_are_not_believed() -> None:
    """Root may send into the group; what does not come from the kernel is counted, and nothing else."""
    from edr_tui.sensors.connector import messages

    probe = ConnectorProbe()
    try:
        probe.turn()
        body = messages.struct.pack("=IIQ6I", messages.EXIT, 0, 1, os.getpid(), os.getpid(), 9, 17, 1, 1)
        header = messages.struct.Struct("=IHHIIIIIIHH")
        lie = header.pack(header.size + len(body), 3, 0, 0, 0, 1, 1, 5, 0, len(body), 0) + body
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 11) as liar:
            liar.sendto(lie, (probe.link.socket.getsockname()[0], 0))
            liar.sendto(b"nonsense", (probe.link.socket.getsockname()[0], 0))
        os.waitpid(spawn("/bin/true"), 0)  # an event of the kernel carries the count along
        probe.until(lambda told: probe.status().counters["messages_refused"] == 2)
        assert ProcessExit not in {type(event) for event in probe.about(os.getpid())}
        assert probe.status().counters["kernel_lost"] == 0
    finally:
        probe.close()


def test_a_reader_that_hangs_is_replaced_and_what_it_had_heard_is_counted() -> None:
    from edr_tui.sensors.connector.reader import READING

    probe = ConnectorProbe()
    try:
        probe.turn()
        first = probe.feed.reader
        os.kill(first, signal.SIGSTOP)
        READING.pack_into(probe.feed._page, 0, 4711, time.monotonic_ns() - 2_000_000_000)
        probe.until(lambda told: probe.feed.reader != first)
        assert probe.status().counters["reader_hangs"] == 1
        assert 4711 in probe.feed._shunned
        probe.until_exit(killed())
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
    finally:
        probe.close()


def killed() -> int:
    pid = spawn("/bin/sleep", "600")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return pid


def running_reader(sensor: subprocess.Popen[bytes]) -> int | None:
    with open(f"/proc/{sensor.pid}/task/{sensor.pid}/children") as children:
        for child in children.read().split():
            with suppress(OSError), open(f"/proc/{child}/comm") as comm:
                if comm.read() == "edr-reader\n":
                    return int(child)
    return None


def is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_reader_is_left_however_the_sensor_ends(ending: signal.Signals) -> None:
    link_or_skip().close()
    with subprocess.Popen(SENSOR, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sensor:
        assert sensor.stdout.readline()
        reader = eventually(lambda: running_reader(sensor))
        sensor.send_signal(ending)
        sensor.stdout.close()
        sensor.wait()
        eventually(lambda: is_gone(reader))


def test_a_sensor_whose_reader_dies_ends_with_one_sentence() -> None:
    link_or_skip().close()
    with subprocess.Popen(SENSOR, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as sensor:
        reader = eventually(lambda: running_reader(sensor))
        os.kill(reader, signal.SIGKILL)
        said = sensor.stderr.read().decode()
        assert sensor.wait() == 1
    assert said.startswith("edr-tui sensor: ")
    assert "reads the kernel's events has ended" in said
    assert said.count("\n") == 1


UNPRIVILEGED = """
import os, sys
from edr_tui.cli.main import run
from edr_tui.sensors import choose, host
from edr_tui.sensors.connector import feed, link, sensor
if os.geteuid() == 0:
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
raise SystemExit(run(sys.argv[1:]))
"""


def unprivileged(*arguments: str, meanwhile: Callable[[], None] = lambda: None) -> tuple[int, list, str]:
    command = [sys.executable, "-I", "-c", UNPRIVILEGED, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sensor:
        first = sensor.stdout.readline()
        if first:
            meanwhile()
        lines = [decode(line) for line in [first, *sensor.stdout] if line]
        said = sensor.stderr.read().decode()
        return sensor.wait(), lines, said


def test_a_user_without_privileges_has_it_on_a_recent_kernel() -> None:
    from edr_tui.sensors.connector import requirements

    pids: list[int] = []

    def meanwhile() -> None:
        pids.extend(spawn("/bin/sh", "-c", f"sleep 0.01; exit {number}") for number in range(50))
        for pid in pids:
            os.waitpid(pid, 0)

    without = requirements.missing(requirements.facts()._replace(net_admin=False))
    code, told, said = unprivileged("sensor", "--sensor", "connector", "--duration", "4", meanwhile=meanwhile)
    if without is not None:
        assert (code, told, said) == (1, [], f"edr-tui sensor: {without.sentence}\n")
        return
    assert (code, said) == (0, "")
    starts = {event.process.pid for event in told if isinstance(event, ProcessStart)}
    execs = {event.process.pid for event in told if isinstance(event, ProcessExec)}
    exits = {event.pid: event.exit_code for event in told if isinstance(event, ProcessExit)}
    assert set(pids) <= starts & execs
    assert [exits[pid] for pid in pids] == list(range(50))
    mine = next(
        event for event in told if isinstance(event, ProcessSnapshot) and pid_of(event) == os.getpid()
    )
    if os.geteuid() == 0:
        assert mine.process.unknown["process.executable"] == "denied"


def test_in_a_pid_namespace_of_its_own_it_says_so() -> None:
    link_or_skip().close()
    with suppress(FileNotFoundError):
        done = subprocess.run(
            ["unshare", "--pid", "--fork", "--mount-proc", *SENSOR],
            capture_output=True,
            timeout=60,
            check=False,
        )
        if b"unshare" in done.stderr:
            pytest.skip("unshare is not permitted here")
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"--pid=host" in done.stderr
        return
    pytest.skip("there is no unshare here")


def test_its_lines_are_documents_of_its_own_name() -> None:
    link_or_skip().close()
    done = subprocess.run([*SENSOR, "--duration", "1.5"], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert {document["event"]["provider"] for document in documents} == {"connector"}
    status = next(d for d in documents if d["event"]["action"] == "sensor_status")
    assert status["edr"]["sensor"]["counters"]["canaries_returned"] == 1
