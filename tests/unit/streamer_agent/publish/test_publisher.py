"""publisher: over real sockets, through everything that goes wrong on the way, each message is delivered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from streamer_agent.block import EpochKey
from streamer_agent.errors import ConnectionLostError, HttpRefusalError, PublishRefusedError, StreamerError
from streamer_agent.publish.backoff import Backoff
from streamer_agent.publish.message import Message
from streamer_agent.publish.negotiation import Negotiator
from streamer_agent.publish.publisher import Publisher
from streamer_agent.publish.session import Session
from streamer_agent.publish.window import AckWindow
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.unit.streamer_agent.scripted_service import (
    SUBPROTOCOL,
    ScriptedService,
    failure,
    silence,
    status,
    success,
)

KEY = EpochKey("a3c1e07b", 1)


def short() -> float:
    """No dice falls like this: a fiftieth of the usual delays."""
    return -0.98


@pytest.fixture(autouse=True)
def _fast_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.publish.publisher.TICK_S", 0.02)
    monkeypatch.setattr("streamer_agent.publish.websocket.CLOSE_TIMEOUT_S", 0.1)


class Publishing:
    """A running publisher, what it settled, and what it logged."""

    def __init__(self, url: str, ack_timeout_s: float, ping_interval_s: float) -> None:
        self.window = AckWindow(100, 10_000_000)
        self.session = Session(self.window, Backoff(short), ack_timeout_s)
        self.settled: list[int] = []
        self.publisher = Publisher(
            self.session,
            Negotiator(url, "KEY"),
            on_settled=lambda _key, end: self.settled.append(end),
            on_change=lambda: None,
            ping_interval_s=ping_interval_s,
        )
        self.task = asyncio.create_task(self.publisher.run())
        self.logs: list[Any] = []

    async def publish(self, *ends: int) -> None:
        for end in ends:
            message = Message(b"%d" % end, "json", KEY, end)
            await eventually(lambda message=message: self.publisher.publish(message), "accepted")

    async def until_settled(self, end: int) -> None:
        await eventually(lambda: self.settled[-1:] == [end], f"settled {end}")

    def logged(self, event: str) -> list[Any]:
        return [entry for entry in self.logs if entry["event"] == event]


@asynccontextmanager
async def publishing(
    service: ScriptedService, *, ack_timeout_s: float = 30.0, ping_interval_s: float = 30.0
) -> AsyncIterator[Publishing]:
    with capture_logs() as logs:
        running = Publishing(service.negotiate_url, ack_timeout_s, ping_interval_s)
        running.logs = logs
        try:
            yield running
        finally:
            running.task.cancel()
            with suppress(asyncio.CancelledError, StreamerError):
                await running.task
    assert "SECRET" not in str(logs), "no token in any log"
    assert "KEY" not in str(logs).replace("PUBLISHER_KEY", ""), "no key in any log"


async def test_messages_arrive_in_order_and_settle(service: ScriptedService) -> None:
    async with publishing(service) as running:
        await running.publish(1, 2, 3)
        await running.until_settled(3)
    assert service.contents == [1, 2, 3]
    assert service.ack_ids == [1, 2, 3]
    assert {frame["group"] for _, frame in service.frames} == {"stream"}


async def test_it_says_whether_it_is_connected(service: ScriptedService) -> None:
    async with publishing(service) as running:
        assert running.publisher.trouble == "not connected yet"
        await eventually(lambda: running.publisher.is_connected)
        assert running.publisher.trouble == ""


async def test_cancelling_closes_in_good_order(service: ScriptedService) -> None:
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
    await eventually(lambda: service.sockets[0].close_code is not None)
    assert service.sockets[0].close_code == 1000


@case("W1")
async def test_a_withheld_ack_is_asked_for_again_with_the_same_id(service: ScriptedService) -> None:
    service.replies = silence
    async with publishing(service, ack_timeout_s=0.15) as running:
        await running.publish(1)
        await eventually(lambda: len(service.frames) == 2)
        assert service.ack_ids == [1, 1]
        service.replies = failure("Duplicate")
        await running.until_settled(1)
    assert len(service.sockets) == 1
    assert running.logged("acks_overdue")


@case("W8")
async def test_a_cut_connection_is_replaced_and_nothing_is_lost(service: ScriptedService) -> None:
    service.replies = silence
    async with publishing(service) as running:
        await running.publish(1, 2)
        await eventually(lambda: len(service.frames) == 2)
        service.cut()
        service.replies = lambda frame: {"type": "ack", "ackId": frame["ackId"], "success": True}
        await running.until_settled(2)
        await running.publish(3)
        await running.until_settled(3)
    assert service.frames[2:] == [(1, frame) for _, frame in service.frames[2:]]
    assert service.contents == [1, 2, 1, 2, 3]
    assert service.ack_ids == [1, 2, 3, 4, 5]
    assert len(service.negotiations) == 2, "a fresh URL for every connection"
    assert [entry["messages_sent_again"] for entry in running.logged("connection_opened")] == [0, 2]
    assert len(running.logged("connection_restored")) == 1


@case("W8")
@pytest.mark.parametrize("code", [1000, 1001, 1006, 1008, 1011, 1012, 1013, 4000])
async def test_every_close_but_those_that_forbid_is_followed_by_a_new_connection(
    service: ScriptedService, code: int
) -> None:
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
        if code == 1006:
            service.cut()
        else:
            await service.sockets[0].close(code=code, message=b"reason")
        await running.publish(2)
        await running.until_settled(2)
    assert len(service.sockets) == 2


@pytest.mark.parametrize("code", [3000, 3003])
async def test_a_close_that_forbids_is_final(service: ScriptedService, code: int) -> None:
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
        await service.sockets[0].close(code=code, message=b"not you")
        with pytest.raises(ConnectionLostError, match="not you"):
            await running.task


@case("W2")
async def test_forbidden_is_final_and_says_what_to_do(service: ScriptedService) -> None:
    service.replies = failure("Forbidden")
    async with publishing(service) as running:
        await running.publish(1)
        with pytest.raises(PublishRefusedError, match="permission to publish"):
            await running.task
    assert running.settled == []


@case("W2")
async def test_trouble_inside_the_service_passes(service: ScriptedService) -> None:
    service.replies = failure("InternalServerError")
    async with publishing(service) as running:
        await running.publish(1)
        await eventually(lambda: len(service.frames) >= 2)
        service.replies = lambda frame: {"type": "ack", "ackId": frame["ackId"], "success": True}
        await running.until_settled(1)
    assert set(service.ack_ids) == {1}
    assert len(service.sockets) == 1
    assert len(running.logged("message_refused")) == 1, "said once"


async def test_a_wrong_key_is_final(service: ScriptedService) -> None:
    service.negotiate_answers.append(status(401))
    async with publishing(service) as running:
        with pytest.raises(HttpRefusalError, match="must hold the same key"):
            await running.task
    assert len(service.negotiations) == 1


@case("W6")
async def test_an_expired_token_costs_one_more_url(service: ScriptedService) -> None:
    service.upgrade_answers.append(status(401))
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
    assert len(service.negotiations) == 2


async def test_tokens_that_stay_refused_are_final_with_an_explanation(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamer_agent.publish.session.TOKEN_PATIENCE_S", 0.0)
    service.upgrade_answers.extend([status(401), status(401)])
    async with publishing(service) as running:
        with pytest.raises(HttpRefusalError, match="clocks"):
            await running.task
    assert len(service.negotiations) == 2


async def test_a_service_that_is_closed_to_us_is_final(service: ScriptedService) -> None:
    service.upgrade_answers.append(status(403))
    async with publishing(service) as running:
        with pytest.raises(HttpRefusalError, match="answered 403"):
            await running.task


@case("W7")
@pytest.mark.parametrize("code", [404, 408, 500, 502, 503])
async def test_trouble_of_negotiate_passes(service: ScriptedService, code: int) -> None:
    service.negotiate_answers.append(status(code))
    async with publishing(service) as running:
        await eventually(lambda: len(service.negotiations) >= 2)
        assert f"answered {code}" in running.publisher.trouble
        service.negotiate_answers.clear()
        await running.publish(1)
        await running.until_settled(1)
    assert len(running.logged("publishing_interrupted")) == 1, "said once"
    assert running.logged("connection_restored")


@case("W7", "W11")
@pytest.mark.parametrize("code", [404, 429, 500, 502, 503])
async def test_trouble_of_the_service_passes(service: ScriptedService, code: int) -> None:
    service.upgrade_answers.append(status(code, {"Retry-After": "0"}))
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
    assert len(service.sockets) == 1


@case("W7")
async def test_retry_after_is_waited_for(service: ScriptedService) -> None:
    service.negotiate_answers.append(status(503, {"Retry-After": "3600"}))
    async with publishing(service) as running:
        await eventually(lambda: running.logged("publishing_interrupted"))
        assert running.logged("publishing_interrupted")[0]["retry_s"] > 3000
    assert len(service.negotiations) == 1


@case("W7")
async def test_a_captive_portal_passes(service: ScriptedService) -> None:
    service.negotiate_answers.append(lambda _: web.Response(text="<html>", content_type="text/html"))
    async with publishing(service) as running:
        await eventually(lambda: len(service.negotiations) >= 2)
        service.negotiate_answers.clear()
        await running.publish(1)
        await running.until_settled(1)


async def test_a_service_without_our_subprotocol_is_recognised(service: ScriptedService) -> None:
    async def plain(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        return socket

    service.upgrade_answers.append(plain)
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
    (interrupted,) = running.logged("publishing_interrupted")
    assert "does not speak json.reliable.webpubsub.azure.v1" in interrupted["seen"]


@case("W8")
async def test_a_peer_that_answers_no_ping_is_left(service: ScriptedService) -> None:
    service.reads = False
    async with publishing(service, ping_interval_s=0.1) as running:
        await eventually(lambda: len(service.sockets) == 1)
        service.reads = True
        await running.publish(1)
        await running.until_settled(1)
    assert "ping" in running.logged("publishing_interrupted")[0]["seen"]


@case("W8")
async def test_a_peer_that_reads_nothing_is_left_although_the_buffers_are_full(service: ScriptedService) -> None:
    service.reads = False
    async with publishing(service, ack_timeout_s=0.2) as running:
        await eventually(lambda: running.publisher.is_connected)
        big = Message(b'"' + b"x" * 900_000 + b'"', "json", KEY, 1)
        for _ in range(8):
            assert running.publisher.publish(big)
        service.reads = True
        await eventually(lambda: len(running.settled) == 8)
    assert "no ack" in running.logged("publishing_interrupted")[0]["seen"]


async def test_a_service_that_never_welcomes_is_left(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.publish.session.WELCOME_TIMEOUT_S", 0.1)
    service.welcomes = False
    async with publishing(service) as running:
        await eventually(lambda: len(service.sockets) == 1)
        service.welcomes = True
        await running.publish(1)
        await running.until_settled(1)


async def test_frames_that_nobody_asked_for_do_no_harm(service: ScriptedService) -> None:
    async with publishing(service) as running:
        await eventually(lambda: running.publisher.is_connected)
        await service.sockets[0].send_str("not JSON")
        await service.sockets[0].send_bytes(b"\xff\xfe")
        await service.sockets[0].send_str('{"type":"ack","ackId":777,"success":true}')
        await running.publish(1)
        await running.until_settled(1)
    assert len(service.sockets) == 1


@case("W3")
async def test_a_cut_connection_is_recovered_without_a_new_url(service: ScriptedService) -> None:
    service.is_reliable = True
    service.replies = silence
    async with publishing(service) as running:
        await running.publish(1, 2)
        await eventually(lambda: len(service.frames) == 2)
        service.replies = success
        service.cut()
        await running.until_settled(2)
        await running.publish(3)
        await running.until_settled(3)
        assert (running.publisher.connections, running.publisher.recoveries) == (1, 1)
    assert service.recoveries == [("c0", "SECRET-R0")]
    assert service.ack_ids == [1, 2, 1, 2, 3]
    assert len(service.negotiations) == 1
    assert len(running.logged("connection_recovered")) == 1


@case("W3")
async def test_a_recovery_goes_on_through_trouble_on_the_way(service: ScriptedService) -> None:
    service.is_reliable = True
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
        service.upgrade_answers.extend([status(502), status(503)])
        service.cut()
        await eventually(lambda: running.publisher.recoveries == 1)
    assert len(service.negotiations) == 1


@case("W3")
async def test_a_recovery_that_is_refused_gives_way_to_a_new_connection(service: ScriptedService) -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=[SUBPROTOCOL], timeout=0.1)
        await socket.prepare(request)
        await socket.close(code=1008, message=b"The connection could not be recovered.")
        return socket

    service.is_reliable = True
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
        service.upgrade_answers.append(gone)
        service.cut()
        await running.publish(2)
        await running.until_settled(2)
    assert service.contents == [1, 2]
    assert len(service.negotiations) == 2
    assert running.publisher.failures["closed_1008"] == 1


async def test_what_is_sent_again_on_one_connection_is_billed_once(service: ScriptedService) -> None:
    service.is_reliable = True
    async with publishing(service) as running:
        await running.publish(1)
        await running.until_settled(1)
        before = running.publisher.units.bytes_total
        service.replies = silence
        await running.publish(2)
        await eventually(lambda: len(service.frames) == 2)
        service.replies = success
        service.cut()
        await running.until_settled(2)
        assert running.publisher.units.bytes_total == 2 * before
