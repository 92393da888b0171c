"""The eBPF sensor from its start to its end: handover, losses, the canary, and what it leaves behind."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edr_tui.ecs import decode
from edr_tui.model.event import EventsLost, ProcessExec, ProcessExit, ProcessSnapshot, ProcessStart
from edr_tui.model.process import Provenance
from tests.sensors.kernel import KernelProbe, programs_or_skip, table_of
from tests.sensors.probe import end, started
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the ebpf sensor runs on Linux only")

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "ebpf"]
CHURN = "i=0; while [ $i -lt 100000 ]; do (/bin/true $i; exec /bin/true sub$i) & wait; i=$((i+1)); done"


@contextmanager
def loaded(**options: object) -> Iterator[KernelProbe]:
    probe = KernelProbe(**options)
    try:
        yield probe
    finally:
        probe.close()


def spawn(*argv: str) -> int:
    return os.posix_spawn(argv[0], argv, os.environ)


def test_the_snapshot_and_the_stream_meet_without_a_seam() -> None:
    """Processes come and go, and children outlive parents, all through the start of the sensor."""
    with started("/bin/sh", "-c", CHURN, stdin=subprocess.DEVNULL) as churn, loaded() as kernel:
        attached_ns = time.time_ns()
        kernel.until(lambda told: len([e for e in told if isinstance(e, ProcessExit)]) > 200)
        end(churn)
        kernel.until_exit(churn.pid)
    told = kernel.told
    assert isinstance(told[0], ProcessSnapshot)
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    living: dict[str, int] = {}
    ended: set[str] = set()
    for event in told:
        match event:
            case ProcessSnapshot() | ProcessStart():
                name = event.process.entity_id
                assert name not in living.keys() | ended, f"told twice: {event}"
                living[name] = event.process.pid
                parent = event.process.parent
                if isinstance(event, ProcessStart):
                    # Who had forked before the sensor came, and ended before it looked, was never told.
                    assert parent.entity_id not in ended, f"forked by one who has ended: {event}"
                    assert parent.entity_id in living or parent.start_ns < attached_ns
                    assert event.process.provenance is Provenance.SEEN
            case ProcessExec() if event.process.entity_id not in living:
                # Forked before the sensor came, and ended before the snapshot was taken.
                assert event.process.entity_id not in ended
                assert event.process.start_ns < attached_ns
                assert event.process.provenance is Provenance.INFERRED
                living[event.process.entity_id] = event.process.pid
            case ProcessExit():
                ended.add(event.entity_id)
                del living[event.entity_id]
    table = table_of(told)
    assert table.edges_broken == table.exits_unmatched == table.duplicates == table.exits_not_seen == 0
    assert churn.pid not in {process.pid for process in table.processes() if process.alive}
    runs = [e.process for e in told if isinstance(e, ProcessExec) and e.process.image.args[0] == "/bin/true"]
    chains = [[above.pid for above in table.ancestors(record.entity_id)] for record in runs]
    assert len([chain for chain in chains if churn.pid in chain[:2]]) > 100


def test_what_found_no_room_is_counted_to_the_event_and_mended() -> None:
    with loaded(ring_bytes=65_536) as kernel:
        kernel.turn()
        lives = spawn("/bin/sleep", "600")
        gone = spawn("/bin/sleep", "600")
        kernel.until_exec(gone)
        for number in range(400):
            os.waitpid(spawn("/bin/true", str(number)), 0)
        late = spawn("/bin/sleep", "600")
        os.kill(gone, signal.SIGKILL)
        os.waitpid(gone, 0)
        began = time.monotonic()
        try:
            kernel.until(lambda told: any(isinstance(e, EventsLost) for e in told))
            assert time.monotonic() - began < 1
            kernel.until(lambda told: any(isinstance(e, ProcessSnapshot) and e.repair for e in told))
            assert time.monotonic() - began < 2
            kernel.programs.detach()  # or the host would go on producing
            kernel.until(lambda told: books(kernel)[0] == books(kernel)[1] and not kernel.programs.wait(0.1))
            lost = sum(e.count for e in kernel.told if isinstance(e, EventsLost))
            counts = kernel.programs.counts()
            assert {e.stage for e in kernel.told if isinstance(e, EventsLost)} == {"kernel"}
            assert lost == sum(counts.lost_by_cpu) + counts.missed > 400
            produced = counts.told + counts.lost + counts.missed
            assert kernel.status().counters["records"] + lost == produced >= 3 * 400
            table = table_of(kernel.told)
            alive = {process.pid for process in table.processes() if process.alive}
            assert {lives, late} <= alive
            assert gone not in alive
            repaired = next(
                e for e in kernel.told if isinstance(e, ProcessSnapshot) and e.process.pid == late
            )
            assert repaired.process.image.args == ("/bin/sleep", "600")
            assert repaired.process.provenance is Provenance.INFERRED
            assert kernel.status().counters["exits_not_seen"] >= 1
        finally:
            for pid in (lives, late):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def books(kernel: KernelProbe) -> tuple[int, int]:
    """The kernel's losses, and those told."""
    counts = kernel.programs.counts()
    return counts.lost + counts.missed, sum(e.count for e in kernel.told if isinstance(e, EventsLost))


