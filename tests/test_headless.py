import dataclasses
import errno
import io
import json

import pytest

from edr_tui.ecs import decode
from edr_tui.headless import LinePrinter, OutputError
from edr_tui.model.alert import Severity
from edr_tui.model.event import EventsLost
from edr_tui.model.ledger import LedgerView, SourceHealth, SourceState
from edr_tui.model.update import Update
from tests.telling import EPOCH, SECOND, WEB1, Teller, alert_about


def printer_to(out, err=None, **more):
    return LinePrinter(
        out,
        err or io.StringIO(),
        **{"level": Severity.MEDIUM, "events": False, "wanted": lambda _: True, **more},
    )


def update_at(at, health=SourceHealth.LIVE, reason=None, **more):
    at_ns = EPOCH + round(at * SECOND)
    source = SourceState(health=health, since_ns=at_ns, reason=reason)
    return Update(at_ns=at_ns, ledger=LedgerView(), source=source, **more)


def lines(out):
    return [decode(line) for line in out.getvalue().splitlines(keepends=True)]


def test_alerts_from_the_level_up_are_printed():
    out = io.BytesIO()
    high = alert_about("a")
    low = alert_about("b", rule="r2", level=Severity.LOW)
    printer_to(out).print(update_at(0, alerts=(high, low)))
    assert lines(out) == [high]


def test_a_repeat_is_printed_at_most_once_a_second_and_at_the_end():
    out = io.BytesIO()
    printer = printer_to(out)
    for number in range(30):
        printer.print(update_at(number / 10, alerts=(alert_about("a", count=number + 1),)))
    printer.finish()
    counts = [json.loads(line)["edr"]["alert"]["count"] for line in out.getvalue().splitlines()]
    assert counts == [1, 11, 21, 30]
    assert printer.alerts == 1


def test_a_count_that_waits_is_printed_when_its_second_has_passed():
    out = io.BytesIO()
    printer = printer_to(out)
    printer.print(update_at(0, alerts=(alert_about("a"),)))
    printer.print(update_at(0.1, alerts=(alert_about("a", count=2),)))
    assert len(lines(out)) == 1
    printer.print(update_at(1.1))
    assert [alert.count for alert in lines(out)] == [1, 2]
    printer.finish()
    assert len(lines(out)) == 2


def test_events_are_printed_on_request_through_the_filter():
    tell = Teller()
    sh, cat = tell.start(tell.record(10)), tell.start(tell.record(11, name="cat"))
    out = io.BytesIO()
    printer_to(out, events=True, wanted=lambda event: event is cat).print(update_at(0, events=(sh, cat)))
    assert lines(out) == [cat]


def test_people_read_about_the_sensor_once_a_change_without_control_characters():
    err = io.StringIO()
    printer = printer_to(io.BytesIO(), err)
    printer.print(update_at(0))
    printer.print(update_at(1))
    printer.print(update_at(2, SourceHealth.RESTARTING, "it said \x1b[2J"))
    assert err.getvalue() == (
        "edr-tui: the sensor is live\nedr-tui: the sensor is being restarted: it said \\x1b[2J\n"
    )


def test_people_read_which_sensor_watches_and_when_another_takes_its_place():
    err = io.StringIO()
    printer = printer_to(io.BytesIO(), err)

    def say(at, sensor, **blind):
        ledger = LedgerView(sensor=sensor, blind={f"{name} sensor": why for name, why in blind.items()})
        printer.print(dataclasses.replace(update_at(at), ledger=ledger))

    for at in range(2):
        say(at, "ebpf")
    say(2, "connector", ebpf="it broke \x1b[2J")
    assert err.getvalue().splitlines() == [
        "edr-tui: the sensor is live",
        "edr-tui: the ebpf sensor watches",
        "edr-tui: the connector sensor watches; not ebpf: it broke \\x1b[2J",
    ]


def test_a_reader_that_went_away_is_told_to_the_caller():
    class Closed(io.BytesIO):
        def flush(self):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        printer_to(Closed()).print(update_at(0, alerts=(alert_about("a"),)))


def test_an_output_that_takes_no_more_is_told_in_one_sentence():
    class Full(io.BytesIO):
        def flush(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"^cannot write to standard output: no space left on device$"):
        printer_to(Full()).print(update_at(0, alerts=(alert_about("a"),)))


def test_losses_are_printed_whatever_was_asked_for():
    lost = EventsLost(
        at_ns=EPOCH, sequence=9, provider="ebpf", host=WEB1, stage="pipe", count=2, first=8, last=9
    )
    out = io.BytesIO()
    printer_to(out, wanted=lambda _: False).print(update_at(0, events=(lost,)))
    assert lines(out) == [lost]
