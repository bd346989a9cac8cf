"""The door for clients: `/client/hubs/{hub}` and `/client/?hub={hub}`, and the life of all connections together.

Checks are in `handshake`, what a single connection does in `live_connection`.
"""

import asyncio
import contextlib
import secrets
import time

import structlog
from aiohttp import WSMsgType, web

from emulator import protocols
from emulator.client_socket import ClientSocket
from emulator.errors import Close, Closes, ConnectionClosedError, RefusedError
from emulator.handshake import Admission, Upgrade, admit, offered_subprotocols, parameters, require_local_page
from emulator.live_connection import CLOSE_GRACE_S, LiveConnection
from emulator.protocols import frames
from emulator.service import Service

SHUTDOWN_GRACE_S = 1.0
"""How long clients have to answer the close frame when the emulator stops."""

PINGS_PER_TURN = 100

log = structlog.stdlib.get_logger("emulator")


class WebSocketEndpoint:
    """Upgrades clients and knows all that are connected."""

    def __init__(self, service: Service, local_pages_only: bool) -> None:
        """With `local_pages_only`, browsers are served only for pages of this machine."""
        self._service = service
        self._local_pages_only = local_pages_only
        self._live: dict[LiveConnection, asyncio.Task[object] | None] = {}  # with the task that serves each

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one client from its upgrade request to its end."""
        hub = request.match_info.get("hub")
        query = parameters(request.query.items())
        offered = offered_subprotocols(request.headers.getall("Sec-WebSocket-Protocol", ()))
        upgrade = Upgrade(
            hub=query.get("hub", "") if hub is None else hub,
            host=request.host,
            query=query,
            offered=offered,
            authorization=request.headers.get("Authorization"),
        )
        try:
            _require_upgrade(request)
            if self._local_pages_only:
                require_local_page(request.headers.get("Origin"))
            admission = admit(upgrade, self._service.verifier, time.time())
        except RefusedError as error:
            log.info("connection_refused", hub=upgrade.hub, status=error.status, reason=error.message)
            text = error.message.encode(errors="backslashreplace")  # it may quote a header that was no UTF-8
            return web.Response(status=error.status, body=text, content_type="text/plain", charset="utf-8")
        except ConnectionClosedError as error:
            return await _accept_and_close(request, protocols.first_known(offered), error.close)
        socket = ClientSocket(admission.subprotocol)
        if await _upgrade(socket, request):
            await self._serve(request, admission, socket)
        return socket

    async def keep_alive(self, interval_s: float) -> None:
        """Ping every client once per interval, for ever; who was silent for a whole one is cut off."""
        while True:
            await asyncio.sleep(interval_s)
            for number, live in enumerate(tuple(self._live), start=1):
                live.ping()
                if number % PINGS_PER_TURN == 0:
                    await asyncio.sleep(0)

    async def shut_down(self) -> None:
        """Close every connection with 1001, and cut those that do not answer in time."""
        for live in tuple(self._live):
            live.close_unheard(Closes.SHUTTING_DOWN)  # a server that stops is not given what comes in
        tasks = [task for task in self._live.values() if task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=SHUTDOWN_GRACE_S)
        for live in tuple(self._live):
            live.abort()

    async def _serve(self, request: web.Request, admission: Admission, socket: ClientSocket) -> None:
        connection_id = secrets.token_hex(16)
        live = LiveConnection(self._service, admission, connection_id, socket, request)
        log.info("connection_opened", connection_id=connection_id, hub=admission.hub, subprotocol=admission.subprotocol)
        self._live[live] = asyncio.current_task()
        close = Close(1006, "The emulator failed.")
        try:
            close = await live.run()
        finally:
            del self._live[live]
            log.info("connection_closed", connection_id=connection_id, code=close.code, reason=close.reason)


def _require_upgrade(request: web.Request) -> None:
    tokens = {token.strip() for token in request.headers.get("Connection", "").lower().split(",")}
    if request.headers.get("Upgrade", "").strip().lower() != "websocket" or "upgrade" not in tokens:
        raise RefusedError(400, "This address speaks WebSocket; expected an upgrade request.")
    for name in ("Sec-WebSocket-Key", "Sec-WebSocket-Version"):
        if not request.headers.get(name, "").isascii():  # aiohttp's own checks of these would fail on it
            raise RefusedError(400, f"{name} is not ASCII.")


async def _upgrade(socket: ClientSocket, request: web.Request) -> bool:
    """Answer 101, or return False if the client is gone already."""
    try:
        await socket.prepare(request)
    except ConnectionResetError:
        return False
    return request.transport is not None


async def _accept_and_close(request: web.Request, subprotocol: str | None, close: Close) -> web.StreamResponse:
    """Upgrade a client only to tell it by a close frame that it is refused, and wait for its answer."""
    socket = ClientSocket(subprotocol)
    if not await _upgrade(socket, request) or request.transport is None:
        return socket
    request.transport.write(frames.close(close.code, close.reason))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_GRACE_S):
            while (await socket.receive()).type in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG):
                pass
    return socket
