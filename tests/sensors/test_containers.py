"""Control groups -> containers: the names that runtimes give, and the kernel's own groups."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.sensors.containers import ControlGroups, cgroup_paths, container_of
from tests.sensors.kernel import KernelProbe
from tests.sensors.probe import started

ID = "c0ffee" * 10 + "0123"
POD = "kubepods-besteffort-pod0a1b2c3d_0000_4000_8000_000000000000.slice"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/docker/{ID}", ID),
        (f"/system.slice/docker-{ID}.scope", ID),
        (f"/kubepods.slice/{POD}/cri-containerd-{ID}.scope", ID),
        (f"/kubepods/besteffort/pod0a1b/{ID}", ID),
        (f"/kubepods.slice/{POD}:cri-containerd:{ID}", ID),
        (f"/machine.slice/libpod-{ID}.scope/container", ID),
        (f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope", ID),
        (f"/docker/{'a' * 64}/docker/{ID}", ID),  # one within another
        (f"/ecs/0a1b/{'0' * 32}-12345", f"{'0' * 32}-12345"),
        ("/lxc.payload.web/init.scope", "web"),
        ("/lxc/web", "web"),
        ("/machine.slice/machine-web.scope/payload", "web"),
        ("/", None),
        ("/user.slice/user-1000.slice/session-3.scope", None),
        ("/system.slice/nginx.service", None),
        (f"/system.slice/{ID}extra", None),
    ],
)
def test_a_container_is_found_in_the_path_of_its_group(path: str, expected: str | None) -> None:
    assert container_of([path]) == expected


def test_the_unified_group_is_asked_first() -> None:
    raw = f"4:memory:/docker/{'b' * 64}\n0::/docker/{ID}\n".encode()
    assert container_of(cgroup_paths(raw)) == ID
    assert container_of(cgroup_paths(f"4:memory:/docker/{ID}\n0::/\n".encode())) == ID


@given(st.binary(max_size=200))
def test_any_bytes_are_paths_or_none(raw: bytes) -> None:
    assert all(isinstance(path, str) for path in cgroup_paths(raw))


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group with the name that a container's has; it goes with the test."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("control groups are made by root on Linux")
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    mount = next((line.split()[4] for line in mounts if " - cgroup2 " in line), None)
    if mount is None:
        pytest.skip("no cgroup2 file system is mounted")
    folder = Path(mount) / f"docker-{ID}.scope"
    try:
        folder.mkdir()
    except OSError as fault:
        pytest.skip(f"control groups cannot be made here: {fault.strerror}")
    yield folder
    folder.rmdir()


def test_a_group_is_named_by_the_kernel_also_when_nobody_is_in_it_any_more(group: Path) -> None:
    groups = ControlGroups()
    try:
        assert groups.container(group.stat().st_ino, pid=0) == ID
        assert groups.container(group.parent.stat().st_ino, pid=0) is None
    finally:
        groups.close()


def test_a_process_in_a_container_is_told_with_it(group: Path) -> None:
    script = f"echo $$ > {group}/cgroup.procs && exec /bin/sh -c '/bin/true; exec /bin/sleep 600'"
    kernel = KernelProbe()
    try:
        kernel.turn()
        with started("/bin/sh", "-c", script, stdin=subprocess.DEVNULL) as process:
            kernel.until(
                lambda _: any(
                    getattr(event, "process", None) and event.process.image.name == "sleep"
                    for event in kernel.about(process.pid)
                )
            )
            told = [event.process for event in kernel.about(process.pid)]
            assert told[-1].container_id == ID
            assert told[-1].cgroup_id == group.stat().st_ino
            children = [
                event.process
                for event in kernel.told
                if getattr(event, "process", None)
                and event.process.parent
                and event.process.parent.pid == process.pid
            ]
            assert [child.container_id for child in children] == [ID, ID]
    finally:
        kernel.close()
