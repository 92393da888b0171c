"""Signals by name; the numbers are Linux's, which is what documents of Linux hosts carry."""

from __future__ import annotations

_IN_ORDER = """
HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP
TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
"""
_NAMES = tuple(_IN_ORDER.split())


def signal_name(number: int) -> str:
    """SIGKILL for 9; signal 40 for one without a name."""
    return f"SIG{_NAMES[number - 1]}" if 0 < number <= len(_NAMES) else f"signal {number}"
