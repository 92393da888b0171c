"""The polling sensor on both of its systems: psutil's serves Windows and macOS, and runs here too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edr_tui.sensors.psutil_system import PsutilSystem
from edr_tui.sensors.system import System
from tests.sensors.probe import LINUX, Probe


def linux_system(max_pidfds: int | None = None) -> System:
    from edr_tui.sensors.linux import LinuxSystem

    return LinuxSystem(max_pidfds)


@pytest.fixture(params=["linux", "psutil"])
def probe(request: pytest.FixtureRequest) -> Iterator[Probe]:
    """A sensor that has told its first snapshot; what it told is in probe.snapshot."""
    if request.param == "linux" and not LINUX:
        pytest.skip("this is about Linux's /proc")
    probe = Probe(linux_system() if request.param == "linux" else PsutilSystem())
    probe.kind = request.param
    probe.snapshot = probe.tick()
    yield probe
    probe.close()


@pytest.fixture
def linux() -> Iterator[Probe]:
    """The same on Linux alone."""
    if not LINUX:
        pytest.skip("this is about Linux's /proc")
    probe = Probe(linux_system())
    probe.kind = "linux"
    probe.snapshot = probe.tick()
    yield probe
    probe.close()
