"""Reconnection tokens: what a client must show to recover a connection. Decides nothing about the connection itself.

For clients they are opaque. Valid for a week, and for one connection (client specification, section 2.2); they have
the form of Microsoft's emulator.
"""

import jwt

LIFETIME_S = 7 * 24 * 3600
ISSUER = "https://webpubsub.azure.com"


class ReconnectionTokens:
    """Issues and checks the tokens of one emulator, which signs them with its access key."""

    def __init__(self, access_key: str) -> None:
        self._key = access_key.encode()

    def issue(self, connection_id: str, token_id: str, now: float) -> str:
        """A token for a connection. `now` is in seconds since 1970, `token_id` makes it one of its kind."""
        claims = {"iss": ISSUER, "aud": connection_id, "jti": token_id, "exp": int(now) + LIFETIME_S}
        return jwt.encode(claims, self._key, algorithm="HS256")

    def is_valid(self, token: str, connection_id: str, now: float) -> bool:
        """Whether `token` recovers this connection at `now`; no difference of clocks is allowed for, both are ours."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                audience=connection_id,
                issuer=ISSUER,
                options={"require": ["aud", "exp", "iss", "jti"], "verify_exp": False},  # of another clock
            )
        except jwt.PyJWTError:
            return False
        expires_at = claims["exp"]
        return isinstance(expires_at, int | float) and now < expires_at
