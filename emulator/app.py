"""Put one emulator together on an aiohttp application; opens no socket and reads no environment."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from common.http_log import HTTP_LOG
from emulator import identity, quota_endpoint
from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.clock import LoopClock
from emulator.dialect import Dialect
from emulator.faults import endpoint as faults_endpoint
from emulator.faults.injector import Injector
from emulator.inspection.endpoint import InspectionEndpoint
from emulator.inspection.masking import Masking
from emulator.quota import PROFILES, Quota
from emulator.reconnection import ReconnectionTokens
from emulator.rest.call import RestOptions
from emulator.rest.endpoint import RestEndpoint
from emulator.service import Recovery, Service
from emulator.settings import EmulatorSettings
from emulator.unknown_addresses import UnknownAddresses
from emulator.upstream.client import HandlerClient, Patience
from emulator.upstream.live_settings import LiveSettings
from emulator.upstream.upstream import Upstream
from emulator.upstream.validator import Validator
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


HUB_SETTINGS = web.AppKey("HUB_SETTINGS", LiveSettings)
"""The settings of hubs of an application that has the emulator's routes."""

FAULTS = web.AppKey("FAULTS", Injector)
"""The faults of the same, whether or not they can be set over HTTP."""

UNKNOWN_ADDRESSES = web.AppKey("UNKNOWN_ADDRESSES", UnknownAddresses)
"""What answers in the same where nothing is."""


def create_app(settings: EmulatorSettings) -> web.Application:
    """A whole service: the emulator's routes, /healthz and /readyz.

    Raises:
        ConfigurationError: the settings contradict each other.
    """
    app = web.Application(middlewares=[_refuse_as_unused] if settings.unused_in_favour_of is not None else [])
    add_routes(app, settings)
    app.router.add_get("/healthz", _ok)
    app.router.add_get("/readyz", _ok)  # all state is memory: who answers can serve
    app[UNKNOWN_ADDRESSES].add_rest(app)
    return app


def add_routes(app: web.Application, settings: EmulatorSettings) -> None:
    """Register the emulator's public routes on `app`, and what must run and end with it.

    Raises:
        ConfigurationError: the settings contradict each other.
    """
    endpoints = [*settings.public_endpoints, identity.endpoint(settings, settings.port)]
    key = identity.access_key(settings)
    audiences = Audiences(endpoints, settings.lenient_audience)
    verifier = TokenVerifier(key, audiences, settings.allow_unvalidated_entra_tokens)
    recovery = Recovery(settings.recovery_window, settings.connected_after_recovery)
    limits = PROFILES[settings.quota].changed(settings.quota_connections, settings.quota_messages)
    quota = Quota(limits, time.time)
    tokens, clock, masking = ReconnectionTokens(key), LoopClock(), Masking([key])
    dialect = Dialect(settings.json_in_binary_frames, settings.protobuf_json_as_text)
    service = Service(verifier, tokens, clock, recovery, quota, masking, keeps_frames=settings.trace, dialect=dialect)
    hubs = LiveSettings(settings.hubs_file, settings.hubs, settings.foreign_variables)
    upstream = _upstream(settings, hubs, endpoints, key, service)
    is_public = key == identity.DEFAULT_KEY
    clients = WebSocketEndpoint(service, upstream, local_pages_only=is_public)
    options = RestOptions(settings.decode_slashes, settings.missing_user_is_error)
    rest = RestEndpoint(service, options, local_pages_only=is_public)
    for path in ("/client", "/client/", "/client/hubs/{hub:[^/]*}"):
        app.router.add_route("*", path, clients.handle)
    unknown = UnknownAddresses(service.observer)
    unknown.add_routes(app)
    InspectionEndpoint(service, lambda: clients.connections, key).add_routes(app)
    app.router.add_route("*", "/api/{path:.*}", rest.handle)
    faults_endpoint.add_routes(app, service.faults, key, is_on=settings.faults)
    quota_endpoint.add_route(app, service.quota, clients.count_open, key)
    app[HUB_SETTINGS] = hubs
    app[FAULTS] = service.faults
    app[UNKNOWN_ADDRESSES] = unknown
    app.cleanup_ctx.append(_opened(upstream))
    app.cleanup_ctx.append(_running(hubs.watch))
    app.cleanup_ctx.append(_running(lambda: clients.keep_alive(settings.keep_alive_interval)))
    app.on_shutdown.append(lambda _app: clients.shut_down())


def _upstream(
    settings: EmulatorSettings, hubs: LiveSettings, endpoints: Sequence[str], key: str, service: Service
) -> Upstream:
    patience = Patience(answer_s=settings.handler_timeout, retry_delays_s=settings.handler_retry_delays)
    client = HandlerClient(patience, on_sent=service.count)
    origins = identity.origins([identity.endpoint(settings, settings.port), *endpoints])
    return Upstream(hubs, client, Validator(client, origins, time.monotonic), origins[0], key, service.observer)


def _opened(upstream: Upstream) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        upstream.open()
        yield
        await upstream.close()

    return run


def _running(work: Callable[[], Coroutine[None, None, None]]) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(work())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return run


@web.middleware
async def _refuse_as_unused(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve nobody while another service is configured: what were published here would reach no reader there."""
    if request.path in ("/healthz", "/readyz"):
        return await handler(request)
    raise web.HTTPServiceUnavailable(
        text="This emulator is not used, as another Web PubSub service is configured. Ask negotiate for a fresh URL."
    )


async def _ok(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
