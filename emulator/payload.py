"""The data of one message, in the form it came in and in the form that each receiver needs; sends nothing.

A payload that came as JSON text keeps that text to the byte: it is spliced into outgoing frames and never decoded
and encoded again, so that large integers, the text of floats, duplicate keys and white space survive (C060).
"""

import base64
import binascii
from enum import Enum

import msgspec

_string = msgspec.json.Decoder(str)


class DataType(Enum):
    """The `dataType` of a message; the value is how the JSON subprotocol spells it."""

    JSON = "json"
    TEXT = "text"
    BINARY = "binary"
    PROTOBUF = "protobuf"  # a google.protobuf.Any; only clients of the protobuf subprotocols can send one

    @property
    def is_bytes(self) -> bool:
        """Whether it is no text: JSON carries it in Base64, a WebSocket in a binary message (C059, C154, C155)."""
        return self is DataType.BINARY or self is DataType.PROTOBUF


class Payload:
    """Immutable. Made by `spliced` from the `data` of a JSON frame, or by `of` from bytes of another origin."""

    __slots__ = ("_content", "_json", "data_type")

    def __init__(self, data_type: DataType, json_text: bytes | None, content: bytes | None) -> None:
        self.data_type = data_type
        self._json = json_text
        self._content = content

    @classmethod
    def spliced(cls, data_type: DataType, json_text: bytes) -> "Payload":
        """Take the raw JSON text of a `data` property; it must be valid JSON.

        Raises:
            ValueError: the text does not suit `data_type`: JSON null, text or binary that is no string, bad Base64;
                or it is an Any, which no JSON frame can bring.
        """
        if data_type is DataType.PROTOBUF:
            raise ValueError("data of type protobuf; expected json, text or binary")
        if data_type is DataType.JSON:
            if json_text == b"null":
                raise ValueError("data is null; expected a JSON value")
            return cls(data_type, json_text, json_text)
        if json_text[:1] != b'"':
            raise ValueError(f"data of type {data_type.value} is not a string")
        content = _from_base64(_string.decode(json_text)) if data_type is DataType.BINARY else None
        return cls(data_type, json_text, content)

    @classmethod
    def of(cls, data_type: DataType, content: bytes) -> "Payload":
        """Take bytes: valid JSON text for json, UTF-8 for text, an encoded Any for protobuf, anything for binary."""
        return cls(data_type, content if data_type is DataType.JSON else None, content)

    @property
    def json(self) -> bytes:
        """What follows `"data":` in a frame of the JSON subprotocols."""
        if self._json is None:
            content = self.content
            text = base64.b64encode(content) if self.data_type.is_bytes else content
            self._json = msgspec.json.encode(text.decode())
        return self._json

    @property
    def content(self) -> bytes:
        """The data itself, as raw clients get it: UTF-8 for text, the JSON text for json."""
        if self._content is None:
            assert self._json is not None
            self._content = _string.decode(self._json).encode()
        return self._content


def _from_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"data is not valid Base64: {error}") from error
