"""Endpoints and tokens of clients."""

import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.conformance import raw_http, tokens
from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient, UpgradeRefusedError
from tests.conformance.target import JSON, PUBLIC_ENDPOINT, Target
from tests.support.eventually import eventually


async def refused(target: Target, **request: Any) -> int:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(**request)
    return caught.value.response.status


def url(target: Target, hub: str | None = None, query: str = "") -> str:
    return f"/client/hubs/{hub or target.hub}?{query}"


@case("C004")
async def test_a_token_in_the_query_connects(target: Target) -> None:
    client = await target.connect(url(target, query=f"access_token={target.token()}"))
    await client.expect(type="system", event="connected")


@case("C005")
async def test_a_token_in_the_header_connects(target: Target) -> None:
    await target.connect(url(target), headers={"Authorization": f"Bearer {target.token()}"})


@case("C006")
async def test_of_two_tokens_the_one_in_the_query_counts(target: Target) -> None:
    query = f"access_token={target.token()}"
    await target.connect(url(target, query=query), headers={"Authorization": "Bearer garbage"})


@case("C007")
async def test_the_name_in_the_query_has_no_case(target: Target) -> None:
    await target.connect(url(target, query=f"ACCESS_TOKEN={target.token()}"))


@case("C008")
async def test_without_a_token_the_answer_is_401(target: Target) -> None:
    assert await refused(target, address=url(target)) == 401


@case("C009")
async def test_a_token_of_another_key_is_refused(target: Target) -> None:
    assert await refused(target, token=target.token(key="another key, which is long enough too")) == 401


@case("C010", "C012", "C013")
@pytest.mark.parametrize(("claim", "from_now_s"), [("exp", -600), ("exp", None), ("nbf", 600)])
async def test_a_token_that_is_expired_endless_or_not_yet_valid_is_refused(
    target: Target, claim: str, from_now_s: int | None
) -> None:
    value = None if from_now_s is None else time.time() + from_now_s
    assert await refused(target, token=target.token(**{claim: value})) == 401


@case("C011")
async def test_a_token_may_be_expired_for_less_than_five_minutes(target: Target) -> None:
    await target.connect(token=target.token(exp=int(time.time()) - 120))


@case("C014")
async def test_a_token_for_another_hub_is_refused(target: Target) -> None:
    assert await refused(target, token=target.token(aud=f"{target.endpoint}/client/hubs/other")) == 401


@case("C015")
async def test_a_hub_has_no_case(target: Target) -> None:
    target.hub = target.hub.capitalize()
    client = await target.member("g")
    target.hub = target.hub.lower()
    assert (await target.send_to_group("x")).status == 202
    await client.expect(type="message", data="x")


@case("C016")
async def test_a_connection_outlives_its_token(target: Target) -> None:
    lifetime = 1.0
    almost_over = int(time.time() - 300 + lifetime)  # the service allows clocks to differ by five minutes
    client = await target.connect(token=target.token(exp=almost_over, role="webpubsub.sendToGroup"))
    await client.expect(type="system", event="connected")

    async def is_over() -> bool:
        try:
            (await target.connect(token=target.token(exp=almost_over))).drop()
        except UpgradeRefusedError as error:
            return error.response.status == 401
        return False

    await eventually(is_over, "a new connection with this token is refused")
    client.send({"type": "sendToGroup", "group": "g", "data": 1, "ackId": 1})
    await client.expect_ack(1)


@case("C017", "C018")
@pytest.mark.parametrize("user_id", ["alice", "über user", None])
async def test_the_connected_message_names_the_user(target: Target, user_id: str | None) -> None:
    client = await target.connect(token=target.token(sub=user_id))
    await client.expect(event="connected", userId=user_id)


@case("C019")
async def test_a_group_in_the_token_is_joined_without_a_role(target: Target) -> None:
    client = await target.connect(token=target.token(groups=["g"]))
    await client.expect(event="connected")
    await target.send_to_group("x")
    await client.expect(type="message", group="g", data="x")


@case("C020")
async def test_role_and_group_may_be_plain_strings(target: Target) -> None:
    token = target.token(role="webpubsub.joinLeaveGroup.other", groups="g")
    client = await target.connect(token=token)
    await client.expect(event="connected")
    client.send({"type": "joinGroup", "group": "other", "ackId": 1})
    await client.expect_ack(1)
    await target.send_to_group("x")
    await client.expect(type="message", group="g")


@case("C021")
async def test_a_blank_group_in_the_token_is_refused(target: Target) -> None:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(token=target.token(groups=["   "]))
    assert caught.value.response.status == 400
    assert "The token contains an invalid group name." in caught.value.response.body.decode()


@case("C022")
async def test_a_request_that_is_no_upgrade_is_refused(target: Target) -> None:
    response = await raw_http.request(target.endpoint, "GET", url(target, query=f"access_token={target.token()}"))
    assert response.status == 400


@case("C023")
async def test_the_published_vector_is_accepted(here: Target) -> None:
    claims = {
        "aud": "http://localhost:8080/client/hubs/stream",
        "iat": 1700000000,
        "exp": 4102444800,
        "sub": "alice",
        "role": ["webpubsub.joinLeaveGroup.stream"],
        "webpubsub.group": ["stream"],
    }
    assert tokens.sign("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH", claims).endswith(
        ".JXRjGWqx2PYKZmlOGj_Y96QeFmRf_Sk_76qIolgzAuQ"
    )
    token = tokens.sign(here.key, claims)  # the Host header says where a client thinks it is
    client = await here.connect(f"/client/hubs/stream?access_token={token}", headers={"Host": "localhost:8080"})
    await client.expect(event="connected", userId="alice")


@case("C024")
@pytest.mark.parametrize("path", ["/client/?hub=", "/client?hub="])
async def test_the_hub_may_stand_in_the_query(target: Target, path: str) -> None:
    token = target.token(groups=["g"])
    client = await target.connect(f"{path}{target.hub}&access_token={token}")
    await client.expect(event="connected")
    await target.send_to_group("x")
    await client.expect(type="message", data="x")


@pytest.mark.parametrize("path", ["/client/", "/client/?hub=", "/client/hubs/", "/client/hubs/%20", "/client/hubs/1a"])
async def test_a_missing_or_invalid_hub_is_refused(target: Target, path: str) -> None:
    separator = "&" if "?" in path else "?"
    assert await refused(target, address=f"{path}{separator}access_token={target.token()}") == 400


async def test_a_public_endpoint_is_an_accepted_audience(here: Target) -> None:
    await here.connect(token=here.token(aud=f"{PUBLIC_ENDPOINT}/client/hubs/{here.hub}"))


async def test_a_refusal_never_repeats_the_token(target: Target) -> None:
    token = target.token(aud="http://elsewhere/client/hubs/x")
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(token=token)
    assert token not in caught.value.response.body.decode()


@case("C278")
async def test_a_token_of_4_kb_is_accepted(target: Target) -> None:
    client = await target.connect(token=target.token(role=[f"webpubsub.sendToGroup.{n:040}" for n in range(70)]))
    await client.expect(event="connected")


async def test_the_emulator_takes_a_token_of_40_kb(here: Target) -> None:
    token = here.token(role=[f"webpubsub.sendToGroup.{n:040}" for n in range(700)])
    with capture_logs() as logs:
        client: RawClient = await here.connect(token=token, subprotocols=(JSON,))
        await client.expect(event="connected")
    (told,) = (entry for entry in logs if entry["event"] == "long_token_accepted")
    assert told["characters"] == len(token)
    assert token not in str(logs)
