"""The codecs of the protobuf subprotocols, plain and reliable: one Protocol Buffers message per binary message.

Encodes what clients get, a DownstreamMessage of `webpubsub.v1.proto`; `protobuf_requests` reads what they ask. Knows
nothing of connections. Learn, "Protobuf WebSocket subprotocol" and "Reliable Protobuf WebSocket subprotocol".
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from emulator.errors import AckError, Closes, ConnectionClosedError
from emulator.messages import Message, Request, StreamInfo
from emulator.numbering import Unnumbered
from emulator.payload import DataType, Payload
from emulator.protocols import frames, protobuf_requests
from emulator.protocols.protobuf_requests import BINARY_DATA, JSON_DATA, PROTOBUF_DATA, TEXT_DATA
from emulator.protocols.protobuf_wire import chunk_field, number_field

_ACK, _DATA, _SYSTEM, _PONG, _INVOKE_RESPONSE, _STREAM_ACK, _STREAM_NACK, _STREAM_CLOSED = range(1, 9)
_DATA_FIELDS = {
    DataType.TEXT: TEXT_DATA,
    DataType.BINARY: BINARY_DATA,
    DataType.PROTOBUF: PROTOBUF_DATA,
    DataType.JSON: JSON_DATA,  # Learn says text_data; the newer schema and Microsoft's clients have json_data (C153)
}
_DATA_FIELDS_OF_LEARN = {**_DATA_FIELDS, DataType.JSON: TEXT_DATA}


class ProtobufCodec:
    """Stateless: all connections of the subprotocol share `PROTOBUF`, and frames made by it fit each of them."""

    subprotocol = "protobuf.webpubsub.azure.v1"
    is_reliable = False
    is_json = False

    def __init__(self, fields: Mapping[DataType, int] = _DATA_FIELDS) -> None:
        """`fields` are those of a MessageData, by what is in them."""
        self._fields = fields

    def decode(self, data: bytes, is_text: bool) -> Request:
        """The request in one WebSocket message.

        Raises:
            ConnectionClosedError: with 1003 for a text message, with 1007 for anything that is not a valid request.
        """
        if is_text:
            raise ConnectionClosedError(Closes.NOT_BINARY)
        try:
            return protobuf_requests.parse(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise ConnectionClosedError(Closes.INVALID_PROTOBUF_MESSAGE) from error

    def message(self, message: Message) -> bytes | Unnumbered:
        """The frame of a message. There is no field for the user who sent it."""
        return _frame(_DATA, self._head(message) + _tail(message))

    def connected(self, user_id: str | None, connection_id: str, reconnection_token: str | None = None) -> bytes:
        """The first frame of a connection; a reliable one is given the token that recovers it. An anonymous user is
        an empty user id, and that is not written.
        """
        token = b"" if reconnection_token is None else chunk_field(3, reconnection_token.encode())
        return _frame(_SYSTEM, chunk_field(1, _text(1, connection_id) + _text(2, user_id or "") + token))

    def disconnected(self, message: str) -> bytes:
        """The last frame of a connection that the application server ends; `message` is its reason (C160)."""
        return _frame(_SYSTEM, chunk_field(2, _text(2, message)))

    def ack(self, ack_id: int, error: AckError | None = None) -> bytes:
        """The one answer to a request that carried `ack_id`."""
        return _frame(_ACK, _number(1, ack_id) + _number(2, error is None) + _error(3, error))

    def pong(self) -> bytes:
        """The answer to a ping of the protocol."""
        return _PONG_FRAME

    def invoke_response(self, invocation_id: str, result: Payload | None, error: AckError | None) -> bytes:
        """What became of an invocation: its result, if it has one, or an error."""
        data = b"" if result is None else self._data(result)
        return _frame(_INVOKE_RESPONSE, _text(1, invocation_id) + _number(2, error is None) + data + _error(4, error))

    def stream_ack(self, stream_id: str, expected_id: int) -> bytes:
        """To a stream's publisher: everything before `expected_id` has been published."""
        return _frame(_STREAM_ACK, _text(1, stream_id) + _number(2, expected_id))

    def stream_nack(self, stream_id: str, expected_id: int, error: AckError) -> bytes:
        """To a stream's publisher: this part was not published; go on with `expected_id`."""
        reason = _text(2, error.name) + _text(3, error.message)
        return _frame(_STREAM_NACK, _text(1, stream_id) + reason + _number(4, expected_id))

    def stream_closed(self, stream_id: str, error: AckError | None) -> bytes:
        """To a stream's publisher: it is over, or was refused."""
        return _frame(_STREAM_CLOSED, _text(1, stream_id) + _error(2, error))

    def _head(self, message: Message) -> bytes:
        """A message up to where its sequence id stands, if it has one."""
        return (_FROM_SERVER if message.group is None else _group_head(message.group)) + self._data(message.payload)

    def _data(self, payload: Payload) -> bytes:
        return chunk_field(3, chunk_field(self._fields[payload.data_type], payload.content))


class ReliableProtobufCodec(ProtobufCodec):
    """The same with a sequence id in every message, which each connection counts for itself."""

    subprotocol = "protobuf.reliable.webpubsub.azure.v1"
    is_reliable = True

    def message(self, message: Message) -> bytes | Unnumbered:
        """The frame of a message, but for the sequence id."""
        head, tail = self._head(message), _tail(message)
        return Unnumbered(lambda sequence_id: _frame(_DATA, head + number_field(4, sequence_id) + tail), message.ttl_s)


PROTOBUF = ProtobufCodec()
RELIABLE_PROTOBUF = ReliableProtobufCodec()
PROTOBUF_OF_LEARN = ProtobufCodec(_DATA_FIELDS_OF_LEARN)
RELIABLE_PROTOBUF_OF_LEARN = ReliableProtobufCodec(_DATA_FIELDS_OF_LEARN)


def _frame(number: int, message: bytes) -> bytes:
    """The frame of a DownstreamMessage with `message` as its member `number`."""
    return frames.binary(chunk_field(number, message))


_PONG_FRAME = _frame(_PONG, b"")
_FROM_SERVER = chunk_field(1, b"server")


def _tail(message: Message) -> bytes:
    if message.metadata is None and message.stream is None:
        return b""
    tags = (message.metadata or {}).items()
    entries = (chunk_field(5, chunk_field(1, key.encode()) + chunk_field(2, value.encode())) for key, value in tags)
    return b"".join(entries) + (b"" if message.stream is None else chunk_field(6, _stream(message.stream)))


@lru_cache(maxsize=4096)
def _group_head(group: str) -> bytes:
    return chunk_field(1, b"group") + chunk_field(2, group.encode())


def _stream(stream: StreamInfo) -> bytes:
    body = _text(1, stream.stream_id) + _number(2, stream.sequence_id) + _number(3, stream.is_end)
    if stream.error is None:
        return body
    error = _text(1, stream.error.name) + _text(2, stream.error.message) + _text(3, stream.error.user_error_code or "")
    return body + chunk_field(4, error)


def _error(number: int, error: AckError | None) -> bytes:
    return b"" if error is None else chunk_field(number, _text(1, error.name) + _text(2, error.message))


def _text(number: int, text: str) -> bytes:
    """A field with a text; an empty one is the default of proto3 and so left out."""
    return chunk_field(number, text.encode()) if text else b""


def _number(number: int, value: int) -> bytes:
    """A field with a number or a boolean; zero is the default of proto3 and so left out."""
    return number_field(number, value) if value else b""
