"""Which sensor runs, and why. To add one: its file, and a line in SENSORS."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from edr_tui.sensors.base import Sensor, SensorUnavailable
from edr_tui.sensors.system import System

DEFAULT = "poll"


class Choice(NamedTuple):
    """A sensor, the boot that it senses (None if the system does not name it), and why this one."""

    sensor: Sensor
    boot_id: str | None
    why: str


def _poll(interval_s: float) -> Choice:
    from edr_tui.sensors.identity import boot_id
    from edr_tui.sensors.poll import PollSensor

    boot = boot_id()
    return Choice(PollSensor(system(boot), interval_s), boot, "it runs everywhere and needs no privileges")


def _ebpf(interval_s: float) -> Choice:
    if sys.platform != "linux":
        raise SensorUnavailable("the ebpf sensor runs on Linux only.")
    from edr_tui.sensors.ebpf.loader import Programs
    from edr_tui.sensors.ebpf.sensor import EbpfSensor
    from edr_tui.sensors.identity import boot_id
    from edr_tui.sensors.linux import LinuxSystem

    programs = Programs()
    return Choice(EbpfSensor(LinuxSystem(), programs), boot_id(), "the kernel tells of every process")


def _connector(interval_s: float) -> Choice:
    if sys.platform != "linux":
        raise SensorUnavailable("the connector sensor runs on Linux only.")
    from edr_tui.sensors.connector.feed import Feed
    from edr_tui.sensors.connector.link import Link
    from edr_tui.sensors.connector.sensor import ConnectorSensor
    from edr_tui.sensors.identity import boot_id
    from edr_tui.sensors.linux import LinuxSystem

    sensor = ConnectorSensor(LinuxSystem(), Feed(Link()))
    return Choice(sensor, boot_id(), "the kernel tells of every process; arguments are read at once")


SENSORS: Mapping[str, Callable[[float], Choice]] = {"poll": _poll, "ebpf": _ebpf, "connector": _connector}


def choose(name: str, interval_s: float) -> Choice:
    """The sensor of that name (one of SENSORS). Raises SensorUnavailable where it cannot run."""
    return SENSORS[name](interval_s)


def system(boot_id: str | None) -> System:
    """The operating system that this runs on."""
    if sys.platform == "linux":
        from edr_tui.sensors.linux import LinuxSystem

        return LinuxSystem()
    from edr_tui.sensors.psutil_system import PsutilSystem

    return PsutilSystem(boot_id)
