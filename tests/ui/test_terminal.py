import subprocess
import sys

import pytest

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
