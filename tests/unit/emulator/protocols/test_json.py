"""The codec of json.webpubsub.azure.v1: what it takes, what it refuses, and the bytes it writes."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import AckError, Closes, ConnectionClosedError
from emulator.messages import (
    CancelInvocation,
    Event,
    JoinGroup,
    LeaveGroup,
    Message,
    Ping,
    Request,
    SendToGroup,
    SequenceAck,
    StreamEnd,
    StreamError,
    StreamInfo,
    StreamPart,
    StreamStart,
)
from emulator.numbering import Unnumbered
from emulator.payload import DataType, Payload
from emulator.protocols.json import JSON, RELIABLE_JSON


def decode(text: str | bytes) -> Request:
    return JSON.decode(text if isinstance(text, bytes) else text.encode(), is_text=True)


def sent(**properties: Any) -> SendToGroup:
    request = decode(json.dumps({"type": "sendToGroup", "group": "g", **properties}))
    assert isinstance(request, SendToGroup)
    return request


def refuse(text: str | bytes) -> tuple[int, str]:
    with pytest.raises(ConnectionClosedError) as caught:
        decode(text)
    return caught.value.close


def payload_of(frame: bytes) -> bytes:
    return frame[2:] if frame[1] < 126 else frame[4:]


def test_every_kind_of_request_is_read() -> None:
    assert decode('{"type":"joinGroup","group":"g","ackId":1}') == JoinGroup("g", 1)
    assert decode('{"type":"leaveGroup","group":"g"}') == LeaveGroup("g")
    assert decode('{"type":"ping"}') == Ping()
    assert decode('{"type":"sequenceAck","sequenceId":17}') == SequenceAck(17)
    event = decode('{"type":"event","event":"audit","ackId":3,"dataType":"text","data":"x"}')
    assert isinstance(event, Event)
    assert (event.name, event.ack_id, event.payload.content) == ("audit", 3, b"x")


def test_a_publication_without_data_type_is_json() -> None:
    request = sent(data={"level": "info"})
    assert request.payload.data_type is DataType.JSON
    assert (request.ack_id, request.no_echo, request.metadata) == (None, False, None)


@pytest.mark.parametrize("data", ["1e400", '{"n":12345678901234567890123}', "[ 1,  2 ]", '"\\u0041"', "false", "0.10"])
def test_json_data_keeps_its_text(data: str) -> None:
    request = decode(f'{{"type":"sendToGroup","group":"g","data": {data} ,"ackId":1}}')
    assert isinstance(request, SendToGroup)
    assert request.payload.json == data.encode()


@pytest.mark.parametrize("spelled", ["JoinGroup", "JOINGROUP", "joingroup"])
def test_type_is_matched_in_any_case(spelled: str) -> None:
    assert decode(f'{{"type":"{spelled}","group":"g"}}') == JoinGroup("g")


def test_data_type_is_matched_in_any_case() -> None:
    assert sent(dataType="TeXt", data="x").payload.data_type is DataType.TEXT


def test_names_of_properties_are_case_sensitive() -> None:
    assert refuse('{"type":"joinGroup","Group":"g"}') == Closes.INVALID_JSON_MESSAGE
    assert decode('{"type":"joinGroup","group":"g","AckId":"x"}') == JoinGroup("g")


def test_unknown_properties_are_ignored_also_those_of_other_requests() -> None:
    assert decode('{"x":{"y":[1]},"type":"joinGroup","group":"g","noEcho":3,"data":null}') == JoinGroup("g")


@pytest.mark.parametrize("ack_id", [0, 1, 2**53 + 1, 18446744073709551615])
def test_an_ack_id_is_any_unsigned_64_bit_integer_and_exact(ack_id: int) -> None:
    assert decode(f'{{"type":"joinGroup","group":"g","ackId":{ack_id}}}') == JoinGroup("g", ack_id)


@pytest.mark.parametrize("ack_id", ['"1"', "-1", "1.5", "1.0", "1e2", "true", "18446744073709551616", "[]", "{}"])
def test_anything_else_as_ack_id_is_refused(ack_id: str) -> None:
    assert refuse(f'{{"type":"joinGroup","group":"g","ackId":{ack_id}}}') == Closes.INVALID_JSON_MESSAGE


def test_a_null_ack_id_counts_as_absent() -> None:
    assert decode('{"type":"joinGroup","group":"g","ackId":null}') == JoinGroup("g")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "",
        "[1]",
        "null",
        "{}",
        '{"type":1}',
        '{"type":null}',
        '{"type":"unknown"}',
        '{"type":"ping"} x',
        '{"type":"ping"',
        '{"type":"joinGroup"}',
        '{"type":"joinGroup","group":null}',
        '{"type":"joinGroup","group":1}',
        '{"type":"joinGroup","group":""}',
        '{"type":"joinGroup","group":"  "}',
        json.dumps({"type": "leaveGroup", "group": "g" * 1025}),
        '{"type":"event","event":"1bad","data":1}',
        '{"type":"event","data":1}',
        '{"type":"sequenceAck"}',
        '{"type":"sequenceAck","sequenceId":-1}',
        '{"type":"joinGroup","group":"g","x":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_what_is_no_request_is_refused_with_1007(text: str) -> None:
    assert refuse(text) == Closes.INVALID_JSON_MESSAGE


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"data": None},
        {"data": 1, "dataType": "text"},
        {"data": "!", "dataType": "binary"},
        {"data": "x", "dataType": "xml"},
        {"data": "x", "dataType": 1},
        {"data": "x", "dataType": "protobuf"},
        {"data": 1, "noEcho": "true"},
        {"data": 1, "ttlSeconds": 301},
        {"data": 1, "ttlSeconds": -1},
        {"data": 1, "ttlSeconds": 1.5},
        {"data": 1, "ttlSeconds": True},
        {"data": 1, "metadata": {"a b": "1"}},
        {"data": 1, "metadata": {"a": 1}},
        {"data": 1, "metadata": [["a", "1"]]},
        {"data": 1, "metadata": "a"},
        {"metadata": None},
    ],
)
def test_a_publication_against_the_rules_is_refused_with_1007(properties: dict[str, Any]) -> None:
    text = json.dumps({"type": "sendToGroup", "group": "g", **properties})
    assert refuse(text) == Closes.INVALID_JSON_MESSAGE


def test_a_metadata_key_that_comes_twice_is_refused() -> None:
    text = '{"type":"sendToGroup","group":"g","data":1,"metadata":{"a":"1","a":"2"}}'
    assert refuse(text) == Closes.INVALID_JSON_MESSAGE


def test_bytes_that_are_not_utf_8_are_refused_even_inside_data() -> None:
    assert refuse(b'{"type":"sendToGroup","group":"g","data":"\xff"}') == Closes.INVALID_JSON_MESSAGE


def test_a_binary_frame_is_refused_with_1003() -> None:
    with pytest.raises(ConnectionClosedError) as caught:
        JSON.decode(b'{"type":"ping"}', is_text=False)
    assert caught.value.close == Closes.NOT_TEXT


@pytest.mark.parametrize("kind", ["setGroupState", "SUBSCRIBEGROUPSTATE", "unsubscribeGroupState"])
def test_messages_of_preview_features_that_are_not_built_are_refused_by_name(kind: str) -> None:
    code, reason, _ = refuse(json.dumps({"type": kind}))
    assert code == 1007
    assert kind.lower() in reason.lower()


def test_a_publication_says_how_long_its_message_lives() -> None:
    assert (sent(data=1).ttl_s, sent(data=1, ttlSeconds=300).ttl_s) == (0, 300)


def test_a_stream_starts_with_a_publication_without_data() -> None:
    start = '{"type":"sendToGroup","group":"g","noEcho":true,"stream":{"streamId":"s","idleTimeoutMs":1500}}'
    assert decode(start) == StreamStart("s", "g", 1.5, no_echo=True)
    assert decode('{"type":"sendToGroup","group":"g","stream":{"streamId":"s"}}') == StreamStart("s", "g", 300)
    assert isinstance(sent(data=1, stream=None), SendToGroup)


def test_a_stream_may_be_silent_for_no_longer_than_numbers_reach() -> None:
    start = '{"type":"sendToGroup","group":"g","stream":{"streamId":"s","idleTimeoutMs":%d}}'
    assert isinstance(decode(start % (2**64 - 1)), StreamStart)
    assert refuse(start % (2**64)) == Closes.INVALID_JSON_MESSAGE
    assert refuse(start % (10**400)) == Closes.INVALID_JSON_MESSAGE  # no float is as large


def test_a_part_of_a_stream_has_a_number_and_data_or_neither() -> None:
    part = decode('{"type":"streamData","streamId":"s","streamSequenceId":1,"dataType":"text","data":"x"}')
    assert isinstance(part, StreamPart)
    assert part.content is not None
    assert (part.content[0], part.content[1].content) == (1, b"x")
    assert decode('{"type":"streamData","streamId":"s"}') == StreamPart("s")


def test_a_stream_ends_with_or_without_an_error_of_its_publisher() -> None:
    assert decode('{"type":"STREAMEND","streamId":"s"}') == StreamEnd("s")
    end = decode('{"type":"streamEnd","streamId":"s","error":{"message":"m","userErrorCode":"c"}}')
    assert end == StreamEnd("s", StreamError("UserError", "m", "c"))


def test_an_invocation_is_an_event_that_waits_for_a_result() -> None:
    event = decode('{"type":"invoke","invocationId":"i","target":"event","event":"e","dataType":"text","data":"x"}')
    assert isinstance(event, Event)
    assert (event.name, event.invocation_id, event.ack_id, event.payload.content) == ("e", "i", None, b"x")
    empty = decode('{"type":"invoke","invocationId":"i","target":"event","event":"e"}')
    assert isinstance(empty, Event)
    assert empty.payload.content == b""
    assert decode('{"type":"cancelInvocation","invocationId":"i"}') == CancelInvocation("i")


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"sendToGroup","group":"g","stream":{}}',
        '{"type":"sendToGroup","group":"g","stream":{"streamId":1}}',
        '{"type":"sendToGroup","group":"g","stream":{"streamId":"s"},"data":1}',
        '{"type":"streamData","streamId":"s","streamSequenceId":1}',
        '{"type":"streamData","streamId":"s","streamSequenceId":1,"data":1}',
        '{"type":"streamData","streamId":"s","streamSequenceId":-1,"dataType":"json","data":1}',
        '{"type":"streamData","streamId":"s","streamSequenceId":1,"dataType":"json","data":null}',
        '{"type":"streamEnd","streamId":"s","error":{"name":"n","message":"m"}}',
        '{"type":"streamEnd"}',
        '{"type":"invoke","invocationId":"","target":"event","event":"e"}',
        '{"type":"invoke","invocationId":"i","target":"group","event":"e"}',
        '{"type":"invoke","invocationId":"i","target":"event","event":"1e"}',
        '{"type":"cancelInvocation"}',
    ],
)
def test_a_malformed_stream_or_invocation_is_refused(text: str) -> None:
    assert refuse(text) == Closes.INVALID_JSON_MESSAGE


def test_a_reliable_message_gets_its_sequence_id_behind_its_metadata() -> None:
    message = Message(Payload.of(DataType.TEXT, b"x"), "g", "u", {"k": "v"}, ttl_s=7)
    unnumbered = RELIABLE_JSON.message(message)
    assert isinstance(unnumbered, Unnumbered)
    assert unnumbered.ttl_s == 7
    assert payload_of(unnumbered.frame(2**64 - 1)) == (
        b'{"type":"message","from":"group","group":"g","fromUserId":"u","dataType":"text","data":"x",'
        b'"metadata":{"k":"v"},"sequenceId":18446744073709551615}'
    )


def test_a_message_of_a_stream_says_so_behind_everything_else() -> None:
    stream = StreamInfo("s", 3, True, StreamError("UserError", "m", "c"))
    message = Message(Payload.of(DataType.TEXT, b""), "g", stream=stream)
    end = b'"stream":{"streamId":"s","streamSequenceId":3,"endOfStream":true,"error":' + (
        b'{"name":"UserError","message":"m","userErrorCode":"c"}}}'
    )
    plain, reliable = JSON.message(message), RELIABLE_JSON.message(message)
    assert isinstance(plain, bytes)
    assert isinstance(reliable, Unnumbered)
    assert plain.endswith(b'"data":"",' + end)
    assert reliable.frame(9).endswith(b'"data":"","sequenceId":9,' + end)


def test_a_reliable_connection_is_told_its_reconnection_token() -> None:
    assert payload_of(RELIABLE_JSON.connected("u", "c1", "t")) == (
        b'{"type":"system","event":"connected","userId":"u","connectionId":"c1","reconnectionToken":"t"}'
    )


def test_answers_about_streams_and_invocations_have_the_published_fields_in_order() -> None:
    error = AckError("N", "m")
    assert [
        payload_of(frame).decode()
        for frame in (
            JSON.stream_ack("s", 1),
            JSON.stream_nack("s", 3, error),
            JSON.stream_closed("s", None),
            JSON.stream_closed("s", error),
            JSON.invoke_response("i", Payload.of(DataType.TEXT, b"x"), None),
            JSON.invoke_response("i", None, None),
            JSON.invoke_response("i", None, error),
        )
    ] == [
        '{"type":"streamAck","streamId":"s","expectedSequenceId":1}',
        '{"type":"streamNack","streamId":"s","expectedSequenceId":3,"name":"N","message":"m"}',
        '{"type":"streamClosed","streamId":"s"}',
        '{"type":"streamClosed","streamId":"s","error":{"name":"N","message":"m"}}',
        '{"type":"invokeResponse","invocationId":"i","success":true,"dataType":"text","data":"x"}',
        '{"type":"invokeResponse","invocationId":"i","success":true}',
        '{"type":"invokeResponse","invocationId":"i","success":false,"error":{"name":"N","message":"m"}}',
    ]


def test_optional_properties_that_are_null_count_as_absent() -> None:
    request = sent(data=1, dataType=None, noEcho=None, ttlSeconds=None, metadata=None, stream=None)
    assert (request.payload.json, request.no_echo, request.metadata) == (b"1", False, None)


def test_metadata_may_stand_for_the_data() -> None:
    request = sent(metadata={"Trace": "1"})
    assert (request.payload.data_type, request.payload.content) == (DataType.TEXT, b"")
    assert request.metadata == {"Trace": "1"}


def test_a_message_from_a_group_has_the_fields_in_the_services_order() -> None:
    message = Message(Payload.spliced(DataType.JSON, b'{"n" : 1}'), "stream", "alice", {"k": "v"})
    assert payload_of(JSON.message(message)) == (
        b'{"type":"message","from":"group","group":"stream","fromUserId":"alice","dataType":"json","data":{"n" : 1},'
        b'"metadata":{"k":"v"}}'
    )


def test_an_anonymous_sender_is_null() -> None:
    message = Message(Payload.of(DataType.TEXT, b"x"), "g")
    assert json.loads(payload_of(JSON.message(message)))["fromUserId"] is None


def test_a_message_from_the_server_is_byte_for_byte_what_the_sdks_tests_expect() -> None:
    message = Message(Payload.of(DataType.TEXT, b"Hello"))
    assert payload_of(JSON.message(message)) == b'{"type":"message","from":"server","dataType":"text","data":"Hello"}'


def test_system_frames() -> None:
    assert payload_of(JSON.connected(None, "c1")) == (
        b'{"type":"system","event":"connected","userId":null,"connectionId":"c1"}'
    )
    assert payload_of(JSON.pong()) == b'{"type":"pong"}'
    assert payload_of(JSON.ack(2**64 - 1)) == b'{"type":"ack","ackId":18446744073709551615,"success":true}'
    assert payload_of(JSON.ack(7, AckError("Forbidden", 'no "x"'))) == (
        b'{"type":"ack","ackId":7,"success":false,"error":{"name":"Forbidden","message":"no \\"x\\""}}'
    )


JSON_VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.text(min_size=1).filter(lambda name: not name.isspace()), st.none() | st.text())
def test_what_is_published_is_what_is_received(data: Any, group: str, user_id: str | None) -> None:
    text = json.dumps({"type": "sendToGroup", "group": group, "data": data}, indent=1)
    request = decode(text)
    assert isinstance(request, SendToGroup)
    frame = payload_of(JSON.message(Message(request.payload, request.group, user_id)))
    received = json.loads(frame)
    assert (received["data"], received["group"], received["fromUserId"]) == (data, group, user_id)


@given(st.binary() | st.text().map(str.encode) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_a_client_sends_raises_anything_but_a_close(data: bytes) -> None:
    with suppress(ConnectionClosedError):
        JSON.decode(data, is_text=True)


SCHEMA = jsonschema.Draft7Validator(
    json.loads((Path(__file__).parents[3] / "wire" / "azure" / "webpubsub.v1.response.json").read_text("utf-8"))
)
PAYLOADS = [
    Payload.of(DataType.TEXT, b"x"),
    Payload.of(DataType.TEXT, b""),
    Payload.of(DataType.JSON, b'{"a":[1]}'),
    Payload.of(DataType.BINARY, b"\0\xff"),
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("group", ["g", None])
def test_messages_are_valid_by_the_published_schema_also_numbered_ones(payload: Payload, group: str | None) -> None:
    stream = StreamInfo("s", 1) if group else None
    message = Message(payload, group, "u" if group else None, {"k": "v"}, stream=stream)
    plain, unnumbered = JSON.message(message), RELIABLE_JSON.message(message)
    assert isinstance(plain, bytes)
    assert isinstance(unnumbered, Unnumbered)
    for frame in (plain, unnumbered.frame(1), unnumbered.frame(10**6)):
        SCHEMA.validate(json.loads(payload_of(frame)))


def test_acks_and_system_messages_are_valid_by_the_published_schema() -> None:
    for frame in (
        JSON.ack(1, AckError("Forbidden", "m")),  # of success it allows no other property, and so no real one
        JSON.connected("u", "c1"),
        RELIABLE_JSON.connected("u", "c1", "token"),
        JSON.disconnected("m"),
    ):
        SCHEMA.validate(json.loads(payload_of(frame)))


@given(st.integers(1, 2**64 - 1), st.text(max_size=300))
def test_a_numbered_frame_is_whole_for_any_id_and_the_same_each_time(sequence_id: int, text: str) -> None:
    unnumbered = RELIABLE_JSON.message(Message(Payload.of(DataType.TEXT, text.encode(errors="replace")), "g"))
    assert isinstance(unnumbered, Unnumbered)
    unnumbered.frame(1)
    frame = unnumbered.frame(sequence_id)
    length = frame[1] if frame[1] < 126 else int.from_bytes(frame[2:4], "big")
    assert len(payload_of(frame)) == length
    assert json.loads(payload_of(frame))["sequenceId"] == sequence_id
    assert unnumbered.frame(sequence_id) == frame
