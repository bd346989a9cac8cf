"""What the answers of event handlers do to the client."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for, send_event
from tests.conformance.raw_client import BINARY, TEXT, Frame
from tests.conformance.target import Target


@pytest.fixture
async def target(handler: Handler) -> AsyncIterator[Target]:
    async with emulator_for(handler.settings()) as target:
        yield target


@case("C092")
async def test_an_answer_comes_before_the_ack(target: Target, handler: Handler) -> None:
    handler.reply("e", Reply(200, "hello", "text/plain; charset=utf-8"))
    client = await target.client()
    send_event(client, ack_id=3)
    assert await client.text() == '{"type":"message","from":"server","dataType":"text","data":"hello"}'
    await client.expect_ack(3)


@case("C248")
async def test_an_answer_in_json_is_kept_to_the_letter(target: Target, handler: Handler) -> None:
    handler.reply("e", Reply(200, ' {"n": 1.10, "n":12345678901234567890}\n', "application/json"))
    client = await target.client()
    send_event(client, ack_id=None)
    expected = '{"type":"message","from":"server","dataType":"json","data":{"n": 1.10, "n":12345678901234567890}}'
    assert await client.text() == expected


@pytest.mark.parametrize("content_type", ["application/octet-stream", None])
async def test_an_answer_of_bytes_or_of_no_type_is_binary(
    target: Target, handler: Handler, content_type: str | None
) -> None:
    handler.reply("e", Reply(200, b"\x01\x02", content_type))
    client = await target.client()
    send_event(client)
    await client.expect(type="message", dataType="binary", data="AQI=")
    await client.expect_ack(1)


@case("C249")
@pytest.mark.parametrize(
    "reply",
    [
        Reply(204),
        Reply(200, b"", "application/octet-stream"),
        Reply(200, b"", "text/html"),
        Reply(200, "null", "application/json"),
    ],
)
async def test_an_empty_answer_is_no_message(target: Target, handler: Handler, reply: Reply) -> None:
    handler.reply("e", reply)
    client = await target.client()
    send_event(client)
    await client.expect_ack(1)


@case("C250")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [("<p>", "text/html"), ("{", "application/json"), (b"\xff", "text/plain"), (b"x" * (2**24 + 1), "text/plain")],
)
async def test_an_answer_that_cannot_be_a_message_fails_the_event(
    target: Target, handler: Handler, body: bytes | str, content_type: str
) -> None:
    handler.reply("e", Reply(200, body, content_type))
    client = await target.client()
    send_event(client)
    await client.expect_ack(1, "InternalServerError")
    await client.expect_nothing()


@case("C251")
@pytest.mark.parametrize("status", [500, 503, 408])
async def test_trouble_is_tried_four_times_as_the_same_event(target: Target, handler: Handler, status: int) -> None:
    handler.reply("e", Reply(status, "details of the handler"))
    client = await target.client()
    send_event(client)
    found = await client.expect_ack(1, "InternalServerError")
    assert found["error"]["message"] == "Internal server error"
    calls = handler.events("e")
    assert len(calls) == 4
    assert len({(call.headers["ce-id"], call.headers["x-ms-client-request-id"]) for call in calls}) == 1
    await client.expect_nothing()


async def test_trouble_that_passes_goes_unnoticed(target: Target, handler: Handler) -> None:
    handler.reply("e", Reply(500), Reply(500), Reply(200, "at last", "text/plain"))
    client = await target.client()
    send_event(client)
    await client.expect(data="at last")
    await client.expect_ack(1)


@case("C252")
@pytest.mark.parametrize("status", [302, 400, 401, 404, 429])
async def test_a_refused_event_is_not_tried_again(target: Target, handler: Handler, status: int) -> None:
    handler.reply("e", Reply(status, headers=[("Location", f"{handler.url}/elsewhere")]))
    client = await target.client()
    send_event(client)
    await client.expect_ack(1, "InternalServerError")
    assert len(handler.events()) == 3  # connect, connected and this one; nobody followed the redirect


@case("C253")
async def test_a_connection_state_is_given_back(target: Target, handler: Handler) -> None:
    handler.reply("connect", Reply(204, headers=[("ce-connectionState", "abc")]))
    handler.reply("e", Reply(204), Reply(204, headers=[("ce-connectionState", "")]), Reply(204))
    client = await target.client()
    for number, expected in enumerate(("abc", "abc", None)):  # an empty one is kept too, and not written
        send_event(client, ack_id=number)
        await client.expect_ack(number)
        assert handler.events("e")[number].headers.get("ce-connectionState") == expected
    assert (await handler.event("connected")).headers["ce-connectionState"] == "abc"


@case("C255")
@pytest.mark.parametrize(
    "reply",
    [Reply(400, headers=[("ce-connectionState", "bad")]), Reply(200, "x", "a/b", [("ce-connectionState", "bad")])],
)
async def test_a_failed_event_changes_no_state(target: Target, handler: Handler, reply: Reply) -> None:
    handler.reply("connect", Reply(204, headers=[("ce-connectionState", "good")]))
    handler.reply("e", reply, Reply(204))
    client = await target.client()
    send_event(client, ack_id=1)
    await client.expect_ack(1, "InternalServerError")
    send_event(client, ack_id=2)
    await client.expect_ack(2)
    assert handler.events("e")[1].headers["ce-connectionState"] == "good"


@case("C254")
async def test_metadata_without_a_body_is_an_empty_text(target: Target, handler: Handler) -> None:
    tags = [("x-webpubsub-metadata-A", "0"), ("X-WebPubSub-Metadata-a", "9, 1")]
    handler.reply("e", Reply(200, headers=tags))
    handler.reply("message", Reply(200, headers=tags))
    client, raw = await target.client(), await target.simple()
    send_event(client)
    await client.expect(type="message", dataType="text", data="", metadata={"a": "1"})
    await client.expect_ack(1)
    raw.send("x")
    assert await raw.frame() == Frame(TEXT, b"")


@case("C035", "C036")
async def test_frames_of_a_simple_client_are_the_event_message(target: Target, handler: Handler) -> None:
    handler.reply(
        "message", Reply(200, "ok", "text/plain"), Reply(200, '{"a": 1}', "application/json"), Reply(200, b"\1")
    )
    client = await target.simple()
    for message in ("hi", b"\x01\x02", "more"):
        client.send(message)
    received = [await client.frame() for _ in range(3)]
    assert received == [Frame(TEXT, b"ok"), Frame(TEXT, b'{"a": 1}'), Frame(BINARY, b"\1")]
    first, second, _third = handler.events("message")
    assert (first.headers["Content-Type"], first.body) == ("text/plain; charset=utf-8", b"hi")
    assert (second.headers["Content-Type"], second.body) == ("application/octet-stream", b"\x01\x02")
    assert first.headers["ce-type"] == "azure.webpubsub.user.message"
    assert "ce-subprotocol" not in first.headers


@pytest.mark.parametrize("reply", [Reply(400), Reply(200, "<p>", "text/html")])
async def test_a_failed_event_ends_a_simple_client(target: Target, handler: Handler, reply: Reply) -> None:
    handler.reply("message", reply)
    client = await target.simple()
    client.send("hi")
    assert (await client.closed())[0] == 1011
