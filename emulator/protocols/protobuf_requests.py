"""What clients of the protobuf subprotocols ask: one UpstreamMessage per message, checked like its JSON counterpart.

Decodes only; `protobuf` encodes what they get. The messages are those of `webpubsub.v1.proto` in
Azure/azure-webpubsub, and Learn, "Protobuf WebSocket subprotocol".
"""

from collections.abc import Mapping

import msgspec

from emulator import messages, metadata
from emulator.errors import unsupported_message
from emulator.messages import DEFAULT_IDLE_TIMEOUT_MS, USER_ERROR, Request, StreamError
from emulator.payload import DataType, Payload
from emulator.protocols import checks
from emulator.protocols.protobuf_wire import (
    BOOL,
    BYTES,
    STRING,
    STRING_MAP,
    UINT32,
    UINT64,
    Schema,
    Values,
    chunk_field,
    decode,
)

TEXT_DATA, BINARY_DATA, PROTOBUF_DATA, JSON_DATA = 1, 2, 3, 4
"""Where a MessageData has its content, by its kind."""

ANY = Schema({1: STRING, 2: BYTES})
"""google.protobuf.Any: the URL of a type, and a message of it."""

_DATA = Schema({TEXT_DATA: STRING, BINARY_DATA: BYTES, PROTOBUF_DATA: ANY, JSON_DATA: STRING}, is_oneof=True)
_STREAM = Schema({1: STRING, 2: UINT32})
_STREAM_ERROR = Schema({1: STRING, 2: STRING})
_GROUP_AND_ACK_ID = Schema({1: STRING, 2: UINT64})

_SEND_TO_GROUP, _EVENT, _JOIN_GROUP, _LEAVE_GROUP, _SEQUENCE_ACK, _PING = 1, 5, 6, 7, 8, 9
_INVOKE, _CANCEL_INVOCATION, _STREAM_DATA, _STREAM_END = 10, 11, 13, 14
_NOT_BUILT = {15: "setGroupState", 16: "subscribeGroupState", 17: "unsubscribeGroupState"}
"""Messages of preview features: refused by name, the one that they have in the JSON subprotocols too."""

_UPSTREAM = Schema(
    {
        _SEND_TO_GROUP: Schema({1: STRING, 2: UINT64, 3: _DATA, 4: BOOL, 5: UINT32, 6: STRING_MAP, 7: _STREAM}),
        _EVENT: Schema({1: STRING, 2: _DATA, 3: UINT64, 4: STRING_MAP, 5: _STREAM}),
        _JOIN_GROUP: _GROUP_AND_ACK_ID,
        _LEAVE_GROUP: _GROUP_AND_ACK_ID,
        _SEQUENCE_ACK: Schema({1: UINT64}),
        _PING: Schema({}),
        _INVOKE: Schema({1: STRING, 2: STRING, 3: _DATA, 4: STRING_MAP, 5: _STREAM}),
        _CANCEL_INVOCATION: Schema({1: STRING}),
        _STREAM_DATA: Schema({1: STRING, 2: UINT64, 3: _DATA}),
        _STREAM_END: Schema({1: STRING, 2: _STREAM_ERROR}),
        **dict.fromkeys(_NOT_BUILT, Schema({})),
    },
    is_oneof=True,
)


def parse(data: bytes) -> Request:
    """The request in a message.

    Raises:
        ValueError, msgspec.MsgspecError, RecursionError: it is none.
        ConnectionClosedError: it belongs to a feature that is not built.
    """
    upstream = decode(data, _UPSTREAM)
    if not upstream:
        raise ValueError("no message of the protocol")
    ((number, values),) = upstream.items()
    if number in _NOT_BUILT:
        raise unsupported_message(f"{_NOT_BUILT[number]} messages")
    return _REQUESTS[number](values)


