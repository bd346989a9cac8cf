"""A WebSocket client of bytes: it sends what a test writes, right or wrong, and shows every frame that comes.

Written on sockets, so that no library repairs what is sent or hides what arrives.
"""

import asyncio
import base64
import json
import os
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple, Self, cast
from urllib.parse import urlsplit

from tests.conformance import raw_http
from tests.conformance.json_schema import judge
from tests.conformance.raw_http import Response
from tests.support.eventually import TIMEOUT_S

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class Frame(NamedTuple):
    """A frame of the service."""

    opcode: int
    payload: bytes

    @property
    def close(self) -> tuple[int, str]:
        """Code and reason of a close frame; 1005 stands for a frame without code."""
        assert self.opcode == CLOSE, f"expected a close frame, got {self}"
        return (int.from_bytes(self.payload[:2], "big") or 1005) if self.payload else 1005, self.payload[2:].decode()


class UpgradeRefusedError(Exception):
    """The service answered the upgrade with something else than 101."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"{response.status} {response.body!r}")
        self.response = response


class RawClient:
    """One connection. Every wait is bounded."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, response: Response) -> None:
        self.reader = reader
        self.writer = writer
        self.response = response
        self.connection_id = ""  # of a client whose connected frame was read
        self.reconnection_token = ""  # the same, of a reliable one

    @classmethod
    async def connect(
        cls,
        endpoint: str,
        target: str,
        subprotocols: Sequence[str] = (),
        headers: dict[str, str] | None = None,
        receive_buffer_bytes: int | None = None,
    ) -> Self:
        """Upgrade on `target`, a path with query, of the service at `endpoint`.

        Raises:
            UpgradeRefusedError: the answer is not 101.
        """
        reader, writer = await raw_http.open_connection(endpoint, receive_buffer_bytes)
        given = {
            "Host": urlsplit(endpoint).netloc,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **({"Sec-WebSocket-Protocol": ", ".join(subprotocols)} if subprotocols else {}),
            **(headers or {}),
        }
        try:
            writer.write(raw_http.head(f"GET {target} HTTP/1.1", given))
            async with asyncio.timeout(TIMEOUT_S):
                response = await raw_http.read_head(reader)
                if response.status != 101:
                    body = await reader.readexactly(int(response.headers.get("content-length", "0")))
                    raise UpgradeRefusedError(response._replace(body=body))
        except BaseException:
            writer.transport.abort()
            raise
        return cls(reader, writer, response)

    @property
    def subprotocol(self) -> str | None:
        """The one that the service selected."""
        return self.response.headers.get("sec-websocket-protocol")

    def send_bytes(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.writer.write(data)

    def send_frame(self, opcode: int, payload: bytes, *, fin: bool = True) -> None:
        """Send one frame, masked as clients must."""
        self.send_bytes(client_frame(opcode, payload, fin=fin))

    def send(self, message: str | bytes | dict[str, Any]) -> None:
        """Send a text message, for a dict as JSON; bytes as a binary message."""
        if isinstance(message, bytes):
            self.send_frame(BINARY, message)
        else:
            text = message if isinstance(message, str) else json.dumps(message, separators=(",", ":"))
            self.send_frame(TEXT, text.encode())

    async def frame(self) -> Frame:
        """The next frame; pings of the service are answered on the way."""
        while (frame := await self.any_frame()).opcode == PING:
            self.send_frame(PONG, frame.payload)
        return frame

    async def any_frame(self) -> Frame:
        """The next frame, a ping too. It must be whole, unmasked and, of a JSON subprotocol, valid by its schema."""
        async with asyncio.timeout(TIMEOUT_S):
            first, second = await self.reader.readexactly(2)
            assert first & 0x80, "a fragmented frame"
            assert not second & 0x80, "a masked frame of a server"
            length = second & 0x7F
            if length > 125:
                length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
            frame = Frame(first & 0xF, await self.reader.readexactly(length))
        if frame.opcode == TEXT and (self.subprotocol or "").lower().startswith("json."):
            judge(json.loads(frame.payload))
        return frame

    async def text(self) -> str:
        """The next frame, a text message."""
        frame = await self.frame()
        assert frame.opcode == TEXT, f"expected text, got {frame}"
        return frame.payload.decode()

    async def json(self) -> dict[str, Any]:
        """The next frame, a JSON object."""
        return cast("dict[str, Any]", json.loads(await self.text()))

    async def expect(self, **properties: Any) -> dict[str, Any]:
        """The next frame, a JSON object that has at least these properties."""
        found = await self.json()
        assert {name: found.get(name) for name in properties} == properties, f"expected {properties}, got {found}"
        return found

    async def expect_ack(self, ack_id: int, error: str | None = None) -> dict[str, Any]:
        """The next frame, the ack of `ack_id`: a success, or the error of this name."""
        found = await self.expect(type="ack", ackId=ack_id, success=error is None)
        assert found.get("error", {}).get("name") == error
        return found

    async def expect_nothing(self) -> None:
        """A ping is answered before anything else comes: so nothing was on its way, and the connection lives."""
        self.send_frame(PING, b"anything else?")
        assert await self.frame() == Frame(PONG, b"anything else?")

    async def closed(self) -> tuple[int, str]:
        """The next frame, a close frame: its code and reason. The client answers it as it must."""
        frame = await self.frame()
        close = frame.close
        self.send_frame(CLOSE, frame.payload[:2])
        return close

    async def ended(self) -> bytes:
        """Whatever comes until the service ends the TCP connection."""
        async with asyncio.timeout(TIMEOUT_S):
            return await self.reader.read()

    def pause(self) -> None:
        """Take nothing more from the socket, so that the kernel's buffers fill up."""
        cast("asyncio.Transport", self.writer.transport).pause_reading()

    def resume(self) -> None:
        """Read again."""
        cast("asyncio.Transport", self.writer.transport).resume_reading()

    def drop(self) -> None:
        """Cut the TCP connection without a word."""
        self.writer.transport.abort()


def client_frame(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """The bytes of one masked frame."""
    first, length = (0x80 if fin else 0) | opcode, len(payload)
    if length < 126:
        header = struct.pack(">BB", first, 0x80 | length)
    elif length < 65536:
        header = struct.pack(">BBH", first, 0x80 | 126, length)
    else:
        header = struct.pack(">BBQ", first, 0x80 | 127, length)
    mask = os.urandom(4)
    repeated = (mask * (length // 4 + 1))[:length]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
    return header + mask + masked
