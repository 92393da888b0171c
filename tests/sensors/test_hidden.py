"""Processes that hide from /proc: from a listing, by a library, by a mount; and who does not hide."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.event import ProcessSnapshot
from edr_tui.sensors import procfs
from tests.sensors.kernel import KernelProbe, programs_or_skip, table_of
from tests.sensors.probe import end, started
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

SENSOR = [sys.executable, "-I", "-m", "edr_tui", "sensor", "--sensor", "ebpf"]
HOOK = """
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <string.h>
#define HOOKED(name, type) \\
    struct type *name(DIR *directory) { \\
        struct type *(*real)(DIR *) = dlsym(RTLD_NEXT, #name), *entry; \\
        while ((entry = real(directory)) && !strcmp(entry->d_name, HIDE)) ; \\
        return entry; \\
    }
"""


def search(**options: object):
    from edr_tui.sensors.hidden import HiddenSearch

    return HiddenSearch(**options)


def test_on_a_host_without_tricks_nobody_hides() -> None:
    looking = search()
    with started("/bin/sh", "-c", "while :; do /bin/true; done", stdin=subprocess.DEVNULL):
        for _ in range(5):
            assert looking.round(range(1, 400)) == {}


def test_the_kernels_list_is_the_librarys() -> None:
    from edr_tui.sensors.hidden import listed

    with started("/bin/sleep", "600") as process:
        assert {os.getpid(), process.pid} <= listed()


def test_who_is_left_out_of_every_list_is_found_by_number_and_by_what_was_told() -> None:
    from edr_tui.sensors.hidden import LEFT_OUT_BY_KERNEL, listed

    with started("/bin/sleep", "600") as process:
        lists = {
            "by_library": lambda: listed() - {process.pid},
            "by_kernel": lambda: listed() - {process.pid},
        }
        assert search(**lists, probes=0).round([process.pid]) == {process.pid: LEFT_OUT_BY_KERNEL}
        assert search(**lists, probes=0).round() == {}
        looking = search(**lists, probes=50_000)
        found = {}
        for _ in range(100):  # a pid_max of four million takes so many rounds
            found |= looking.round()
            if found:
                break
        assert found == {process.pid: LEFT_OUT_BY_KERNEL}
        end(process)
        assert search(**lists, probes=0).round([process.pid]) == {}


def test_a_thread_does_not_hide_though_it_answers_to_its_number() -> None:
    ready, over = threading.Event(), threading.Event()
    threads: list[int] = []

    def run() -> None:
        threads.append(threading.get_native_id())
        ready.set()
        over.wait()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        assert search(probes=0).round(threads) == {}
    finally:
        over.set()
        thread.join()


def test_a_zombie_and_one_that_has_gone_do_not_hide() -> None:
    pid = os.posix_spawn("/bin/true", ["/bin/true"], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    nobody = {"by_library": lambda: {1}, "by_kernel": lambda: {1}}
    assert search(**nobody, probes=0).round([pid]) == {}
    os.waitpid(pid, 0)
    assert search(**nobody, probes=0).round([pid]) == {}


def test_a_proc_that_cannot_be_read_hides_nobody(tmp_path: Path) -> None:
    assert search(proc=str(tmp_path)).round([os.getpid()]) == {}


def test_mounts_over_processes_are_read_from_the_list_of_mounts() -> None:
    raw = (
        b"22 1 0:21 / /proc rw - proc proc rw\n"
        b"30 22 0:30 /empty /proc/812 rw,relatime shared:1 - tmpfs none rw\n"
        b"31 22 0:21 /1 /proc/813/stat rw - proc proc rw\n"
        b"32 22 0:31 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt rw\n"
        b"33 22 0:31 / /process/9 rw - tmpfs x rw\n"
    )
    assert procfs.parse_covers(raw) == {
        812: "/empty of none (tmpfs) is mounted over /proc/812",
        813: "/1 of proc (proc) is mounted over /proc/813/stat",
    }


@given(st.binary(max_size=300))
def test_any_list_of_mounts_is_read_or_passed_over(raw: bytes) -> None:
    procfs.parse_covers(b"30 22 0:30 /e /proc/812 rw - tmpfs none rw\n" + raw)


def told_hidden(command: list[str], pid: int, **options: object) -> dict:
    """The document that tells how a process hides, of a sensor that was started by a command."""
    sensor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    killer = threading.Timer(60, sensor.kill)
    killer.start()
    try:
        for line in sensor.stdout:
            document = json.loads(line)
            if "hidden" in document.get("edr", {}) and document["process"]["pid"] == pid:
                return document
        raise AssertionError(f"nothing was told: {sensor.stderr.read()!r}")
    finally:
        killer.cancel()
        end(sensor)


@contextmanager
def ebpf_here() -> Iterator[None]:
    programs_or_skip().close()
    yield


@pytest.mark.parametrize("over", ["an empty directory", "another process"])
def test_a_process_behind_a_mount_is_told_with_all_that_it_is(over: str, tmp_path: Path) -> None:
    """In a mount namespace of the sensor's own: the host's /proc stays as it is."""
    with ebpf_here(), started("/bin/sleep", "600") as process:
        source = str(tmp_path) if over == "an empty directory" else f"/proc/{os.getpid()}"
        script = f'mount --bind {source} /proc/{process.pid} && exec "$@"'
        command = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", *SENSOR]
        document = told_hidden(command, process.pid)
        assert f"mounted over /proc/{process.pid}" in document["edr"]["hidden"]
        assert document["process"]["args"] == ["/bin/sleep", "600"]
        assert document["process"]["executable"] == os.path.realpath("/bin/sleep")
        assert document["process"]["parent"]["pid"] == os.getpid()


def test_a_process_that_a_preloaded_library_leaves_out_is_told(tmp_path: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("a library that hides processes is made by a C compiler, and there is none")
    with ebpf_here(), started("/bin/sleep", "600") as process:
        source, library = tmp_path / "hook.c", tmp_path / "hook.so"
        source.write_text(HOOK + "HOOKED(readdir, dirent)\nHOOKED(readdir64, dirent64)\n")
        define = f'-DHIDE="{process.pid}"'
        subprocess.run(
            [compiler, "-shared", "-fPIC", define, "-o", library, source, "-ldl"], check=True, timeout=60
        )
        document = told_hidden(SENSOR, process.pid, env={**os.environ, "LD_PRELOAD": str(library)})
        assert "preloaded library" in document["edr"]["hidden"]
        assert document["process"]["args"] == ["/bin/sleep", "600"]


class Found:
    """A watch whose findings a test sets."""

    failed = None

    def __init__(self) -> None:
        self.now: dict[int, str] = {}

    def start(self, told: object) -> None:
        pass

    def found(self) -> dict[int, str]:
        return self.now

    def stop(self) -> None:
        pass


def test_a_known_process_that_begins_to_hide_is_told_once_more_and_once_only() -> None:
    watch = Found()
    kernel = KernelProbe(hidden=watch)
    try:
        with started("/bin/sleep", "600") as process:
            kernel.until_exec(process.pid)
            watch.now = {process.pid: "a mount lies over it"}
            kernel.until(lambda _: kernel.about(process.pid)[-1].process.hidden)
            watch.now = dict(watch.now)
            time.sleep(0.5)
            kernel.turn()
            told = [event for event in kernel.about(process.pid) if isinstance(event, ProcessSnapshot)]
            assert [event.process.hidden for event in told] == ["a mount lies over it"]
            assert not told[0].repair
            node = table_of(kernel.told).get(told[0].process.entity_id)
            assert (node.hidden, node.execs, node.repaired) == ("a mount lies over it", 2, False)
    finally:
        kernel.close()


def test_a_search_that_fails_is_said_and_no_quiet_host() -> None:
    from edr_tui.sensors.hidden import HiddenWatch

    def broken() -> list[int]:
        raise RuntimeError("out of order")

    watch = HiddenWatch(search(), every_s=0.01)
    watch.start(broken)
    eventually(lambda: watch.failed)
    watch.stop()
    assert watch.failed == "the search for them failed: RuntimeError: 'out of order'"
