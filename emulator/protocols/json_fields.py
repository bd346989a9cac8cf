"""What single properties of JSON requests may hold: numbers, data, metadata. Knows no request as a whole.

Every function raises ValueError for a value that the service would not take.
"""

import json

from msgspec import Raw

from emulator import metadata
from emulator.messages import DEFAULT_IDLE_TIMEOUT_MS, MAX_ACK_ID
from emulator.payload import DataType, Payload

ABSENT = Raw()
"""Stands for a property that was not there, where null is something else."""

EMPTY_TEXT = Payload.of(DataType.TEXT, b"")

_DATA_TYPES = {data_type.value: data_type for data_type in DataType}


def ack_id(value: int | None) -> int | None:
    """The id under which the client wants an ack, if it wants one."""
    return None if value is None else number(value)


def number(value: int) -> int:
    """An unsigned integer of 64 bits."""
    if not 0 <= value <= MAX_ACK_ID:
        raise ValueError("a number does not fit 64 bits")
    return value


def idle_timeout_s(value_ms: int | None) -> float:
    """How long a stream may be silent, in seconds. Whether that is long enough is for the stream to say."""
    if value_ms is None:
        return DEFAULT_IDLE_TIMEOUT_MS / 1000
    if value_ms > MAX_ACK_ID:  # such a number may not even fit a float
        raise ValueError("idleTimeoutMs does not fit 64 bits")
    return value_ms / 1000


def payload(spelled: str | None, data: Raw, with_metadata: Raw) -> Payload:
    """`data` may only be missing where metadata stands for it: then it is an empty text (C091)."""
    kind = data_type(spelled)
    if data is not ABSENT:
        return Payload.spliced(kind, bytes(data))
    if not _is_given(with_metadata):
        raise ValueError("data is missing")
    return EMPTY_TEXT


def data_type(spelled: str | None) -> DataType:
    """The type of data, in any case; JSON if it is not said."""
    if spelled is None:
        return DataType.JSON
    kind = _DATA_TYPES.get(spelled) or _DATA_TYPES.get(spelled.lower())
    if kind is None:
        raise ValueError("unknown dataType")
    return kind


def tags(raw: Raw) -> dict[str, str] | None:
    """The metadata of a message, if it has any."""
    if not _is_given(raw):
        return None
    text = bytes(raw)
    if not text.startswith(b"{"):
        raise ValueError("metadata is not an object")
    # The standard library's parser, because it alone shows a key that comes twice.
    return metadata.checked(json.loads(text, object_pairs_hook=list)) or None


def _is_given(raw: Raw) -> bool:
    return raw is not ABSENT and bytes(raw) != b"null"
