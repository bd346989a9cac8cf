"""Put one emulator together on an aiohttp application; opens no socket and reads no environment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from emulator import identity
from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.http_log import HTTP_LOG
from emulator.rest.endpoint import RestEndpoint
from emulator.service import Service
from emulator.settings import EmulatorSettings
from emulator.websocket_endpoint import WebSocketEndpoint

RUNNER_OPTIONS: dict[str, Any] = {
    "access_log": None,  # URLs of clients carry tokens
    "auto_decompress": False,  # compressed bodies are refused; nobody should unpack them first
    "logger": HTTP_LOG,
    "keepalive_timeout": 75.0,  # also ends a request whose head never comes to its end
    "max_line_size": 64 * 1024,  # a token with many roles is long, and travels in the URL
    "max_field_size": 64 * 1024,
    "shutdown_timeout": 2.0,
}
"""For the aiohttp runner that serves the emulator: `web.AppRunner(app, **RUNNER_OPTIONS)`."""


def create_app(settings: EmulatorSettings) -> web.Application:
    """A whole service: the emulator's routes, /healthz and /readyz.

    Raises:
        ConfigurationError: the settings contradict each other.
    """
    app = web.Application()
    add_routes(app, settings)
    app.router.add_get("/healthz", _ok)
    app.router.add_get("/readyz", _ok)  # all state is memory: who answers can serve
    return app


def add_routes(app: web.Application, settings: EmulatorSettings) -> None:
    """Register the emulator's public routes on `app`, and what must run and end with it.

    Raises:
        ConfigurationError: the settings contradict each other.
    """
    endpoints = [*settings.public_endpoints, identity.endpoint(settings, settings.port)]
    key = identity.access_key(settings)
    verifier = TokenVerifier(key, Audiences(endpoints, settings.lenient_audience))
    service = Service(verifier, at_end_of_turn=_call_soon)
    clients = WebSocketEndpoint(service, local_pages_only=key == identity.DEFAULT_KEY)
    rest = RestEndpoint(service)
    for path in ("/client", "/client/", "/client/hubs/{hub:[^/]*}"):
        app.router.add_route("GET", path, clients.handle)
    app.router.add_route("*", "/api/{path:.*}", rest.handle)
    app.cleanup_ctx.append(_keep_alive(clients, settings.keep_alive_interval))
    app.on_shutdown.append(lambda _app: clients.shut_down())


def _call_soon(callback: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(callback)


def _keep_alive(clients: WebSocketEndpoint, interval_s: float) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(clients.keep_alive(interval_s))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return run


async def _ok(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
