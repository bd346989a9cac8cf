"""Answer requests under /api: check them in the service's order, and hand them to the operation they ask for.

Order: token, api-version, path, then what the operation itself checks: its query, the type of its body, its length,
its content. Nothing is done before all of it holds.
"""

import time
from urllib.parse import unquote

import structlog
from aiohttp import web

from emulator.errors import RefusedError, not_found
from emulator.faults import calls
from emulator.faults.fault import Point
from emulator.faults.rules import Subject
from emulator.rest import operations, versions
from emulator.rest.call import Call, RestOptions
from emulator.rest.query import Query
from emulator.service import Service

_VERSIONS_HEADER = {"api-supported-versions": ", ".join(versions.SUPPORTED)}

log = structlog.stdlib.get_logger("emulator")


class RestEndpoint:
    """The REST data plane of one emulator."""

    def __init__(self, service: Service, options: RestOptions) -> None:
        self._service = service
        self._options = options

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request; a refusal becomes its status, the header x-ms-error-code and a JSON body."""
        try:
            response = await self._answer(request)
        except RefusedError as error:
            log.info("request_refused", method=request.method, status=error.status, reason=error.message)
            response = _refusal(error)
        response.headers.update(_VERSIONS_HEADER)
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        raw_path = request.rel_url.raw_path
        query = Query(request.query.items())
        if raw_path == "/api/health":  # the one address without authentication (C161)
            return _health(request.method, query)
        verifier = self._service.verifier
        verifier.check_rest(request.headers.get("Authorization"), request.host, raw_path, now=time.time())
        await calls.meet(self._service.faults, Point.REST, Subject(_hub(raw_path)))
        if raw_path.endswith("/:send"):
            self._service.quota.require_messages()
        versions.check(query.all("api-version"))
        operation, target = operations.find(request.method, raw_path, self._options.decodes_slashes)
        base_url = verifier.audiences.endpoint_at(request.host, request.scheme)
        return await operation.execute(Call(self._service, self._options, target, query, base_url, request))


def _health(method: str, query: Query) -> web.Response:
    if method != "HEAD":
        raise not_found("HEAD is the only method of /api/health.")
    versions.check(query.all("api-version"))
    return web.Response()


def _hub(raw_path: str) -> str | None:
    """The hub that a call is for, as far as its path tells."""
    parts = raw_path.split("/")
    return unquote(parts[3]) if parts[2:3] == ["hubs"] and len(parts) > 3 else None


def _refusal(error: RefusedError) -> web.Response:
    return web.json_response(
        {"code": error.code, "message": error.message, "target": error.target},
        status=error.status,
        headers={"x-ms-error-code": error.code, **error.headers},
    )
