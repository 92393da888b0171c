import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from textual.events import Event, Resize

from edr_tui.ui.terminal import undaunted

LINGERING = """
import threading
from edr_tui.ui.terminal import leave_no_thread
lingers = threading.Thread(target=threading.Event().wait, daemon={daemon})
lingers.start()
leave_no_thread(7)
print("orderly")
"""


@pytest.mark.parametrize(("daemon", "code", "said"), [(False, 7, ""), (True, 0, "orderly\n")])
def test_a_thread_that_does_not_end_does_not_keep_the_program(daemon, code, said):
    ended = subprocess.run(
        [sys.executable, "-c", LINGERING.format(daemon=daemon)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (code, said)


@pytest.fixture
def window_signal() -> Iterator[None]:
    before = signal.getsignal(signal.SIGWINCH)
    yield
    signal.signal(signal.SIGWINCH, before)


@pytest.mark.skipif(not hasattr(signal, "SIGWINCH"), reason="this system has no SIGWINCH")
@pytest.mark.usefixtures("window_signal")
@pytest.mark.parametrize("in_band", [False, True])
def test_of_two_sizes_that_follow_at_once_the_last_is_told_last(in_band):
    told: list[Event] = []

    class Driver:
        """A terminal that is resized again while somebody asks for its size."""

        columns = 10
        _in_band_window_resize = in_band

        def __init__(self) -> None:
            self._app = self

        def post_message(self, message: Event) -> None:
            told.append(message)

        def run_input_thread(self) -> None: ...

        def start_application_mode(self) -> None: ...

        def _get_terminal_size(self) -> tuple[int, int]:
            asked = self.columns
            if asked == 10:
                self.columns = 40
                os.kill(os.getpid(), signal.SIGWINCH)
            return asked, 24

    async def resized() -> None:
        driver = undaunted(Driver)()
        driver.start_application_mode()
        os.kill(os.getpid(), signal.SIGWINCH)
        for _ in range(5):
            await asyncio.sleep(0.01)

    asyncio.run(resized())
    widths = [message.size.width for message in told if isinstance(message, Resize)]
    assert widths == ([] if in_band else [10, 40])
