"""Addresses that the emulator does not serve: refused by name where Azure has them, else with what was expected.

Each is told in the log and in the trace, where somebody who mistyped an address looks for it.
"""

import structlog
from aiohttp import web

from common.shortening import quoted, shortened
from emulator.caller import remote
from emulator.errors import MAX_NAME_CHARACTERS, RefusedError, not_found
from emulator.inspection.observer import Observer

_OTHER_CLIENTS = {"mqtt": "MQTT clients", "socketio": "Socket.IO clients (Web PubSub for Socket.IO)"}
_INSTEAD = (
    "use a WebSocket client at /client/hubs/{hub}, with json.webpubsub.azure.v1 or another subprotocol of the support "
    "matrix in emulator/README.md"
)
_EXPECTED = (
    "clients connect to /client/hubs/{hub}, servers ask at /api/hubs/{hub}/…, and /_emulator/ shows what happens"
)

log = structlog.stdlib.get_logger("emulator")


class UnknownAddresses:
    """Answers where nobody else does."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def add_routes(self, app: web.Application) -> None:
        """Answer for every address that looks like one of a client, behind those that are served."""
        for path in ("/client/{rest:.*}", "/clients", "/clients/{rest:.*}", "/socket.io{rest:.*}"):
            app.router.add_route("*", path, self._refuse_client)

    def add_rest(self, app: web.Application) -> None:
        """Answer for all others too, where no other service shares the application; nothing may be added after it."""
        app.router.add_route("*", "/{rest:.*}", self._refuse)

    async def _refuse_client(self, request: web.Request) -> web.Response:
        hub, refusal = _judged(request.path)
        self._observer.refused(hub.lower(), request.path, remote(request), refusal.status, refusal.message)
        return _answer(request, refusal)

    async def _refuse(self, request: web.Request) -> web.Response:
        if "Upgrade" in request.headers:
            return await self._refuse_client(request)
        _, refusal = _judged(request.path)
        self._observer.asked(f"{request.method} {request.path}", None, refusal.status, refusal.message, 0.0)
        return _answer(request, refusal)


def _judged(path: str) -> tuple[str, RefusedError]:
    """The hub that an address names, as far as it does, and why it is refused."""
    parts = path.split("/", 5)
    hub = parts[4] if parts[1] == "clients" and parts[3:4] == ["hubs"] and len(parts) > 4 else ""
    kind = "socketio" if parts[1].startswith("socket.io") else parts[2] if parts[1] == "clients" and parts[2:] else ""
    if kind in _OTHER_CLIENTS:
        message = f"The emulator does not support {_OTHER_CLIENTS[kind]}; {_INSTEAD}."
        return hub, RefusedError(501, message, "Error.NotImplemented")
    return hub, not_found(f"Nothing is at {quoted(path)}; {_EXPECTED}.")


def _answer(request: web.Request, refusal: RefusedError) -> web.Response:
    path = shortened(request.path, MAX_NAME_CHARACTERS)
    log.info("address_refused", method=request.method, path=path, status=refusal.status, reason=refusal.message)
    text = refusal.message.encode(errors="backslashreplace")
    return web.Response(status=refusal.status, body=text, content_type="text/plain", charset="utf-8")
