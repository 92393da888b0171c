"""The eBPF sensor: reads the kernel's ring buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edr_tui.sensors.ebpf.loader import Programs
from edr_tui.sensors.ebpf.records import parse
from edr_tui.sensors.hidden import HiddenWatch
from edr_tui.sensors.kernel.canary import Canary
from edr_tui.sensors.kernel.records import Record
from edr_tui.sensors.kernel.sensor import KernelSensor
from edr_tui.sensors.linux import LinuxSystem


class EbpfSensor(KernelSensor[bytes]):
    """Tells what edr.bpf.c writes."""

    name = "ebpf"

    def __init__(
        self,
        system: LinuxSystem,
        programs: Programs,
        canary: Canary | None = None,
        hidden: HiddenWatch | None = None,
    ) -> None:
        super().__init__(system, canary, hidden)
        self._programs = programs
        self._failed_total = 0
        self._failed: dict[str, int] = {}

    def _wait(self, seconds: float) -> bool:
        return self._programs.wait(seconds)

    def _take(self, most: int) -> Sequence[bytes]:
        return self._programs.take(most)

    def _understand(self, raw: bytes) -> Record:
        return parse(raw)

    def _count_losses(self) -> int:
        counts = self._programs.counts()
        if counts.failed != self._failed_total:
            self._failed_total = counts.failed
            self._failed = self._programs.failed_execs()
        return counts.lost + counts.missed

    def _release(self) -> None:
        self._programs.close()

    def _counters(self) -> Mapping[str, int]:
        failed = {f"execs_failed_{name}": count for name, count in self._failed.items()}
        return {"execs_failed": self._failed_total, **failed}

    def _blind(self) -> Mapping[str, str]:
        unseen = self._programs.failed_execs_unseen
        return {} if unseen is None else {"failed execs": f"they are not counted: {unseen}"}
