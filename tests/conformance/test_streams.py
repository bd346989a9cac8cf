"""Streams: rows of messages that one client publishes to a group in parts (a preview feature)."""

import asyncio
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import JSON, RELIABLE_JSON, Target

BOTH = pytest.mark.parametrize("subprotocol", [JSON, RELIABLE_JSON])


def start(client: RawClient, stream_id: str = "s", group: str = "g", **fields: Any) -> None:
    options = {"idleTimeoutMs": fields.pop("idleTimeoutMs")} if "idleTimeoutMs" in fields else {}
    client.send({"type": "sendToGroup", "group": group, "stream": {"streamId": stream_id, **options}, **fields})


def part(client: RawClient, number: int, data: Any = "x", stream_id: str = "s") -> None:
    client.send(
        {"type": "streamData", "streamId": stream_id, "streamSequenceId": number, "dataType": "text", "data": data}
    )


async def expect_ack(client: RawClient, expected: int, stream_id: str = "s") -> None:
    await client.expect(type="streamAck", streamId=stream_id, expectedSequenceId=expected)


async def expect_closed(client: RawClient, error: str | None, stream_id: str = "s") -> None:
    closed = await client.expect(type="streamClosed", streamId=stream_id)
    assert closed.get("error", {}).get("name") == error
    assert error is None or closed["error"]["message"]


async def streaming(target: Target, subprotocol: str = JSON, **options: Any) -> RawClient:
    """A client that has started the stream `s`."""
    client = await target.client(subprotocol=subprotocol)
    start(client, **options)
    await expect_ack(client, 1)
    return client


@case("C260")
async def test_a_stream_is_accepted_without_an_ack(target: Target) -> None:
    client = await streaming(target)
    await client.expect_nothing()


@case("C261")
@BOTH
async def test_members_get_every_part_in_order(target: Target, subprotocol: str) -> None:
    publisher, member = await streaming(target, subprotocol), await target.client(groups=["g"], subprotocol=subprotocol)
    for number, data in ((1, "one"), (2, "two")):
        part(publisher, number, data)
        await expect_ack(publisher, number + 1)
        message = await member.expect(type="message", group="g", dataType="text", data=data)
        assert message["stream"] == {"streamId": "s", "streamSequenceId": number}
        assert message.get("sequenceId") == (number if subprotocol == RELIABLE_JSON else None)


@case("C262")
async def test_a_part_that_was_taken_is_not_published_again(target: Target) -> None:
    publisher, member = await streaming(target), await target.member()
    part(publisher, 1)
    part(publisher, 1)
    part(publisher, 0)
    for _ in range(3):
        await expect_ack(publisher, 2)
    await member.expect(type="message")
    await member.expect_nothing()


@case("C263")
@pytest.mark.parametrize("number", [2, 3])
async def test_a_part_too_far_ahead_is_refused_with_what_is_expected(target: Target, number: int) -> None:
    publisher, member = await streaming(target), await target.member()
    part(publisher, number)
    nack = await publisher.expect(type="streamNack", streamId="s", expectedSequenceId=1, name="InvalidSequenceId")
    assert nack["message"]
    part(publisher, 1)
    await expect_ack(publisher, 2)
    await member.expect(type="message", data="x")
    await member.expect_nothing()


@case("C264")
@pytest.mark.parametrize(
    "message",
    [
        {"type": "streamData", "streamId": "s"},
        {"type": "streamData", "streamId": "s", "streamSequenceId": 1, "dataType": "json", "data": 1},
        {"type": "streamEnd", "streamId": "s"},
    ],
)
async def test_a_stream_that_is_not_open_is_closed(target: Target, message: dict[str, Any]) -> None:
    client = await target.client()
    client.send(message)
    await expect_closed(client, "StreamNotFound")


@case("C265")
async def test_a_sign_of_life_is_not_delivered_and_keeps_the_stream_open(target: Target) -> None:
    publisher, member = await streaming(target, idleTimeoutMs=2000), await target.member()
    for _ in range(25):
        publisher.send({"type": "streamData", "streamId": "s"})
        await asyncio.sleep(0.1)  # only time ends a stream: altogether more than it may be silent, each time less
    part(publisher, 1, "still here")
    await expect_ack(publisher, 2)
    await member.expect(data="still here")


@case("C266")
async def test_a_silent_stream_is_closed_on_both_sides(target: Target) -> None:
    publisher, member = await streaming(target, idleTimeoutMs=1000), await target.member()
    part(publisher, 1)
    await expect_ack(publisher, 2)
    await expect_closed(publisher, "IdleTimeout")
    await member.expect(data="x")
    last = (await member.expect(type="message", dataType="text", data=""))["stream"]
    assert (last["streamSequenceId"], last["endOfStream"], last["error"]["name"]) == (2, True, "IdleTimeout")
    part(publisher, 2)
    await expect_closed(publisher, "StreamNotFound")


