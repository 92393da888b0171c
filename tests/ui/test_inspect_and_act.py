"""The tabs of the detail and the signal dialog, over a source that answers as a sensor does."""

from __future__ import annotations

import contextlib

import pytest

from edr_tui.ecs.requests import decode_request
from edr_tui.model.event import RequestAnswered
from edr_tui.model.inspection import (
    Digest,
    Environment,
    Files,
    Inspection,
    Limits,
    Memory,
    Namespace,
    Network,
    OpenFile,
    Signalled,
    Socket,
    Target,
)
from edr_tui.model.ledger import SourceHealth
from edr_tui.model.request import InspectRequest
from edr_tui.sources.memory import MemorySource
from edr_tui.ui.app import EdrApp
from edr_tui.ui.screens.signal import SignalScreen
from edr_tui.ui.theme import load_themes
from tests.telling import WEB1
from tests.ui.running import CLOCK, lines, until
from tests.ui.scenario import engine_over, web1

PARTS = {
    "environment": Environment(variables=("PATH=/bin", "DB_PASSWORD=hunter2", "LD_PRELOAD=/tmp/\x1b[2Jx.so")),
    "files": Files(
        files=(OpenFile(number=0, kind="file", target="/tmp/x\x1b[2J (deleted)", mode="r"),), total=3
    ),
    "network": Network(
        sockets=(Socket(protocol="tcp", local="10.0.0.5:4444", remote="203.0.113.7:443"),), total=1
    ),
    "limits": Limits(namespaces=(Namespace(kind="net", id="net:[4026531840]", shared=False),)),
    "memory": Memory(mappings=9, size=4096, anonymous_executable=(1, 65536)),
    "hash": Digest(sha256="ab" * 32, size=1234),
    "target": Target(pid=4719, name="kworkerds"),
}
PARENTS = Environment(variables=("PATH=/usr/bin", "HOME=/var/www"))
"""What the process that started it has."""


class Sensor:
    """Answers requests in memory, and remembers them."""

    def __init__(self, **faults) -> None:
        self.faults = faults
        self.asked = []

    def __call__(self, line):
        request = decode_request(line.rstrip(b"\n"))
        self.asked.append(request)
        about = {"at_ns": CLOCK, "sequence": 999, "provider": "poll", "host": WEB1, "request_id": request.id}
        if not isinstance(request, InspectRequest):
            fault = self.faults.get("signal")
            done = None if fault else Signalled(count=2 if request.subtree else 1)
            return [RequestAnswered(**about, action="signal", fault=fault, signalled=done)]
        parts = {part: PARTS[part] for part in request.want if part not in self.faults}
        if request.want == ("environment",) and any(r.want == request.want for r in self.inspected[:-1]):
            parts = {"environment": PARENTS}
        faults = {part: self.faults[part] for part in request.want if part in self.faults}
        return [RequestAnswered(**about, action="inspect", inspection=Inspection(**parts, faults=faults))]

    @property
    def inspected(self):
        return [each for each in self.asked if isinstance(each, InspectRequest)]

    @property
    def signals(self):
        return [each for each in self.asked if not isinstance(each, InspectRequest)]


@contextlib.asynccontextmanager
async def console(sensor, size=(200, 60), **more):
    source = MemorySource(web1(), answer=sensor)
    source.turn(SourceHealth.LIVE)
    app = EdrApp(
        engine_over(source), themes=load_themes().loaded, theme="edr-dark", clock=lambda: CLOCK, **more
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app._main.processes.rows.known > 20)
        await pilot.press("e")
        yield app, app._main, pilot


def text(app) -> str:
    return "\n".join(lines(app))


async def shows(app, pilot, *words):
    await until(pilot, lambda: all(word in text(app) for word in words))


