"""Tokens for clients that are asked for over REST, and Microsoft Entra tokens of those who ask."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conformance import tokens
from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import PUBLIC_ENDPOINT, Target, in_process

ENTRA = "https://webpubsub.azure.com"


async def token_of(target: Target, query: str = "") -> str:
    answer = await target.operate("POST", ":generateToken", query=query)
    assert answer.status == 200
    (token,) = json.loads(answer.body).values()
    return str(token)


def entra_token(**claims: Any) -> str:
    """A token as Microsoft Entra makes them, but for the signature, which nobody here can check."""
    header = {"alg": "RS256", "typ": "JWT", "kid": "key"}
    return tokens.sign("a key that the service does not have", tokens.with_times({"aud": ENTRA, **claims}), header)


@case("C221")
async def test_a_generated_token_connects_with_its_user_roles_and_groups(target: Target) -> None:
    query = "&userId=u&role=webpubsub.sendToGroup.a&role=webpubsub.joinLeaveGroup.b&group=g&group=h"
    client = await target.connect(token=await token_of(target, query))
    await client.expect(event="connected", userId="u")
    await target.send_to_group("hi", group="h")
    await client.expect(group="h", data="hi")
    client.send({"type": "sendToGroup", "group": "a", "data": 1, "ackId": 1})
    await client.expect_ack(1)
    client.send({"type": "joinGroup", "group": "a", "ackId": 2})
    await client.expect_ack(2, error="Forbidden")


@case("C221")
async def test_a_generated_token_is_for_an_hour_or_the_minutes_asked_for(target: Target) -> None:
    for query, seconds in (("", 3600), ("&minutesToExpire=5&clientType=default", 300)):
        claims = tokens.claims(await token_of(target, query))
        assert claims["exp"] - claims["iat"] == seconds
        assert claims["aud"] == f"{target.endpoint}/client/hubs/{target.hub.lower()}"
        assert "sub" not in claims


async def test_a_token_for_a_hub_in_capitals_connects_there(here: Target) -> None:
    here.hub = here.hub.upper()
    client = await here.connect(token=await token_of(here))
    await client.expect(event="connected", userId=None)


async def test_a_token_asked_for_at_a_public_endpoint_is_for_that(here: Target) -> None:
    path = f"/api/hubs/{here.hub}/:generateToken"
    token = here.rest_token("", aud=f"{PUBLIC_ENDPOINT}{path}")
    answer = await here.rest("POST", path, b"", token=token, headers={"Host": urlsplit(PUBLIC_ENDPOINT).netloc})
    claims = tokens.claims(json.loads(answer.body)["token"])
    assert claims["aud"] == f"{PUBLIC_ENDPOINT}/client/hubs/{here.hub}"


@case("C222")
@pytest.mark.parametrize(
    "query",
    [
        "&minutesToExpire=0",
        "&minutesToExpire=x",
        "&clientType=other",
        "&group=%20",
        "&role=webpubsub.sendToGroups." + "*" * 6,
        "&userId=a&userId=b",
    ],
)
async def test_what_makes_no_token_is_refused(target: Target, query: str) -> None:
    assert (await target.operate("POST", ":generateToken", query=query)).status == 400


@case("C223")
@pytest.mark.parametrize("client_type", ["MQTT", "mqtt", "SocketIO"])
async def test_tokens_for_other_kinds_of_clients_are_refused_by_name(here: Target, client_type: str) -> None:
    answer = await here.operate("POST", ":generateToken", query=f"&clientType={client_type}")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (501, "Error.NotImplemented")
    assert client_type.lower() in answer.body.decode().lower().replace(".", "")


async def status(target: Target, token: str) -> int:
    return (await target.rest("POST", target.group_path(), b"x", token=token)).status


async def test_an_entra_token_is_refused_and_the_switch_is_named(here: Target) -> None:
    answer = await here.rest("POST", here.group_path(), b"x", token=entra_token())
    assert (answer.status, "EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS" in answer.body.decode()) == (401, True)


async def test_an_entra_token_is_accepted_unvalidated_on_request() -> None:
    async with in_process(allow_unvalidated_entra_tokens=True) as target:
        now = int(time.time())
        assert await status(target, entra_token()) == 202
        assert await status(target, entra_token(aud=["other", ENTRA], exp=now - 100, nbf=now + 100)) == 202
        for wrong in (
            {"exp": now - 400},
            {"exp": None},
            {"nbf": now + 400},
            {"aud": f"{ENTRA}.example"},
            {"aud": None},
        ):
            assert await status(target, entra_token(**wrong)) == 401
        token = json.loads(
            (await target.rest("POST", f"/api/hubs/{target.hub}/:generateToken", b"", token=entra_token())).body
        )
        await (await target.connect(token=token["token"])).expect(event="connected")


async def test_an_entra_token_connects_no_client() -> None:
    async with in_process(allow_unvalidated_entra_tokens=True) as target:
        with pytest.raises(Exception, match="401"):
            await RawClient.connect(target.endpoint, f"/client/hubs/{target.hub}?access_token={entra_token()}")
