"""Look for tokens and keys in what programs printed."""

import re
from collections.abc import Iterable

TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
"""A signed token (JWT): every access token is one."""
NAMED = re.compile(r"(?:access_token=|AccessKey=|Bearer\s+)(?!\*\*\*|KEY\b|…)[^\s&;\"',}\]<{]+", re.IGNORECASE)
"""A value behind a name that announces a secret, unless it is masked or a placeholder."""


def secrets_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What of `text` is a secret, each cut to eight characters: the report must not leak it again."""
    found = [match.group()[:8] for pattern in (TOKEN, NAMED) for match in pattern.finditer(text)]
    return found + [secret[:8] for secret in known if secret in text]


def assert_no_secrets(where: str, text: str, known: Iterable[str] = ()) -> None:
    found = secrets_in(text, known)
    assert not found, f"{where} shows {len(found)} secrets, beginning with {found}"
