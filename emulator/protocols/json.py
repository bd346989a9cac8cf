"""The codec of `json.webpubsub.azure.v1`: one JSON object per text message, checked as strictly as Azure checks it.

Decodes requests and encodes frames; does not execute, and knows nothing of connections. What each message may hold:
Learn, "JSON WebSocket subprotocol", and the client specification in Azure/azure-webpubsub, section 3.
"""

import json
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw, Struct

from emulator import messages, metadata, names
from emulator.errors import AckError, Closes, ConnectionClosedError, unsupported_message
from emulator.messages import MAX_ACK_ID, Message, Request
from emulator.payload import DataType, Payload
from emulator.protocols import frames

MAX_TTL_SECONDS = 300

_EMPTY_TEXT = Payload.of(DataType.TEXT, b"")
_DATA_TYPES = {data_type.value: data_type for data_type in DataType}
_ABSENT = Raw()
_PREVIEW = (
    "invoke",
    "cancelInvocation",
    "streamData",
    "streamEnd",
    "setGroupState",
    "subscribeGroupState",
    "unsubscribeGroupState",
)
_NOT_BUILT = {name.lower(): name for name in _PREVIEW}
"""Messages of preview features: refused by name rather than as unknown."""


# The messages as they stand in JSON. Unknown properties are ignored, names of properties are case-sensitive, and an
# optional property that is null counts as absent. msgspec keeps integers exact and takes neither true nor 1.0 for one.


class _JoinGroup(Struct):
    group: str
    ackId: int | None = None  # noqa: N815 - the protocol's spelling

    def request(self) -> Request:
        return messages.JoinGroup(_group(self.group), _ack_id(self.ackId))


class _LeaveGroup(Struct):
    group: str
    ackId: int | None = None  # noqa: N815

    def request(self) -> Request:
        return messages.LeaveGroup(_group(self.group), _ack_id(self.ackId))


class _SendToGroup(Struct):
    group: str
    data: Raw = _ABSENT
    dataType: str | None = None  # noqa: N815
    ackId: int | None = None  # noqa: N815
    noEcho: bool | None = None  # noqa: N815
    ttlSeconds: int | None = None  # noqa: N815
    metadata: Raw = _ABSENT
    stream: Raw = _ABSENT

    def request(self) -> Request:
        if _given(self.stream):
            raise unsupported_message("streams")
        if self.ttlSeconds is not None and not 0 <= self.ttlSeconds <= MAX_TTL_SECONDS:
            raise ValueError("ttlSeconds is not between 0 and 300")
        return messages.SendToGroup(
            _group(self.group),
            _payload(self.dataType, self.data, self.metadata),
            _ack_id(self.ackId),
            self.noEcho or False,
            _metadata(self.metadata),
        )


class _Event(Struct):
    event: str
    data: Raw = _ABSENT
    dataType: str | None = None  # noqa: N815
    ackId: int | None = None  # noqa: N815
    metadata: Raw = _ABSENT

    def request(self) -> Request:
        if not names.is_event(self.event):
            raise ValueError("not a name of an event")
        payload = _payload(self.dataType, self.data, self.metadata)
        return messages.Event(self.event, payload, _ack_id(self.ackId), _metadata(self.metadata))


class _Ping(Struct):
    def request(self) -> Request:
        return messages.Ping()


class _SequenceAck(Struct):
    sequenceId: int  # noqa: N815

    def request(self) -> Request:
        if not 0 <= self.sequenceId <= MAX_ACK_ID:
            raise ValueError("sequenceId does not fit 64 bits")
        return messages.SequenceAck(self.sequenceId)


class _Typed(Struct):
    type: str


_type_decoder = msgspec.json.Decoder(_Typed)
_DECODERS = {
    "joingroup": msgspec.json.Decoder(_JoinGroup),
    "leavegroup": msgspec.json.Decoder(_LeaveGroup),
    "sendtogroup": msgspec.json.Decoder(_SendToGroup),
    "event": msgspec.json.Decoder(_Event),
    "ping": msgspec.json.Decoder(_Ping),
    "sequenceack": msgspec.json.Decoder(_SequenceAck),
}


