"""Alerts and events as lines of text: one line each, plainly visible."""

from __future__ import annotations

import pytest

from edr_tui.model.event import EventsLost, SensorStatus
from edr_tui.plain import plain_line
from tests.e2e.payloads import PAYLOADS
from tests.telling import EPOCH, WEB1
from tests.ui.scenario import Story, web1


def test_each_event_is_one_line_that_says_it() -> None:
    lines = [plain_line(event) for event in web1()]
    assert all(line.count(b"\n") == (1 if line else 0) for line in lines)
    text = b"".join(lines).decode()
    assert "running   systemd 1  /sbin/init" in text
    assert "by nginx 812" in text
    assert "ended     " in text
    lost = EventsLost(at_ns=EPOCH, sequence=1, provider="poll", host=WEB1, stage="decode", count=1234)
    assert plain_line(lost).endswith(b"LOST      1,234 events (decode)\n")
    status = SensorStatus(at_ns=EPOCH, sequence=2, provider="poll", host=WEB1, sensor="poll", health="ok")
    assert plain_line(status) == b""


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_that_steers_a_terminal_is_printed(payload: str) -> None:
    story = Story()
    story.was("x", 7, None, 5, "root", f"a {payload}")
    for encoding in ("utf-8", "ascii"):
        for event in story.events:
            line = plain_line(event, encoding)
            assert line.endswith(b"\n")
            assert line[:-1].decode(encoding).isprintable()
