"""Builds the negotiate service as an aiohttp application, or adds its route to another one.

Listens on nothing; `__main__` does.
"""

import structlog
from aiohttp import web

from negotiate_service import handlers, publisher_key
from negotiate_service.access import Access
from negotiate_service.endpoint import Endpoint
from negotiate_service.handlers import Negotiator
from negotiate_service.settings import NegotiateSettings

NEGOTIATOR = web.AppKey("negotiator", Negotiator)

log = structlog.stdlib.get_logger("negotiate_service")


def create_app(settings: NegotiateSettings) -> web.Application:
    """A whole service: /negotiate, /healthz, /readyz, and a JSON 404 for the rest.

    Raises:
        ConfigurationError: there is no usable publisher key.
    """
    app = web.Application()
    add_routes(app, settings)
    add_health(app)
    app.router.add_route("*", "/{path:.*}", handlers.not_found)
    return app


def add_health(app: web.Application) -> None:
    """Add /healthz and /readyz to `app`, which has the service's routes."""
    app.router.add_get("/healthz", handlers.healthz)
    app.router.add_get("/readyz", handlers.readyz(app[NEGOTIATOR].check))


def add_routes(app: web.Application, settings: NegotiateSettings) -> None:
    """Add /negotiate, in every method, to `app`; it closes its connections when `app` is cleaned up.

    Raises:
        ConfigurationError: there is no usable publisher key.
    """
    key = publisher_key.load(settings)
    endpoint = Endpoint(settings)
    access = Access(settings.stream_group, key.secret, settings.negotiate_tutorial)
    app[NEGOTIATOR] = Negotiator(settings, access, endpoint)
    app.router.add_route("*", "/negotiate", app[NEGOTIATOR].handle)

    async def close(_app: web.Application) -> None:
        await endpoint.close()

    app.on_cleanup.append(close)
    log.info(
        "negotiate_configured",
        mode=settings.mode,
        endpoint=settings.endpoint,
        hub=settings.webpubsub_hub,
        group=settings.stream_group,
        publisher_key=str(key.file) if key.file else "PUBLISHER_KEY",
    )
    if settings.negotiate_tutorial:
        log.warning(
            "tutorial_mode_on",
            meaning="ANYONE who reaches /negotiate may PUBLISH to the group and read it; unset NEGOTIATE_TUTORIAL to "
            "end this",
        )