def test_an_exec_that_was_lost_is_found_by_the_repair() -> None:
    script = "read x; exec /bin/sleep 600"
    with loaded(ring_bytes=65_536) as kernel, started("/bin/sh", "-c", script) as process:
        kernel.turn()
        kernel.until(lambda told: kernel.about(process.pid))
        for number in range(300):
            os.waitpid(spawn("/bin/true", str(number)), 0)
        process.stdin.write(b"\n")
        process.stdin.close()
        eventually(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "sleep\n")
        kernel.until(lambda told: any(isinstance(e, ProcessSnapshot) and e.repair for e in told))
        node = table_of(kernel.told).get(kernel.about(process.pid)[0].process.entity_id)
        assert node.image.args == ("/bin/sleep", "600")
        assert [image.args[0] for image in node.images[-2:]] == ["/bin/sh", "/bin/sleep"]


def test_the_canary_comes_back_and_is_not_told() -> None:
    from edr_tui.sensors.kernel.canary import Canary

    canary = Canary(every_s=0.05)
    with loaded(canary=canary) as kernel:
        kernel.until(lambda told: canary.returned >= 3)
        status = kernel.status()
    assert status.health == "ok"
    assert "canary" not in status.blind
    assert status.counters["canaries_sent"] >= status.counters["canaries_returned"] >= 3
    children = [e for e in kernel.told if isinstance(e, ProcessStart) and e.process.parent.pid == os.getpid()]
    assert children == []


def test_a_kernel_that_falls_silent_is_noticed() -> None:
    from edr_tui.sensors.kernel.canary import Canary

    canary = Canary(every_s=0.1, within_s=0.3)
    with loaded(canary=canary) as kernel:
        kernel.until(lambda told: canary.returned)
        kernel.programs.detach()
        kernel.until(lambda told: canary.silent)
        status = kernel.status()
    assert status.health == "limited"
    assert status.blind["canary"] == "an exec of the sensor's own did not come back within 0.3 s"


def test_a_canary_that_cannot_be_started_is_said() -> None:
    from edr_tui.sensors.kernel.canary import Canary

    with loaded(canary=Canary(programs=("/nonexistent/true",))) as kernel:
        kernel.turn()
        assert kernel.status().health == "limited"
        assert "no program was found" in kernel.status().blind["canary"]