async def test_the_environment_is_compared_and_secrets_wait_for_a_key():
    async with console(Sensor()) as (app, _, pilot):
        await pilot.press("2")
        await shows(
            app, pilot, "4 differ from sh 4713", "+ DB_PASSWORD=********(7)", "~ PATH=/bin", "- HOME="
        )
        assert "hunter2" not in text(app)
        assert "\\x1b[2Jx.so" in text(app)
        await pilot.press("enter", "v")
        await shows(app, pilot, "DB_PASSWORD=hunter2")
        await pilot.press("v")
        await until(pilot, lambda: "hunter2" not in text(app))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("3", ["Open files  3", "/tmp/x\\x1b[2J (deleted)", "2 more are not"]),
        ("4", ["10.0.0.5:4444", "203.0.113.7:443"]),
        ("5", ["its own"]),
        ("6", ["abababab", "runs code without a file"]),
        ("7", ["started", "Program runs from"]),
    ],
)
async def test_each_tab_tells_its_part(key, words):
    async with console(Sensor()) as (app, _, pilot):
        await pilot.press(key)
        await shows(app, pilot, *words)


async def test_what_is_denied_says_so_and_a_recording_takes_no_requests():
    async with console(Sensor(files="denied")) as (app, _, pilot):
        await pilot.press("3")
        await shows(app, pilot, "Denied: the sensor may not read")
    async with console(None) as (app, _, pilot):
        await pilot.press("3")
        await shows(app, pilot, "This source takes no requests")


async def test_nothing_is_asked_until_somebody_looks():
    sensor = Sensor()
    async with console(sensor) as (app, main, pilot):
        await pilot.press("j", "k", "e")
        await pilot.pause(0.4)
        assert sensor.asked == []


async def test_a_signal_needs_its_word_and_goes_to_the_process_of_the_dialog():
    sensor = Sensor()
    async with console(sensor) as (app, main, pilot):
        wanted = main.subject_id
        await pilot.press("f9")
        await shows(app, pilot, "The sensor holds this process", "kworkerds 4719")
        main.processes.select(next(row.process.entity_id for row in main.processes.rows.rows(0, 1)))
        await pilot.press("enter", "x", "enter")
        assert sensor.signals == []
        await pilot.press("backspace", *"kill", "enter")
        await until(pilot, lambda: app.screen is main)
        assert [(one.entity_id, one.signal, one.subtree) for one in sensor.signals] == [
            (wanted, "KILL", False)
        ]
        await pilot.press("J")
        await shows(app, pilot, "Done in this session", "KILL to kworkerds 4719: sent")
        assert "KILL to kworkerds 4719: sent" in app.done_in_session()[0]


async def test_escape_sends_nothing():
    sensor = Sensor()
    async with console(sensor) as (app, main, pilot):
        await pilot.press("f9", *"kill", "escape")
        await until(pilot, lambda: app.screen is main)
        assert sensor.signals == []


async def test_what_the_sensor_refuses_cannot_be_confirmed():
    sensor = Sensor(target="pid 1 holds the system together")
    async with console(sensor) as (app, _, pilot):
        await pilot.press("f9")
        await shows(app, pilot, "No signal is sent: pid 1 holds the system together.")
        await pilot.press(*"kill", "enter")
        await pilot.pause()
        assert isinstance(app.screen, SignalScreen)
        assert sensor.signals == []


async def test_a_refused_signal_stays_in_the_timeline():
    async with console(Sensor(signal="the sensor is not permitted to signal it")) as (app, main, pilot):
        await pilot.press("7", "f9", *"term", "enter")
        await until(pilot, lambda: app.screen is main)
        await shows(app, pilot, "you sent TERM", "refused")


async def test_a_dead_process_gets_no_dialog_and_neither_does_anybody_when_read_only():
    sensor = Sensor()
    async with console(sensor, read_only=True) as (app, main, pilot):
        await pilot.press("f9")
        await pilot.pause()
        assert app.screen is main
        await pilot.press("question_mark")
        await pilot.pause()
        assert "send the process or its subtree" not in text(app)
        assert sensor.asked == []
