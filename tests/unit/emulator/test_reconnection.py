"""Reconnection tokens: for one connection, for a week, and signed by us."""

import jwt
import pytest

from emulator.reconnection import ISSUER, LIFETIME_S, ReconnectionTokens
from tests.unit.emulator.tokens import KEY, NOW

TOKENS = ReconnectionTokens(KEY)
TOKEN = TOKENS.issue("c1", "id", NOW)
CLAIMS = {"iss": ISSUER, "aud": "c1", "jti": "id", "exp": NOW + 60}


def signed(key: str = KEY, **claims: object) -> str:
    given = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(given, key, algorithm="HS256")


def test_a_token_is_good_for_a_week_to_the_second() -> None:
    assert LIFETIME_S == 604800
    assert TOKENS.is_valid(TOKEN, "c1", NOW)
    assert TOKENS.is_valid(TOKEN, "c1", NOW + LIFETIME_S - 1)
    assert not TOKENS.is_valid(TOKEN, "c1", NOW + LIFETIME_S)


def test_a_token_is_good_for_its_connection_only() -> None:
    assert not TOKENS.is_valid(TOKEN, "c2", NOW)


def test_each_token_is_one_of_its_kind() -> None:
    assert TOKENS.issue("c1", "other", NOW) != TOKEN


def test_one_of_the_same_form_is_good() -> None:
    assert TOKENS.is_valid(signed(), "c1", NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "no token",
        "é",
        signed(key="x" * 32),
        jwt.encode(CLAIMS, None, algorithm="none"),
        signed(iss="https://example.com"),
        signed(iss=None),
        signed(jti=None),
        signed(exp=None),
        signed(aud=None),
        signed(aud="http://localhost:8080/client/hubs/chat"),
        signed(exp="soon"),
        TOKEN[:-2],
    ],
)
def test_any_other_is_not(token: str) -> None:
    assert not TOKENS.is_valid(token, "c1", NOW)
