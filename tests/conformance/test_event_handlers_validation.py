"""Event handlers are asked for their consent before the first event."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for
from tests.conformance.raw_client import UpgradeRefusedError
from tests.conformance.target import Target


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings(path="/eventhandler/{event}?code=c")) as target:
        yield target


async def status_of_connecting(target: Target) -> int:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect()
    return caught.value.response.status


@case("C225", "C226")
async def test_the_handler_is_asked_once_before_the_first_event(target: Target, handler: Handler) -> None:
    await target.client()
    await target.client()
    asked, *events = handler.calls
    assert (asked.method, asked.path, asked.query) == ("OPTIONS", "/eventhandler/validate", "code=c")
    assert asked.headers["WebHook-Request-Origin"] == "localhost"
    assert asked.headers["ce-awpsversion"] == "1.0"
    assert "ce-signature" not in asked.headers
    assert {call.method for call in events} == {"POST"}


@pytest.mark.parametrize("allowed", ["LOCALHOST", "localhost:8080", "127.0.0.1:8080", "logs.example.org", "*"])
async def test_consent_may_name_us_in_every_way(target: Target, handler: Handler, allowed: str) -> None:
    handler.allowed = ("stranger.example", allowed)
    await target.client()


@case("C227")
@pytest.mark.parametrize("allowed", [["stranger.example"], ["*, stranger.example"], []])
async def test_without_consent_nobody_connects_and_no_event_is_sent(
    target: Target, handler: Handler, allowed: list[str]
) -> None:
    handler.allowed = allowed
    assert await status_of_connecting(target) == 500
    assert handler.events() == []


@case("C228")
async def test_get_is_tried_after_404(target: Target, handler: Handler) -> None:
    handler.validation = {"OPTIONS": 404, "GET": 200}
    await target.client()
    assert [call.method for call in handler.calls[:3]] == ["OPTIONS", "GET", "POST"]


@case("C229")
@pytest.mark.parametrize(("status", "attempts"), [(500, 4), (403, 1)])
async def test_get_is_not_tried_after_another_status(
    target: Target, handler: Handler, status: int, attempts: int
) -> None:
    handler.validation = {"OPTIONS": status, "GET": 200}
    assert await status_of_connecting(target) == 500
    assert [call.method for call in handler.calls] == ["OPTIONS"] * attempts


async def test_without_consent_user_events_fail_and_the_client_stays(handler: Handler) -> None:
    handler.allowed = ()
    handler.reply("e", Reply(200, "never asked", "text/plain"))
    async with emulator_for(handler.settings(system_events=())) as target:
        client = await target.client()
        client.send({"type": "event", "event": "e", "data": 1, "ackId": 1})
        await client.expect_ack(1, "InternalServerError")
        assert handler.events() == []
