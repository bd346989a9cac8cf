"""The protobuf subprotocols, byte by byte; the bytes are the wire contract's own examples."""

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import BINARY, Frame, RawClient
from tests.conformance.target import ALL_ROLES, Target, in_process

PROTOBUF = "protobuf.webpubsub.azure.v1"
RELIABLE_PROTOBUF = "protobuf.reliable.webpubsub.azure.v1"

JOIN_ROOM_ACK_0 = "32080A04726F6F6D1000"
ACK_0 = "0A021001"  # in proto3 a field without presence is left out when it is 0
SEND_HI_ACK_1 = "0A0E0A04726F6F6D10011A040A026869"
ACK_1 = "0A0408011001"
HI_FROM_ROOM = "12130A0567726F75701204726F6F6D1A040A026869"
PING, PONG = "4A00", "2200"


async def connect(
    target: Target, *groups: str, subprotocol: str = PROTOBUF, role: tuple[str, ...] = ALL_ROLES
) -> RawClient:
    """A client past its connected frame."""
    token = target.token(role=list(role), groups=list(groups) or None)
    client = await target.connect(token=token, subprotocols=[subprotocol])
    greeting = await client.frame()
    assert (greeting.opcode, greeting.payload[:1]) == (BINARY, b"\x1a")
    return client


async def exchange(client: RawClient, sent: str, answer: str) -> None:
    client.send(bytes.fromhex(sent))
    await expect(client, answer)


async def expect(client: RawClient, hexadecimal: str) -> None:
    """The next frame, byte for byte."""
    assert await client.frame() == Frame(BINARY, bytes.fromhex(hexadecimal))


def text(value: str) -> str:
    """A string field's length and content, in hex."""
    data = value.encode()
    return bytes([len(data)]).hex() + data.hex()


@case("C027")
@pytest.mark.parametrize("name", [PROTOBUF, RELIABLE_PROTOBUF, PROTOBUF.upper()])
async def test_the_first_frame_is_a_binary_connected_message(target: Target, name: str) -> None:
    client = await target.connect(token=target.token(sub="alice"), subprotocols=[name])
    greeting = await client.frame()
    assert client.subprotocol == name
    assert greeting.opcode == BINARY
    assert greeting.payload[:1] == b"\x1a"
    assert bytes.fromhex("12" + text("alice")) in greeting.payload


@case("C148")
async def test_join_with_ack_id_0_is_acknowledged_with_0(target: Target) -> None:
    client = await connect(target)
    await exchange(client, JOIN_ROOM_ACK_0, ACK_0)
    assert (await target.send_to_group("hi", "room")).status == 202
    await expect(client, HI_FROM_ROOM)


@case("C149")
async def test_send_is_acknowledged(target: Target) -> None:
    await exchange(await connect(target), SEND_HI_ACK_1, ACK_1)


@case("C150")
async def test_ping_is_answered(target: Target) -> None:
    await exchange(await connect(target), PING, PONG)


@case("C151")
async def test_text_of_a_json_client_arrives(target: Target) -> None:
    client, publisher = await connect(target, "room"), await target.client()
    publisher.send({"type": "sendToGroup", "group": "room", "dataType": "text", "data": "hi"})
    await expect(client, HI_FROM_ROOM)


@case("C152")
async def test_messages_of_the_reliable_one_are_numbered(target: Target) -> None:
    client, publisher = await connect(target, "room", subprotocol=RELIABLE_PROTOBUF), await target.client()
    publisher.send({"type": "sendToGroup", "group": "room", "dataType": "text", "data": "hi"})
    await expect(client, "12150A0567726F75701204726F6F6D1A040A0268692001")


@case("C153")
async def test_json_arrives_as_its_text_in_json_data(target: Target) -> None:
    client, publisher = await connect(target, "room"), await target.client()
    publisher.send({"type": "sendToGroup", "group": "room", "data": {"a": 1}})
    await expect(client, "12180A0567726F75701204726F6F6D1A0922" + text('{"a":1}'))


@case("C153")
@pytest.mark.parametrize("subprotocol", [PROTOBUF, RELIABLE_PROTOBUF])
async def test_json_arrives_as_text_data_where_that_is_asked_for(subprotocol: str) -> None:
    async with in_process(protobuf_json_as_text=True) as target:
        client, publisher = await connect(target, "room", subprotocol=subprotocol), await target.client()
        publisher.send({"type": "sendToGroup", "group": "room", "data": {"a": 1}})
        assert bytes.fromhex("1A090A" + text('{"a":1}')) in (await client.frame()).payload


async def test_a_text_message_is_refused_also_where_json_may_come_in_binary_ones() -> None:
    async with in_process(json_in_binary_frames=True) as target:
        client = await connect(target)
        client.send('{"type":"ping"}')
        assert (await client.closed())[0] == 1003


@case("C154", "C155")
async def test_an_any_reaches_json_clients_in_base64_and_simple_ones_as_bytes(target: Target) -> None:
    json_client, simple = await target.member("room"), await target.simple("room")
    publisher = await connect(target)
    publisher.send(bytes.fromhex("0A0D0A04726F6F6D1A051A030A0174"))
    await json_client.expect(type="message", dataType="protobuf", data="CgF0")
    assert await simple.frame() == Frame(BINARY, b"\n\1t")


@case("C156")
@pytest.mark.parametrize("data", [b"", b"\xff\xff\xff", b"\x0a\x7f", b"\x0a\x00"])
async def test_what_is_no_message_closes_with_1007(target: Target, data: bytes) -> None:
    client = await connect(target)
    client.send(data)
    assert (await client.closed())[0] == 1007


@case("C157")
async def test_a_text_frame_closes_with_1003(target: Target) -> None:
    client = await connect(target)
    client.send('{"type":"ping"}')
    assert (await client.closed())[0] == 1003


@case("C158")
async def test_a_refusal_names_the_error_in_field_3(target: Target) -> None:
    client = await connect(target, role=())
    client.send(bytes.fromhex(JOIN_ROOM_ACK_0))
    answer = (await client.frame()).payload
    assert answer[:1] == b"\x0a"
    assert bytes.fromhex("0A" + text("Forbidden")) in answer
    await exchange(client, PING, PONG)


@case("C160")
async def test_a_close_over_rest_is_told_in_field_2_then_1000(target: Target) -> None:
    client = await connect(target, "room")
    assert (await target.operate("POST", "groups/room/:closeConnections", query="&reason=bye")).status == 204
    said = "Application server closed the connection. Reason: bye"
    body = "12" + text(said)
    inner = "12" + bytes([len(body) // 2]).hex() + body
    await expect(client, "1A" + bytes([len(inner) // 2]).hex() + inner)
    assert await client.closed() == (1000, "")


@case("C100")
async def test_each_kind_of_client_gets_one_message_in_its_own_form(target: Target) -> None:
    protobuf, plain, simple = await connect(target, "room"), await target.member("room"), await target.simple("room")
    reliable = await target.reliable("room")
    assert (await target.send_to_group("hi", "room")).status == 202
    await expect(protobuf, HI_FROM_ROOM)
    assert "sequenceId" not in await plain.expect(type="message", dataType="text", data="hi")
    await reliable.expect(type="message", dataType="text", data="hi", sequenceId=1)
    assert await simple.text() == "hi"
