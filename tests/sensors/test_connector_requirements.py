"""Each thing that the connector sensor may lack has a sentence of its own."""

from __future__ import annotations

import errno

import pytest

from edr_tui.sensors.connector.requirements import Facts, missing, refusal

FINE = Facts(
    system="linux",
    release="6.6.0-1-amd64",
    net_admin=False,
    pid_namespace=0xEFFFFFFC,
    user_namespace=0xEFFFFFFD,
)


def test_from_linux_6_6_on_nothing_is_needed_and_before_one_capability() -> None:
    assert missing(FINE) is None
    assert missing(FINE._replace(release="10.0")) is None
    assert missing(FINE._replace(release="4.19.0", net_admin=True)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system": "darwin"}, "runs on Linux only"),
        ({"release": "6.5.13"}, "needs root, or the capability CAP_NET_ADMIN, before Linux 6.6"),
        ({"pid_namespace": 4026532000}, "--pid=host"),
        ({"user_namespace": 4026532001}, "user namespace"),
    ],
)
def test_what_is_missing_is_one_sentence(change: dict, words: str) -> None:
    lack = missing(FINE._replace(**change))
    sentence = lack.sentence
    assert lack.advice.endswith(".")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EPROTONOSUPPORT, "--network=host"),
        (errno.ECONNREFUSED, "CONFIG_CONNECTOR"),
        (errno.EPERM, "CAP_NET_ADMIN"),
        (errno.ENOMEM, "cannot be used"),
    ],
)
def test_a_kernel_that_refuses(number: int, words: str) -> None:
    assert words in str(refusal(OSError(number, "some reason")))
