"""A tiny upstream that remembers each request as it came, and answers what a test asks for."""

import asyncio

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer


class Upstream:
    """Stands behind nginx in the place of negotiate service and emulator."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.go_on = asyncio.Event()
        application = web.Application(client_max_size=0)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(application)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.port}"

    async def start(self) -> None:
        await self._server.start_server(max_line_size=2**16)

    async def stop(self) -> None:
        self.go_on.set()
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if request.headers.get("Upgrade"):
            return await self._echo(request)
        if request.path.endswith("/slow"):
            return await self._two_parts(request)
        if request.path.endswith("/broken"):
            assert request.transport is not None
            request.transport.abort()
        self.bodies.append(await request.read())
        return web.json_response({"seen": request.raw_path}, headers={"Cache-Control": "no-store"})

    async def _echo(self, request: web.Request) -> web.WebSocketResponse:
        """Send every message back; the text `close` closes with 1008 as the service does to slow consumers."""
        websocket = web.WebSocketResponse(protocols=("json.webpubsub.azure.v1",), max_msg_size=2**21)
        await websocket.prepare(request)
        async for message in websocket:
            if message.type is WSMsgType.TEXT and message.data == "close":
                await websocket.close(code=1008, message=b"SlowClient")
            elif message.type is WSMsgType.TEXT:
                await websocket.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await websocket.send_bytes(message.data)
        return websocket

    async def _two_parts(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        await self.go_on.wait()
        await response.write(b"second")
        return response
