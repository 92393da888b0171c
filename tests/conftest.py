"""What all tests share."""

import signal

from hypothesis import settings

# A machine that is busy with something else is no defect of ours; pytest-timeout guards against hangs.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Whoever runs the tests in the background, or under nohup, ignores these; our children would inherit it.
for number in (signal.SIGINT, *(getattr(signal, name, signal.SIGINT) for name in ("SIGHUP", "SIGQUIT"))):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
