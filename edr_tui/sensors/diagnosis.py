"""What each sensor says of this host: whether it works, why not, and what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from edr_tui.sensors.base import SensorUnavailable
from edr_tui.sensors.choose import SENSORS, Sensors


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorState:
    """One sensor, tried for a moment. blind: what it cannot see here, where it works."""

    name: str
    works: bool
    why: str
    advice: str | None = None
    blind: Mapping[str, str] = field(default_factory=dict)


def try_sensors(sensors: Sensors = SENSORS) -> list[SensorState]:
    """Start each sensor, the best first, and end it again at once."""
    return [_try(name, sensors) for name in sensors]


def _try(name: str, sensors: Sensors) -> SensorState:
    try:
        choice = sensors[name](1.0)
    except SensorUnavailable as lack:
        return SensorState(name=name, works=False, why=str(lack), advice=lack.advice)
    except Exception as fault:
        # A defect of ours: the others are still to be told of.
        return SensorState(name=name, works=False, why=f"it fails: {type(fault).__name__}: {str(fault)!a}.")
    try:
        return SensorState(name=name, works=True, why=f"{choice.why}.", blind=choice.sensor.report().blind)
    finally:
        choice.sensor.close()


def libbpf_version() -> str | None:
    """The version of libbpf.so.1; None where it cannot be loaded."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            told = ctypes.CDLL("libbpf.so.1").libbpf_version_string
            told.restype = ctypes.c_char_p
            return bytes(told()).decode("ascii", "replace").removeprefix("v")
    return None


def kernel_facts() -> dict[str, str]:
    """What of the system decides about sensors: name -> value."""
    told = {"system": platform.system(), "release": platform.release(), "architecture": platform.machine()}
    if sys.platform != "linux":
        return told
    from edr_tui.sensors.ebpf import requirements

    facts = requirements.facts()
    return {
        **told,
        "BTF": "yes" if facts.btf else "no",
        "lockdown": facts.lockdown,
        "PID namespace": "the host's" if facts.in_host_pid_namespace else "its own: a container",
    }
