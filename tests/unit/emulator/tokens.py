"""Sign tokens for the unit tests, with the emulator's public default key."""

from typing import Any

import jwt

KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"
HOST = "localhost:8080"
NOW = 1_800_000_000.0


def sign(key: str = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    """A token that is valid for an hour after NOW; a claim given as None is left out."""
    given = {"exp": int(NOW) + 3600, "iat": int(NOW), **claims}
    return jwt.encode({name: value for name, value in given.items() if value is not None}, key, algorithm)


def client_token(hub: str = "stream", groups: Any = None, **claims: Any) -> str:
    """A token for a client that connects to `hub`."""
    return sign(**{"aud": f"http://{HOST}/client/hubs/{hub}", "webpubsub.group": groups, **claims})
