"""Each thing that the eBPF sensor may lack has a sentence of its own."""

from __future__ import annotations

import errno

import pytest

from edr_tui.sensors.ebpf.requirements import Facts, libbpf_missing, lockdown_of, missing, refusal

FINE = Facts(
    system="linux",
    release="5.8.0-1-amd64",
    btf=True,
    capabilities=frozenset({38, 39}),
    lockdown="integrity",
    pid_namespace=0xEFFFFFFC,
    time_namespace=None,
)


def test_nothing_is_missing_with_two_capabilities_or_as_root() -> None:
    assert missing(FINE) is None
    assert missing(FINE._replace(capabilities=frozenset({21}), release="6.18.44-fc")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system": "darwin"}, "runs on Linux only"),
        ({"release": "5.7.19"}, "needs Linux 5.8 or later, and this is 5.7.19"),
        ({"release": "4.19.0"}, "needs Linux 5.8 or later"),
        ({"btf": False}, "CONFIG_DEBUG_INFO_BTF"),
        ({"capabilities": frozenset()}, "needs root, or the capabilities CAP_BPF and CAP_PERFMON"),
        ({"capabilities": frozenset({39})}, "needs root, or the capabilities"),
        ({"lockdown": "confidentiality"}, "locked down"),
        ({"pid_namespace": 4026532000}, "--pid=host"),
        ({"time_namespace": 4026532001}, "time namespace"),
    ],
)
def test_what_is_missing_is_one_sentence(change: dict, words: str) -> None:
    lack = missing(FINE._replace(**change))
    sentence = lack.sentence
    assert lack.advice.endswith(".")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_lockdown_is_the_word_in_brackets() -> None:
    assert lockdown_of("none [integrity] confidentiality\n") == "integrity"
    assert lockdown_of("") == "none"


def test_a_library_that_is_missing_or_broken() -> None:
    gone = OSError("libbpf.so.1: cannot open shared object file: No such file or directory")
    assert "install libbpf1" in str(libbpf_missing(gone))
    assert "too old" in str(libbpf_missing(OSError("libbpf.so.1 is too old: no ring_buffer__new")))


def test_a_kernel_that_refuses() -> None:
    denied = str(refusal(errno.EPERM, "Operation not permitted"))
    assert "seccomp" in denied
    other = str(refusal(errno.EINVAL, "invalid\nargument"))
    assert "EINVAL" in other
    assert "\n" not in other
