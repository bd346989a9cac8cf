"""What clients of the JSON subprotocols ask: one JSON object per message, checked as strictly as Azure checks it.

Decodes only; `json` encodes what they get. What each message may hold: Learn, "JSON WebSocket subprotocol", and the
client specification in Azure/azure-webpubsub, section 3.
"""

import json
from typing import Any

import msgspec
from msgspec import Raw, Struct

from emulator import messages, metadata, names
from emulator.errors import unsupported_message
from emulator.messages import MAX_ACK_ID, USER_ERROR, Request, StreamError
from emulator.payload import DataType, Payload

MAX_TTL_SECONDS = 300

DEFAULT_IDLE_TIMEOUT_MS = 300_000
"""How long a stream may be silent if its client does not say: five minutes (client specification, section 3.6)."""

_EMPTY_TEXT = Payload.of(DataType.TEXT, b"")
_DATA_TYPES = {data_type.value: data_type for data_type in DataType}
_ABSENT = Raw()
_PREVIEW = ("setGroupState", "subscribeGroupState", "unsubscribeGroupState")
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


class _Stream(Struct):
    streamId: str  # noqa: N815
    idleTimeoutMs: int | None = None  # noqa: N815


class _SendToGroup(Struct):
    group: str
    data: Raw = _ABSENT
    dataType: str | None = None  # noqa: N815
    ackId: int | None = None  # noqa: N815
    noEcho: bool | None = None  # noqa: N815
    ttlSeconds: int | None = None  # noqa: N815
    metadata: Raw = _ABSENT
    stream: _Stream | None = None

    def request(self) -> Request:
        ttl_s = self.ttlSeconds or 0
        if not 0 <= ttl_s <= MAX_TTL_SECONDS:
            raise ValueError("ttlSeconds is not between 0 and 300")
        if self.stream is not None:
            return self._start(self.stream, ttl_s)
        return messages.SendToGroup(
            _group(self.group),
            _payload(self.dataType, self.data, self.metadata),
            _ack_id(self.ackId),
            self.noEcho or False,
            _metadata(self.metadata),
            ttl_s,
        )

    def _start(self, stream: _Stream, ttl_s: int) -> Request:
        if self.data is not _ABSENT or self.dataType is not None:
            raise ValueError("a message that starts a stream has no data")
        idle_timeout_ms = DEFAULT_IDLE_TIMEOUT_MS if stream.idleTimeoutMs is None else stream.idleTimeoutMs
        return messages.StreamStart(
            stream.streamId,
            _group(self.group),
            idle_timeout_ms / 1000,
            _ack_id(self.ackId),
            self.noEcho or False,
            _metadata(self.metadata),
            ttl_s,
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


class _Invoke(Struct):
    invocationId: str  # noqa: N815
    target: str
    event: str
    data: Raw = _ABSENT
    dataType: str | None = None  # noqa: N815
    metadata: Raw = _ABSENT

    def request(self) -> Request:
        if self.target.lower() != "event":
            raise ValueError("target is not event")
        if not names.is_event(self.event):
            raise ValueError("not a name of an event")
        payload = _EMPTY_TEXT if self.data is _ABSENT else _payload(self.dataType, self.data, self.metadata)
        invocation_id = _id(self.invocationId)
        return messages.Event(self.event, payload, None, _metadata(self.metadata), invocation_id)


class _CancelInvocation(Struct):
    invocationId: str  # noqa: N815

    def request(self) -> Request:
        return messages.CancelInvocation(_id(self.invocationId))


class _StreamData(Struct):
    streamId: str  # noqa: N815
    streamSequenceId: int | None = None  # noqa: N815
    data: Raw = _ABSENT
    dataType: str | None = None  # noqa: N815

    def request(self) -> Request:
        parts = (self.streamSequenceId is not None, self.data is not _ABSENT, self.dataType is not None)
        if not any(parts):
            return messages.StreamPart(self.streamId)
        if self.streamSequenceId is None or not all(parts):
            raise ValueError("streamSequenceId, dataType and data belong together")
        if not 0 <= self.streamSequenceId <= MAX_ACK_ID:
            raise ValueError("streamSequenceId does not fit 64 bits")
        payload = Payload.spliced(_data_type(self.dataType), bytes(self.data))
        return messages.StreamPart(self.streamId, (self.streamSequenceId, payload))


class _UserError(Struct):
    message: str = ""
    userErrorCode: str | None = None  # noqa: N815
    name: Raw = _ABSENT


class _StreamEnd(Struct):
    streamId: str  # noqa: N815
    error: _UserError | None = None

    def request(self) -> Request:
        error = self.error
        if error is None:
            return messages.StreamEnd(self.streamId)
        if error.name is not _ABSENT:
            raise ValueError("the name of a stream's error is not for its publisher to choose")
        return messages.StreamEnd(self.streamId, StreamError(USER_ERROR, error.message, error.userErrorCode))


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
    "invoke": msgspec.json.Decoder(_Invoke),
    "cancelinvocation": msgspec.json.Decoder(_CancelInvocation),
    "streamdata": msgspec.json.Decoder(_StreamData),
    "streamend": msgspec.json.Decoder(_StreamEnd),
    "ping": msgspec.json.Decoder(_Ping),
    "sequenceack": msgspec.json.Decoder(_SequenceAck),
}


def parse(data: bytes) -> Request:
    """The request in a message, which is UTF-8.

    Raises:
        ValueError, msgspec.MsgspecError, RecursionError: it is none.
        ConnectionClosedError: it belongs to a feature that is not built.
    """
    # Two passes, the first for `type` alone: which properties count depends on it, and so do their types.
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


def _id(value: str) -> str:
    if not value:
        raise ValueError("an id is empty")
    return value


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
