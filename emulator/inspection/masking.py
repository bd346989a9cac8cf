"""Replace what must not be shown: access keys, tokens, and what looks like them. Finds no secret of another kind."""

import re
from collections.abc import Iterable

MASK = "***"

# Linear by construction: every repetition is possessive, so nothing is read again after it did not fit, and no two
# matches begin in the same run of characters.
_TOKEN = re.compile(r"eyJ(?:[\w-]++(?P<rest>\.[\w-]*+(?:\.[\w-]*+)?+)?+)?+")
"""A JSON web token, or what is left of one that was cut. Without `rest` it is none, and is stepped over as a whole."""
_NAMED = re.compile(
    r"""((?:access_?token|(?:awps_)?reconnection_?token|access_?key|shared_?access_?signature|cookie|authorization)
    ["']?\s*+[=:]\s*+["']?(?:bearer\s++)?+)[\w.~+/=%-]{8,}+""",
    re.IGNORECASE | re.VERBOSE,
)
_BEARER = re.compile(r"(bearer\s++)[\w.~+/=-]{8,}+", re.IGNORECASE)
_SECRET_PARAMETERS = ("access_token", "awps_reconnection_token")


class Masking:
    """Replaces secrets in texts: some that are known, and whatever has the form or the name of one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know these, such as the access key."""
        self._secrets = tuple(secret for secret in secrets if secret)
        self.longest = max(map(len, self._secrets), default=0)

    def text(self, text: str) -> str:
        """`text` without secrets, in a time in proportion to its length."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = _TOKEN.sub(_masked_token, text)
        text = _NAMED.sub(rf"\1{MASK}", text)
        return _BEARER.sub(rf"\1{MASK}", text)


def _masked_token(match: re.Match[str]) -> str:
    return MASK if match["rest"] else match[0]


def query(pairs: Iterable[tuple[str, str]]) -> str:
    """A query for people: decoded, without the values of those parameters that hold a token."""
    return "&".join(f"{name}={MASK if name.lower() in _SECRET_PARAMETERS else value}" for name, value in pairs)
