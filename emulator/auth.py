"""Verify the tokens of clients and of REST callers: HS256 with the access key, claims checked here.

The emulator's own reading of the rules; it shares no code with the SDKs, which sign tokens too. Also issues the tokens
of clients that are asked for over REST.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt
from msgspec import Struct

from common.shortening import quoted, shortened
from emulator.audience import Audiences
from emulator.errors import RefusedError, unauthorized

MAX_AUDIENCE_CHARACTERS = 500
"""How much of an audience a refusal repeats."""

CLOCK_SKEW_S = 300
"""How far clocks may differ, for `exp` and `nbf`: five minutes, as in Microsoft's emulator."""

ENTRA_AUDIENCE = "https://webpubsub.azure.com"
"""The audience of every Microsoft Entra token for Web PubSub (Learn: authorize with Microsoft Entra ID)."""

_SIGNATURE_ONLY: Any = {
    f"verify_{claim}": claim == "signature" for claim in ("signature", "exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}


class ClientClaims(Struct, frozen=True):
    """What a client's token says. `user_id` is None for an anonymous connection; that is different from ""."""

    user_id: str | None = None
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    all: Mapping[str, tuple[str, ...]] = {}  # every claim as texts, for the connect event


class TokenVerifier:
    """Checks tokens against one access key, whose bytes are those of the string as written, never Base64-decoded."""

    def __init__(self, access_key: str, audiences: Audiences, accepts_unvalidated_entra: bool = False) -> None:
        """With `accepts_unvalidated_entra` a REST caller may show a Microsoft Entra token, whoever made it."""
        self._key = access_key.encode()
        self.audiences = audiences
        self._accepts_unvalidated_entra = accepts_unvalidated_entra

    def client_claims(self, token: str | None, hub: str, host: str, now: float) -> ClientClaims:
        """The claims of a client that connects to `hub` at `host`, checked at `now` (seconds since 1970).

        Raises:
            RefusedError: 401, saying what is wrong with the token.
        """
        if not token:
            raise unauthorized("An access token is required: access_token in the query, or Authorization: Bearer.")
        claims = self._claims(token, now)
        expected = f"http://{host}/client/hubs/{hub}"
        self._check_audience(claims, expected, lambda aud: self.audiences.names_client_endpoint(aud, host, hub))
        user_id = claims.get("sub")
        if user_id is not None and not isinstance(user_id, str):
            raise _refused("its claim sub is not one string")
        texts = {name: _texts(value) for name, value in claims.items()}
        return ClientClaims(user_id, _strings(claims, "role"), _strings(claims, "webpubsub.group"), texts)

    def check_rest(self, authorization: str | None, host: str, raw_path: str, now: float) -> None:
        """Check the Authorization header of a REST request for `raw_path` at `host`.

        Raises:
            RefusedError: 401, saying what is wrong.
        """
        token = bearer(authorization)
        if not token:
            raise unauthorized("Authorization: Bearer with a token signed by the access key is required.")
        unverified = _unverified(token)
        if ENTRA_AUDIENCE in _audiences(unverified):
            self._check_entra(unverified, now)
            return
        claims = self._claims(token, now)
        expected = f"http://{host}{raw_path}"
        self._check_audience(claims, expected, lambda aud: self.audiences.names_resource(aud, host, raw_path))

    def issue_client_token(
        self,
        audience: str,
        user_id: str | None,
        roles: Sequence[str],
        groups: Sequence[str],
        now: float,
        lifetime_s: int,
    ) -> str:
        """A token for the client endpoint `audience`, good from `now` on."""
        claims: dict[str, Any] = {"aud": audience, "iat": int(now), "exp": int(now) + lifetime_s}
        if user_id is not None:
            claims["sub"] = user_id
        if roles:
            claims["role"] = list(roles)
        if groups:
            claims["webpubsub.group"] = list(groups)
        return jwt.encode(claims, self._key, "HS256")

    def _check_entra(self, claims: dict[str, Any], now: float) -> None:
        """Of such a token only the lifetime is checked: the key to its signature is not here."""
        if not self._accepts_unvalidated_entra:
            raise _refused(
                "it is a Microsoft Entra token, which the emulator cannot validate; "
                "EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS=1 accepts such tokens, from whomever they are"
            )
        _check_lifetime(claims, now)

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
        except (jwt.PyJWTError, RecursionError) as error:
            raise _refused("it is not a JSON web token") from error
        _check_lifetime(claims, now)
        return claims

    def _check_audience(self, claims: dict[str, Any], expected: str, is_ours: Callable[[str], bool]) -> None:
        if not any(isinstance(one, str) and is_ours(one) for one in _audiences(claims)):
            seen = shortened(repr(claims.get("aud")), MAX_AUDIENCE_CHARACTERS)
            raise _refused(f"its audience is {seen}, expected {quoted(expected)}")


def bearer(authorization: str | None) -> str | None:
    """The token in an Authorization header, or None if there is no bearer token."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _audiences(claims: dict[str, Any]) -> list[Any]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _unverified(token: str) -> dict[str, Any]:
    """The claims of a token, whoever signed it; none of what is no token."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, UnicodeError, RecursionError):
        return {}
    return claims


def _check_lifetime(claims: dict[str, Any], now: float) -> None:
    end = _time(claims, "exp")
    if end is None:
        raise _refused("it has no expiry time (exp)")
    if now >= end + CLOCK_SKEW_S:
        raise _refused(f"it expired {now - end:.0f} s ago")
    start = _time(claims, "nbf")
    if start is not None and now < start - CLOCK_SKEW_S:
        raise _refused(f"it is valid only in {start - now:.0f} s (nbf)")


def _refused(why: str) -> RefusedError:
    return unauthorized(f"The access token was not accepted: {why}.")


def _time(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 2**53:
        raise _refused(f"its claim {name} is not a number of seconds")
    return value


def _strings(claims: dict[str, Any], name: str) -> tuple[str, ...]:
    """A claim that is one string or a list of strings (C020)."""
    value = claims.get(name)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise _refused(f"its claim {name} is neither a string nor a list of strings")
    return tuple(values)


def _texts(value: Any) -> tuple[str, ...]:
    """A claim as handlers get it: a list of texts, others than texts as JSON."""
    values = value if isinstance(value, list) else [value]
    return tuple(one if isinstance(one, str) else json.dumps(one) for one in values)
