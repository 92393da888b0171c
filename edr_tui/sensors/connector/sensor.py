"""The connector sensor: what the kernel's process events tell, and what was read of each process at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from edr_tui.sensors.base import Stream
from edr_tui.sensors.connector.feed import Feed
from edr_tui.sensors.connector.frames import Heard
from edr_tui.sensors.connector.translate import Translator
from edr_tui.sensors.kernel.canary import Canary
from edr_tui.sensors.kernel.handover import Read
from edr_tui.sensors.kernel.records import Record
from edr_tui.sensors.kernel.sensor import KernelSensor
from edr_tui.sensors.linux import LinuxSystem
from edr_tui.sensors.records import Found


class ConnectorSensor(KernelSensor[Heard]):
    """Tells what the proc connector tells."""

    name = "connector"

    def __init__(self, system: LinuxSystem, feed: Feed, canary: Canary | None = None) -> None:
        super().__init__(system, canary)
        self._feed = feed
        self._translator = Translator(self._tree, self._clock, system, self._details)
        self._losses = 0

    def run(self, stream: Stream, stop: threading.Event) -> None:
        """As every kernel sensor; the reader and the subscription end with it."""
        try:
            super().run(stream, stop)
        finally:
            self._release()

    def _wait(self, seconds: float) -> bool:
        return self._feed.wait(seconds)

    def _take(self, most: int) -> Sequence[Heard]:
        return self._feed.take(most)

    def _understand(self, raw: Heard) -> Record | None:
        return self._translator.record(raw)

    def _met(self, scanned: Sequence[tuple[Found, Read]]) -> None:
        self._translator.met(scanned)

    def _joined(self) -> None:
        self._translator.joined()

    def _count_losses(self) -> int:
        losses = self._feed.losses()
        if losses != self._losses:
            self._losses = losses
            self._translator.lost()
        return losses

    def _tend(self, stream: Stream) -> None:
        self._feed.tend()
        for exit_ in self._translator.overdue():
            self._tree.take(exit_, stream)

    def _release(self) -> None:
        self._feed.close()

    def _counters(self) -> Mapping[str, int]:
        return {
            **self._translator.counters,
            "messages_refused": self._feed.bad,
            "reader_hangs": self._feed.hangs,
        }

    def _blind(self) -> Mapping[str, str]:
        execs, unknown = self._tree.counters["execs"], self._tree.counters["argv_unknown"]
        so_far = f": of {execs} execs {unknown} had ended before" if execs else ""
        return {"short-lived arguments": f"what a process runs is read just after its exec{so_far}"}
