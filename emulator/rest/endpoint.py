"""Answer requests under /api: check them in the service's order, and hand them to the operation they ask for.

Order: token, api-version, path, then what the operation itself checks.
"""

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from emulator.errors import RefusedError, not_found, not_implemented
from emulator.rest import operations
from emulator.rest.groups import send_to_group
from emulator.rest.operations import API_VERSIONS, Call
from emulator.service import Service

_VERSIONS_HEADER = {"api-supported-versions": ", ".join(API_VERSIONS)}
_BUILT: dict[str, Callable[[Service, Call, web.Request], Awaitable[web.Response]]] = {
    "SendToGroup": send_to_group,
}

log = structlog.stdlib.get_logger("emulator")


class RestEndpoint:
    """The REST data plane of one emulator."""

    def __init__(self, service: Service) -> None:
        self._service = service

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
        if raw_path == "/api/health":
            if request.method == "HEAD":
                return web.Response()  # the one address without authentication (C161)
            raise not_found("HEAD is the only method of /api/health.")
        self._service.verifier.check_rest(request.headers.get("Authorization"), request.host, raw_path, now=time.time())
        operations.check_api_version(request.query.getall("api-version", []))
        call = operations.find(request.method, raw_path)
        execute = _BUILT.get(call.operation.name)
        if execute is None:
            raise not_implemented(f"the operation {call.operation.name}")
        return await execute(self._service, call, request)


def _refusal(error: RefusedError) -> web.Response:
    return web.json_response(
        {"code": error.code, "message": error.message, "target": error.target},
        status=error.status,
        headers={"x-ms-error-code": error.code},
    )
