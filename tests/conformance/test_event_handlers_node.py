"""Microsoft's own middleware for Node as the event handler."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import emulator_for
from tests.conformance.raw_client import CLOSE, UpgradeRefusedError
from tests.conformance.target import JSON, Target
from tests.sdk.node import node
from tests.support.eventually import eventually
from tests.support.processes import Process, Processes

PROGRAM = Path(__file__).parents[1] / "sdk" / "node_handler" / "handler.js"


class Room(NamedTuple):
    """The emulator with the handler that is `process`."""

    target: Target
    process: Process

    def heard(self, name: str) -> list[dict[str, Any]]:
        """What the callback of that name was called with, every time."""
        said = [json.loads(line) for line in self.process.stdout.splitlines()]
        return [facts for facts in said if facts["called"] == name]


@asynccontextmanager
async def running_room(directory: Path, endpoint: str) -> AsyncIterator[Room]:
    """A handler that lets the service at `endpoint` call it, and no other."""
    with Processes(directory) as processes:
        process = processes.start("handler", [*node(PROGRAM), endpoint], {})
        await process.said('"listening"')
        port = json.loads(process.stdout.splitlines()[0])["port"]
        settings = {
            "UrlTemplate": f"http://127.0.0.1:{port}/eventhandler/{{event}}",
            "EventPattern": "*",
            "SystemEvents": ["connect", "connected", "disconnected"],
        }
        async with emulator_for(settings) as target:
            yield Room(target, process)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with running_room(tmp_path, "http://localhost:8080") as room:
        yield room


@case("C257")
async def test_a_chat_goes_round(room: Room) -> None:
    token = room.target.token(sub="alice", role=["r"])
    client = await room.target.connect(token=token, query="&a=1&a=2")
    await client.expect(event="connected", userId="guest")
    (connect,) = room.heard("connect")
    assert connect["claims"]["sub"] == ["alice"]
    assert (connect["queries"], connect["subprotocols"]) == ({"a": ["1", "2"]}, [JSON])
    client.send({"type": "sendToGroup", "group": "room", "dataType": "text", "data": "hi all", "ackId": 1})
    received = [await client.json(), await client.json()]
    assert {"hi all", None} == {message.get("data") for message in received}
    client.send({"type": "event", "event": "say", "dataType": "text", "data": "hello", "ackId": 2})
    await client.expect(type="message", **{"from": "server"}, dataType="text", data="echo: hello")
    await client.expect_ack(2)
    client.send_frame(CLOSE, b"\x03\xe8bye")
    (disconnected,) = await eventually(lambda: room.heard("disconnected"))
    assert disconnected["reason"] == "bye"
    (connected,) = room.heard("connected")
    assert (connected["context"]["userId"], connected["context"]["hub"]) == ("guest", "chat")
    assert connected["context"]["origin"] == "localhost"


@case("C257")
async def test_states_types_and_failures_are_understood(room: Room) -> None:
    client = await room.target.client()
    client.send({"type": "event", "event": "silent", "data": {"n": 1}, "ackId": 1})
    await client.expect_ack(1)
    client.send({"type": "event", "event": "broken", "data": 1, "ackId": 2})
    await client.expect_ack(2, "InternalServerError")
    client.send({"type": "event", "event": "json", "data": {"n": 2}, "ackId": 3})
    await client.expect(type="message", dataType="json", data={"echo": {"n": 2}})
    await client.expect_ack(3)
    events = room.heard("event")
    assert [event["data"] for event in events] == [{"n": 1}, 1, {"n": 2}]
    assert [event["context"]["states"] for event in events] == [{"messages": 0}, {"messages": 1}, {"messages": 1}]


@case("C257")
async def test_the_middleware_may_refuse_a_client(room: Room) -> None:
    with pytest.raises(UpgradeRefusedError) as caught:
        await room.target.connect(query="&banned=1")
    assert caught.value.response.status == 403
    assert b"banned" not in caught.value.response.body


async def test_a_middleware_for_another_service_does_not_agree(tmp_path: Path) -> None:
    async with running_room(tmp_path, "https://other.example") as room:
        with pytest.raises(UpgradeRefusedError) as caught:
            await room.target.connect()
        assert caught.value.response.status == 500
        assert room.heard("connect") == []
