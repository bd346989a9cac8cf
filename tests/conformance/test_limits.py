"""Slow consumers, silent clients and the end of the service."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from tests.conformance.cases import case
from tests.conformance.raw_client import CLOSE, PING, PONG, RawClient
from tests.conformance.target import Target, in_process
from tests.support.eventually import TIMEOUT_S, eventually

SMALL, BIG = "x" * 8 * 1024, "x" * 32 * 1024
"""Large enough that the kernel's buffers fill up soon. A thousand small ones, the most that a client may be behind,
have less than 16 MiB; big ones have that before there are a thousand.
"""

FULL = (1008, "The outbound message queue is full.")


async def flood(publisher: RawClient, messages: int, after: int = 0, text: str = BIG) -> None:
    """Publish so many messages, and wait for each ack, as a publisher does that is not faster than the service."""
    for ack_id in range(after, after + messages):
        publisher.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": text, "ackId": ack_id})
        await publisher.expect_ack(ack_id)


async def relay(
    publisher: RawClient, members: Sequence[RawClient], messages: int, after: int = 0, text: str = BIG
) -> None:
    """Publish so many messages, which every one of `members`, simple clients, gets while they come."""
    flooding = asyncio.create_task(flood(publisher, messages, after, text))
    for client in members:
        for _ in range(messages):
            assert (await client.frame()).payload == text.encode()
    await flooding


async def leave(client: RawClient) -> tuple[int, str]:
    """Be closed, answer, and go."""
    close = await client.closed()
    client.drop()
    return close


@case("C274")
@pytest.mark.parametrize(("text", "messages"), [(SMALL, 2000), (BIG, 900)], ids=["by number", "by size"])
async def test_a_client_that_never_reads_is_closed_and_others_get_everything(
    here: Target, text: str, messages: int
) -> None:
    slow, fast, publisher = await here.stuck(), await here.simple("g"), await here.client()
    for ack_id in range(0, messages, 100):
        await relay(publisher, [fast], 100, ack_id, text)
    await publisher.expect_nothing()
    slow.resume()
    while (frame := await slow.frame()).opcode != CLOSE:
        pass
    assert frame.close == FULL


async def test_a_client_that_goes_on_not_reading_is_cut_off(here: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.link.CLOSE_GRACE_S", 0.05)
    stuck, publisher = await here.stuck(), await here.client()
    with capture_logs() as logs:
        await flood(publisher, 1000)
        await eventually(lambda: any(entry["event"] == "connection_closed" for entry in logs))
    stuck.resume()
    assert not (await stuck.ended()).endswith(FULL[1].encode())


@case("C275")
async def test_a_slow_member_does_not_hold_up_fifty_fast_ones(here: Target) -> None:
    slow, publisher = await here.stuck(), await here.client()
    fast = [await here.simple("g") for _ in range(50)]
    sent = 0
    while not (behind := await here.untaken(slow)):
        await relay(publisher, fast, 10, after=sent)
        sent += 10
    await relay(publisher, fast, 40, after=sent)
    assert await here.untaken(slow) > behind
    slow.resume()
    for _ in range(sent + 40):
        await slow.expect(type="message", data=BIG)


@case("C048")
async def test_who_answers_pings_stays_and_who_does_not_is_cut_off() -> None:
    async with in_process(keep_alive_interval=1.0) as target:
        silent, alive = await target.client(), await target.client()
        for _ in range(3):
            ping = await alive.any_frame()
            assert ping.opcode == PING
            alive.send_frame(PONG, ping.payload)
        assert (await silent.any_frame()).opcode == PING
        assert await silent.ended() == b""
        await alive.expect_nothing()


async def test_a_service_that_stops_says_so_to_every_client() -> None:
    async with in_process() as target:
        clients = [await target.client(), await target.simple()]
        target.clients.clear()  # so that they outlive it
        leaving = [asyncio.create_task(leave(client)) for client in clients]
    assert [await close for close in leaving] == [(1001, "The emulator is shutting down.")] * 2


async def test_a_service_stops_although_a_client_neither_reads_nor_answers() -> None:
    async with asyncio.timeout(TIMEOUT_S):
        async with in_process() as target:
            silent = await target.client()
            silent.pause()
            target.clients.clear()
    silent.drop()


async def test_a_client_that_vanishes_is_forgotten(here: Target) -> None:
    member, publisher = await here.member(), await here.client()
    member.drop()
    for ack_id in range(3):
        publisher.send({"type": "sendToGroup", "group": "g", "data": 1, "ackId": ack_id})
        await publisher.expect_ack(ack_id)


@pytest.mark.parametrize("sent", [b"", b"GET /client/hubs/h", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n"])
async def test_a_request_that_never_ends_or_is_none_disturbs_nobody(here: Target, sent: bytes) -> None:
    host, _, port = here.host.partition(":")
    _reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    client = await here.client()
    await client.expect_nothing()
    writer.transport.abort()