@case("C267")
async def test_the_end_is_told_to_members_and_publisher(target: Target) -> None:
    publisher, member = await streaming(target), await target.member()
    part(publisher, 1)
    part(publisher, 2)
    publisher.send({"type": "streamEnd", "streamId": "s"})
    await expect_ack(publisher, 2)
    await expect_ack(publisher, 3)
    await expect_closed(publisher, None)
    for _ in range(2):
        await member.expect(data="x")
    last = await member.expect(type="message", dataType="text", data="")
    assert last["stream"] == {"streamId": "s", "streamSequenceId": 3, "endOfStream": True}
    start(publisher)
    await expect_ack(publisher, 1)


@case("C268")
async def test_an_error_of_the_publisher_is_told_to_members(target: Target) -> None:
    publisher, member = await streaming(target), await target.member()
    publisher.send({"type": "streamEnd", "streamId": "s", "error": {"message": "broke", "userErrorCode": "E1"}})
    await expect_closed(publisher, None)
    last = await member.expect(type="message", dataType="text", data="")
    assert last["stream"] == {
        "streamId": "s",
        "streamSequenceId": 1,
        "endOfStream": True,
        "error": {"name": "UserError", "message": "broke", "userErrorCode": "E1"},
    }


@case("C270")
async def test_a_stream_needs_the_permission_to_publish(target: Target) -> None:
    client = await target.client("webpubsub.joinLeaveGroup")
    start(client)
    await expect_closed(client, "Forbidden")


async def test_a_permission_that_is_taken_away_closes_the_stream(target: Target) -> None:
    publisher, member = await streaming(target), await target.member()
    path = f"permissions/sendToGroup/connections/{publisher.connection_id}"
    assert (await target.operate("DELETE", path, query="&targetName=g")).status == 204
    part(publisher, 1)
    await expect_closed(publisher, "Forbidden")
    last = await member.expect(type="message", data="")
    assert last["stream"]["error"]["name"] == "Forbidden"


@pytest.mark.parametrize(
    ("stream_id", "options"), [("", {}), ("s", {"idleTimeoutMs": 0}), ("s", {"idleTimeoutMs": -1})]
)
async def test_a_start_that_makes_no_sense_is_refused(target: Target, stream_id: str, options: dict[str, int]) -> None:
    client = await target.client()
    start(client, stream_id, **options)
    await expect_closed(client, "BadRequest", stream_id)


async def test_an_id_in_use_is_refused_and_the_stream_goes_on(target: Target) -> None:
    publisher = await streaming(target)
    start(publisher)
    await expect_closed(publisher, "BadRequest")
    part(publisher, 1)
    await expect_ack(publisher, 2)


async def test_who_asks_for_an_ack_of_the_start_gets_one_too(target: Target) -> None:
    client = await target.client("webpubsub.sendToGroup.g")
    start(client, ackId=1)
    await expect_ack(client, 1)
    await client.expect_ack(1)
    start(client, "t", group="other", ackId=2)
    await expect_closed(client, "Forbidden", "t")
    await client.expect_ack(2, "Forbidden")


@pytest.mark.parametrize("no_echo", [False, True])
async def test_no_echo_holds_for_every_part(target: Target, no_echo: bool) -> None:
    publisher = await target.client(groups=["g"])
    start(publisher, noEcho=no_echo)
    await expect_ack(publisher, 1)
    part(publisher, 1)
    publisher.send({"type": "streamEnd", "streamId": "s"})
    kinds = [(await publisher.json())["type"] for _ in range(2 if no_echo else 4)]
    assert sorted(kinds) == sorted(["streamAck", "streamClosed", *([] if no_echo else ["message", "message"])])
    await publisher.expect_nothing()


async def test_members_learn_that_the_publisher_is_gone(target: Target) -> None:
    publisher, member = await streaming(target), await target.member()
    publisher.drop()
    last = await member.expect(type="message", data="")
    assert last["stream"]["error"]["name"] == "Cancelled"


async def test_a_stream_outlives_the_socket_of_its_publisher_who_is_greeted_to_go_on(target: Target) -> None:
    publisher, member = await streaming(target, RELIABLE_JSON), await target.member()
    part(publisher, 1)
    await expect_ack(publisher, 2)
    publisher.drop()
    publisher = await target.recover(publisher)
    await publisher.expect(type="system", event="connected", connectionId=publisher.connection_id)
    part(publisher, 1)
    part(publisher, 2)
    await expect_ack(publisher, 2)
    await expect_ack(publisher, 3)
    for number in (1, 2):
        assert (await member.expect(data="x"))["stream"]["streamSequenceId"] == number
    await member.expect_nothing()


async def test_raw_members_get_the_data_alone(target: Target) -> None:
    publisher, member = await streaming(target), await target.simple("g")
    part(publisher, 1, "bare")
    assert await member.text() == "bare"
