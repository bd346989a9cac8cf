"""Make a message of the body of a REST request: its type, its length, its text; delivers nothing."""

import asyncio
import codecs
import re

import msgspec
from aiohttp import web

from common.shortening import quoted
from emulator.errors import bad_request, request_timeout, unsupported_media_type
from emulator.payload import DataType, Payload

MAX_BODY_BYTES = 1024 * 1024
READ_TIMEOUT_S = 30.0

_DATA_TYPES = {
    "application/json": DataType.JSON,
    "text/plain": DataType.TEXT,
    "application/octet-stream": DataType.BINARY,
}
_CHARSETS = {"ascii", "iso8859-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le"}
"""By Python's names, those that .NET has without further packages. Not all of Python's: punycode takes time in the
square of the length, so one body could stop everything.
"""

_CONTENT_TYPE = re.compile(
    r"""
    \s*+ (?P<type> [\w!\#$%&'*+.^`|~-]++ / [\w!\#$%&'*+.^`|~-]++ ) \s*+
    (?: ; \s*+ (?: [\w!\#$%&'*+.^`|~-]++ = (?: [\w!\#$%&'*+.^`|~-]++ | "[^"\\]*+" ) )? \s*+ )*+
    """,
    re.VERBOSE | re.ASCII,
)
_CHARSET = re.compile(r""";\s*+charset="?([^\s";]++)""", re.IGNORECASE)


async def read_payload(request: web.Request) -> Payload:
    """The payload that a body is, by its Content-Type; without one it is binary (C187).

    Raises:
        RefusedError: 415 for another type or a compressed body, 400 for a missing or too large Content-Length or an
            invalid body, 408 for a body that does not arrive.
    """
    _check_encoding(request)
    data_type, charset = content_type(request.headers.get("Content-Type"))
    body = await _read(request)
    return to_payload(data_type, body if data_type is DataType.BINARY else to_utf8(body, charset))


async def read_json(request: web.Request) -> bytes:
    """A body that must be of type application/json, in UTF-8; whether it is JSON is not looked at.

    Raises:
        RefusedError: as `read_payload`.
    """
    _check_encoding(request)
    header = request.headers.get("Content-Type")
    data_type, charset = content_type(header)
    if data_type is not DataType.JSON:
        raise unsupported_media_type(f"Content-Type {quoted(header or '')}", expected="application/json")
    return to_utf8(await _read(request), charset)


def to_payload(data_type: DataType, body: bytes) -> Payload:
    """Make a payload of `body`, which is in UTF-8 unless it is binary.

    Raises:
        RefusedError: 400 for invalid JSON, and for JSON null, which no client expects.
    """
    if data_type is DataType.JSON:
        body = body.strip(b" \t\r\n")
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise bad_request("The request body is not a valid JSON.") from error
        if body == b"null":
            raise bad_request("The request body is JSON null, which clients cannot receive; expected another value.")
    return Payload.of(data_type, body)


def content_type(header: str | None) -> tuple[DataType, str]:
    """The data type of a Content-Type header, and Python's name of its charset."""
    if header is None:
        return DataType.BINARY, "utf-8"
    parsed = _CONTENT_TYPE.fullmatch(header)
    data_type = _DATA_TYPES.get(parsed["type"].lower()) if parsed else None
    charset = _CHARSET.search(header)
    try:
        name = codecs.lookup(charset[1] if charset else "utf-8").name
    except LookupError:
        name = ""
    if data_type is None or name not in _CHARSETS:
        raise unsupported_media_type(f"Content-Type {quoted(header)}")
    return data_type, name


def to_utf8(text: bytes, charset: str) -> bytes:
    """Text of another charset in UTF-8.

    Raises:
        RefusedError: 400 for bytes that are no such text.
    """
    try:
        return text.decode(charset).encode()
    except ValueError as error:
        raise bad_request(f"The request body is not valid {charset} text.") from error


def _check_encoding(request: web.Request) -> None:
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise unsupported_media_type(f"Content-Encoding {quoted(encoding)}", "Content-Encoding")


async def _read(request: web.Request) -> bytes:
    """The body, whose length must be given and at most 1 MiB (C189, C276)."""
    length = request.content_length
    if length is None or length > MAX_BODY_BYTES:
        raise bad_request("Invalid Content-Length header.", "Content-Length")
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            return await request.content.read()
    except TimeoutError as error:
        raise request_timeout(READ_TIMEOUT_S) from error
