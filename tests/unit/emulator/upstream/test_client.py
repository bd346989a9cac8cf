"""Requests to event handlers, and what is done when they go wrong."""

from typing import Any

import pytest
from aiohttp import web

from emulator.upstream.answer import MAX_BODY_BYTES, Answer
from emulator.upstream.client import HandlerClient, Patience, Request
from emulator.upstream.errors import DeliveryError
from tests.support.eventually import TIMEOUT_S
from tests.unit.emulator.upstream.webhook import Webhook, statuses


async def post(client: HandlerClient, url: str, within_s: float = TIMEOUT_S) -> Answer:
    return await client.send(Request("POST", url, {"X-A": "ä"}, b"body"), within_s)


async def test_a_request_is_sent_as_it_is_and_the_answer_is_read(client: HandlerClient, webhook: Webhook) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        headers = {"X-B": f"{request.headers['X-A']} {sorted(request.headers)}"}
        return web.Response(status=201, headers=headers, body=await request.read())

    webhook.respond = respond
    answer = await post(client, f"{webhook.url}/%7Ba%2F?code=a%2Bb==")
    assert webhook.seen == ["POST /%7Ba%2F?code=a%2Bb=="]
    assert (answer.status, answer.body) == (201, b"body")
    assert answer.last("x-b") == "ä ['Accept', 'Content-Length', 'Content-Type', 'Host', 'X-A']"


@pytest.mark.parametrize("status", [408, 500, 503])
async def test_trouble_is_tried_again_after_1_3_and_5_seconds(
    client: HandlerClient, webhook: Webhook, sleeps: list[float], status: int
) -> None:
    webhook.respond = statuses(status)
    assert (await post(client, webhook.url)).status == status
    assert (len(webhook.seen), sleeps) == (4, [1, 3, 5])


@pytest.mark.parametrize("status", [200, 302, 400, 404, 429])
async def test_anything_else_is_final(
    client: HandlerClient, webhook: Webhook, sleeps: list[float], status: int
) -> None:
    webhook.respond = statuses(status)
    assert (await post(client, webhook.url)).status == status
    assert (len(webhook.seen), sleeps) == (1, [])


async def test_it_is_tried_again_only_until_it_works(
    client: HandlerClient, webhook: Webhook, sleeps: list[float]
) -> None:
    webhook.respond = statuses(500, 204)
    assert (await post(client, webhook.url)).status == 204
    assert sleeps == [1]


async def test_a_handler_that_cannot_be_reached_is_tried_again_too(client: HandlerClient, sleeps: list[float]) -> None:
    with pytest.raises(DeliveryError, match="no answer") as caught:
        await post(client, "http://127.0.0.1:1/?code=secret")
    assert sleeps == [1, 3, 5]
    assert "secret" not in str(caught.value)


async def test_a_handler_that_hangs_up_is_tried_again(
    client: HandlerClient, webhook: Webhook, sleeps: list[float]
) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    webhook.respond = respond
    with pytest.raises(DeliveryError, match="no answer"):
        await post(client, webhook.url)
    assert (len(webhook.seen), sleeps) == (4, [1, 3, 5])


async def test_a_time_out_is_final(client: HandlerClient, webhook: Webhook) -> None:
    webhook.respond = webhook.hang
    with pytest.raises(DeliveryError, match=r"no answer within 0\.05 s"):
        await post(client, webhook.url, within_s=0.05)
    assert len(webhook.seen) == 1


async def test_the_delays_count_as_waiting(webhook: Webhook) -> None:
    client = HandlerClient(Patience(retry_delays_s=(60,)))
    client.open()
    webhook.respond = statuses(500)
    with pytest.raises(DeliveryError, match="no answer within"):
        await post(client, webhook.url, within_s=0.2)
    await client.close()


async def test_a_body_may_have_16_mib_and_no_byte_more(client: HandlerClient, webhook: Webhook) -> None:
    sizes = [MAX_BODY_BYTES, MAX_BODY_BYTES + 1]

    async def respond(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=bytes(sizes.pop(0)))

    webhook.respond = respond
    assert len((await post(client, webhook.url)).body) == MAX_BODY_BYTES
    with pytest.raises(DeliveryError, match="larger than"):
        await post(client, webhook.url)


async def test_a_body_that_breaks_off_is_an_error_and_not_asked_for_again(
    client: HandlerClient, webhook: Webhook
) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "10"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    webhook.respond = respond
    with pytest.raises(DeliveryError, match="broke off"):
        await post(client, webhook.url)
    assert len(webhook.seen) == 1


async def test_nobody_is_sent_elsewhere_and_cookies_stay_with_the_caller(
    client: HandlerClient, webhook: Webhook
) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        assert "Cookie" not in request.headers
        return web.Response(status=307, headers={"Location": "/other", "Set-Cookie": "a=1; Path=/"})

    webhook.respond = respond
    for _ in range(2):
        answer = await post(client, f"{webhook.url}/first")
        assert (answer.status, answer.last("Set-Cookie")) == (307, "a=1; Path=/")
    assert webhook.seen == ["POST /first"] * 2


async def test_proxies_of_the_environment_are_not_used(
    client: HandlerClient, webhook: Webhook, monkeypatch: Any
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await post(client, webhook.url)).status == 204


async def test_opening_and_closing_twice_is_no_error() -> None:
    client = HandlerClient(Patience())
    client.open()
    client.open()
    await client.close()
    await client.close()
