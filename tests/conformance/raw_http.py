"""HTTP as bytes: requests exactly as a test writes them, over a connection of their own."""

import asyncio
import socket
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.support.eventually import TIMEOUT_S


class Response(NamedTuple):
    """What came back; names of headers are in lower case, and of repeated ones the last counts."""

    status: int
    headers: dict[str, str]
    body: bytes


async def open_connection(
    endpoint: str, receive_buffer_bytes: int | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to where `endpoint` points, with TLS for https; the kernel then holds about so much that is not read."""
    parts = urlsplit(endpoint)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    address = parts.hostname or "", parts.port or (443 if secure else 80)
    if receive_buffer_bytes is None:
        return await asyncio.open_connection(*address, ssl=secure, limit=2**26)
    plain = socket.socket()
    plain.setblocking(False)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)  # counts from the handshake on
    await asyncio.get_running_loop().sock_connect(plain, address)
    return await asyncio.open_connection(
        sock=plain, ssl=secure, server_hostname=parts.hostname if secure else None, limit=2**26
    )


async def request(
    endpoint: str, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> Response:
    """Send one request and read its answer; a Content-Length is added for a body unless it is chunked."""
    reader, writer = await open_connection(endpoint)
    given = {"Host": urlsplit(endpoint).netloc, "Connection": "close", **(headers or {})}
    if body is not None and "Transfer-Encoding" not in given:
        given.setdefault("Content-Length", str(len(body)))
    try:
        writer.write(head(f"{method} {target} HTTP/1.1", given) + (body or b""))
        async with asyncio.timeout(TIMEOUT_S):
            response = await read_head(reader)
            length = int(response.headers.get("content-length", "0")) if method != "HEAD" else 0
            return response._replace(body=await reader.readexactly(length))
    finally:
        writer.transport.abort()


def head(first_line: str, headers: dict[str, str]) -> bytes:
    """The head of a request."""
    lines = [first_line, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


async def read_head(reader: asyncio.StreamReader) -> Response:
    """The head of an answer, without its body."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    return Response(int(lines[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, b"")
