"""Which sensor runs, and why. To add one: its file, and a line in SENSORS, the best first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from edr_tui.sensors.base import Sensor, SensorUnavailable
from edr_tui.sensors.system import System

AUTO = "auto"
DEFAULT = AUTO


class Choice(NamedTuple):
    """A sensor, the boot that it senses (None if the system does not name it), and why this one.

    passed_over: the better sensors, each with the sentence that says why it does not run.
    """

    sensor: Sensor
    boot_id: str | None
    why: str
    passed_over: Mapping[str, str] = MappingProxyType({})

    @property
    def sentence(self) -> str:
        """Which and why, and why not the others, in one line."""
        others = "".join(f" Not {name}: {why}" for name, why in self.passed_over.items())
        return f"the {self.sensor.name} sensor runs: {self.why}.{others}"


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


Sensors = Mapping[str, Callable[[float], Choice]]
SENSORS: Sensors = {"ebpf": _ebpf, "connector": _connector, "poll": _poll}
NAMES = (AUTO, *SENSORS)


def choose(name: str, interval_s: float, sensors: Sensors = SENSORS) -> Choice:
    """The sensor of that name (one of NAMES). Raises SensorUnavailable where it cannot run."""
    return best(interval_s, sensors=sensors) if name == AUTO else sensors[name](interval_s)


def lesser(name: str) -> tuple[str, ...]:
    """The sensors to try when that of this name keeps dying, best first: only auto gives way."""
    return tuple(SENSORS)[1:] if name == AUTO else ()


def best(
    interval_s: float, failed: Mapping[str, str] = MappingProxyType({}), sensors: Sensors = SENSORS
) -> Choice:
    """The best sensor that works here, but for those that failed (name -> the sentence that says so).

    Raises SensorUnavailable if none is left.
    """
    passed_over = dict(failed)
    for name, make in sensors.items():
        if name in failed:
            continue
        try:
            return make(interval_s)._replace(passed_over=passed_over)
        except SensorUnavailable as why:
            passed_over[name] = str(why)
    raise SensorUnavailable(" ".join(passed_over.values()))


def system(boot_id: str | None) -> System:
    """The operating system that this runs on."""
    if sys.platform == "linux":
        from edr_tui.sensors.linux import LinuxSystem

        return LinuxSystem()
    from edr_tui.sensors.psutil_system import PsutilSystem

    return PsutilSystem(boot_id)
