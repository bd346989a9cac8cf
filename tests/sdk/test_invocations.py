"""Invocations (a preview feature) with the one SDK that has them, unmodified."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for, running_handler
from tests.sdk.client import JAVASCRIPT, CallError, SdkClient
from tests.support.processes import Processes


@pytest.fixture
async def handler() -> AsyncIterator[Handler]:
    async with running_handler() as handler:
        yield handler


@pytest.fixture
async def client(handler: Handler, tmp_path: Path) -> AsyncIterator[SdkClient]:
    """A started client of a hub whose events go to `handler`."""
    async with emulator_for(handler.settings(system_events=())) as target:
        with Processes(tmp_path) as processes:
            url = f"ws{target.endpoint.removeprefix('http')}/client/hubs/{target.hub}?access_token={target.token()}"
            client = SdkClient(processes, JAVASCRIPT, url)
            await client.call("start")
            yield client


@case("C271")
@pytest.mark.parametrize(
    ("content_type", "body", "data_type", "data"),
    [("text/plain", "pong", "text", "pong"), ("application/json", '{"a":1}', "json", {"a": 1})],
)
async def test_an_invocation_returns_what_the_handler_answers(
    client: SdkClient, handler: Handler, content_type: str, body: str, data_type: str, data: object
) -> None:
    handler.reply("echo", Reply(200, body, content_type))
    result = await client.call("invokeEvent", "echo", "ping", "text")
    assert (result["dataType"], result["data"]) == (data_type, data)
    assert (await handler.event("echo")).body == b"ping"


@case("C272")
async def test_an_invocation_that_the_handler_fails_is_an_error(client: SdkClient, handler: Handler) -> None:
    handler.reply("echo", Reply(400))
    with pytest.raises(CallError) as caught:
        await client.call("invokeEvent", "echo", "ping", "text")
    assert caught.value.name == "InvocationError"
