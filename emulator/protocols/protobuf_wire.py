"""Protocol Buffers on the wire: bytes to the values of numbered fields and back; knows no message by name.

A decoder for proto3 messages that are described here by a `Schema`, after "Encoding" in the documentation of Protocol
Buffers: unknown fields are skipped, the last value of a field counts, a message that comes in parts is put together,
and texts must be UTF-8. Groups and fixed-width numbers are read only to skip them, as nothing here has any.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

Values = dict[int, Any]
"""The values of one message by field number: int, bool, str or bytes; Values for messages, dict[str, str] for maps.
Fields that were not there are not in it.
"""

MAX_FIELDS = 20_000
"""Fields in one message and all in it. A request with as much metadata as is allowed has some 12,000; without this,
a megabyte of empty fields would take half a second, in which nobody else is served.
"""

MAX_GROUPS = 100
"""Unknown groups inside one another, as other decoders allow."""

_VARINT, _FIXED_64, _CHUNK, _GROUP, _END_OF_GROUP, _FIXED_32 = range(6)
_MAX_KEY_BYTES, _MAX_SIZE_BYTES, _MAX_VALUE_BYTES = 5, 5, 10
_MAX_NUMBER = 2**29 - 1


class Scalar(NamedTuple):
    """The type of a field that holds one value: the form it has on the wire, and what it becomes."""

    form: type[Any]  # int or bytes
    convert: Callable[[Any], int | str | bytes]


UINT64 = Scalar(int, int)
UINT32 = Scalar(int, lambda value: value & 0xFFFFFFFF)
BOOL = Scalar(int, bool)
STRING = Scalar(bytes, bytes.decode)
BYTES = Scalar(bytes, bytes)


class Schema(NamedTuple):
    """The type of a message: its fields by number, whether all of them are the members of one oneof, and its form."""

    fields: "Mapping[int, Scalar | Schema]"
    is_oneof: bool = False
    form: type[Any] = bytes


STRING_MAP = Schema({1: STRING, 2: STRING})
"""The type of a field map<string, string>: that of each of its entries."""


def decode(data: bytes, schema: Schema) -> Values:
    """The values in a message.

    Raises:
        ValueError: it is cut off, is no message at all, a text in it is not UTF-8, or it has too many fields.
    """
    return _Decoder().add(data, schema, {})


def varint(value: int) -> bytes:
    """A number from 0 to 2**64 - 1."""
    if value < 0x80:
        return _ONE_BYTE[value]
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def number_field(number: int, value: int) -> bytes:
    """A field with a number or a boolean."""
    return varint(number << 3 | _VARINT) + varint(value)


def chunk_field(number: int, content: bytes) -> bytes:
    """A field with bytes: a text in UTF-8, or an encoded message."""
    return varint(number << 3 | _CHUNK) + varint(len(content)) + content


_ONE_BYTE = [bytes([value]) for value in range(0x80)]


class _Decoder:
    """Decodes one message and the messages in it."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def add(self, data: bytes, schema: Schema, values: Values) -> Values:
        """Add a message, or a further part of one, to the `values` that are there already."""
        for number, value in self._fields(data):
            field = schema.fields.get(number)
            if field is None or type(value) is not field.form:
                continue  # unknown, also when it has the number of a known field and another form
            if schema.is_oneof and number not in values:
                values.clear()
            if isinstance(field, Scalar):
                values[number] = field.convert(value)
            elif field is STRING_MAP:
                entry = self.add(value, STRING_MAP, {})
                values.setdefault(number, {})[entry.get(1, "")] = entry.get(2, "")
            else:
                values[number] = self.add(value, field, values.get(number, {}))
        return values

    def _fields(self, data: bytes) -> Iterator[tuple[int, Any]]:
        """The fields of a message, in their order, but for those of forms that no known field has."""
        position, end = 0, len(data)
        groups: list[int] = []  # those that are open, all unknown
        while position < end:
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"more than {MAX_FIELDS} fields")
            key, position = _varint(data, position, _MAX_KEY_BYTES)
            number, form = key >> 3, key & 7
            value: int | bytes | None = None
            if not 0 < number <= _MAX_NUMBER:
                raise ValueError(f"{number} is not the number of a field")
            if form == _CHUNK:
                size, start = _varint(data, position, _MAX_SIZE_BYTES)
                position = start + size
                value = data[start:position]
            elif form == _VARINT:
                value, position = _varint(data, position, _MAX_VALUE_BYTES)
            elif form == _FIXED_64:
                position += 8
            elif form == _FIXED_32:
                position += 4
            elif form == _GROUP and len(groups) < MAX_GROUPS:
                groups.append(number)
            elif form != _END_OF_GROUP or not groups or groups.pop() != number:
                raise ValueError("a field of no known form, or groups that do not match")
            if position > end:
                raise ValueError("the message is cut off")
            if value is not None and not groups:
                yield number, value
        if groups:
            raise ValueError("a group does not end")


def _varint(data: bytes, position: int, max_bytes: int) -> tuple[int, int]:
    """The number at `position` and the position behind it."""
    if position < len(data) and data[position] < 0x80:  # nearly all keys and sizes
        return data[position], position + 1
    value = 0
    for index, byte in enumerate(data[position : position + max_bytes]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position + index + 1
    raise ValueError("a number is cut off or too long")
