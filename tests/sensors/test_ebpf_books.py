"""Overload with small buffers and stalls on the real kernel, to the reader at the other end: exact books."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.sensors.kernel import programs_or_skip

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the ebpf sensor runs on Linux only")


def exact(seed: int, folder: Path, execs: int) -> None:
    from tests.bench.overload import run

    programs_or_skip().close()
    books = run(seed, folder, execs)
    assert books.difference == 0, books
    assert books.kernel >= 3 * execs


@pytest.mark.parametrize("seed", [1, 4])
def test_what_was_seen_and_what_was_lost_is_what_the_kernel_says(seed: int, tmp_path: Path) -> None:
    exact(seed, tmp_path, 3_000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_it_is_in_every_one_of_thirty_runs(seed: int, tmp_path: Path) -> None:
    exact(seed, tmp_path, 8_000)
