"""What Microsoft's .NET suites send and expect, replayed frame by frame: they themselves need .NET.

The client: sdk/webpubsub/Azure.Messaging.WebPubSub.Client in Azure/azure-sdk-for-net, its live test and the frames of
its protocol tests. The service: tests/integration-tests/csharp in Azure/azure-webpubsub.
"""

import json
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import BINARY, CLOSE, PING, PONG, TEXT, Frame, RawClient
from tests.conformance.target import JSON, RELIABLE_JSON, Target, in_process

NORMAL = b"\x03\xe8"
KNOWN = {"system": {"connected", "disconnected"}, "ack": {None}, "message": {None}}
"""All types and events of frames that the .NET client can parse; any other ends its receive loop."""


async def start(target: Target) -> tuple[RawClient, dict[str, Any]]:
    """Connect as that client does, and check what it checks of the first frame."""
    client = await target.connect(subprotocols=[RELIABLE_JSON])
    first = await client.json()
    assert (first["type"], first["event"]) == ("system", "connected")
    assert first["connectionId"]
    assert first["reconnectionToken"]
    return client, first


async def stop(client: RawClient) -> None:
    """Its StopAsync: a close frame with 1000, answered by one."""
    client.send_frame(CLOSE, NORMAL)
    assert (await client.frame()).close[0] == 1000


async def ack_and_echo(client: RawClient, ack_id: int) -> dict[str, Any]:
    """The ack and the client's own message come in any order; return the message."""
    frames = {frame["type"]: frame for frame in [await client.json(), await client.json()]}
    assert frames["ack"] == {"type": "ack", "ackId": ack_id, "success": True}
    return frames["message"]


@case("C289")
async def test_the_live_test_of_the_client(target: Target) -> None:
    client, first = await start(target)
    client.send('{"type":"joinGroup","group":"K2J7QX","ackId":1}')
    await client.expect_ack(1)
    payloads = [
        ("Text", '"hello world"'),
        ("Json", '{"Foo":"Hello World!","Bar":42}'),
        ("Binary", '"aGVsbG8gd29ybGQ="'),
    ]
    for number, (data_type, data) in enumerate(payloads, start=1):
        client.send(
            f'{{"type":"sendToGroup","group":"K2J7QX","ackId":{number + 1},"noEcho":false,'
            f'"dataType":"{data_type}","data":{data}}}'
        )
        message = await ack_and_echo(client, number + 1)
        assert (message["from"], message["group"], message["sequenceId"]) == ("group", "K2J7QX", number)
        assert (message["dataType"], message["data"]) == (data_type.lower(), json.loads(data))
        client.send(f'{{"type":"sequenceAck","sequenceId":{number}}}')
    await stop(client)
    again, second = await start(target)
    assert second["connectionId"] != first["connectionId"]
    await stop(again)


@case("C290")
async def test_the_client_never_gets_a_frame_that_it_cannot_parse() -> None:
    async with in_process(keep_alive_interval=1.0) as target:
        client, first = await start(target)
        client.connection_id, client.reconnection_token = first["connectionId"], first["reconnectionToken"]
        seen = [first]
        for ack_id, request in enumerate(
            (
                {"type": "joinGroup", "group": "g"},
                {"type": "sendToGroup", "group": "g", "noEcho": False, "dataType": "Json", "data": {"a": None}},
                {"type": "sendToGroup", "group": "g", "noEcho": False, "dataType": "Binary", "data": "eHl6"},
                {"type": "event", "event": "nobody", "dataType": "Text", "data": "x"},
                {"type": "leaveGroup", "group": "g"},
                {"type": "leaveGroup", "group": "g"},
            ),
            start=1,
        ):
            client.send({**request, "ackId": ack_id})
        client.send({"type": "leaveGroup", "group": "g", "ackId": 1})  # a duplicate
        await target.operate("POST", ":send", {"from": "server"})
        pings = 0
        while pings < 3:  # idle for three pings a second apart, as 60 s are at the 20 s of Azure
            frame = await client.any_frame()
            if frame.opcode == PING:
                client.send_frame(PONG, frame.payload)
                pings += 1
            else:
                assert frame.opcode == TEXT
                seen.append(json.loads(frame.payload))
        client.drop()
        client = await target.recover(client)
        await target.operate("DELETE", f"connections/{client.connection_id}", query="&reason=end")
        while (frame := await client.frame()).opcode != CLOSE:
            seen.append(json.loads(frame.payload))
    assert len(seen) >= 1 + 7 + 3 + 1
    for message in seen:
        assert message.get("event") in KNOWN[message["type"]]
        if message["type"] == "message":
            assert message["dataType"] in ("text", "json", "binary")
            assert message["data"] is not None
        if message["type"] == "ack":
            assert message["success"] or (message["error"]["name"] and message["error"]["message"])


HELLO = b'{"hello":"world"}'
END = bytes([5, 1, 1])


async def send_all(target: Target, below: str) -> None:
    """What the integration tests send over REST."""
    for body, content_type in ((b"Hello", "text/plain"), (HELLO, "application/json")):
        assert (await target.operate("POST", below, body, content_type=content_type)).status == 202
    for body in (b"Hello", END):
        assert (await target.operate("POST", below, body, content_type="application/octet-stream")).status == 202


@case("C294")
@pytest.mark.parametrize("group", [None, "GroupA"])
async def test_the_integration_tests_of_simple_clients(target: Target, group: str | None) -> None:
    target.hub = "SimpleWebSocketClientCanConnectAndReceiveMessages" if target.is_here else target.hub
    client = await target.simple(*([group] if group else []))
    await send_all(target, f"groups/{group}/:send" if group else ":send")
    assert [await client.frame() for _ in range(4)] == [
        Frame(TEXT, b"Hello"),
        Frame(TEXT, HELLO),
        Frame(BINARY, b"Hello"),
        Frame(BINARY, END),
    ]


@case("C294")
async def test_the_integration_test_of_subprotocol_clients(target: Target) -> None:
    client = await target.connect(token=target.token(), subprotocols=[JSON])
    assert (await client.json())["event"] == "connected"
    await send_all(target, ":send")
    assert [await client.text() for _ in range(4)] == [
        '{"type":"message","from":"server","dataType":"text","data":"Hello"}',
        '{"type":"message","from":"server","dataType":"json","data":{"hello":"world"}}',
        '{"type":"message","from":"server","dataType":"binary","data":"SGVsbG8="}',
        '{"type":"message","from":"server","dataType":"binary","data":"BQEB"}',
    ]
