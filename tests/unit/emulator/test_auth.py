"""Tokens of clients and of REST callers."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.audience import Audiences
from emulator.auth import ENTRA_AUDIENCE, ClientClaims, TokenVerifier, bearer
from emulator.errors import RefusedError
from tests.unit.emulator.tokens import HOST, KEY, NOW, client_token, sign

VERIFIER = TokenVerifier(KEY, Audiences([], lenient=True))


def accept(token: str | None, hub: str = "stream") -> ClientClaims:
    return VERIFIER.client_claims(token, hub, HOST, NOW)


def refuse(token: str | None, why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        accept(token)
    assert caught.value.status == 401
    assert token is None or token not in caught.value.message


def test_the_claims_are_user_roles_and_groups() -> None:
    token = client_token(sub="alice", role=["a", "b"], groups=["g"])
    claims = accept(token)
    assert (claims.user_id, claims.roles, claims.groups) == ("alice", ("a", "b"), ("g",))


def test_roles_and_groups_may_be_plain_strings() -> None:
    claims = accept(client_token(role="a", groups="g"))
    assert (claims.user_id, claims.roles, claims.groups) == (None, ("a",), ("g",))


def test_every_claim_is_kept_as_texts_for_the_connect_event() -> None:
    claims = accept(client_token(role=["a", "b"], n=1, yes=True, nested={"x": None})).all
    assert (claims["role"], claims["n"], claims["yes"]) == (("a", "b"), ("1",), ("true",))
    assert (claims["nested"], claims["exp"]) == (('{"x": null}',), (str(int(NOW) + 3600),))


def test_a_token_without_sub_is_anonymous_and_one_with_an_empty_sub_is_not() -> None:
    assert accept(client_token()).user_id is None
    assert accept(client_token(sub="")).user_id == ""


def test_the_published_vector_is_accepted() -> None:
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {
        "aud": "http://localhost:8080/client/hubs/stream",
        "iat": 1700000000,
        "exp": 4102444800,
        "sub": "alice",
        "role": ["webpubsub.joinLeaveGroup.stream"],
        "webpubsub.group": ["stream"],
    }
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    signed = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    assert accept(f"{signed}.JXRjGWqx2PYKZmlOGj_Y96QeFmRf_Sk_76qIolgzAuQ").user_id == "alice"


def test_one_audience_of_several_is_enough() -> None:
    assert accept(client_token(aud=["http://other", f"http://{HOST}/client/hubs/stream"]))


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "é", client_token()[:-2], client_token() + ".x"])
def test_what_is_no_token_is_refused(token: str | None) -> None:
    with pytest.raises(RefusedError) as caught:
        accept(token)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"key": "another key that is long enough to sign"}, "signature"),
        ({"algorithm": "HS512", "key": KEY * 2}, "algorithm"),
        ({"exp": None}, "no expiry"),
        ({"exp": NOW - 600}, "expired 600 s ago"),
        ({"exp": NOW - 300}, "expired"),
        ({"exp": "tomorrow"}, "not a number"),
        ({"exp": True}, "not a number"),
        ({"exp": -(10**400)}, "not a number"),
        ({"exp": float("nan")}, "not a number"),
        ({"nbf": NOW + 600}, "only in 600 s"),
        ({"aud": None}, "audience"),
        ({"aud": f"http://{HOST}/client/hubs/other"}, "audience .*other.*, expected .*stream"),
        ({"aud": [1, {}]}, "audience"),
        ({"sub": 1}, "sub"),
        ({"sub": ["a"]}, "sub"),
        ({"role": {"a": 1}}, "role"),
        ({"role": [1]}, "role"),
        ({"groups": 1}, "webpubsub.group"),
    ],
)
def test_a_token_against_the_rules_is_refused_with_what_is_wrong(claims: dict[str, Any], why: str) -> None:
    refuse(client_token(**claims), why)


def test_an_unsigned_token_is_refused() -> None:
    refuse(sign(key="", algorithm="none", aud=f"http://{HOST}/client/hubs/stream"), "algorithm")


@pytest.mark.parametrize("claims", [{"exp": NOW - 299}, {"nbf": NOW + 300}, {"iat": NOW + 9999}, {"exp": NOW + 0.5}])
def test_clocks_may_differ_by_five_minutes(claims: dict[str, Any]) -> None:
    assert accept(client_token(**claims))


def test_a_hub_is_the_same_in_any_case() -> None:
    assert accept(client_token(hub="Chat"), hub="chat")


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer t", "t"), ("bearer  t ", "t"), ("Basic t", None), ("Bearer", ""), ("", None), (None, None)],
)
def test_only_a_bearer_token_counts(header: str | None, token: str | None) -> None:
    assert bearer(header) == token


def test_a_rest_token_is_for_its_resource() -> None:
    token = sign(aud=f"http://{HOST}/api/hubs/h/:send?api-version=2024-12-01")
    VERIFIER.check_rest(f"Bearer {token}", HOST, "/api/hubs/h/:send", NOW)
    with pytest.raises(RefusedError, match="audience"):
        VERIFIER.check_rest(f"Bearer {token}", HOST, "/api/hubs/i/:send", NOW)


@pytest.mark.parametrize("header", [None, "", "Basic x", f"bearer{sign()}"])
def test_rest_without_a_bearer_token_is_refused(header: str | None) -> None:
    with pytest.raises(RefusedError) as caught:
        VERIFIER.check_rest(header, HOST, "/api/hubs/h/:send", NOW)
    assert caught.value.status == 401


@given(st.text())
def test_no_text_in_place_of_a_token_breaks_the_verifier(token: str) -> None:
    with pytest.raises(RefusedError):
        accept(token)


@pytest.mark.parametrize("part", [0, 1])
def test_a_token_that_nests_without_end_is_refused(part: int) -> None:
    parts = sign().split(".")
    parts[part] = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=").decode()
    refuse(".".join(parts), "not a JSON web token|signature")
    with pytest.raises(RefusedError):
        VERIFIER.check_rest(f"Bearer {'.'.join(parts)}", HOST, "/api/hubs/h/:send", NOW)


def entra_token(**claims: Any) -> str:
    """A token with a signature that nobody here can check."""
    return sign(key="a key of someone else, long enough", **{"aud": ENTRA_AUDIENCE, **claims})


def check_entra(token: str, *, is_allowed: bool = True) -> None:
    verifier = TokenVerifier(KEY, Audiences([], lenient=True), accepts_unvalidated_entra=is_allowed)
    verifier.check_rest(f"Bearer {token}", HOST, "/api/hubs/h/:send", NOW)


def test_an_entra_token_is_refused_unless_asked_for() -> None:
    with pytest.raises(RefusedError, match="EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS=1") as caught:
        check_entra(entra_token(), is_allowed=False)
    assert caught.value.status == 401


@pytest.mark.parametrize("claims", [{}, {"aud": ["x", ENTRA_AUDIENCE]}, {"exp": NOW - 299}, {"nbf": NOW + 299}])
def test_an_entra_token_is_accepted_whoever_signed_it(claims: dict[str, Any]) -> None:
    check_entra(entra_token(**claims))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": NOW - 301}, "expired"),
        ({"exp": None}, "no expiry"),
        ({"nbf": NOW + 301}, "only in"),
        ({"aud": f"{ENTRA_AUDIENCE}.example.org"}, "signature"),
        ({"aud": None}, "signature"),
    ],
)
def test_an_entra_token_needs_its_audience_and_lifetime(claims: dict[str, Any], why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        check_entra(entra_token(**claims))


def test_an_entra_token_connects_no_client() -> None:
    verifier = TokenVerifier(KEY, Audiences([], lenient=True), accepts_unvalidated_entra=True)
    with pytest.raises(RefusedError, match="signature"):
        verifier.client_claims(entra_token(), "stream", HOST, NOW)


def test_an_issued_token_connects_with_what_it_was_issued_for() -> None:
    audience = f"http://{HOST}/client/hubs/stream"
    token = VERIFIER.issue_client_token(audience, "alice", ["a", "b"], ["g"], NOW, 60)
    claims = accept(token)
    assert (claims.user_id, claims.roles, claims.groups) == ("alice", ("a", "b"), ("g",))
    assert claims.all["exp"] == (str(int(NOW) + 60),)


def test_an_issued_token_says_nothing_that_was_not_asked_for() -> None:
    token = VERIFIER.issue_client_token(f"http://{HOST}/client/hubs/stream", None, [], [], NOW, 60)
    assert set(accept(token).all) == {"aud", "iat", "exp"}
