"""The faults of `webpubsub_emulator`, from plain and from async tests, as others would write them."""

import asyncio
import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from azure.messaging.webpubsubclient.aio import WebPubSubClient
from azure.messaging.webpubsubclient.models import SendMessageError
from azure.messaging.webpubsubservice import WebPubSubServiceClient
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from emulator.in_thread import RunningEmulator
from emulator.pytest_plugin import webpubsub_emulator
from tests.support.eventually import eventually

__all__ = ["webpubsub_emulator"]

RELIABLE = "json.reliable.webpubsub.azure.v1"


def url(emulator: RunningEmulator) -> str:
    service = WebPubSubServiceClient.from_connection_string(emulator.connection_string, hub="chat")
    roles = ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroup"]
    return str(service.get_client_access_token(groups=["g"], roles=roles, user_id="alice")["url"])


@pytest.fixture
def client(webpubsub_emulator: RunningEmulator) -> Iterator[ClientConnection]:
    with connect(url(webpubsub_emulator), subprotocols=[RELIABLE]) as opened:  # type: ignore[list-item]
        assert json.loads(opened.recv(10))["event"] == "connected"
        yield opened


def publish(client: ClientConnection) -> None:
    request = {"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x", "ackId": 1, "noEcho": True}
    client.send(json.dumps(request))


def test_a_drop_from_a_plain_test(webpubsub_emulator: RunningEmulator, client: ClientConnection) -> None:
    assert webpubsub_emulator.faults.drop(user="alice").applied == 1
    with pytest.raises(ConnectionClosedError):
        client.recv(10)
    assert client.close_code == 1006


def test_a_plain_test_can_wait_for_what_happens(webpubsub_emulator: RunningEmulator, client: ClientConnection) -> None:
    lost = webpubsub_emulator.faults.lose_acks(count=1)
    publish(client)
    lost.wait()
    assert (lost.applied, lost.is_over) == (1, True)
    publish(client)
    assert json.loads(client.recv(10))["error"]["name"] == "Duplicate"


def test_a_fault_ends_with_its_block(webpubsub_emulator: RunningEmulator, client: ClientConnection) -> None:
    with webpubsub_emulator.faults.fail_requests() as failing:
        publish(client)
        assert json.loads(client.recv(10))["error"]["name"] == "InternalServerError"
    assert failing.is_over
    publish(client)
    assert json.loads(client.recv(10))["success"]


async def test_an_async_test_waits_without_blocking_its_client(webpubsub_emulator: RunningEmulator) -> None:
    faults = webpubsub_emulator.faults
    async with connect_async(url(webpubsub_emulator), subprotocols=[RELIABLE]) as client:  # type: ignore[list-item]
        stall = faults.stall(hub="chat")
        pong = await client.ping()
        await stall.wait_async()
        assert not pong.done()
        stall.end()
        await asyncio.wait_for(pong, 10)


async def test_who_waits_in_vain_is_told(webpubsub_emulator: RunningEmulator) -> None:
    never = webpubsub_emulator.faults.throttle()
    with pytest.raises(TimeoutError):
        await never.wait_async(timeout_s=0.01)
    with pytest.raises(TimeoutError):
        never.wait(timeout_s=0.01)


async def test_the_published_client_sends_once_when_its_caller_keeps_the_ack_id(
    webpubsub_emulator: RunningEmulator,
) -> None:
    received: asyncio.Queue[str] = asyncio.Queue()

    async def listener(message: Any) -> None:
        await received.put(message.data)

    async with WebPubSubClient(url(webpubsub_emulator), message_retry_total=0) as client:
        await client.subscribe("group-message", listener)
        lost = webpubsub_emulator.faults.lose_acks(count=1, then={"fault": "drop"})

        async def is_sent() -> bool:
            with contextlib.suppress(SendMessageError):
                await client.send_to_group("g", "once", "text", ack_id=7)
                return True
            return False

        assert not await is_sent()
        assert lost.applied == 1
        await eventually(is_sent)  # when the connection is recovered: the answer is Duplicate, which is success
        await client.send_to_group("g", "after", "text")
        assert [await asyncio.wait_for(received.get(), 10) for _ in range(2)] == ["once", "after"]


def test_every_fault_has_a_method(webpubsub_emulator: RunningEmulator) -> None:
    faults = webpubsub_emulator.faults
    faults.drop(reset=True, count=1, then={"fault": "close", "code": 1001})
    faults.close(1012, "reload", recoverable=True)
    faults.stall("in", seconds=60)
    faults.lose_acks(request="event")
    faults.lose_requests()
    faults.fail_requests(after=3)
    faults.delay(0.5, at=["ack", "recovery"])
    faults.refuse("recovery")
    faults.throttle("rest", retry_after=5)
    faults.expire_tokens("connect", user="alice")
    kinds = ["drop", "close", "stall", "lose_acks", "lose_requests", "fail_requests", "delay", "refuse", "throttle"]
    assert [fault["fault"] for fault in faults.list()] == [*kinds, "expire_tokens"]
    faults.clear()
    assert faults.list() == []


def test_a_mistake_is_raised_where_it_was_made(webpubsub_emulator: RunningEmulator) -> None:
    with pytest.raises(ValueError, match="code: 99 may not be in a close frame"):
        webpubsub_emulator.faults.close(99)


def test_the_door_over_http_stays_shut(webpubsub_emulator: RunningEmulator) -> None:
    request = urllib.request.Request(f"{webpubsub_emulator.endpoint}/_emulator/faults")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request)
