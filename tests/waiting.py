"""Waiting for a condition instead of for a time."""

import time


def eventually(condition, within=20.0, every=0.02):
    """What the condition gives as soon as it is true; fails if that takes too long."""
    until = time.monotonic() + within
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > until:
            raise AssertionError(f"not true within {within} s")
        time.sleep(every)
