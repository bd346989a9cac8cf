"""Invocations: events whose answer is a result."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


def invoke(client: RawClient, invocation_id: str = "1", event: str = "echo") -> None:
    client.send(
        {
            "type": "invoke",
            "invocationId": invocation_id,
            "target": "event",
            "event": event,
            "dataType": "text",
            "data": "ping",
        }
    )


@case("C271")
async def test_the_answer_of_the_handler_is_the_result(target: Target, handler: Handler) -> None:
    handler.reply("echo", Reply(200, '{"n": 1}', "application/json"))
    client = await target.client()
    invoke(client)
    response = await client.expect(type="invokeResponse", invocationId="1", success=True, dataType="json")
    assert response["data"] == {"n": 1}
    call = await handler.event("echo")
    assert (call.headers["ce-type"], call.body) == ("azure.webpubsub.user.echo", b"ping")


async def test_an_empty_answer_is_a_success_without_data(target: Target, handler: Handler) -> None:
    client = await target.client()
    invoke(client)
    await client.expect(type="invokeResponse", invocationId="1", success=True)
    await client.expect_nothing()


@case("C272")
@pytest.mark.parametrize("reply", [Reply(400), Reply(500), Reply(200, "<p>", "text/html")])
async def test_a_failed_handler_is_an_error_of_the_invocation(target: Target, handler: Handler, reply: Reply) -> None:
    handler.reply("echo", reply)
    client = await target.client()
    invoke(client)
    response = await client.expect(type="invokeResponse", invocationId="1", success=False)
    assert response["error"]["name"]
    assert response["error"]["message"]


@case("C273")
async def test_a_cancelled_invocation_is_not_answered_and_its_id_is_free_again(
    target: Target, handler: Handler
) -> None:
    release = asyncio.Event()
    handler.reply("echo", Reply(200, "late", "text/plain", hold=release), Reply(200, "second", "text/plain"))
    client = await target.client()
    invoke(client)
    await handler.event("echo")
    client.send({"type": "cancelInvocation", "invocationId": "1"})
    client.send({"type": "ping"})
    await client.expect(type="pong")
    release.set()
    invoke(client, "2")
    await client.expect(type="invokeResponse", invocationId="2", data="second")
    await client.expect_nothing()
