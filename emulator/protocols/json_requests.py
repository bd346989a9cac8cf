"""What clients of the JSON subprotocols ask: one JSON object per message, checked as strictly as Azure checks it.

Decodes only; `json` encodes what they get. What each message may hold: Learn, "JSON WebSocket subprotocol", and the
client specification in Azure/azure-webpubsub, section 3.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from emulator import messages
from emulator.errors import unsupported_message
from emulator.messages import USER_ERROR, Request, StreamError
from emulator.payload import Payload
from emulator.protocols import checks
from emulator.protocols import json_fields as fields
from emulator.protocols.json_fields import ABSENT, EMPTY_TEXT

_PREVIEW = ("setGroupState", "subscribeGroupState", "unsubscribeGroupState")
_NOT_BUILT = {name.lower(): name for name in _PREVIEW}
"""Messages of preview features: refused by name rather than as unknown."""


# The messages as they stand in JSON. Unknown properties are ignored, names of properties are case-sensitive, and an
# optional property that is null counts as absent. msgspec keeps integers exact and takes neither true nor 1.0 for one.


class _JoinGroup(Struct):
    group: str
    ackId: int | None = None  # noqa: N815 - the protocol's spelling

    def request(self) -> Request:
        return messages.JoinGroup(checks.group(self.group), fields.ack_id(self.ackId))


class _LeaveGroup(Struct):
    group: str
    ackId: int | None = None  # noqa: N815

    def request(self) -> Request:
        return messages.LeaveGroup(checks.group(self.group), fields.ack_id(self.ackId))


class _Stream(Struct):
    streamId: str  # noqa: N815
    idleTimeoutMs: int | None = None  # noqa: N815


class _SendToGroup(Struct):
    group: str
    data: Raw = ABSENT
    dataType: str | None = None  # noqa: N815
    ackId: int | None = None  # noqa: N815
    noEcho: bool | None = None  # noqa: N815
    ttlSeconds: int | None = None  # noqa: N815
    metadata: Raw = ABSENT
    stream: _Stream | None = None

    def request(self) -> Request:
        if self.stream is not None:
            return self._start(self.stream)
        return messages.SendToGroup(
            checks.group(self.group),
            fields.payload(self.dataType, self.data, self.metadata),
            fields.ack_id(self.ackId),
            self.noEcho or False,
            fields.tags(self.metadata),
            checks.ttl_s(self.ttlSeconds or 0),
        )

    def _start(self, stream: _Stream) -> Request:
        if self.data is not ABSENT or self.dataType is not None:
            raise ValueError("a message that starts a stream has no data")
        return messages.StreamStart(
            stream.streamId,
            checks.group(self.group),
            fields.idle_timeout_s(stream.idleTimeoutMs),
            fields.ack_id(self.ackId),
            self.noEcho or False,
            fields.tags(self.metadata),
            checks.ttl_s(self.ttlSeconds or 0),
        )


class _Event(Struct):
    event: str
    data: Raw = ABSENT
    dataType: str | None = None  # noqa: N815
    ackId: int | None = None  # noqa: N815
    metadata: Raw = ABSENT

    def request(self) -> Request:
        payload = fields.payload(self.dataType, self.data, self.metadata)
        tags = fields.tags(self.metadata)
        return messages.Event(checks.event(self.event), payload, fields.ack_id(self.ackId), tags)


class _Invoke(Struct):
    invocationId: str  # noqa: N815
    target: str
    event: str
    data: Raw = ABSENT
    dataType: str | None = None  # noqa: N815
    metadata: Raw = ABSENT

    def request(self) -> Request:
        if self.target.lower() != "event":
            raise ValueError("target is not event")
        payload = EMPTY_TEXT if self.data is ABSENT else fields.payload(self.dataType, self.data, self.metadata)
        tags, invocation_id = fields.tags(self.metadata), checks.identifier(self.invocationId)
        return messages.Event(checks.event(self.event), payload, None, tags, invocation_id)


class _CancelInvocation(Struct):
    invocationId: str  # noqa: N815

    def request(self) -> Request:
        return messages.CancelInvocation(checks.identifier(self.invocationId))


class _StreamData(Struct):
    streamId: str  # noqa: N815
    streamSequenceId: int | None = None  # noqa: N815
    data: Raw = ABSENT
    dataType: str | None = None  # noqa: N815

    def request(self) -> Request:
        parts = (self.streamSequenceId is not None, self.data is not ABSENT, self.dataType is not None)
        if not any(parts):
            return messages.StreamPart(self.streamId)
        if self.streamSequenceId is None or not all(parts):
            raise ValueError("streamSequenceId, dataType and data belong together")
        payload = Payload.spliced(fields.data_type(self.dataType), bytes(self.data))
        return messages.StreamPart(self.streamId, (fields.number(self.streamSequenceId), payload))


class _UserError(Struct):
    message: str = ""
    userErrorCode: str | None = None  # noqa: N815
    name: Raw = ABSENT


class _StreamEnd(Struct):
    streamId: str  # noqa: N815
    error: _UserError | None = None

    def request(self) -> Request:
        error = self.error
        if error is None:
            return messages.StreamEnd(self.streamId)
        if error.name is not ABSENT:
            raise ValueError("the name of a stream's error is not for its publisher to choose")
        return messages.StreamEnd(self.streamId, StreamError(USER_ERROR, error.message, error.userErrorCode))


class _Ping(Struct):
    def request(self) -> Request:
        return messages.Ping()


class _SequenceAck(Struct):
    sequenceId: int  # noqa: N815

    def request(self) -> Request:
        return messages.SequenceAck(fields.number(self.sequenceId))


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
