"""What all operations share: the message in a body, sending it, closing."""

import pytest

from emulator.errors import RefusedError
from tests.unit.emulator.rest.bench import Bench, refusal

TEXT = {"Content-Type": "text/plain"}


async def test_a_message_has_what_body_query_and_headers_say() -> None:
    headers = {**TEXT, "X-WebPubSub-Metadata-Trace": "1"}
    message = await Bench().call("messageTtlSeconds=5", b"hi", headers).read_message("g")
    assert (message.payload.content, message.group, message.from_user_id) == (b"hi", "g", None)
    assert (message.metadata, message.ttl_s) == ({"trace": "1"}, 5)


async def test_a_message_lives_for_ever_unless_told_otherwise() -> None:
    assert (await Bench().call(body=b"hi").read_message()).ttl_s == 0


@pytest.mark.parametrize(("query", "headers"), [("messageTtlSeconds=301", {}), ("", {"X-WebPubSub-Metadata-A": "é"})])
async def test_what_is_wrong_with_query_or_metadata_is_said_before_the_body(
    query: str, headers: dict[str, str]
) -> None:
    with pytest.raises(RefusedError) as caught:
        await Bench().call(query, b"x", {"Content-Type": "image/png", **headers}).read_message()
    assert refusal(caught) == (400, "Error.BadRequest")


async def test_json_must_be_json() -> None:
    with pytest.raises(RefusedError, match="expected application/json") as caught:
        await Bench().call(body=b"{}", headers=TEXT).read_json()
    assert caught.value.status == 415


async def test_a_hub_without_connections_is_empty_and_not_made() -> None:
    bench = Bench()
    call = bench.call()
    assert call.hub.connections == {}
    assert bench.hubs.get("Chat") is None


async def test_a_message_is_sent_to_the_connections_of_this_moment() -> None:
    bench = Bench()
    call = bench.call(body=b"hi", connection="a")
    message = await call.read_message()
    bench.connect("a")
    assert call.connection is not None
    assert call.send(message, [call.connection]).status == 202
    assert bench.receivers == {"a"}


@pytest.mark.parametrize(("query", "why"), [("reason=bye", " Reason: bye"), ("reason=", ""), ("", "")])
async def test_connections_are_closed_with_1000_and_the_reason_beside_the_frame(query: str, why: str) -> None:
    bench = Bench()
    made = bench.connect("a"), bench.connect("b")
    call = bench.call(query)
    assert call.close(call.hub.connections.values()).status == 204
    assert len(made) == len(bench.ended)
    for _, close in bench.ended:
        assert (close.code, close.reason) == (1000, "")
        assert close.cause == f"Application server closed the connection.{why}"


async def test_the_url_is_that_of_the_request_as_its_caller_knows_it() -> None:
    assert Bench().call("a=b").url == "http://localhost:8080/api/hubs/Chat/here"
