"""Which parts of a value look like secrets, so that a screen shows them only when it is asked to."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words of a variable's name that say what its value is.
_SECRET_WORDS = frozenset(
    {
        "apikey", "auth", "authorization", "bearer", "connectionstring", "cookie", "cred", "credential",
        "credentials", "creds", "dsn", "jwt", "key", "keys", "otp", "pass", "passcode", "passphrase",
        "passwd", "password", "passwords", "pat", "psk", "pw", "pwd", "salt", "secret", "secrets",
        "token", "tokens",
    }
)  # fmt: skip
# Words that say that it only leads to one, or describes it.
_HARMLESS_WORDS = frozenset(
    {
        "age", "bits", "bus", "count", "dir", "directory", "enabled", "endpoint", "expiry", "file",
        "files", "folder", "host", "id", "length", "map", "mode", "name", "path", "port", "prompt",
        "public", "size", "sock", "socket", "style", "timeout", "type", "url", "user", "username",
        "version",
    }
)  # fmt: skip
_NEVER = frozenset({"PWD", "OLDPWD"})
_PLAIN_VALUES = re.compile(r"(?i)|0|1|true|false|yes|no|on|off|none|null|auto|default")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Each begins where a word begins, so that no text makes one try it at every character.
_SHAPES = re.compile(
    r"""
    (?<=://) [^\s/@:]{0,256} : (?P<userinfo>[^\s/@]{1,1024}) (?=@)
    | (?<![\w-]) (?P<jwt> eyJ[\w-]{15,} (?:\.[\w-]*){0,2} )
    | (?<!\w) (?P<cloud> (?:AKIA|ASIA)[0-9A-Z]{16} )
    | (?<!\w) (?P<forge> (?:gh[pousr]_|github_pat_|glpat-|npm_|pypi-|hf_|dop_v1_)[\w-]{16,} )
    | (?<!\w) (?P<chat> xox[abeprs]-[\w-]{8,} )
    | (?<![\w-]) (?P<service> (?:sk|rk|pk)[-_][\w-]{16,} | AIza[\w-]{30,} | SG\.[\w-]{16,} )
    | (?P<pem> -----BEGIN\ [A-Z\ ]{0,30}PRIVATE\ KEY .* )
    | (?i: (?<!\w) (?:bearer|basic) \s{1,4} ) (?P<header> [\w.+/=~-]{8,} )
    | (?i: (?<![a-z]) (?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|account_?key)
        ["']? \s{0,4} [=:] \s{0,4} ) (?P<assigned> [^\s;&,'"]{1,1024} )
    """,
    re.VERBOSE | re.DOTALL,
)
# Long, and of letters and digits without a break: what a machine makes up and nobody types.
_RANDOM = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+_=-][A-Za-z0-9+/_=-]{31,}")
_HIDDEN_BY = "********"


def secret_name(name: str) -> bool:
    """Whether a variable of that name holds a secret, by the words of the name."""
    if name in _NEVER:
        return False
    words = {word.lower() for word in _WORDS.findall(name[:256])}
    glued = name[:256].replace("_", "").lower()
    telling = bool(words & _SECRET_WORDS) or glued.endswith(
        ("password", "passwd", "secret", "token", "apikey")
    )
    return telling and not words & _HARMLESS_WORDS


def spans(name: str, value: str) -> list[tuple[int, int]]:
    """Where secrets stand in a value: (start, end) in order, none overlapping."""
    if secret_name(name) and not _PLAIN_VALUES.fullmatch(value):
        return [(0, len(value))]
    if _RANDOM.fullmatch(value):
        return [(0, len(value))]
    return [match.span(match.lastgroup) for match in _SHAPES.finditer(value) if match.lastgroup is not None]


def parts(name: str, value: str) -> Iterable[tuple[str, bool]]:
    """The value in (text, secret); joined they are the value again."""
    at = 0
    for start, end in spans(name, value):
        if start > at:
            yield value[at:start], False
        yield value[start:end], True
        at = end
    if at < len(value):
        yield value[at:], False


def mask(secret: str) -> str:
    """What is shown in place of a secret; its length is no secret."""
    return f"{_HIDDEN_BY}({len(secret):,})"
