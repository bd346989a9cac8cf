"""Refuses what a foreign web page could ask of the services on loopback. The emulator's key is public here.

Any page that the user opens may try ws://localhost and sign a token of its own with that key; its browser then tells
its Origin. A page that rebinds its own name to this address comes with that name as Host. Both are refused. Requests of
programs carry no Origin, and what they may do is judged by their keys and tokens.
"""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from negotiate_service.settings import NegotiateSettings

HEALTH = ("/healthz", "/readyz")


def guard(names: NegotiateSettings) -> Middleware:
    """A middleware that lets pass only what names this service, by `names`'s ALLOWED_HOSTS and ALLOWED_ORIGINS."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN)
        if request.path in HEALTH:
            return await handler(request)
        if not names.is_own_host(request.headers.get(hdrs.HOST, "")):
            return _refuse(421, "foreign_host", "This is not a name of this service; ALLOWED_HOSTS can add it")
        if origin is not None and not names.is_own_origin(origin):
            return _refuse(403, "foreign_origin", "Pages of this origin may not ask here; ALLOWED_ORIGINS can add it")
        return await handler(request)

    return check


def _refuse(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": code, "message": message}, status=status, headers={"Cache-Control": "no-store"})
