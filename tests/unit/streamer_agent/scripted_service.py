"""A negotiate service and a Web PubSub service on one port that do what a test tells them, right or wrong."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

SUBPROTOCOL = "json.reliable.webpubsub.azure.v1"
Frame = dict[str, Any]
Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse]]


class ScriptedService:
    """Welcomes, records and acknowledges, unless told otherwise."""

    def __init__(self) -> None:
        self.negotiations: list[web.Request] = []
        self.negotiate_answers: deque[Answer] = deque()
        """Instead of a URL, in turn; the last one stays."""
        self.upgrade_answers: deque[Answer] = deque()
        """Instead of a WebSocket, in turn."""
        self.sockets: list[web.WebSocketResponse] = []
        self.frames: list[tuple[int, Frame]] = []
        """Everything received, each with the number of its connection."""
        self.replies: Callable[[Frame], Frame | None] = success
        """What is answered to a frame; None for silence."""
        self.welcomes = True
        self.is_reliable = False
        """Whether connections can be recovered; unless `upgrade_answers` has something, they then are."""
        self.recoveries: list[tuple[str, str]] = []
        """Connection id and token of each recovery."""
        self.reads = True
        self.resume = asyncio.Event()
        self.port = 0

    @property
    def negotiate_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/negotiate"

    @property
    def contents(self) -> list[Any]:
        """`data` of everything received, repeats included."""
        return [frame["data"] for _, frame in self.frames]

    @property
    def ack_ids(self) -> list[int]:
        return [frame["ackId"] for _, frame in self.frames]

    async def negotiate(self, request: web.Request) -> web.StreamResponse:
        self.negotiations.append(request)
        if self.negotiate_answers:
            answers = self.negotiate_answers
            return await _answer(answers[0] if len(answers) == 1 else answers.popleft(), request)
        url = f"ws://127.0.0.1:{self.port}/client/hubs/stream?access_token=SECRET{len(self.negotiations)}"
        return web.json_response({"url": url, "group": "stream", "hub": "stream"})

    async def client(self, request: web.Request) -> web.StreamResponse:
        if self.upgrade_answers:
            return await _answer(self.upgrade_answers.popleft(), request)
        socket = web.WebSocketResponse(protocols=[SUBPROTOCOL], timeout=0.1)
        await socket.prepare(request)
        number = len(self.sockets)
        self.sockets.append(socket)
        recovered = request.query.get("awps_connection_id")
        if recovered is not None:
            self.recoveries.append((recovered, request.query["awps_reconnection_token"]))
        elif self.welcomes:
            token = {"reconnectionToken": f"SECRET-R{number}"} if self.is_reliable else {}
            await socket.send_json(
                {"type": "system", "event": "connected", "userId": None, "connectionId": f"c{number}", **token}
            )
        if not self.reads:
            await self.resume.wait()
            return socket
        async for received in socket:
            if received.type is WSMsgType.TEXT:
                frame = received.json()
                self.frames.append((number, frame))
                reply = self.replies(frame)
                if reply is not None:
                    await socket.send_json(reply)
        return socket

    def cut(self) -> None:
        """Drop the newest connection without a close frame."""
        transport = self.sockets[-1]._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()


async def _answer(answer: Answer, request: web.Request) -> web.StreamResponse:
    response = answer(request)
    return response if isinstance(response, web.StreamResponse) else await response


@asynccontextmanager
async def running() -> AsyncIterator[ScriptedService]:
    """A scripted service on a free port of loopback."""
    service = ScriptedService()
    app = web.Application()
    app.router.add_get("/negotiate", service.negotiate)
    app.router.add_get("/client/hubs/stream", service.client)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        service.resume.set()
        await runner.cleanup()


def success(frame: Frame) -> Frame:
    return {"type": "ack", "ackId": frame["ackId"], "success": True}


def failure(name: str) -> Callable[[Frame], Frame]:
    return lambda frame: {
        "type": "ack",
        "ackId": frame["ackId"],
        "success": False,
        "error": {"name": name, "message": "because"},
    }


def silence(_frame: Frame) -> None:
    return None


def status(code: int, headers: dict[str, str] | None = None, text: str = "") -> Answer:
    return lambda _request: web.Response(status=code, headers=headers, text=text)
