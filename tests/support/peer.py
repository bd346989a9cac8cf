"""A WebSocket client that speaks exactly the frames a test writes: send, expect, closed.

Knows no service's settings.
"""

import asyncio
import base64
import json
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self, cast
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.support.eventually import TIMEOUT_S

JSON_SUBPROTOCOL = "json.webpubsub.azure.v1"


class Peer:
    """One connection. Every wait is bounded; a wait that fails says what came in its place."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *subprotocols: str) -> AsyncIterator[Self]:
        """Connect to `url`, offering `subprotocols`, the plain JSON one if none is named; close at the end."""
        offered = [Subprotocol(name) for name in subprotocols or (JSON_SUBPROTOCOL,)]
        async with connect(
            url, subprotocols=offered, max_size=None, max_queue=None, proxy=None, compression=None, close_timeout=1
        ) as connection:
            yield cls(connection)

    async def send(self, frame: str | bytes | None = None, **keys: Any) -> None:
        """Send a frame as it is, or the keys as a JSON object."""
        await self.connection.send(json.dumps(keys, separators=(",", ":")) if frame is None else frame)

    async def receive(self, timeout_s: float = TIMEOUT_S) -> dict[str, Any]:
        """The next frame, a JSON object.

        Raises:
            TimeoutError: none came.
            websockets.exceptions.ConnectionClosed: the connection ended first.
        """
        text = await asyncio.wait_for(self.connection.recv(), timeout_s)
        return cast("dict[str, Any]", json.loads(text))

    async def expect(self, **keys: Any) -> dict[str, Any]:
        """The next frame, which holds at least `keys`."""
        frame = await self.receive()
        assert {key: frame.get(key) for key in keys} == keys, f"expected {keys}, got {frame}"
        return frame

    async def join(self, group: str, ack_id: int = 1) -> None:
        """Join `group` and wait for the ack; the connection is new, so `connected` comes first."""
        await self.expect(type="system", event="connected")
        await self.send(type="joinGroup", group=group, ackId=ack_id)
        await self.expect(type="ack", ackId=ack_id, success=True)

    async def closed(self, timeout_s: float = TIMEOUT_S) -> tuple[int, str]:
        """Wait until the other side closes; return code and reason. Frames that come before are dropped."""
        async with asyncio.timeout(timeout_s):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def bare_websocket(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TCP connection on which the opening handshake is done and nothing else: for broken, huge and missing frames."""
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "wss" else None
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if secure else 80), ssl=secure, limit=2**16
    )
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {JSON_SUBPROTOCOL}\r\n\r\n"
        )
        writer.write(request.encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT_S)
        assert head.startswith(b"HTTP/1.1 101"), head.decode()
        yield reader, writer
    finally:
        writer.transport.abort()
