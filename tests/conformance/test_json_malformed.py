"""What a JSON client may not say, and how its connection ends."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.conformance.cases import case
from tests.conformance.raw_client import BINARY, CLOSE, PING, TEXT
from tests.conformance.target import JSON, RELIABLE_JSON, Target, in_process

INVALID = (1007, "The client message is not a valid JSON protocol message.")
MEBIBYTE = 2**20


def publish(**properties: Any) -> str:
    return json.dumps({"type": "sendToGroup", "group": "g", **properties})


def join(**properties: Any) -> str:
    return json.dumps({"type": "joinGroup", "group": "g", **properties})


MALFORMED = [
    ("C062", publish(data=None)),
    ("C063", publish(dataType="text", data=1)),
    ("C064", publish(dataType="binary", data="!")),
    ("C065", publish(dataType="xml", data="x")),
    ("C066", "hello"),
    ("C067", "[1]"),
    ("C068", '{"type":"unknown"}'),
    ("C069", '{"type":"joinGroup"}'),
    ("C069", join(group="  ")),
    ("C069", join(group="g" * 1025)),
    ("C075", join(ackId="1")),
    ("C075", join(ackId=-1)),
    ("C075", join(ackId=1.5)),
    ("C075", join(ackId=True)),
    ("C084", '{"type":"sequenceAck"}'),
    ("C087", publish(data=1, ttlSeconds=301)),
    ("C087", publish(data=1, ttlSeconds=-1)),
    ("C088", publish(data=1, noEcho="true")),
    ("C090", publish(data=1, metadata={"k": "v" * 1025})),
    ("C090", publish(data=1, metadata={"k": "é"})),
    ("C090", publish(data=1, metadata={"a b": "v"})),
    ("C095", '{"type":"event","event":"1bad","data":1}'),
    ("C095", json.dumps({"type": "event", "event": "e" * 129, "data": 1})),
]


@pytest.mark.parametrize("message", [pytest.param(text, marks=case(id_)) for id_, text in MALFORMED])
async def test_a_malformed_message_ends_the_connection_with_1007_and_no_ack(target: Target, message: str) -> None:
    client = await target.client()
    client.send(message)
    assert await client.closed() == INVALID


@case("C066")
async def test_what_was_asked_before_a_malformed_message_is_answered_and_what_comes_after_is_not(
    target: Target,
) -> None:
    client = await target.client()
    for message in (join(ackId=1), "hello", join(ackId=2)):
        client.send(message)
    await client.expect_ack(1)
    assert await client.closed() == INVALID


async def test_the_log_says_what_was_wrong_with_a_message_and_not_what_was_in_it(here: Target) -> None:
    client = await here.client()
    with capture_logs() as logs:
        client.send(publish(data="private", ackId="1"))
        await client.closed()
    (refused,) = [entry for entry in logs if entry["event"] == "message_refused"]
    assert "$.ackId" in refused["why"]
    assert "private" not in str(logs)


@case("C085")
async def test_a_binary_message_ends_the_connection_with_1003(target: Target) -> None:
    client = await target.client()
    client.send(b'{"type":"ping"}')
    assert await client.closed() == (1003, "The JSON subprotocol requires text messages.")


@case("C085")
@pytest.mark.parametrize("subprotocol", [JSON, RELIABLE_JSON])
async def test_a_binary_message_is_read_as_text_where_that_is_asked_for(subprotocol: str) -> None:
    async with in_process(json_in_binary_frames=True) as target:
        client = await target.client(subprotocol=subprotocol)
        client.send(b'{"type":"ping"}')
        assert await client.json() == {"type": "pong"}
        client.send(b"\xff")
        assert (await client.closed())[0] == 1007


@case("C086")
async def test_a_message_of_more_than_a_mebibyte_ends_the_connection_with_1009(target: Target) -> None:
    client = await target.client()
    client.send("x" * (MEBIBYTE + 1))
    assert await client.closed() == (1009, "The client message is too large.")


@case("C276")
async def test_a_message_of_exactly_a_mebibyte_is_accepted(target: Target) -> None:
    member = await target.member("g")
    empty = publish(dataType="text", data="")
    member.send(publish(dataType="text", data="x" * (MEBIBYTE - len(empty))))
    assert len((await member.json())["data"]) == MEBIBYTE - len(empty)


@case("C086")
@pytest.mark.parametrize("announced", [MEBIBYTE + 1, 2**40, 2**63 - 1])
async def test_a_huge_frame_is_refused_when_it_is_announced(target: Target, announced: int) -> None:
    client = await target.client()
    client.send_bytes(b"\x81\xff" + announced.to_bytes(8, "big") + b"\x00\x00\x00\x00" + b"x" * 1000)
    assert await client.closed() == (1009, "The client message is too large.")


@case("C086")
async def test_a_message_that_grows_too_large_frame_by_frame_is_refused(target: Target) -> None:
    client = await target.client()
    client.send_frame(TEXT, b"x" * MEBIBYTE, fin=False)
    client.send_frame(0x0, b"x" * 10)
    assert (await client.closed())[0] == 1009


BROKEN_FRAMES = {
    "reserved bits": b"\xf1\x80\x00\x00\x00\x00",
    "unknown opcode": b"\x83\x80\x00\x00\x00\x00",
    "continuation of nothing": b"\x80\x80\x00\x00\x00\x00",
    "fragmented ping": b"\x09\x80\x00\x00\x00\x00",
    "ping of 126 bytes": b"\x89\xfe\x00\x7e\x00\x00\x00\x00" + b"x" * 126,
    "close with half a code": b"\x88\x81\x00\x00\x00\x00\x03",
    "close with code 1005": b"\x88\x82\x00\x00\x00\x00\x03\xed",
    "close with code 1006": b"\x88\x82\x00\x00\x00\x00\x03\xee",
    "close with code 5000": b"\x88\x82\x00\x00\x00\x00\x13\x88",
}


@pytest.mark.parametrize("data", BROKEN_FRAMES.values(), ids=BROKEN_FRAMES.keys())
async def test_a_broken_frame_ends_the_connection_with_1002_behind_what_was_on_its_way(
    target: Target, data: bytes
) -> None:
    client = await target.client()
    client.send(join(ackId=1))
    client.send_bytes(data)
    await client.expect_ack(1)
    assert await client.closed() == (1002, "The client frame is invalid.")
    assert await client.ended() == b""


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x03\xe9bye", b"\x0b\xb8", b"\x13\x87custom"])
async def test_a_clients_close_is_answered_with_its_code_after_what_was_on_its_way(
    target: Target, payload: bytes
) -> None:
    client = await target.client()
    client.send(join(ackId=1))
    client.send_frame(CLOSE, payload)
    await client.expect_ack(1)
    assert (await client.frame()).payload == (payload[:2] or b"\x03\xe8")
    assert await client.ended() == b""


async def test_pings_are_answered_in_order_with_messages(target: Target) -> None:
    client = await target.client()
    client.send_frame(PING, b"1")
    client.send('{"type":"ping"}')
    client.send_frame(PING, b"x" * 125)
    assert [(await client.frame()).payload for _ in range(3)] == [b"1", b'{"type":"pong"}', b"x" * 125]


async def test_text_that_is_not_utf_8_ends_the_connection_with_1007(target: Target) -> None:
    client = await target.client()
    client.send_frame(TEXT, b'{"type":"sendToGroup","group":"g","data":"\xff"}')
    assert (await client.closed())[0] == 1007


async def test_an_empty_message_ends_the_connection_with_1007(target: Target) -> None:
    client = await target.client()
    client.send("")
    assert await client.closed() == INVALID


async def test_an_empty_binary_message_ends_the_connection_with_1003(target: Target) -> None:
    client = await target.client()
    client.send_frame(BINARY, b"")
    assert (await client.closed())[0] == 1003


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ('{"type":"setGroupState","group":"g"}', "setGroupState"),
        ('{"type":"SUBSCRIBEGROUPSTATE"}', "subscribeGroupState"),
    ],
)
async def test_a_preview_feature_that_is_not_built_is_named_in_the_reason(
    here: Target, message: str, named: str
) -> None:
    client = await here.client()
    client.send(message)
    code, reason = await client.closed()
    assert code == 1007
    assert named in reason
