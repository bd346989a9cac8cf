"""What the protobuf subprotocols take from clients, and what they refuse."""

from typing import Any

import pytest

from emulator.errors import Closes, ConnectionClosedError
from emulator.messages import (
    CancelInvocation,
    Event,
    JoinGroup,
    LeaveGroup,
    Ping,
    Request,
    SendToGroup,
    SequenceAck,
    StreamEnd,
    StreamError,
    StreamPart,
    StreamStart,
)
from emulator.payload import DataType
from emulator.protocols.protobuf import PROTOBUF
from tests.unit.emulator.protocols.published_schema import UpstreamMessage

INVALID = Closes.INVALID_PROTOBUF_MESSAGE.reason


def decode(data: bytes | str) -> Request:
    return PROTOBUF.decode(bytes.fromhex(data) if isinstance(data, str) else data, is_text=False)


def request(**fields: Any) -> Any:
    return decode(UpstreamMessage(**fields).SerializeToString())


def sent(**fields: Any) -> SendToGroup:
    found = request(send_to_group_message={"group": "g", "data": {"text_data": "x"}} | fields)
    assert isinstance(found, SendToGroup)
    return found


def refuse(**fields: Any) -> str:
    with pytest.raises(ConnectionClosedError) as caught:
        request(**fields)
    assert caught.value.close.code == Closes.INVALID_JSON_MESSAGE.code == 1007
    return caught.value.close.reason


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("32080A04726F6F6D1000", JoinGroup("room", 0)),
        ("32060A04726F6F6D", JoinGroup("room")),
        ("3A080A04726F6F6D1002", LeaveGroup("room", 2)),
        ("42020805", SequenceAck(5)),
        ("4200", SequenceAck(0)),
        ("4A00", Ping()),
    ],
)
def test_c148_requests_are_read_from_their_bytes(data: str, found: Request) -> None:
    assert decode(data) == found


@pytest.mark.parametrize(
    ("data", "kind", "content", "ack_id", "no_echo"),
    [
        ("0A100A04726F6F6D10011A040A0268692001", DataType.TEXT, b"hi", 1, True),
        ("0A0C0A04726F6F6D1A0412020102", DataType.BINARY, b"\x01\x02", None, False),
        ("0A110A04726F6F6D1A0922077B2261223A317D", DataType.JSON, b'{"a":1}', None, False),
    ],
)
def test_publications_are_read_from_their_bytes(
    data: str, kind: DataType, content: bytes, ack_id: int | None, no_echo: bool
) -> None:
    found = decode(data)
    assert isinstance(found, SendToGroup)
    assert (found.group, found.payload.data_type, found.payload.content) == ("room", kind, content)
    assert (found.ack_id, found.no_echo, found.metadata, found.ttl_s) == (ack_id, no_echo, None, 0)


def test_an_event_is_read_from_its_bytes() -> None:
    found = decode("2A0E0A046563686F12040A0268691803")
    assert isinstance(found, Event)
    assert (found.name, found.ack_id, found.metadata, found.invocation_id) == ("echo", 3, None, None)
    assert (found.payload.data_type, found.payload.content) == (DataType.TEXT, b"hi")


@pytest.mark.parametrize("ack_id", [0, 1, 2**53 + 1, 2**64 - 1])
def test_an_ack_id_is_any_unsigned_64_bit_integer_and_exact(ack_id: int) -> None:
    assert sent(ack_id=ack_id).ack_id == ack_id


@pytest.mark.parametrize("group", ["", " ", "g" * 1025])
@pytest.mark.parametrize("kind", ["join_group_message", "leave_group_message", "send_to_group_message"])
def test_groups_must_have_a_valid_name(kind: str, group: str) -> None:
    assert refuse(**{kind: {"group": group}}) == INVALID


@pytest.mark.parametrize("name", ["", "1bad", "bad event", "e" * 129])
def test_events_must_have_a_valid_name(name: str) -> None:
    assert refuse(event_message={"event": name, "data": {"text_data": "x"}}) == INVALID


def test_a_time_to_live_is_at_most_300_seconds() -> None:
    assert sent(ttl_seconds=300).ttl_s == 300
    assert refuse(send_to_group_message={"group": "g", "data": {"text_data": "x"}, "ttl_seconds": 301})


@pytest.mark.parametrize("data", [{"text_data": ""}, {"binary_data": b""}, {"protobuf_data": {}}])
def test_empty_data_is_data(data: dict[str, Any]) -> None:
    assert sent(data=data).payload.content == b""


@pytest.mark.parametrize("text", ["", "null", " null\n", "{", "NaN", "1 2", "'a'", '"\\x"', "[" * 100_000])
def test_json_data_must_be_json_that_clients_can_receive(text: str) -> None:
    assert refuse(send_to_group_message={"group": "g", "data": {"json_data": text}}) == INVALID


