"""Asking handlers for their consent."""

import asyncio

import pytest
from aiohttp import web

from emulator.upstream.client import HandlerClient
from emulator.upstream.errors import DeliveryError
from emulator.upstream.validator import Validator
from tests.support.eventually import eventually
from tests.unit.emulator.upstream.webhook import Webhook, statuses


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def validator(client: HandlerClient, clock: Clock) -> Validator:
    return Validator(client, ["emulator.example"], clock)


async def test_a_handler_is_asked_once_a_minute(validator: Validator, webhook: Webhook, clock: Clock) -> None:
    for clock.now in (0, 30, 59.9, 60, 90):
        await validator.require(f"{webhook.url}/validate?code=c")
    assert webhook.seen == ["OPTIONS /validate?code=c"] * 2


async def test_the_question_names_us(validator: Validator, webhook: Webhook) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        assert request.headers["ce-awpsversion"] == "1.0"
        origin = request.headers["WebHook-Request-Origin"]
        return web.Response(headers={"WebHook-Allowed-Origin": f"{origin}:8080"})

    webhook.respond = respond
    await validator.require(webhook.url)


async def test_each_url_is_asked_for_itself(validator: Validator, webhook: Webhook) -> None:
    for path in ("/a", "/b", "/a"):
        await validator.require(webhook.url + path)
    assert webhook.seen == ["OPTIONS /a", "OPTIONS /b"]


async def test_a_refusal_counts_until_its_pause_is_over(validator: Validator, webhook: Webhook, clock: Clock) -> None:
    webhook.respond = statuses(403, 403, 204)
    for clock.now, is_refused in ((0, True), (0.9, True), (1, True), (2.9, True), (3, False), (60, False)):
        if is_refused:
            with pytest.raises(DeliveryError, match=r"does not allow emulator\.example"):
                await validator.require(webhook.url)
        else:
            await validator.require(webhook.url)
    assert len(webhook.seen) == 3


async def test_an_unreachable_handler_has_not_agreed(validator: Validator) -> None:
    with pytest.raises(DeliveryError, match=r"not validated: no answer: .*127\.0\.0\.1"):
        await validator.require("http://127.0.0.1:1/validate")


async def test_everybody_waits_for_one_question_and_may_go_away(validator: Validator, webhook: Webhook) -> None:
    webhook.respond = webhook.hang
    first, second = (asyncio.create_task(validator.require(webhook.url)) for _ in range(2))
    await eventually(lambda: webhook.seen)
    first.cancel()
    webhook.released.set()
    await second
    assert first.cancelled()
    assert len(webhook.seen) == 1


async def test_what_is_known_can_be_forgotten_also_while_asking(validator: Validator, webhook: Webhook) -> None:
    await validator.require(webhook.url)
    validator.forget()
    asking = asyncio.create_task(validator.require(webhook.url))
    await eventually(lambda: len(webhook.seen) == 2)
    validator.forget()
    await asking
    assert len(webhook.seen) == 2


async def test_closing_ends_a_question(validator: Validator, webhook: Webhook) -> None:
    webhook.respond = webhook.hang
    asking = asyncio.create_task(validator.require(webhook.url))
    await eventually(lambda: webhook.seen)
    await validator.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
