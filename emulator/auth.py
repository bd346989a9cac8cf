"""Verify the tokens of clients and of REST callers: HS256 with the access key, claims checked here.

The emulator's own reading of the rules; it shares no code with those who sign. Issues no tokens.
"""

from collections.abc import Callable
from typing import Any

import jwt
from msgspec import Struct

from emulator.audience import Audiences
from emulator.errors import RefusedError, unauthorized

CLOCK_SKEW_S = 300
"""How far clocks may differ, for `exp` and `nbf`: five minutes, as in Microsoft's emulator."""

_SIGNATURE_ONLY: Any = {
    f"verify_{claim}": claim == "signature" for claim in ("signature", "exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}


class ClientClaims(Struct, frozen=True):
    """What a client's token says. `user_id` is None for an anonymous connection; that is different from ""."""

    user_id: str | None = None
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class TokenVerifier:
    """Checks tokens against one access key, whose bytes are those of the string as written, never Base64-decoded."""

    def __init__(self, access_key: str, audiences: Audiences) -> None:
        self._key = access_key.encode()
        self._audiences = audiences

    def client_claims(self, token: str | None, hub: str, host: str, now: float) -> ClientClaims:
        """The claims of a client that connects to `hub` at `host`, checked at `now` (seconds since 1970).

        Raises:
            RefusedError: 401, saying what is wrong with the token.
        """
        if not token:
            raise unauthorized("An access token is required: access_token in the query, or Authorization: Bearer.")
        claims = self._claims(token, now)
        expected = f"http://{host}/client/hubs/{hub}"
        self._check_audience(claims, expected, lambda aud: self._audiences.names_client_endpoint(aud, host, hub))
        user_id = claims.get("sub")
        if user_id is not None and not isinstance(user_id, str):
            raise _refused("its claim sub is not one string")
        return ClientClaims(user_id, _strings(claims, "role"), _strings(claims, "webpubsub.group"))

    def check_rest(self, authorization: str | None, host: str, raw_path: str, now: float) -> None:
        """Check the Authorization header of a REST request for `raw_path` at `host`.

        Raises:
            RefusedError: 401, saying what is wrong.
        """
        token = bearer(authorization)
        if not token:
            raise unauthorized("Authorization: Bearer with a token signed by the access key is required.")
        claims = self._claims(token, now)
        expected = f"http://{host}{raw_path}"
        self._check_audience(claims, expected, lambda aud: self._audiences.names_resource(aud, host, raw_path))

    def _claims(self, token: str, now: float) -> dict[str, Any]:
        """The claims of a token that is signed by our key, has an end and is valid at `now`."""
        if not token.isascii():
            raise _refused("it is not a JSON web token")
        try:
            claims: dict[str, Any] = jwt.decode(token, self._key, algorithms=["HS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidAlgorithmError as error:
            raise _refused("its algorithm is not HS256") from error
        except jwt.InvalidSignatureError as error:
            raise _refused("its signature does not fit the access key") from error
        except jwt.PyJWTError as error:
            raise _refused("it is not a JSON web token") from error
        end = _time(claims, "exp")
        if end is None:
            raise _refused("it has no expiry time (exp)")
        if now >= end + CLOCK_SKEW_S:
            raise _refused(f"it expired {now - end:.0f} s ago")
        start = _time(claims, "nbf")
        if start is not None and now < start - CLOCK_SKEW_S:
            raise _refused(f"it is valid only in {start - now:.0f} s (nbf)")
        return claims

    def _check_audience(self, claims: dict[str, Any], expected: str, is_ours: Callable[[str], bool]) -> None:
        audience = claims.get("aud")
        given = audience if isinstance(audience, list) else [audience]
        if not any(isinstance(one, str) and is_ours(one) for one in given):
            raise _refused(f"its audience is {audience!r}, expected {expected!r}")


def bearer(authorization: str | None) -> str | None:
    """The token in an Authorization header, or None if there is no bearer token."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _refused(why: str) -> RefusedError:
    return unauthorized(f"The access token was not accepted: {why}.")


def _time(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise _refused(f"its claim {name} is not a number of seconds")
    return value


def _strings(claims: dict[str, Any], name: str) -> tuple[str, ...]:
    """A claim that is one string or a list of strings (C020)."""
    value = claims.get(name)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise _refused(f"its claim {name} is neither a string nor a list of strings")
    return tuple(values)
