"""What clients of the protobuf subprotocols get, to the byte, and how the codec refuses what they send."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import AckError, Close, Closes, ConnectionClosedError
from emulator.messages import JoinGroup, Message, SendToGroup, StreamError, StreamInfo
from emulator.numbering import Unnumbered
from emulator.payload import DataType, Payload
from emulator.protocols import frames
from emulator.protocols.json import JSON
from emulator.protocols.protobuf import PROTOBUF, RELIABLE_PROTOBUF
from emulator.protocols.raw import RAW
from tests.unit.emulator.protocols.published_schema import DownstreamMessage, UpstreamMessage

TEXT_HI = Payload.of(DataType.TEXT, b"hi")
REFUSED = AckError("Forbidden", "no")


def refuse(data: str, is_text: bool = False) -> tuple[int, str]:
    with pytest.raises(ConnectionClosedError) as caught:
        PROTOBUF.decode(bytes.fromhex(data), is_text)
    return tuple(caught.value.close[:2])


def plain(message: Message) -> bytes:
    frame = PROTOBUF.message(message)
    assert isinstance(frame, bytes)
    return frame


def numbered(message: Message, sequence_id: int) -> bytes:
    unnumbered = RELIABLE_PROTOBUF.message(message)
    assert isinstance(unnumbered, Unnumbered)
    assert unnumbered.ttl_s == message.ttl_s
    return unnumbered.frame(sequence_id)


def payload_of(frame: bytes) -> bytes:
    assert frame[0] == 0x82, "a binary message"
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


def read(frame: bytes) -> Any:
    return DownstreamMessage.FromString(payload_of(frame))


def published_any() -> Payload:
    """As a client of the protobuf subprotocol publishes it."""
    data = {"protobuf_data": {"type_url": "t/x", "value": b"\x01"}}
    message = UpstreamMessage(send_to_group_message={"group": "g", "data": data})
    request = PROTOBUF.decode(message.SerializeToString(), is_text=False)
    assert isinstance(request, SendToGroup)
    return request.payload


@pytest.mark.parametrize(
    ("frame", "data"),
    [
        (PROTOBUF.pong(), "2200"),
        (PROTOBUF.ack(1), "0A0408011001"),
        (PROTOBUF.ack(0), "0A021001"),
        (PROTOBUF.ack(4, AckError("Duplicate", "dup")), "0A1408041A100A094475706C69636174651203647570"),
        (plain(Message(TEXT_HI, "room", "alice")), "12130A0567726F75701204726F6F6D1A040A026869"),
        (numbered(Message(TEXT_HI, "room"), 1), "12150A0567726F75701204726F6F6D1A040A0268692001"),
        (plain(Message(TEXT_HI)), "120E0A067365727665721A040A026869"),
        (PROTOBUF.connected("alice", "c1"), "1A0D0A0B0A0263311205616C696365"),
        (PROTOBUF.connected(None, "c1"), "1A060A040A026331"),
        (PROTOBUF.disconnected("bye"), "1A0712051203627965"),
    ],
)
def test_c149_to_c152_frames_are_written_in_their_bytes(frame: bytes, data: str) -> None:
    assert payload_of(frame).hex().upper() == data


def test_c153_json_reaches_protobuf_receivers_as_json_data_with_its_text() -> None:
    text = b'{"n": 12345678901234567890123, "n": 1.10}'
    received = read(plain(Message(Payload.spliced(DataType.JSON, text), "g"))).data_message
    assert received.data.json_data.encode() == text


def test_text_and_binary_of_json_clients_reach_protobuf_receivers_decoded() -> None:
    text = read(plain(Message(Payload.spliced(DataType.TEXT, rb'"caf\u00e9"'), "g"))).data_message
    binary = read(plain(Message(Payload.spliced(DataType.BINARY, b'"AQI="'), "g"))).data_message
    assert (text.data.text_data, binary.data.binary_data) == ("café", b"\x01\x02")


def test_c154_an_any_reaches_json_receivers_in_base64() -> None:
    frame = JSON.message(Message(published_any(), "g"))
    assert isinstance(frame, bytes)
    assert json.loads(frame[2:])["dataType"] == "protobuf"
    assert json.loads(frame[2:])["data"] == "CgN0L3gSAQE="


def test_c155_an_any_reaches_raw_receivers_as_a_binary_message() -> None:
    assert RAW.message(Message(published_any())) == b"\x82\x08\x0a\x03t/x\x12\x01\x01"


def test_an_any_reaches_protobuf_receivers_as_it_was() -> None:
    received = read(plain(Message(published_any(), "g"))).data_message.data.protobuf_data
    assert (received.type_url, received.value) == ("t/x", b"\x01")


def test_clients_of_the_json_subprotocol_cannot_send_an_any() -> None:
    with pytest.raises(ConnectionClosedError) as caught:
        JSON.decode(b'{"type":"sendToGroup","group":"g","dataType":"protobuf","data":"CgN0L3g="}', is_text=True)
    assert caught.value.close == Closes.INVALID_JSON_MESSAGE


@pytest.mark.parametrize("data", ["", "FF", "3200", "32", "0A060A04726F6F6D", "9A0600", "7801"])
def test_c156_what_is_no_request_ends_the_connection(data: str) -> None:
    reason = "The client message is not a valid protobuf.webpubsub.azure.v1 protocol message."
    assert refuse(data) == (1007, reason) == Closes.INVALID_PROTOBUF_MESSAGE[:2]


def test_c157_a_text_message_ends_the_connection() -> None:
    reason = "The protobuf.webpubsub.azure.v1 subprotocol requires binary messages."
    assert refuse("4A00", is_text=True) == (1003, reason) == Closes.NOT_BINARY[:2]


def test_reasons_fit_a_close_frame() -> None:
    closes = [close for close in vars(Closes).values() if isinstance(close, Close)]
    assert all(len(close.reason) <= frames.MAX_CLOSE_REASON_BYTES for close in closes)


def test_c158_a_refusal_names_its_error() -> None:
    ack = read(PROTOBUF.ack(7, REFUSED)).ack_message
    assert (ack.ack_id, ack.success, ack.error.name, ack.error.message) == (7, False, "Forbidden", "no")


@pytest.mark.parametrize("ack_id", [0, 1, 2**53 + 1, 2**64 - 1])
def test_an_ack_carries_any_id_exactly(ack_id: int) -> None:
    assert read(PROTOBUF.ack(ack_id)).ack_message.ack_id == ack_id


def test_only_a_reliable_connection_gets_a_token() -> None:
    assert not read(PROTOBUF.connected("u", "c")).system_message.connected_message.HasField("reconnection_token")
    connected = read(RELIABLE_PROTOBUF.connected(None, "c1", "secret")).system_message.connected_message
    assert (connected.user_id, connected.reconnection_token) == ("", "secret")


def test_the_two_subprotocols_read_the_same_and_are_told_apart() -> None:
    assert (PROTOBUF.subprotocol, PROTOBUF.is_reliable) == ("protobuf.webpubsub.azure.v1", False)
    assert (RELIABLE_PROTOBUF.subprotocol, RELIABLE_PROTOBUF.is_reliable) == (
        "protobuf.reliable.webpubsub.azure.v1",
        True,
    )
    assert RELIABLE_PROTOBUF.decode(bytes.fromhex("32060A04726F6F6D"), is_text=False) == JoinGroup("room")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 16383, 16384, 65535, 65536, 1024 * 1024])
def test_messages_of_any_size_are_framed(size: int) -> None:
    message = Message(Payload.of(DataType.BINARY, b"x" * size), "g")
    assert read(plain(message)).data_message.data.binary_data == b"x" * size


@pytest.mark.parametrize("error", [None, StreamError("UserError", "it broke", "E1"), StreamError("IdleTimeout", "")])
def test_a_part_of_a_stream_says_so(error: StreamError | None) -> None:
    stream = StreamInfo("s", 3, error is not None, error)
    received = read(numbered(Message(TEXT_HI, "g", metadata={"k": ""}, stream=stream, ttl_s=5), 9)).data_message
    assert (received.sequence_id, dict(received.metadata)) == (9, {"k": ""})
    assert (received.stream.stream_id, received.stream.stream_sequence_id) == ("s", 3)
    assert (received.stream.end_of_stream, received.stream.HasField("error")) == (error is not None, error is not None)
    if error is not None:
        found = received.stream.error
        assert (found.name, found.message, found.user_error_code or None) == (
            error.name,
            error.message,
            error.user_error_code,
        )


def test_the_publisher_of_a_stream_learns_what_became_of_it() -> None:
    assert read(PROTOBUF.stream_ack("s", 4)) == DownstreamMessage(
        stream_ack_message={"stream_id": "s", "expected_sequence_id": 4}
    )
    assert read(PROTOBUF.stream_nack("s", 4, REFUSED)) == DownstreamMessage(
        stream_nack_message={"stream_id": "s", "name": "Forbidden", "message": "no", "expected_sequence_id": 4}
    )
    assert read(PROTOBUF.stream_closed("s", None)) == DownstreamMessage(stream_closed_message={"stream_id": "s"})
    assert read(PROTOBUF.stream_closed("s", REFUSED)) == DownstreamMessage(
        stream_closed_message={"stream_id": "s", "error": {"name": "Forbidden", "message": "no"}}
    )


def test_an_invocation_ends_with_its_result_or_an_error() -> None:
    assert read(PROTOBUF.invoke_response("i", TEXT_HI, None)) == DownstreamMessage(
        invoke_response_message={"invocation_id": "i", "success": True, "data": {"text_data": "hi"}}
    )
    assert read(PROTOBUF.invoke_response("i", None, REFUSED)) == DownstreamMessage(
        invoke_response_message={"invocation_id": "i", "error": {"name": "Forbidden", "message": "no"}}
    )
    assert not read(PROTOBUF.invoke_response("i", None, None)).invoke_response_message.HasField("data")


@given(
    group=st.none() | st.text(min_size=1),
    sequence_id=st.integers(1, 2**64 - 1),
    text=st.text(),
    metadata=st.dictionaries(st.text("abC-", min_size=1), st.text("xyz"), max_size=1),
)
def test_messages_are_written_as_googles_library_writes_them(
    group: str | None, sequence_id: int, text: str, metadata: dict[str, str]
) -> None:
    message = Message(Payload.of(DataType.TEXT, text.encode()), group, metadata=metadata)
    origin = {"from": "server"} if group is None else {"from": "group", "group": group}
    judge = DownstreamMessage(data_message=origin | {"data": {"text_data": text}, "metadata": metadata})
    assert payload_of(plain(message)) == judge.SerializeToString()
    judge.data_message.sequence_id = sequence_id
    assert payload_of(numbered(message, sequence_id)) == judge.SerializeToString()