class JsonCodec:
    """Stateless: all connections of the subprotocol share `JSON`, and frames made by it fit each of them."""

    subprotocol = "json.webpubsub.azure.v1"

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
            return _parse(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise ConnectionClosedError(Closes.INVALID_JSON_MESSAGE) from error

    def message(self, message: Message) -> bytes:
        """The frame of a message, with the sender's own text of `data` spliced in."""
        payload = message.payload
        head = _SERVER_HEAD if message.group is None else _group_head(message.group, message.from_user_id)
        body = head + _DATA_HEADS[payload.data_type] + payload.json
        if message.metadata is not None:
            body += b',"metadata":' + msgspec.json.encode(message.metadata)
        return frames.text(body + b"}")

    def connected(self, user_id: str | None, connection_id: str) -> bytes:
        """The first frame of a connection."""
        return frames.text(
            b'{"type":"system","event":"connected","userId":%b,"connectionId":%b}'
            % (msgspec.json.encode(user_id), msgspec.json.encode(connection_id))
        )

    def ack(self, ack_id: int, error: AckError | None = None) -> bytes:
        """The one answer to a request that carried `ack_id`."""
        if error is None:
            return frames.text(b'{"type":"ack","ackId":%d,"success":true}' % ack_id)
        return frames.text(
            b'{"type":"ack","ackId":%d,"success":false,"error":%b}' % (ack_id, msgspec.json.encode(error._asdict()))
        )

    def pong(self) -> bytes:
        """The answer to a ping of the protocol."""
        return _PONG


JSON = JsonCodec()

_PONG = frames.text(b'{"type":"pong"}')
_SERVER_HEAD = b'{"type":"message","from":"server"'
_DATA_HEADS = {kind: b',"dataType":"%b","data":' % kind.value.encode() for kind in DataType}


@lru_cache(maxsize=4096)
def _group_head(group: str, from_user_id: str | None) -> bytes:
    return b'{"type":"message","from":"group","group":%b,"fromUserId":%b' % (
        msgspec.json.encode(group),
        msgspec.json.encode(from_user_id),  # null for anonymous senders, as Microsoft's emulator writes it
    )


def _parse(data: bytes) -> Request:
    """Two passes, the first for `type` alone: which properties count depends on it, and so do their types."""
    kind = _type_decoder.decode(data).type.lower()  # matched case-insensitively (C072)
    decoder: Any = _DECODERS.get(kind)
    if decoder is None:
        if kind in _NOT_BUILT:
            raise unsupported_message(f"{_NOT_BUILT[kind]} messages")
        raise ValueError("unknown type")
    request: Request = decoder.decode(data).request()
    return request


def _group(name: str) -> str:
    if not names.is_group(name):
        raise ValueError("not a name of a group")
    return name


def _ack_id(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MAX_ACK_ID:
        raise ValueError("ackId does not fit 64 bits")
    return value


def _payload(data_type: str | None, data: Raw, with_metadata: Raw) -> Payload:
    """`data` may only be missing where metadata stands for it: then it is an empty text (C091)."""
    kind = _data_type(data_type)
    if data is not _ABSENT:
        return Payload.spliced(kind, bytes(data))
    if not _given(with_metadata):
        raise ValueError("data is missing")
    return _EMPTY_TEXT


def _data_type(spelled: str | None) -> DataType:
    if spelled is None:
        return DataType.JSON
    kind = _DATA_TYPES.get(spelled) or _DATA_TYPES.get(spelled.lower())
    if kind is None:
        raise ValueError("unknown dataType")
    return kind


def _metadata(raw: Raw) -> dict[str, str] | None:
    if not _given(raw):
        return None
    text = bytes(raw)
    if not text.startswith(b"{"):
        raise ValueError("metadata is not an object")
    # The standard library's parser, because it alone shows a key that comes twice.
    return metadata.checked(json.loads(text, object_pairs_hook=list)) or None


def _given(raw: Raw) -> bool:
    return raw is not _ABSENT and bytes(raw) != b"null"
