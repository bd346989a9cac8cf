"""The message that the answer to a user event carries to its sender, if any; sends nothing.

Learn: "CloudEvents extension for Azure Web PubSub event handler with HTTP protocol", user events.
"""

import re

import msgspec

from emulator import metadata
from emulator.messages import Message
from emulator.payload import DataType, Payload
from emulator.protocols import protobuf_wire
from emulator.protocols.protobuf_requests import ANY
from emulator.upstream.answer import Answer
from emulator.upstream.errors import DeliveryError

_DATA_TYPES = {
    "": DataType.BINARY,
    "application/octet-stream": DataType.BINARY,
    "application/x-protobuf": DataType.PROTOBUF,
    "application/json": DataType.JSON,
    "text/plain": DataType.TEXT,
}
_CHARSET = re.compile(r"""charset\s*+=\s*+"?([^\s";]++)""", re.IGNORECASE)


def interpret(answer: Answer) -> Message | None:
    """The message in `answer`, or None for none.

    An empty body is none, whatever its type (C249), unless metadata stands for it (C254). JSON null is none either:
    clients cannot receive it, and it is what many frameworks make of a function without a result.

    Raises:
        DeliveryError: the handler failed, or answered what cannot become a message.
    """
    if not answer.is_success:
        raise DeliveryError(f"the handler answered with status {answer.status}")
    try:
        tags = metadata.from_headers(answer.headers)
    except ValueError as error:
        raise DeliveryError(f"the answer holds invalid {error}") from error
    if not answer.body or answer.status == 204:
        return None if tags is None else Message(Payload.of(DataType.TEXT, b""), metadata=tags)
    payload = _payload(answer)
    return None if payload is None else Message(payload, metadata=tags)


def _payload(answer: Answer) -> Payload | None:
    media_type, _, parameters = (answer.last("Content-Type") or "").partition(";")
    data_type = _DATA_TYPES.get(media_type.strip().lower())
    if data_type is None:
        raise DeliveryError(
            f"the answer's Content-Type is {media_type.strip()!r}; expected text/plain, application/json, "
            "application/octet-stream or application/x-protobuf"
        )
    if data_type.is_bytes:
        return Payload.of(data_type, answer.body if data_type is DataType.BINARY else _any(answer.body))
    text = _utf8(answer.body, parameters)
    if data_type is DataType.TEXT:
        return Payload.of(data_type, text)
    try:
        json_text = msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DeliveryError("the answer is not valid JSON") from error
    stripped = bytes(json_text).strip(b" \t\r\n")
    return None if stripped == b"null" else Payload.of(data_type, stripped)


def _any(body: bytes) -> bytes:
    """The body, which goes into frames as it is, if it is an encoded google.protobuf.Any."""
    try:
        protobuf_wire.decode(body, ANY)
    except ValueError as error:
        raise DeliveryError("the answer is not an encoded google.protobuf.Any") from error
    return body


def _utf8(body: bytes, parameters: str) -> bytes:
    """The body in UTF-8, if it is in the charset that it says."""
    charset = _CHARSET.search(parameters)
    try:
        return body.decode(charset[1] if charset else "utf-8").encode()
    except (LookupError, ValueError) as error:
        raise DeliveryError("the answer is not text in the charset that it names") from error
