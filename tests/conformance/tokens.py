"""Sign access tokens as SDKs do, with the standard library alone; shares nothing with the emulator's verifier."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, cast


def sign(key: str, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """An HS256 token of `claims`."""
    parts = [header or {"alg": "HS256", "typ": "JWT"}, claims]
    signed = ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{_base64url(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def with_times(claims: dict[str, Any]) -> dict[str, Any]:
    """`claims` with `iat` now and `exp`; one given as None is left out."""
    now = int(time.time())
    return {name: value for name, value in {"iat": now, "exp": now + 3600, **claims}.items() if value is not None}


def claims(token: str) -> dict[str, Any]:
    """What a token says, whoever signed it."""
    payload = token.split(".")[1]
    return cast("dict[str, Any]", json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