def test_json_data_keeps_its_text() -> None:
    assert sent(data={"json_data": ' {"a" :1.10}\n'}).payload.json == b'{"a" :1.10}'


def test_an_any_is_kept_in_its_one_form() -> None:
    """Here the value comes before the type; receivers get it as every library would write it."""
    found = decode("0A0F 0A0167 1A0A 1A08 120102 0A03742F78".replace(" ", ""))
    assert isinstance(found, SendToGroup)
    assert found.payload.data_type is DataType.PROTOBUF
    assert found.payload.content == b"\x0a\x03t/x\x12\x01\x02"


def test_metadata_is_checked_and_keeps_the_case_of_its_keys() -> None:
    assert sent(metadata={"Trace": "1", "trace": ""}).metadata == {"Trace": "1", "trace": ""}
    for key, value in (("bad:key", "v"), ("", "v"), ("k", "é"), ("k" * 257, "v"), ("k", "v" * 1025)):
        assert refuse(event_message={"event": "e", "metadata": {key: value}}) == INVALID


def test_metadata_stands_for_missing_data_but_not_for_empty_data() -> None:
    found = request(event_message={"event": "e", "metadata": {"k": "v"}})
    assert (found.payload.data_type, found.payload.content) == (DataType.TEXT, b"")
    assert refuse(event_message={"event": "e", "metadata": {"k": "v"}, "data": {}})
    assert refuse(event_message={"event": "e"})


def test_an_invocation_is_an_event_that_waits_for_its_result() -> None:
    found = request(invoke_event_message={"event": "e", "invocation_id": "i", "data": {"text_data": "x"}})
    assert (found.name, found.invocation_id, found.ack_id, found.payload.content) == ("e", "i", None, b"x")
    assert request(invoke_event_message={"event": "e", "invocation_id": "i"}).payload.content == b""
    assert request(cancel_invocation_message={"invocation_id": "i"}) == CancelInvocation("i")


def test_an_invocation_needs_an_id_and_valid_data() -> None:
    assert refuse(invoke_event_message={"event": "e"})
    assert refuse(invoke_event_message={"event": "e", "invocation_id": "i", "data": {}})
    assert refuse(cancel_invocation_message={})


def test_a_stream_begins_without_data() -> None:
    start = {"group": "g", "stream": {"stream_id": "s", "idle_timeout_ms": 1500}, "ack_id": 0, "no_echo": True}
    assert request(send_to_group_message=start | {"ttl_seconds": 9, "metadata": {"k": "v"}}) == StreamStart(
        "s", "g", 1.5, 0, True, {"k": "v"}, 9
    )
    assert request(send_to_group_message={"group": "g", "stream": {"stream_id": "s"}}) == StreamStart("s", "g", 300)
    assert refuse(send_to_group_message=start | {"data": {"text_data": "x"}})


def test_a_stream_goes_on_with_numbered_parts_and_signs_of_life() -> None:
    found = request(stream_data_message={"stream_id": "s", "stream_sequence_id": 0, "data": {"text_data": "x"}})
    assert found.content is not None
    assert (found.stream_id, found.content[0], found.content[1].content) == ("s", 0, b"x")
    assert request(stream_data_message={"stream_id": "s"}) == StreamPart("s")
    assert refuse(stream_data_message={"stream_id": "s", "stream_sequence_id": 1})
    assert refuse(stream_data_message={"stream_id": "s", "data": {"text_data": "x"}})


def test_a_stream_ends_with_or_without_an_error() -> None:
    assert request(stream_end_message={"stream_id": "s"}) == StreamEnd("s")
    assert request(stream_end_message={"stream_id": "s", "error": {}}).error == StreamError("UserError", "")
    error = {"message": "it broke", "user_error_code": "E1"}
    assert request(stream_end_message={"stream_id": "s", "error": error}).error == StreamError(
        "UserError", "it broke", "E1"
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("set_group_state_message", "setGroupState messages"),
        ("subscribe_group_state_message", "subscribeGroupState messages"),
        ("unsubscribe_group_state_message", "unsubscribeGroupState messages"),
    ],
)
def test_group_state_is_refused_by_name(kind: str, name: str) -> None:
    assert refuse(**{kind: {"group": "g"}}) == f"The emulator does not support {name} yet."


@pytest.mark.parametrize("kind", ["event_message", "invoke_event_message"])
def test_streams_of_events_are_refused_by_name(kind: str) -> None:
    reason = "The emulator does not support streams of events yet."
    assert refuse(**{kind: {"event": "e", "stream": {"stream_id": "s"}}}) == reason
