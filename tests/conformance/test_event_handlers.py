"""Events as a real handler on loopback gets them."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for, send_event
from tests.conformance.raw_client import CLOSE
from tests.conformance.target import JSON, Target
from tests.support.eventually import eventually


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


def signature(key: str, connection_id: str) -> str:
    return "sha256=" + hmac.new(key.encode(), connection_id.encode(), hashlib.sha256).hexdigest()


@case("C241", "C242")
async def test_every_event_has_all_attributes_and_a_number_of_its_own(target: Target, handler: Handler) -> None:
    client = await target.client(user_id="älice")
    send_event(client)
    await client.expect_ack(1)
    for number, (name, kind) in enumerate((("connect", "sys"), ("connected", "sys"), ("e", "user"))):
        headers = (await handler.event(name)).headers
        connection_id = headers["ce-connectionId"]
        assert (headers["ce-type"], headers["ce-eventName"]) == (f"azure.webpubsub.{kind}.{name}", name)
        assert (headers["ce-id"], headers["ce-hub"]) == (str(number), "chat")
        assert headers["ce-source"] == f"/hubs/chat/client/{connection_id}"
        assert (headers["ce-specversion"], headers["ce-awpsversion"]) == ("1.0", "1.0")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", headers["ce-time"])
        assert headers["ce-signature"] == signature(target.key, connection_id)
        assert headers["ce-userId"] == "älice"
        assert headers.get("ce-subprotocol") == (None if name == "connect" else JSON)
        assert headers["WebHook-Request-Origin"] == "localhost"
        assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-ms-client-request-id"])
        assert "ce-connectionState" not in headers


@case("C243")
async def test_connected_is_told_without_keeping_the_client_waiting(target: Target, handler: Handler) -> None:
    release = asyncio.Event()
    handler.reply("connected", Reply(hold=release))
    client = await target.client()
    call = await handler.event("connected")
    assert (call.json(), call.headers["Content-Type"]) == ({}, "application/json; charset=utf-8")
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    release.set()


@case("C244")
@pytest.mark.parametrize(
    ("payload", "reason"), [(b"\x03\xe8bye", "bye"), (b"", ""), (None, "The connection was lost.")]
)
async def test_disconnected_is_told_once_with_the_reason(
    target: Target, handler: Handler, payload: bytes | None, reason: str
) -> None:
    client = await target.client()
    if payload is None:
        client.drop()
    else:
        client.send_frame(CLOSE, payload)
    call = await handler.event("disconnected")
    assert call.json() == {"reason": reason}
    await target.client()  # time for a second one to come
    assert len(handler.events("disconnected")) == 1


async def test_a_broken_message_is_the_reason(target: Target, handler: Handler) -> None:
    client = await target.client()
    client.send("hello")
    assert (await client.closed())[0] == 1007
    reason = (await handler.event("disconnected")).json()["reason"]
    assert reason == "The client message is not a valid JSON protocol message."


async def test_clients_that_the_emulator_drops_when_it_stops_are_told_of(handler: Handler) -> None:
    async with emulator_for(handler.settings()) as target:
        await target.client()
        await handler.event("connected")
    (call,) = handler.events("disconnected")
    assert call.json() == {"reason": "The emulator is shutting down."}


@case("C246")
@pytest.mark.parametrize(
    ("fields", "content_type", "body"),
    [
        ({"data": {"a": 1}}, "application/json; charset=utf-8", b'{"a":1}'),
        ({"data": "é", "dataType": "text"}, "text/plain; charset=utf-8", "é".encode()),
        ({"data": "AQI=", "dataType": "binary"}, "application/octet-stream", b"\x01\x02"),
    ],
)
async def test_a_user_event_carries_its_data_as_it_is(
    target: Target, handler: Handler, fields: dict[str, Any], content_type: str, body: bytes
) -> None:
    client = await target.client()
    send_event(client, "ping1", **fields)
    await client.expect_ack(1)
    call = await handler.event("ping1")
    assert call.headers["ce-type"] == "azure.webpubsub.user.ping1"
    assert (call.headers["Content-Type"], call.body) == (content_type, body)


@case("C247")
async def test_the_first_handler_that_wants_an_event_gets_it_alone(handler: Handler) -> None:
    first = handler.settings("A, b", (), "/first/{event}")
    second = handler.settings("*", (), "/second/{event}")
    async with emulator_for(first, second) as target:
        client = await target.client()
        for ack_id, event in enumerate(("a", "c", "B")):
            send_event(client, event, ack_id)
            await client.expect_ack(ack_id)
    assert [call.path for call in handler.events()] == ["/first/a", "/second/c", "/first/B"]


@case("C256")
async def test_hub_and_event_stand_in_the_url(handler: Handler) -> None:
    settings = handler.settings(path="/{HUB}/x/{Event}?e={event}&code=a%2Bb==&keep={other}")
    async with emulator_for(settings) as target:
        target.hub = "Chat"
        client = await target.client()
        send_event(client, "a.b-c")
        await client.expect_ack(1)
    call = await handler.event("a.b-c")
    assert (call.path, call.query) == ("/chat/x/a.b-c", "e=a.b-c&code=a%2Bb==&keep=%7Bother%7D")


@case("C258")
async def test_metadata_of_an_event_becomes_headers(target: Target, handler: Handler) -> None:
    client = await target.client()
    send_event(client, metadata={"K": "first", "k": "v, w", "Other": ""})
    await client.expect_ack(1)
    headers = (await handler.event("e")).headers
    assert (headers["x-webpubsub-metadata-k"], headers["x-webpubsub-metadata-other"]) == ("v, w", "")


async def test_metadata_that_no_header_can_carry_fails_the_event(target: Target, handler: Handler) -> None:
    client = await target.client()
    send_event(client, metadata={"k": "a\r\nce-userId: root"})
    await client.expect_ack(1, "InternalServerError")
    assert handler.events("e") == []


@case("C096")
async def test_publications_are_no_events(target: Target, handler: Handler) -> None:
    client = await target.client()
    client.send({"type": "sendToGroup", "group": "g", "data": 1, "ackId": 1})
    await client.expect_ack(1)
    send_event(client, "after", 2)
    await client.expect_ack(2)
    assert [call.headers["ce-eventName"] for call in handler.events()] == ["connect", "connected", "after"]


async def test_cookies_of_the_handler_come_back_from_their_own_connection_only(
    target: Target, handler: Handler
) -> None:
    handler.reply(
        "connect", Reply(204, headers=[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/b")]), Reply()
    )
    first, second = await target.client(), await target.client()
    for client in (first, second):
        send_event(client)
        await client.expect_ack(1)
    assert [call.headers.get("Cookie") for call in handler.events("e")] == ["a=1", None]


async def test_settings_are_read_again_when_their_file_changes(handler: Handler, tmp_path: Any) -> None:
    file = tmp_path / "hubs.json"
    file.write_text('{"WebPubSub": {"Hubs": {}}}')
    async with emulator_for(hubs=None, hubs_file=file) as target:
        client = await target.client()
        send_event(client)
        await client.expect_ack(1, "InternalServerError")
        file.write_text(json.dumps({"WebPubSub": {"Hubs": {"chat": {"EventHandlers": [handler.settings()]}}}}))
        ack_ids = count(2)

        async def is_handled() -> bool:
            send_event(client, ack_id=next(ack_ids))
            return bool((await client.expect(type="ack"))["success"])

        await eventually(is_handled, "the new settings count")
        await handler.event("e")


async def test_a_hub_may_have_a_keep_alive_of_its_own() -> None:
    async with emulator_for(hub={"WebSocketKeepAliveIntervalInSeconds": 1}, keep_alive_interval=100) as target:
        client = await target.client()
        assert (await client.any_frame()).opcode == 0x9
