"""Who may recover a connection, until when, and which ends of it are for good."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from tests.conformance import tokens
from tests.conformance.cases import case
from tests.conformance.raw_client import CLOSE, PING, RawClient, UpgradeRefusedError
from tests.conformance.target import JSON, RELIABLE_JSON, Target, in_process
from tests.support.eventually import eventually

REFUSED = (1008, "The connection could not be recovered.")
WEEK_S = 7 * 24 * 3600


async def assert_recoverable(target: Target, client: RawClient) -> None:
    """It goes on: the same connection, alive."""
    again = await target.recover(client)
    again.send({"type": "ping"})
    await again.expect(type="pong")
    assert await exists(target, client)


async def assert_over(target: Target, client: RawClient) -> None:
    """It cannot be recovered, and is not there."""
    assert await (await target.recover(client)).closed() == REFUSED
    assert not await exists(target, client)


async def exists(target: Target, client: RawClient) -> bool:
    return (await target.operate("HEAD", f"connections/{client.connection_id}")).status == 200


def forged(target: Target, client: RawClient, **claims: Any) -> str:
    """A reconnection token of the emulator's form, with claims added or replaced."""
    given = {"iss": "https://webpubsub.azure.com", "aud": client.connection_id, "jti": "x", **claims}
    return tokens.sign(target.key, tokens.with_times(given))


@case("C126")
@pytest.mark.parametrize("access_token", ["broken", None])
async def test_an_access_token_in_the_url_does_not_matter(target: Target, access_token: str | None) -> None:
    client = await target.reliable()
    client.drop()
    expired = target.token(exp=1_000_000_000)
    again = await target.recover(client, query=f"&access_token={access_token or expired}")
    await again.expect_nothing()


@case("C127")
async def test_another_token_does_not_recover(here: Target) -> None:
    client = await here.reliable()
    client.drop()
    for token in (
        "wrong",
        "",
        here.token(),
        forged(here, client, exp=1_000_000_000),
        forged(here, client, iss="other"),
        forged(here, client, jti=None),
        tokens.sign("another key, which is as long as it must be", tokens.with_times({"aud": client.connection_id})),
    ):
        assert await (await here.recover(client, token=token)).closed() == REFUSED
    await (await here.recover(client, token=forged(here, client))).expect_nothing()


@case("C128")
@pytest.mark.parametrize("subprotocol", [RELIABLE_JSON, JSON, "foo"])
async def test_an_unknown_connection_is_101_and_1008_never_an_http_error(target: Target, subprotocol: str) -> None:
    client = await target.reliable()
    again = await target.recover(client, connection_id="unknown", subprotocol=subprotocol)
    assert again.subprotocol == (None if subprotocol == "foo" else subprotocol)
    assert await again.closed() == REFUSED


@case("C129")
async def test_a_token_is_good_for_its_own_connection_only(target: Target) -> None:
    a, b = await target.reliable(), await target.reliable()
    assert await (await target.recover(b, token=a.reconnection_token)).closed() == REFUSED
    await b.expect_nothing()


@case("C130")
async def test_a_connection_is_recovered_on_its_own_hub_only(target: Target) -> None:
    client = await target.reliable()
    assert await (await target.recover(client, hub=f"{target.hub}x")).closed() == REFUSED
    await (await target.recover(client, hub=target.hub.upper())).expect_nothing()


async def test_a_hub_that_cannot_be_is_refused_before_the_upgrade(target: Target) -> None:
    client = await target.reliable()
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.recover(client, hub="1")
    assert caught.value.response.status == 400


@case("C128")
async def test_a_plain_connection_cannot_be_recovered(here: Target) -> None:
    client = await here.client()
    assert await (await here.recover(client, token=forged(here, client))).closed() == REFUSED
    await client.expect_nothing()


@case("C132", "C146")
async def test_a_connection_is_kept_for_a_while_and_no_longer() -> None:
    async with in_process(recovery_window=1.0) as target:
        client = await target.reliable("g")
        client.drop()
        assert await exists(target, client)
        assert (await target.operate("HEAD", "groups/g")).status == 200

        async def is_gone() -> bool:
            return not await exists(target, client)

        await eventually(is_gone)
        assert (await target.operate("HEAD", "groups/g")).status == 404
        await assert_over(target, client)


@case("C131", "C133", "C134")
@pytest.mark.parametrize("payload", [b"\x03\xe8", b"\x03\xe8bye", b""])
async def test_a_farewell_is_the_end(target: Target, payload: bytes) -> None:
    client = await target.reliable()
    client.send_frame(CLOSE, payload)
    await client.ended()
    await assert_over(target, client)


@case("C135")
@pytest.mark.parametrize("code", [1001, 1002, 1011, 3000, 4999])
async def test_any_other_close_frame_leaves_the_connection_recoverable(target: Target, code: int) -> None:
    client = await target.reliable()
    client.send_frame(CLOSE, code.to_bytes(2, "big"))
    assert (await client.frame()).close[0] == code
    await assert_recoverable(target, client)


@case("C136")
async def test_a_close_over_rest_is_the_end(target: Target) -> None:
    client = await target.reliable()
    await target.operate("DELETE", f"connections/{client.connection_id}", query="&reason=enough")
    await client.expect(event="disconnected", message="Application server closed the connection. Reason: enough")
    assert await client.closed() == (1000, "")
    await assert_over(target, client)


async def test_a_client_that_is_away_can_be_closed_over_rest(target: Target) -> None:
    client = await target.reliable("g")
    client.drop()
    await target.operate("POST", "groups/g/:closeConnections")
    await assert_over(target, client)


@pytest.mark.parametrize("broken", [b"\x81\x01x", b"\x82\x80\0\0\0\0", b"\x81\x85\0\0\0\0hello", b"\x83\x80\0\0\0\0"])
async def test_who_breaks_the_protocol_cannot_come_back(target: Target, broken: bytes) -> None:
    client = await target.reliable()
    if broken[1] & 0x80:
        client.send_bytes(broken)
        assert (await client.closed())[0] in (1002, 1003, 1007)
        await assert_over(target, client)


@case("C137")
async def test_the_second_socket_wins_and_the_first_is_cut(target: Target) -> None:
    first, publisher = await target.reliable("g"), await target.client()
    second = await target.recover(first)
    await second.expect_nothing()
    publisher.send({"type": "sendToGroup", "group": "g", "data": 1})
    await second.expect(data=1, sequenceId=1)
    with suppress(ConnectionResetError):
        assert await first.ended() == b""
    await second.expect_nothing()


@case("C138")
async def test_a_connection_keeps_its_subprotocol(target: Target) -> None:
    client = await target.reliable("g")
    client.drop()
    again = await target.recover(client, subprotocol=JSON)
    assert again.subprotocol == RELIABLE_JSON
    await target.send_to_group("x")
    await again.expect(data="x", sequenceId=1)
    again = await target.recover(client, subprotocol=RELIABLE_JSON.upper())
    assert again.subprotocol == RELIABLE_JSON.upper()


async def test_a_silent_client_is_cut_off_and_may_come_back() -> None:
    async with in_process(keep_alive_interval=1.0) as target:
        client = await target.reliable()
        assert (await client.any_frame()).opcode == PING
        assert await client.ended() == b""
        await assert_recoverable(target, client)


async def test_a_service_that_stops_keeps_nobody() -> None:
    async with in_process() as target:
        attached, away = await target.reliable(), await target.reliable()
        away.drop()
        target.clients.clear()  # so that it outlives the service
        leaving = asyncio.create_task(attached.closed())
    assert await leaving == (1001, "The emulator is shutting down.")
    attached.drop()
