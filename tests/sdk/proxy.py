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
                await asyncio.gather(_pass(reader, server_writer), _pass(server_reader, writer))
            finally:
                self._streams.discard(server_writer)
                server_writer.transport.abort()
        finally:
            self._streams.discard(writer)
            writer.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


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
