"""A TCP proxy on loopback that cuts its connections when it is told to: the network trouble of the tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Passes bytes between clients and one server."""

    def __init__(self, host: str, port: int) -> None:
        self.endpoint = ""
        self._server = (host, port)
        self._streams: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.upstream: list[bytearray] = []  # what each connection's client sent

    def cut(self) -> None:
        """Reset every connection, on both sides, without a word."""
        for writer in tuple(self._streams):
            writer.transport.abort()

    def block(self) -> None:
        """Hold new connections back, as a network does that is down."""
        self._open.clear()

    def unblock(self) -> None:
        """Let them through again."""
        self._open.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        try:
            await self._open.wait()
            server_reader, server_writer = await asyncio.open_connection(*self._server)
            self._streams.add(server_writer)
            try:
                self.upstream.append(sent := bytearray())
                await asyncio.gather(_pass(reader, server_writer, sent), _pass(server_reader, writer, bytearray()))
            finally:
                self._streams.discard(server_writer)
                server_writer.transport.abort()
        finally:
            self._streams.discard(writer)
            writer.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            seen += data
            writer.write(data)
            await writer.drain()
        writer.write_eof()


def messages_of_client(sent: bytes) -> list[str]:
    """The text messages that a client sent behind its upgrade request, unmasked; each is a frame of its own."""
    data, found = sent.partition(b"\r\n\r\n")[2], []
    while len(data) > 6:
        size, start = data[1] & 0x7F, 2
        if size > 125:
            start += 2 if size == 126 else 8
            size = int.from_bytes(data[2:start], "big")
        mask, payload = data[start : start + 4], data[start + 4 : start + 4 + size]
        if data[0] == 0x81:
            found.append(bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)).decode())
        data = data[start + 4 + size :]
    return found


@asynccontextmanager
async def running_proxy(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy for the server at `host` and `port`."""
    proxy = Proxy(host, port)
    tasks: set[asyncio.Task[None]] = set()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy._accept(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    proxy.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.unblock()
        proxy.cut()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
