"""WebSocket frames as the server sends them: unmasked, whole, uncompressed (RFC 6455, section 5.2).

Encodes only; aiohttp parses what clients send. A frame made here once is written to any number of sockets.
"""

import struct

_TEXT = 0x81  # FIN and the opcode
_BINARY = 0x82
_CLOSE = 0x88
_PING = 0x89
_PONG = 0x8A

MAX_CLOSE_REASON_BYTES = 123
"""A control frame carries at most 125 bytes, and the close code takes two."""

_short = struct.Struct(">BB").pack
_medium = struct.Struct(">BBH").pack
_long = struct.Struct(">BBQ").pack

PING = _short(_PING, 0)


def text(payload: bytes) -> bytes:
    """A text message; `payload` is UTF-8."""
    return _header(_TEXT, len(payload)) + payload


def text_header(length: int) -> bytes:
    """What a text message with a payload of so many bytes begins with."""
    return _header(_TEXT, length)


def binary(payload: bytes) -> bytes:
    """A binary message."""
    return _header(_BINARY, len(payload)) + payload


def pong(payload: bytes) -> bytes:
    """The answer to a ping with `payload`, at most 125 bytes."""
    return _header(_PONG, len(payload)) + payload


def close(code: int, reason: str = "") -> bytes:
    """A close frame; a reason that does not fit is cut between characters."""
    cut = reason.encode()[:MAX_CLOSE_REASON_BYTES].decode(errors="ignore").encode()
    return _header(_CLOSE, 2 + len(cut)) + code.to_bytes(2, "big") + cut


def _header(first_byte: int, length: int) -> bytes:
    if length < 126:
        return _short(first_byte, length)
    if length < 65536:
        return _medium(first_byte, 126, length)
    return _long(first_byte, 127, length)