def programs_of(pid: int) -> set[int]:
    """The ids of the BPF programs that a process holds."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            found |= {
                int(number) for number in re.findall(r"^prog_id:\t(\d+)$", path.read_text(), re.MULTILINE)
            }
        except OSError:
            continue
    return found


def exists(program: int) -> bool:
    library = ctypes.CDLL("libbpf.so.1", use_errno=True)
    fd = library.bpf_prog_get_fd_by_id(ctypes.c_uint32(program))
    if fd >= 0:
        os.close(fd)
        return True
    assert ctypes.get_errno() == errno.ENOENT or fd == -errno.ENOENT
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_behind_whatever_ends_it(number: signal.Signals) -> None:
    programs_or_skip().close()
    with started(*SENSOR, "-i", "1", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b"{")
        programs = programs_of(process.pid)
        assert len(programs) >= 5
        assert all(map(exists, programs))
        process.send_signal(number)
        process.wait()
        eventually(lambda: not any(map(exists, programs)))
        assert process.stderr.read() == b""


def test_the_command_prints_what_happens_and_a_status_every_second() -> None:
    programs_or_skip().close()
    done = subprocess.run([*SENSOR, "--duration", "2.5"], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    told = [decode(line) for line in done.stdout.splitlines()]
    assert {event.provider for event in told} == {"ebpf"}
    status = next(event for event in reversed(told) if event.__class__.__name__ == "SensorStatus")
    assert (status.health, status.interval_ns) == ("ok", None)
    assert status.counters["canaries_returned"] == 1
    assert status.snapshot.first == 1


def test_without_privileges_it_says_what_it_needs_in_one_sentence() -> None:
    programs_or_skip().close()
    code = (
        "import os\n"
        "from edr_tui.cli.main import run\n"
        "from edr_tui.sensors import host\n"
        "from edr_tui.sensors.ebpf import sensor\n"
        "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "raise SystemExit(run(['sensor', '--sensor', 'ebpf']))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == (
        b"edr-tui sensor: the ebpf sensor needs root, or the capabilities CAP_BPF and CAP_PERFMON.\n"
    )


def test_without_libbpf_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    programs_or_skip().close()
    code = (
        "import ctypes\n"
        "class Missing(ctypes.CDLL):\n"
        "    def __init__(self, name, *args, **more):\n"
        "        if name and 'bpf' in name:\n"
        "            raise OSError(f'{name}: cannot open shared object file: No such file or directory')\n"
        "        super().__init__(name, *args, **more)\n"
        "ctypes.CDLL = Missing\n"
        "from edr_tui.cli.main import run\n"
        "raise SystemExit(run(['sensor', '--sensor', 'ebpf']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("edr-tui sensor: the library libbpf.so.1 is missing: install libbpf1 ")
    assert done.stderr.count("\n") == 1


def test_the_console_judges_the_exec_and_not_the_fork(tmp_path: Path) -> None:
    programs_or_skip().close()
    rule = tmp_path / "rule.yml"
    rule.write_text(
        "title: A word of ours\nid: 5f0c1d51-7d5c-4d0e-9f26-30f4ce7d9e10\nlevel: high\n"
        "logsource:\n  category: process_creation\n"
        "detection:\n  selection:\n    CommandLine|contains: unmistakable-word\n  condition: selection\n"
    )
    command = [sys.executable, "-I", "-m", "edr_tui", "watch", "--headless", "--sensor", "ebpf"]
    options = ["--no-bundled", "--rules", str(rule), "--events", "--duration", "30"]
    with started(*command, *options, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as console:
        for line in console.stdout:
            if json.loads(line)["event"]["action"] == "process_snapshot":
                break
        # The shell forks twice, and its children show its command line until their exec.
        shell = spawn("/bin/sh", "-c", ": unmistakable-word; /bin/true; /bin/true; exit 0")
        os.waitpid(shell, 0)
        alerts = []
        for line in console.stdout:
            document = json.loads(line)
            if document["event"]["kind"] == "alert":
                alerts.append(document)
            if document["event"]["action"] == "process_exited" and document["process"]["pid"] == shell:
                break
        time_to_join = next(line for line in console.stdout if b"sensor_status" in line)
        assert time_to_join
    assert {alert["process"]["pid"] for alert in alerts} <= {shell}
    assert {alert["edr"]["alert"]["count"] for alert in alerts} <= {1}
