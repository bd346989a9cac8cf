"""The events of a client come one after the other, and none twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conformance.handler import Handler, Reply, emulator_for, send_event
from tests.conformance.raw_client import CLOSE
from tests.conformance.target import Target


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


async def test_events_of_a_client_arrive_one_after_the_other_in_order(target: Target, handler: Handler) -> None:
    release = asyncio.Event()
    handler.reply("e", Reply(hold=release), Reply(204))
    client = await target.client()
    for number in range(20):
        send_event(client, ack_id=number, data=number)
    await handler.event("e")
    client.send({"type": "ping"})
    await client.expect(type="pong")  # nothing else of the client waits for its events
    assert len(handler.events("e")) == 1
    release.set()
    for number in range(20):
        await client.expect_ack(number)
    assert [call.json() for call in handler.events("e")] == list(range(20))


async def test_a_client_with_too_many_events_waits_and_loses_none(target: Target, handler: Handler) -> None:
    release = asyncio.Event()
    handler.reply("e", Reply(hold=release), Reply(204))
    client = await target.client()
    for number in range(300):
        send_event(client, ack_id=number)
    await handler.event("e")
    release.set()
    for number in range(300):
        await client.expect_ack(number)


async def test_an_event_under_way_is_not_begun_again(target: Target, handler: Handler) -> None:
    release = asyncio.Event()
    handler.reply("e", Reply(hold=release))
    client = await target.client()
    send_event(client, ack_id=1)
    await handler.event("e")
    send_event(client, ack_id=1)
    client.send({"type": "ping"})
    await client.expect(type="pong")
    release.set()
    await client.expect_ack(1)
    await client.expect_ack(1, "Duplicate")
    assert len(handler.events("e")) == 1


async def test_events_of_one_client_do_not_wait_for_those_of_another(target: Target, handler: Handler) -> None:
    release = asyncio.Event()
    handler.reply("slow", Reply(hold=release))
    slow, other = await target.client(), await target.client()
    send_event(slow, "slow")
    await handler.event("slow")
    send_event(other)
    await other.expect_ack(1)
    release.set()
    await slow.expect_ack(1)


async def test_the_last_events_of_a_client_that_left_are_told_before_disconnected(
    target: Target, handler: Handler
) -> None:
    release = asyncio.Event()
    handler.reply("e", Reply(hold=release), Reply(204))
    client = await target.client()
    send_event(client, ack_id=None)
    send_event(client, ack_id=None)
    await handler.event("e")
    client.send_frame(CLOSE, b"")
    release.set()
    await handler.event("disconnected")
    names = [call.headers["ce-eventName"] for call in handler.events()]
    assert names == ["connect", "connected", "e", "e", "disconnected"]
