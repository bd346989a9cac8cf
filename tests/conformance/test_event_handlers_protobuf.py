"""Events of clients that speak Protocol Buffers."""

import pytest

from tests.conformance.cases import case
from tests.conformance.handler import Handler, Reply, emulator_for
from tests.conformance.raw_client import BINARY, Frame

PROTOBUF = "protobuf.webpubsub.azure.v1"
ACK_3 = bytes.fromhex("0A0408031001")


@case("C159")
@pytest.mark.parametrize(
    ("message", "content_type", "body", "answer"),
    [
        ("2A0E0A046563686F12040A0268691803", "text/plain; charset=utf-8", b"hi", "120E0A067365727665721A040A026869"),
        (
            "2A0F0A046563686F12051A030A01741803",
            "application/x-protobuf",
            b"\n\1t",
            "120F0A067365727665721A051A030A0174",
        ),
    ],
)
async def test_data_goes_to_the_handler_and_its_answer_comes_back_before_the_ack(
    handler: Handler, message: str, content_type: str, body: bytes, answer: str
) -> None:
    handler.reply("echo", Reply(200, body, content_type))
    async with emulator_for(handler.settings()) as target:
        client = await target.connect(subprotocols=[PROTOBUF])
        assert (await client.frame()).opcode == BINARY  # connected
        client.send(bytes.fromhex(message))
        assert await client.frame() == Frame(BINARY, bytes.fromhex(answer))
        assert await client.frame() == Frame(BINARY, ACK_3)
    call = await handler.event("echo")
    assert (call.headers["Content-Type"], call.body) == (content_type, body)
    assert call.headers["ce-subprotocol"] == PROTOBUF


async def test_json_clients_get_an_any_in_base64(handler: Handler) -> None:
    handler.reply("e", Reply(200, b"\n\1t", "application/x-protobuf"))
    async with emulator_for(handler.settings()) as target:
        client = await target.client()
        client.send({"type": "event", "event": "e", "data": 1, "ackId": 1})
        await client.expect(type="message", dataType="protobuf", data="CgF0")
        await client.expect_ack(1)
