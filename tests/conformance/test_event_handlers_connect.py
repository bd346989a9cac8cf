"""The connect event: a handler decides who may connect, as whom, and with what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conformance import raw_http
from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for
from tests.conformance.raw_client import UpgradeRefusedError
from tests.conformance.raw_http import Response
from tests.conformance.target import JSON, Target


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


async def refused(target: Target, **request: Any) -> Response:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(**request)
    return caught.value.response


@case("C230")
@pytest.mark.parametrize("reply", [Reply(204), Reply(200), Reply(200, "null"), Reply(201, "{}")])
async def test_an_answer_without_content_leaves_what_the_token_says(
    target: Target, handler: Handler, reply: Reply
) -> None:
    handler.reply("connect", reply)
    client = await target.connect(token=target.token(sub="alice", groups=["g"]))
    await client.expect(event="connected", userId="alice")
    await target.send_to_group("hi")
    await client.expect(type="message", data="hi")


@case("C231")
async def test_the_handler_gives_user_roles_and_groups(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"userId":"bob","roles":["webpubsub.joinLeaveGroup"],"groups":["g"]}'))
    client = await target.connect(token=target.token(sub="alice"))
    await client.expect(event="connected", userId="bob")
    client.send({"type": "joinGroup", "group": "other", "ackId": 1})
    await client.expect_ack(1)
    await target.send_to_group("hi")
    await client.expect(type="message", data="hi")
    assert (await handler.event("connected")).headers["ce-userId"] == "bob"


async def test_an_empty_user_id_is_one(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"userId":""}'))
    client = await target.connect(token=target.token(sub="alice"))
    await client.expect(event="connected", userId="")


@case("C232", "C233")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
async def test_a_refusal_keeps_its_status_and_its_body_stays_here(
    target: Target, handler: Handler, status: int
) -> None:
    handler.reply("connect", Reply(status, "the handler's secret"))
    response = await refused(target)
    assert response.status == status
    assert b"secret" not in response.body


@case("C234")
async def test_a_handler_that_does_not_answer_in_time_is_500(handler: Handler) -> None:
    handler.reply("connect", Reply(hold=asyncio.Event()))
    async with emulator_for(handler.settings(), handler_timeout=0.1) as target:
        assert (await refused(target)).status == 500
    assert len(handler.events("connect")) == 1  # a time-out is not repeated


@case("C234")
async def test_a_handler_that_is_not_there_is_500(handler: Handler) -> None:
    nowhere = handler.settings() | {"UrlTemplate": "http://127.0.0.1:1/{event}"}
    async with emulator_for(nowhere) as target:
        response = await refused(target)
        assert response.status == 500
        assert b"127.0.0.1" not in response.body  # where handlers are is none of the clients' business


@case("C235")
@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"x"', '{"groups":[" "]}', '{"groups":[null]}', '{"roles":[null]}', '{"roles":"r"}', '{"userId":1}'],
)
async def test_an_answer_that_makes_no_sense_is_500(target: Target, handler: Handler, body: str) -> None:
    handler.reply("connect", Reply(200, body))
    assert (await refused(target)).status == 500


async def test_an_answer_of_more_than_16_mib_is_500(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, b" " * (16 * 1024 * 1024 + 1)))
    assert (await refused(target)).status == 500


@case("C236")
async def test_an_empty_list_of_roles_takes_all_away(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"roles":[]}'))
    client = await target.client()
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1, "Forbidden")


@case("C237")
async def test_an_empty_list_of_groups_leaves_those_of_the_token(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"groups":[]}'))
    member = await target.member("g")
    await target.send_to_group("hi")
    await member.expect(data="hi")


@case("C238")
async def test_a_subprotocol_of_ones_own_means_raw_frames(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"subprotocol":"foo"}'))
    handler.reply("message", Reply(200, "raw", "text/plain"))
    client = await target.connect(subprotocols=[JSON, "foo"])
    assert client.subprotocol == "foo"
    client.send("hello")
    assert await client.text() == "raw"
    assert (await handler.event("message")).headers["ce-subprotocol"] == "foo"


async def test_the_handler_chooses_among_known_ones_in_the_spelling_of_the_client(
    target: Target, handler: Handler
) -> None:
    handler.reply("connect", Reply(200, '{"subprotocol":"json.webpubsub.azure.v1"}'))
    client = await target.connect(subprotocols=["foo", "JSON.WebPubSub.azure.v1"])
    assert client.subprotocol == "JSON.WebPubSub.azure.v1"
    await client.expect(event="connected")


@case("C239")
async def test_a_subprotocol_that_was_not_offered_is_500(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(200, '{"subprotocol":"bar"}'))
    assert (await refused(target, subprotocols=["foo"])).status == 500


@case("C240")
async def test_the_request_says_everything_but_the_credential(target: Target, handler: Handler) -> None:
    token = target.token(sub="alice", role=["r1", "r2"])
    await target.connect(
        token=token,
        query="&a=1&a=2&B=%20",
        subprotocols=["foo", JSON],
        headers={"Authorization": "Bearer x", "X-Own": "own", "Cookie": "c=1"},
    )
    call = await handler.event("connect")
    body = call.json()
    assert (body["claims"]["sub"], body["claims"]["role"]) == (["alice"], ["r1", "r2"])
    assert all(isinstance(value, str) for values in body["claims"].values() for value in values)
    assert body["query"] == {"a": ["1", "2"], "B": [" "]}
    assert (body["headers"]["X-Own"], body["headers"]["Cookie"]) == (["own"], ["c=1"])
    assert (body["subprotocols"], body["clientCertificates"]) == (["foo", JSON], [])
    assert "Authorization" not in body["headers"]
    assert token not in call.body.decode()
    assert {"Authorization", "Cookie", "ce-subprotocol"}.isdisjoint(call.headers)


async def test_a_header_that_is_no_text_does_no_harm(target: Target, handler: Handler) -> None:
    address = f"GET /client/hubs/{target.hub}?access_token={target.token()}&q=%FF HTTP/1.1"
    headers = {"Host": target.host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    head = raw_http.head(address, {**headers, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "X-Own": "a?b"})
    _reader, writer = await raw_http.open_connection(target.endpoint)
    writer.write(head.replace(b"a?b", b"a\xffb"))
    assert (await handler.event("connect")).json()["headers"]["X-Own"] == ["a\ufffdb"]
    writer.transport.abort()


@case("C245")
async def test_who_was_refused_was_never_connected(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(401), Reply(204))
    await refused(target)
    await target.client()
    await handler.event("connected")
    assert [call.headers["ce-eventName"] for call in handler.events()] == ["connect", "connect", "connected"]


async def test_without_a_handler_for_connect_everyone_with_a_token_may(handler: Handler) -> None:
    async with emulator_for(handler.settings(system_events=["connected"])) as target:
        await target.client()
        assert (await handler.event("connected")).headers["ce-id"] == "1"  # 0 is connect's, also if nobody wants it
    assert handler.events("connect") == []


class TestAnonymous:
    """Hub setting AnonymousConnectPolicy."""

    async def connect(self, target: Target, query: str = "") -> Any:
        return await target.connect(address=f"/client/hubs/{target.hub}{query}")

    @case("C008")
    @pytest.mark.parametrize("hub", [{}, {"AnonymousConnectPolicy": "deny"}])
    async def test_is_denied_by_default(self, hub: dict[str, Any]) -> None:
        async with emulator_for(hub=hub) as target:
            response = await refused(target, address=f"/client/hubs/{target.hub}")
            assert response.status == 401

    async def test_where_it_is_allowed_no_token_is_needed_and_nothing_granted(self) -> None:
        async with emulator_for(hub={"AnonymousConnectPolicy": "allow"}) as target:
            client = await self.connect(target)
            await client.expect(event="connected", userId=None)
            client.send({"type": "joinGroup", "group": "g", "ackId": 1})
            await client.expect_ack(1, "Forbidden")

    async def test_a_token_that_is_there_must_hold(self) -> None:
        async with emulator_for(hub={"AnonymousConnectPolicy": "allow"}) as target:
            address = f"/client/hubs/{target.hub}?access_token=broken"
            assert (await refused(target, address=address)).status == 401

    async def test_the_handler_may_still_refuse_or_name_the_client(self, handler: Handler) -> None:
        handler.reply("connect", Reply(403), Reply(200, '{"userId":"guest"}'))
        async with emulator_for(handler.settings(), hub={"AnonymousConnectPolicy": "allow"}) as target:
            assert (await refused(target, address=f"/client/hubs/{target.hub}")).status == 403
            client = await self.connect(target)
            await client.expect(event="connected", userId="guest")
