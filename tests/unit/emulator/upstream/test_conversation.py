"""The events of one connection: their order, their answers, their end."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from emulator.errors import RefusedError
from emulator.messages import Event
from emulator.payload import DataType, Payload
from emulator.upstream.client import HandlerClient
from emulator.upstream.cloud_events import Caller
from emulator.upstream.connect_answer import UNCHANGED
from emulator.upstream.conversation import FAILED, MAX_WAITING_EVENTS, Conversation, Outcome
from emulator.upstream.errors import DeliveryError
from emulator.upstream.events import ConnectFacts
from emulator.upstream.live_settings import LiveSettings
from emulator.upstream.upstream import Upstream
from emulator.upstream.validator import Validator
from tests.support.eventually import eventually
from tests.unit.emulator.doubles import observer
from tests.unit.emulator.upstream.webhook import Webhook, statuses

EVENT = Event("e", Payload.of(DataType.TEXT, b"x"))


def upstream(client: HandlerClient, hubs: str) -> Upstream:
    return Upstream(
        LiveSettings(hubs=hubs), client, Validator(client, ["localhost"], lambda: 0.0), "localhost", "key", observer()
    )


def settings(webhook: Webhook, pattern: str = "*") -> str:
    return (
        f'{{"chat": {{"EventHandlers": [{{"UrlTemplate": "{webhook.url}/{{event}}?code=secret", '
        f'"EventPattern": "{pattern}", "SystemEvents": ["connect", "connected", "disconnected"]}}]}}}}'
    )


@pytest.fixture
async def told(client: HandlerClient, webhook: Webhook) -> AsyncIterator[Upstream]:
    one = upstream(client, settings(webhook))
    yield one
    await one.close()


@pytest.fixture
def conversation(told: Upstream) -> Conversation:
    return Conversation(told, Caller("chat", "c1", "alice"))


def posts(webhook: Webhook) -> list[str]:
    return [seen.removeprefix("POST /").partition("?")[0] for seen in webhook.seen if seen.startswith("POST")]


async def outcome_of(conversation: Conversation, event: Event = EVENT) -> Outcome:
    outcomes: list[Outcome] = []
    conversation.tell(event, outcomes.append)
    await eventually(lambda: outcomes)
    return outcomes[0]


async def test_a_whole_life_is_told_in_order(conversation: Conversation, webhook: Webhook) -> None:
    assert await conversation.connect(ConnectFacts()) == UNCHANGED
    conversation.connected("alice", None)
    assert await outcome_of(conversation) == Outcome(True)
    conversation.disconnected("bye")
    conversation.disconnected("again")
    await conversation.drained()
    assert posts(webhook) == ["connect", "connected", "e", "disconnected"]


async def test_a_refusal_and_a_failure_of_connect_are_different(conversation: Conversation, webhook: Webhook) -> None:
    await conversation.connect(ConnectFacts())
    webhook.respond = statuses(403)
    with pytest.raises(RefusedError):
        await conversation.connect(ConnectFacts())

    async def nonsense(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"{")

    webhook.respond = nonsense
    with pytest.raises(DeliveryError):
        await conversation.connect(ConnectFacts())


async def test_an_event_nobody_wants_fails_at_once(client: HandlerClient, webhook: Webhook) -> None:
    conversation = Conversation(upstream(client, settings(webhook, "other")), Caller("chat", "c1"))
    outcomes: list[Outcome] = []
    conversation.tell(EVENT, outcomes.append)
    assert outcomes == [FAILED]
    assert webhook.seen == []


async def test_an_event_nobody_wants_still_waits_for_those_before_it(client: HandlerClient, webhook: Webhook) -> None:
    one = upstream(client, settings(webhook, "e"))
    conversation = Conversation(one, Caller("chat", "c1"))
    outcomes: list[Outcome] = []
    conversation.tell(EVENT, outcomes.append)
    conversation.tell(Event("other", EVENT.payload), outcomes.append)
    await conversation.drained()
    assert outcomes == [Outcome(True), FAILED]
    await one.close()


async def test_a_failure_is_logged_without_secrets(conversation: Conversation, webhook: Webhook) -> None:
    await conversation.connect(ConnectFacts())
    webhook.respond = statuses(400)
    with capture_logs() as logs:
        assert await outcome_of(conversation) == FAILED
    (log,) = [log for log in logs if log["event"] == "event_failed"]
    assert (log["name"], log["connection_id"], log["hub"]) == ("e", "c1", "chat")
    assert "400" in log["reason"]
    assert "secret" not in str(logs)


async def test_a_state_that_no_header_can_carry_back_fails_its_event(
    conversation: Conversation, webhook: Webhook
) -> None:
    async def respond(request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return web.Response(headers={"WebHook-Allowed-Origin": "*"})
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nce-connectionState: \xff\r\n\r\n")
        request.transport.close()
        return web.Response()

    webhook.respond = respond
    assert await outcome_of(conversation) == FAILED


async def test_a_slow_handler_fills_the_conversation_and_loses_nothing(
    conversation: Conversation, webhook: Webhook
) -> None:
    await conversation.connect(ConnectFacts())
    webhook.respond = webhook.hang
    outcomes: list[Outcome] = []
    told = 0
    while not conversation.is_full:
        conversation.tell(EVENT, outcomes.append)
        told += 1
    assert told == MAX_WAITING_EVENTS
    webhook.released.set()
    await conversation.drained()
    assert not conversation.is_full
    assert outcomes == [Outcome(True)] * told


async def test_closing_gives_the_last_events_a_moment(
    told: Upstream, conversation: Conversation, webhook: Webhook
) -> None:
    conversation.disconnected("bye")
    await told.close()
    assert posts(webhook) == ["disconnected"]


async def test_closing_does_not_wait_for_a_handler_that_hangs(
    told: Upstream, conversation: Conversation, webhook: Webhook
) -> None:
    webhook.respond = webhook.hang
    conversation.disconnected("bye")
    await eventually(lambda: webhook.seen)
    await told.close()


async def test_new_settings_have_handlers_asked_again(client: HandlerClient, webhook: Webhook) -> None:
    live = LiveSettings(hubs=settings(webhook))
    one = Upstream(live, client, Validator(client, ["localhost"], lambda: 0.0), "localhost", "key", observer())
    for _ in range(2):
        await Conversation(one, Caller("chat", "c1")).connect(ConnectFacts())
        live.reload()
    assert [seen.split()[0] for seen in webhook.seen] == ["OPTIONS", "POST"] * 2
