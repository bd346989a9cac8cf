"""The codecs of the JSON subprotocols, plain and reliable: one JSON object per text message.

Encodes what clients get, in the field order of the service; `json_requests` reads what they ask. Knows nothing of
connections. Learn, "JSON WebSocket subprotocol" and "Reliable JSON WebSocket subprotocol".
"""

from functools import lru_cache
from typing import Any

import msgspec

from emulator.errors import AckError, Closes, ConnectionClosedError
from emulator.messages import Message, Request, StreamInfo
from emulator.numbering import Unnumbered
from emulator.payload import DataType, Payload
from emulator.protocols import frames, json_requests


class JsonCodec:
    """Stateless: all connections of the subprotocol share `JSON`, and frames made by it fit each of them."""

    subprotocol = "json.webpubsub.azure.v1"
    is_reliable = False
    is_json = True

    def decode(self, data: bytes, is_text: bool) -> Request:
        """The request in one WebSocket message.

        Raises:
            ConnectionClosedError: with 1003 for a binary message, with 1007 for anything that is not a valid request.
        """
        if not is_text:
            raise ConnectionClosedError(Closes.NOT_TEXT)
        try:
            if not data.isascii():
                data.decode()  # the raw text of `data` goes out unread, and must be UTF-8
            return json_requests.parse(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise ConnectionClosedError(Closes.INVALID_JSON_MESSAGE) from error

    def message(self, message: Message) -> bytes | Unnumbered:
        """The frame of a message, with the sender's own text of `data` spliced in."""
        return frames.text(_head(message) + _tail(message))

    def connected(self, user_id: str | None, connection_id: str, reconnection_token: str | None = None) -> bytes:
        """The first frame of a connection; a reliable one is given the token that recovers it."""
        token = b"" if reconnection_token is None else b',"reconnectionToken":' + _text(reconnection_token)
        return frames.text(
            b'{"type":"system","event":"connected","userId":%b,"connectionId":%b%b}'
            % (_text(user_id), _text(connection_id), token)
        )

    def disconnected(self, message: str) -> bytes:
        """The last frame of a connection that the application server ends."""
        return frames.text(b'{"type":"system","event":"disconnected","message":%b}' % _text(message))

    def ack(self, ack_id: int, error: AckError | None = None) -> bytes:
        """The one answer to a request that carried `ack_id`."""
        if error is None:
            return frames.text(b'{"type":"ack","ackId":%d,"success":true}' % ack_id)
        return frames.text(b'{"type":"ack","ackId":%d,"success":false%b}' % (ack_id, _error(error)))

    def pong(self) -> bytes:
        """The answer to a ping of the protocol."""
        return _PONG

    def invoke_response(self, invocation_id: str, result: Payload | None, error: AckError | None) -> bytes:
        """What became of an invocation: its result, if it has one, or an error."""
        data = b"" if result is None else _DATA_HEADS[result.data_type] + result.json
        success = b"true" if error is None else b"false"
        return frames.text(
            b'{"type":"invokeResponse","invocationId":%b,"success":%b%b%b}'
            % (_text(invocation_id), success, data, _error(error))
        )

    def stream_ack(self, stream_id: str, expected_id: int) -> bytes:
        """To a stream's publisher: everything before `expected_id` has been published."""
        return frames.text(
            b'{"type":"streamAck","streamId":%b,"expectedSequenceId":%d}' % (_text(stream_id), expected_id)
        )

    def stream_nack(self, stream_id: str, expected_id: int, error: AckError) -> bytes:
        """To a stream's publisher: this part was not published; go on with `expected_id`."""
        return frames.text(
            b'{"type":"streamNack","streamId":%b,"expectedSequenceId":%d,"name":%b,"message":%b}'
            % (_text(stream_id), expected_id, _text(error.name), _text(error.message))
        )

    def stream_closed(self, stream_id: str, error: AckError | None) -> bytes:
        """To a stream's publisher: it is over, or was refused."""
        return frames.text(b'{"type":"streamClosed","streamId":%b%b}' % (_text(stream_id), _error(error)))


class ReliableJsonCodec(JsonCodec):
    """The same with a sequence id in every message, which each connection counts for itself."""

    subprotocol = "json.reliable.webpubsub.azure.v1"
    is_reliable = True

    def message(self, message: Message) -> bytes | Unnumbered:
        """The frame of a message, but for the sequence id."""
        return Unnumbered(_Frame(_head(message) + b',"sequenceId":', _tail(message)).numbered, message.ttl_s)


class _Frame:
    """One message for any sequence id. What stands before the id is the same for all ids of as many digits, also the
    header, which says how long the frame is; it is made once for all of them.
    """

    __slots__ = ("_after", "_before", "_prefixes")

    def __init__(self, before: bytes, after: bytes) -> None:
        self._before = before
        self._after = after
        self._prefixes: dict[int, bytes] = {}  # by the number of digits

    def numbered(self, sequence_id: int) -> bytes:
        digits = b"%d" % sequence_id
        prefix = self._prefixes.get(len(digits))
        if prefix is None:
            size = len(self._before) + len(digits) + len(self._after)
            prefix = self._prefixes[len(digits)] = frames.text_header(size) + self._before
        return prefix + digits + self._after


JSON = JsonCodec()
RELIABLE_JSON = ReliableJsonCodec()

_PONG = frames.text(b'{"type":"pong"}')
_SERVER_HEAD = b'{"type":"message","from":"server"'
_DATA_HEADS = {kind: b',"dataType":"%b","data":' % kind.value.encode() for kind in DataType}


def _head(message: Message) -> bytes:
    """A message up to where its sequence id stands, if it has one."""
    payload = message.payload
    head = _SERVER_HEAD if message.group is None else _group_head(message.group, message.from_user_id)
    body = head + _DATA_HEADS[payload.data_type] + payload.json
    return body if message.metadata is None else body + b',"metadata":' + msgspec.json.encode(message.metadata)


def _tail(message: Message) -> bytes:
    return b"}" if message.stream is None else b',"stream":%b}' % _stream(message.stream)


@lru_cache(maxsize=4096)
def _group_head(group: str, from_user_id: str | None) -> bytes:
    return b'{"type":"message","from":"group","group":%b,"fromUserId":%b' % (
        _text(group),
        _text(from_user_id),  # null for anonymous senders, as Microsoft's emulator writes it
    )


def _stream(stream: StreamInfo) -> bytes:
    properties: dict[str, Any] = {"streamId": stream.stream_id, "streamSequenceId": stream.sequence_id}
    if stream.is_end:
        properties["endOfStream"] = True
    if stream.error is not None:
        error = {"name": stream.error.name, "message": stream.error.message}
        if stream.error.user_error_code is not None:
            error["userErrorCode"] = stream.error.user_error_code
        properties["error"] = error
    return msgspec.json.encode(properties)


def _error(error: AckError | None) -> bytes:
    return b"" if error is None else b',"error":' + msgspec.json.encode(error._asdict())


def _text(value: str | None) -> bytes:
    return msgspec.json.encode(value)
