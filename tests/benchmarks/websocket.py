"""The client's side of a WebSocket in as little work as possible: handshake, frames out, frames in.

No subprotocol, no compression, and no validation beyond what counting needs.
"""

import base64
import os
import socket
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA

UPGRADE = (
    "GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{subprotocol}\r\n"
)


class HandshakeError(ConnectionError):
    """The server did not switch to WebSocket. The text is its status line."""


def connect(url: str, subprotocol: str = "", timeout_s: float = 10.0) -> tuple[socket.socket, bytes]:
    """Open `url` (ws://) and return the socket with what came after the handshake.

    Raises:
        HandshakeError: the answer was not 101.
        OSError: no connection, or no answer in `timeout_s`.
    """
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=timeout_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = UPGRADE.format(
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        host=parts.netloc,
        key=base64.b64encode(os.urandom(16)).decode(),
        subprotocol=f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else "",
    )
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        received = connection.recv(65536)
        if not received:
            raise HandshakeError("the connection was closed during the handshake")
        answer += received
    head, _, rest = answer.partition(b"\r\n\r\n")
    status = head.partition(b"\r\n")[0].decode("latin-1")
    if " 101 " not in f"{status} ":
        connection.close()
        raise HandshakeError(status)
    return connection, rest


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One final client frame. Its mask is zero, which RFC 6455 section 5.3 allows to read and costs nothing here."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8)
    return head + b"\0\0\0\0" + payload
