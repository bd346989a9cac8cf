"""Streams (a preview feature) with the one SDK that has them, unmodified."""

import pytest

from tests.conformance.cases import case
from tests.conformance.target import JSON
from tests.sdk.client import JAVASCRIPT, CallError, SdkClient
from tests.sdk.conftest import Connect
from tests.sdk.proxy import Proxy

SUBPROTOCOLS = pytest.mark.parametrize("options", [(), (JSON,)], ids=["reliable", "plain"])


async def receiver(connect: Connect, *options: str) -> SdkClient:
    """A client that watches the streams of `g`."""
    client = connect(JAVASCRIPT, *options)
    await client.call("start")
    await client.event("connected")
    await client.call("joinGroup", "g")
    await client.call("watchStreams")
    return client


async def publisher(
    connect: Connect, *options: str, idle_timeout_ms: int = 60_000, **rights: tuple[str, ...]
) -> SdkClient:
    """A client that has opened the stream `s` to `g`."""
    client = connect(JAVASCRIPT, *options, **rights)
    await client.call("start")
    await client.event("connected")
    assert await client.call("openStream", "g", {"streamId": "s", "idleTimeoutInMs": idle_timeout_ms}) == "s"
    return client


async def stream_event(client: SdkClient) -> dict[str, object]:
    """The next event that is not a message of the group, which comes beside the stream's own."""
    while (event := await client.event("group-message", "stream-completed", "stream-failed"))[
        "event"
    ] == "group-message":
        pass
    return event


@case("C260", "C261", "C267", "C269")
@SUBPROTOCOLS
async def test_a_stream_arrives_whole_and_its_end_is_no_message(connect: Connect, options: tuple[str, ...]) -> None:
    reader, writer = await receiver(connect, *options), await publisher(connect, *options)
    for number in range(100):
        await writer.call("write", "s", f"part {number}", "text")
    await writer.call("write", "s", {"a": 1}, "json")
    await writer.call("end", "s")
    assert await stream_event(reader) == {
        "event": "stream-completed",
        "streamId": "s",
        "groupName": "g",
        "data": [*(f"part {number}" for number in range(100)), {"a": 1}],
    }


@case("C268")
async def test_an_aborted_stream_fails_with_the_error_of_its_publisher(connect: Connect) -> None:
    reader, writer = await receiver(connect), await publisher(connect)
    await writer.call("write", "s", "x", "text")
    await writer.call("abort", "s", {"message": "broke", "userErrorCode": "E1"})
    failed = await stream_event(reader)
    assert failed["data"] == ["x"]
    assert failed["error"] == {"name": "UserError", "message": "broke", "userErrorCode": "E1"}


@case("C266")
async def test_a_silent_stream_ends_on_both_sides(connect: Connect) -> None:
    reader, writer = await receiver(connect), await publisher(connect, idle_timeout_ms=2000)
    await writer.call("write", "s", "x", "text")
    assert (await writer.event("stream-error"))["name"] == "IdleTimeout"
    failed = await stream_event(reader)
    assert (failed["data"], failed["error"]["name"]) == (["x"], "IdleTimeout")  # type: ignore[index]


@case("C270")
async def test_a_stream_without_the_role_is_refused(connect: Connect) -> None:
    with pytest.raises(CallError) as caught:
        await publisher(connect, roles=("webpubsub.joinLeaveGroup",))
    assert caught.value.name == "Forbidden"


async def test_who_watches_no_streams_any_more_gets_none(connect: Connect) -> None:
    reader = await receiver(connect)
    await reader.call("ignoreStreams")
    writer = await publisher(connect)
    await writer.call("write", "s", "x", "text")
    await writer.call("end", "s")
    await reader.call("sendToGroup", "g", "after the stream", "text")
    while (await reader.event("group-message"))["data"] != "after the stream":
        pass


async def test_a_stream_goes_on_after_a_cut_without_loss_or_repetition(connect: Connect, network: Proxy) -> None:
    reader, writer = await receiver(connect), await publisher(connect)
    for number in range(60):
        if number % 20 == 10:
            network.cut()
        await writer.call("write", "s", number, "json")
    await writer.call("end", "s")
    completed = await stream_event(reader)
    assert (completed["event"], completed["data"]) == ("stream-completed", list(range(60)))
