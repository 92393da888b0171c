"""Values that look like secrets are found; what people read all day is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.model.secrets import mask, parts, secret_name, spans


def hidden(variable):
    name, _, value = variable.partition("=")
    return [text for text, secret in parts(name, value) if secret]


@pytest.mark.parametrize(
    ("variable", "secret"),
    [
        ("DB_PASSWORD=hunter2", "hunter2"),
        ("PGPASSWORD=x y", "x y"),
        ("MYSQL_PWD=abc", "abc"),
        ("apiKey=abc", "abc"),
        ("SECRET_KEY_BASE=abc", "abc"),
        ("GITHUB_TOKEN=whatever", "whatever"),
        ("AWS_SECRET_ACCESS_KEY=wJalr/XUtn", "wJalr/XUtn"),
        ("DATABASE_URL=postgres://app:s3cr3t@db:5432/app", "s3cr3t"),
        ("X=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"),
        ("ID=AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("T=ghp_0123456789abcdefghij0123456789abcdef", "ghp_0123456789abcdefghij0123456789abcdef"),
        ("JAVA_OPTS=-Xmx1g -Ddb.password=abc -Dx=y", "abc"),
        ("CONN=Server=db;Password=abc;Database=x", "abc"),
        ("HEADER=Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
        ("CERT=-----BEGIN RSA PRIVATE KEY-----\nMIIE", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ("SEED=0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
    ],
)
def test_secrets_are_found(variable, secret):
    assert hidden(variable) == [secret]


@pytest.mark.parametrize(
    "variable",
    [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PWD=/home/ana",
        "OLDPWD=/",
        "SSH_AUTH_SOCK=/run/user/1000/keyring/ssh",
        "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
        "PASSWORD_FILE=/run/secrets/db",
        "TOKEN_URL=https://id.example/token",
        "DISABLE_AUTH=1",
        "LANG=C.UTF-8",
        "LS_COLORS=rs=0:di=01;34:ln=01;36:mh=00:pi=40;33",
        "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus",
        "XDG_SESSION_ID=2",
        "AUTHOR=ana",
        "KEYBOARD=us",
        "MONKEY=see",
        "PASSWORD=",
        "HOSTNAME=ip-10-0-0-1.eu-central-1.compute.internal",
    ],
)
def test_what_is_none_stays_readable(variable):
    assert hidden(variable) == []


@given(st.text(max_size=40), st.text(max_size=400))
def test_the_parts_are_the_value(name, value):
    assert "".join(text for text, _ in parts(name, value)) == value
    ends = [0, *(edge for span in spans(name, value) for edge in span), len(value)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    "value",
    [
        "eyJ" * 22_000,
        "sk-" * 22_000,
        "://" * 22_000,
        "://a:" + "b" * 65_000,
        "-----BEGIN " * 6_000,
        "password=" * 7_000,
        "bearer " * 9_000,
        "a" * 65_536,
        "a1" * 32_000 + " ",
        "ghp_" * 16_000,
    ],
)
def test_no_value_takes_long(value):
    """As long as values are: a pattern that tries again at every character would take minutes."""
    began = time.process_time()
    spans("X", value)
    assert time.process_time() - began < 2


def test_a_mask_tells_the_length():
    assert mask("hunter2") == "********(7)"
    assert secret_name("DB_PASSWORD")
    assert not secret_name("x")
