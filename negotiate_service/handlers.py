"""Handlers of /negotiate, /healthz and /readyz: read the request, ask the rules, shape the answer.

The rules are elsewhere: `access` for roles, `authority` and `forwarded` for names, `cors` for other origins.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from aiohttp import hdrs, web

from negotiate_service import authority, cors, forwarded, origin
from negotiate_service.access import Access
from negotiate_service.authority import Authority
from negotiate_service.endpoint import Endpoint
from negotiate_service.errors import (
    ForeignHostError,
    MalformedRequestError,
    MethodError,
    RequestError,
    UnknownRoleError,
)
from negotiate_service.origin import Origin
from negotiate_service.proxies import TrustedProxies
from negotiate_service.settings import NegotiateSettings

log = structlog.stdlib.get_logger("negotiate_service")

_SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer: a URL carries a token, and an error is about this request alone."""


class Negotiator:
    """Answers /negotiate."""

    def __init__(self, settings: NegotiateSettings, access: Access, endpoint: Endpoint) -> None:
        self._settings = settings
        self._access = access
        self._endpoint = endpoint
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._origins = cors.parse_origins(settings.allowed_origins)
        self._public = origin.parse_url(settings.public_url) if settings.public_url else None

    async def handle(self, request: web.Request) -> web.Response:
        """Answer any method; every answer, an error too, is JSON and can be read by the pages that may."""
        asked_by = request.headers.get(hdrs.ORIGIN)
        try:
            response = await self._answer(request)
        except RequestError as error:
            log.info("negotiate_refused", error=error.code, status=error.status, peer=request.remote)
            response = web.json_response(
                {"error": error.code, "message": str(error)}, status=error.status, headers=error.headers
            )
        response.headers.update(_SAFE | cors.answer_headers(asked_by, self._origins))
        return response

    async def check(self) -> None:
        """Return if a URL could be handed out now.

        Raises:
            RequestError: it could not; the text says why.
        """
        await self._endpoint.check()

    async def _answer(self, request: web.Request) -> web.Response:
        seen = await self._checked_origin(request)
        if request.method == hdrs.METH_OPTIONS:
            headers = cors.preflight_headers(request.headers.get(hdrs.ORIGIN), self._origins)
            return web.Response(status=204, headers=headers)
        if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
            raise MethodError("Ask with GET /negotiate", {"Allow": "GET, HEAD, OPTIONS"})
        role = self._access.decide(_asked_role(request), request.headers.get(hdrs.AUTHORIZATION))
        minted = await self._endpoint.mint(self._access.permissions(role))
        azure = self._settings.mode == "azure"
        url = minted.url if azure else (self._public or seen).client_url(self._settings.webpubsub_hub, minted.token)
        log.info("url_issued", role=role.value, peer=request.remote)
        return web.json_response({"url": url, "group": self._access.group, "hub": self._settings.webpubsub_hub})

    async def _checked_origin(self, request: web.Request) -> Origin:
        """The origin that the client asked, once every name in it is known to be ours."""
        host = self._own(_host(request))
        scheme: Literal["http", "https"] = "https" if request.secure else "http"
        if not await self._proxies.trusts(request.remote):
            return Origin(scheme, host)
        names = (*forwarded.NAMES, "Forwarded")
        seen = forwarded.seen_by_client({name: request.headers.getall(name, []) for name in names}, scheme, host)
        self._own(seen.authority)
        return seen

    def _own(self, host: Authority) -> Authority:
        if self._settings.is_own_host(str(host)):
            return host
        raise ForeignHostError(
            f"{host} is not one of this service's names. If it is yours, add it: ALLOWED_HOSTS={host.host}"
        )


def _host(request: web.Request) -> Authority:
    values = request.headers.getall(hdrs.HOST, [])
    try:
        if len(values) != 1:
            raise ValueError("expected exactly one")
        return authority.parse(values[0])
    except ValueError as error:
        raise MalformedRequestError(f"The Host header does not parse: {error}") from None


def _asked_role(request: web.Request) -> str | None:
    roles = request.query.getall("role", [])
    if len(roles) > 1:
        raise UnknownRoleError("The query has more than one role; expected one")
    return roles[0] if roles else None


async def healthz(_request: web.Request) -> web.Response:
    """Answer that the process is alive, whatever the state of the service behind it."""
    return web.json_response({"status": "ok"}, headers=_SAFE)


def readyz(check: Callable[[], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers 200 if `check` returns, and 503 with its reason if it raises."""

    async def handle(_request: web.Request) -> web.Response:
        try:
            await check()
        except RequestError as error:
            return web.json_response({"status": "unavailable", "reason": str(error)}, status=503, headers=_SAFE)
        return web.json_response({"status": "ok"}, headers=_SAFE)

    return handle


async def not_found(_request: web.Request) -> web.Response:
    """Answer every other path."""
    answer = {"error": "not_found", "message": "There is nothing here; ask GET /negotiate"}
    return web.json_response(answer, status=404, headers=_SAFE)