def _send_to_group(values: Values) -> Request:
    ttl_s = checks.ttl_s(values.get(5, 0))
    group, ack_id, no_echo, tags = _group(values), values.get(2), values.get(4, False), _metadata(values.get(6))
    stream = values.get(7)
    if stream is None:
        return messages.SendToGroup(group, _payload(values.get(3), tags), ack_id, no_echo, tags, ttl_s)
    if 3 in values:
        raise ValueError("a message that starts a stream has no data")
    idle_timeout_s = stream.get(2, DEFAULT_IDLE_TIMEOUT_MS) / 1000
    return messages.StreamStart(stream.get(1, ""), group, idle_timeout_s, ack_id, no_echo, tags, ttl_s)


def _event(values: Values) -> Request:
    if 5 in values:
        raise unsupported_message("streams of events")
    tags = _metadata(values.get(4))
    return messages.Event(checks.event(values.get(1, "")), _payload(values.get(2), tags), values.get(3), tags)


def _invoke(values: Values) -> Request:
    if 5 in values:
        raise unsupported_message("streams of events")
    tags = _metadata(values.get(4))
    payload = _payload(values[3], tags) if 3 in values else Payload.of(DataType.TEXT, b"")
    return messages.Event(checks.event(values.get(1, "")), payload, None, tags, checks.identifier(values.get(2, "")))


def _stream_data(values: Values) -> Request:
    stream_id, number = values.get(1, ""), values.get(2)
    if number is None and 3 not in values:
        return messages.StreamPart(stream_id)
    if number is None:
        raise ValueError("stream_sequence_id is missing")
    return messages.StreamPart(stream_id, (number, _payload(values.get(3), None)))


def _stream_end(values: Values) -> Request:
    error = values.get(2)
    if error is not None:
        error = StreamError(USER_ERROR, error.get(1, ""), error.get(2))
    return messages.StreamEnd(values.get(1, ""), error)


_REQUESTS = {
    _SEND_TO_GROUP: _send_to_group,
    _EVENT: _event,
    _JOIN_GROUP: lambda values: messages.JoinGroup(_group(values), values.get(2)),
    _LEAVE_GROUP: lambda values: messages.LeaveGroup(_group(values), values.get(2)),
    _SEQUENCE_ACK: lambda values: messages.SequenceAck(values.get(1, 0)),
    _PING: lambda _: messages.Ping(),
    _INVOKE: _invoke,
    _CANCEL_INVOCATION: lambda values: messages.CancelInvocation(checks.identifier(values.get(1, ""))),
    _STREAM_DATA: _stream_data,
    _STREAM_END: _stream_end,
}


def _group(values: Values) -> str:
    return checks.group(values.get(1, ""))


def _metadata(entries: Mapping[str, str] | None) -> Mapping[str, str] | None:
    return metadata.checked(entries.items()) if entries else None


def _payload(data: Values | None, tags: Mapping[str, str] | None) -> Payload:
    """Data may only be missing where metadata stands for it: then it is an empty text (C091)."""
    if data is None and tags:
        return Payload.of(DataType.TEXT, b"")
    if not data:
        raise ValueError("data is missing")
    ((number, value),) = data.items()
    if number == BINARY_DATA:
        return Payload.of(DataType.BINARY, value)
    if number == PROTOBUF_DATA:
        return Payload.of(DataType.PROTOBUF, _any(value))
    if number == JSON_DATA:
        return _json(value.encode())
    return Payload.of(DataType.TEXT, value.encode())


def _any(values: Values) -> bytes:
    """An Any in the one form that every library writes: its two fields in order, without empty ones."""
    type_url, value = values.get(1, "").encode(), values.get(2, b"")
    return (chunk_field(1, type_url) if type_url else b"") + (chunk_field(2, value) if value else b"")


def _json(text: bytes) -> Payload:
    """Receivers of JSON get the text as it is, so it must be JSON, and null is what no client expects."""
    trimmed = bytes(msgspec.json.decode(text, type=msgspec.Raw))
    if trimmed == b"null":
        raise ValueError("json_data is null; expected another value")
    return Payload.of(DataType.JSON, trimmed)
