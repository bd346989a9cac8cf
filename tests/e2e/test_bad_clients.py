"""Clients that do what they must not: each is answered or closed by name, and nobody else notices."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.log_file import numbered
from tests.support.peer import Peer, bare_websocket
from tests.support.reader import Reader
from tests.support.system import System, access

pytestmark = pytest.mark.restarts  # a shared service is not the place for any of this

MEGABYTE = 2**20
FRAMES = Path(__file__).parents[1] / "wire" / "frames.json"
REFUSED: list[dict[str, Any]] = json.loads(FRAMES.read_text("utf-8"))["refused"]


async def viewer_url(system: System) -> str:
    return (await access(system.negotiate_url))["url"]


async def assert_others_are_served(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    system.log_file().append(numbered(1, 100))
    assert await reader.lines(100) == numbered(1, 100)
    assert reader.joins == 1


async def test_each_wrong_message_closes_its_sender_alone(system: System, reader: Reader) -> None:
    wrong = [(frame["text"], frame["close"]) for frame in REFUSED] + [(b"\x00\x01", 1003), ("x" * (MEGABYTE + 2), 1009)]
    for sent, code in wrong:
        async with Peer.open(await viewer_url(system)) as peer:
            await peer.expect(type="system", event="connected")
            await peer.send(sent)
            assert (await peer.closed())[0] == code, sent[:100]
    await assert_others_are_served(system, reader)


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xff\xff\xff",  # reserved bits and an unknown opcode (RFC 6455, 5.2)
        b"\x81\x05hello",  # a client's frame that is not masked (RFC 6455, 5.1)
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",  # announces eight exabytes
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["reserved bits", "unmasked", "exabytes", "HTTP"],
)
async def test_broken_frame_closes_its_sender_alone(system: System, reader: Reader, sent: bytes) -> None:
    async with bare_websocket(await viewer_url(system)) as (incoming, outgoing):
        outgoing.write(sent)
        async with asyncio.timeout(15):
            await incoming.read()  # up to the end of the connection
    await assert_others_are_served(system, reader)


async def test_client_that_says_nothing_is_left_alone_and_harms_nobody(system: System, reader: Reader) -> None:
    async with bare_websocket(await viewer_url(system)):
        await assert_others_are_served(system, reader)


async def test_client_that_breaks_off_in_the_middle_of_a_frame_harms_nobody(system: System, reader: Reader) -> None:
    async with bare_websocket(await viewer_url(system)) as (_, outgoing):
        outgoing.write(b"\x81\xfe\x10\x00abcd" + b"{")
        await outgoing.drain()
    await assert_others_are_served(system, reader)


async def test_client_that_never_reads_is_closed_and_slows_nobody(system: System, reader: Reader) -> None:
    async with bare_websocket(await viewer_url(system)) as (incoming, outgoing):
        join = f'{{"type":"joinGroup","group":"{system.group}"}}'.encode()
        outgoing.write(bytes([0x81, 0x80 | len(join), 0, 0, 0, 0]) + join)
        incoming._transport.pause_reading()  # type: ignore[attr-defined]
        await system.agent(system.log_directory)
        file = system.log_file()
        for number in range(50):
            file.append(["x" * 60_000 + str(line) for line in range(number * 10, number * 10 + 10)])
            await reader.lines(number * 10 + 10)
        assert reader.joins == 1
        assert reader.gaps() == []
        assert system.emulator is not None
        await system.emulator.said("The outbound message queue is full.")


NOW = int(time.time())
TOKENS: dict[str, Callable[[System], dict[str, Any]]] = {
    "expired": lambda system: claims(system) | {"exp": NOW - 3600},
    "not yet valid": lambda system: claims(system) | {"nbf": NOW + 3600},
    "of another hub": lambda system: claims(system) | {"aud": f"{system.emulator_url}/client/hubs/other"},
    "of another service": lambda system: claims(system) | {"aud": f"http://example.com/client/hubs/{system.hub}"},
    "without an end": lambda system: {key: value for key, value in claims(system).items() if key != "exp"},
}


def claims(system: System) -> dict[str, Any]:
    return {
        "aud": f"{system.emulator_url}/client/hubs/{system.hub}",
        "exp": NOW + 3600,
        "role": [f"webpubsub.joinLeaveGroup.{system.group}"],
    }


async def status_of(system: System, token: str) -> int:
    url = f"{system.emulator_url.replace('http', 'ws')}/client/hubs/{system.hub}?access_token={token}"
    try:
        async with Peer.open(url) as peer:
            await peer.expect(type="system", event="connected")
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_good_token_is_accepted(system: System) -> None:
    assert await status_of(system, jwt.encode(claims(system), system.access_key)) == 101


@pytest.mark.parametrize("kind", TOKENS)
async def test_wrong_token_is_refused(system: System, kind: str) -> None:
    assert await status_of(system, jwt.encode(TOKENS[kind](system), system.access_key)) == 401


async def test_forged_token_is_refused(system: System) -> None:
    assert await status_of(system, jwt.encode(claims(system), "another key of at least 32 bytes, forged")) == 401
    assert await status_of(system, jwt.encode(claims(system), "", algorithm="none")) == 401
    assert await status_of(system, "no.token.atall") == 401
    assert await status_of(system, "") == 401


async def test_viewer_may_not_publish_and_publisher_may_not_watch(system: System) -> None:
    async with Peer.open(await viewer_url(system)) as viewer:
        await viewer.join(system.group)
        await viewer.send(type="sendToGroup", group=system.group, ackId=2, data={})
        assert (await viewer.expect(type="ack", ackId=2, success=False))["error"]["name"] == "Forbidden"
    async with Peer.open((await access(system.negotiate_url, system.publisher_key))["url"]) as publisher:
        await publisher.expect(type="system", event="connected")
        await publisher.send(type="joinGroup", group=system.group, ackId=1)
        assert (await publisher.expect(type="ack", ackId=1, success=False))["error"]["name"] == "Forbidden"
