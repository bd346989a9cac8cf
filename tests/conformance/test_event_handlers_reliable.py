"""Events of connections that outlive their sockets."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for
from tests.conformance.raw_client import CLOSE, RawClient
from tests.conformance.target import Target
from tests.support.eventually import eventually

RELIABLE = "json.reliable.webpubsub.azure.v1"


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


async def connect(target: Target) -> tuple[RawClient, str]:
    """A reliable client, and where it can be recovered."""
    client = await target.connect(subprotocols=[RELIABLE])
    greeting = await client.expect(event="connected")
    pair = f"awps_connection_id={greeting['connectionId']}&awps_reconnection_token={greeting['reconnectionToken']}"
    return client, f"/client/hubs/{target.hub}?{pair}"


def names(handler: Handler) -> list[str]:
    return [call.headers["ce-eventName"] for call in handler.events()]


@case("C144")
async def test_a_session_that_expires_is_disconnected_once(handler: Handler) -> None:
    async with emulator_for(handler.settings(), recovery_window=0.1) as target:
        client, _address = await connect(target)
        client.drop()
        call = await handler.event("disconnected")
        assert call.json() == {"reason": "The connection recovery timeout expired."}
    assert names(handler) == ["connect", "connected", "disconnected"]


@case("C145")
async def test_a_recovery_is_no_event_and_the_numbers_go_on(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(204, headers=[("ce-connectionState", "kept"), ("Set-Cookie", "a=1")]))
    client, address = await connect(target)
    client.drop()
    client = await target.connect(address, subprotocols=[RELIABLE])
    client.send({"type": "event", "event": "e", "data": 1, "ackId": 1})
    await client.expect_ack(1)
    assert names(handler) == ["connect", "connected", "e"]
    headers = (await handler.event("e")).headers
    assert (headers["ce-id"], headers["ce-connectionState"], headers["Cookie"]) == ("2", "kept", "a=1")


async def test_an_answer_to_a_client_that_is_away_is_replayed_and_its_event_not_repeated(
    target: Target, handler: Handler
) -> None:
    release = asyncio.Event()
    handler.reply("e", Reply(200, "answer", "text/plain", hold=release))
    client, address = await connect(target)
    client.send({"type": "event", "event": "e", "data": 1, "ackId": 1})
    await handler.event("e")
    client.drop()
    client = await target.connect(address, subprotocols=[RELIABLE])
    client.send({"type": "event", "event": "e", "data": 1, "ackId": 1})
    client.send({"type": "ping"})
    await client.expect(type="pong")
    release.set()
    await client.expect(type="message", data="answer", sequenceId=1)
    await client.expect_ack(1)
    await client.expect_ack(1, "Duplicate")
    assert len(handler.events("e")) == 1


async def test_a_farewell_is_told_at_once(target: Target, handler: Handler) -> None:
    client, _address = await connect(target)
    client.send_frame(CLOSE, b"\x03\xe8done")
    assert (await handler.event("disconnected")).json() == {"reason": "done"}


async def test_a_close_over_rest_is_told_with_its_reason(target: Target, handler: Handler) -> None:
    client, address = await connect(target)
    connection_id = (await handler.event("connected")).headers["ce-connectionId"]
    await target.operate("DELETE", f"connections/{connection_id}", query="&reason=enough")
    await client.expect(event="disconnected")
    assert "enough" in (await handler.event("disconnected")).json()["reason"]
    refused = await target.connect(address, subprotocols=[RELIABLE])
    assert (await refused.closed())[0] == 1008
    assert await eventually(lambda: names(handler) == ["connect", "connected", "disconnected"])
