"""Answer requests under /api: check them in the service's order, and hand them to the operation they ask for.

Order: one Host, the page that asks (only with the public key), token, api-version, path, then what the operation itself
checks: its query, the type of its body, its length, its content. Nothing is done before all of it holds.
"""

import time
from urllib.parse import unquote

import structlog
from aiohttp import web

from emulator import names as names_of_hubs
from emulator.caller import require_one_host
from emulator.errors import RefusedError, not_found
from emulator.faults import calls
from emulator.faults.fault import Point
from emulator.faults.rules import Subject
from emulator.inspection import masking
from emulator.local_page import require_local_page
from emulator.rest import operations, versions
from emulator.rest.call import Call, RestOptions
from emulator.rest.query import Query
from emulator.service import Service

_HEALTH_PATH = "/api/health"
_VERSIONS_HEADER = {"api-supported-versions": ", ".join(versions.SUPPORTED)}

log = structlog.stdlib.get_logger("emulator")


class RestEndpoint:
    """The REST data plane of one emulator."""

    def __init__(self, service: Service, options: RestOptions, *, local_pages_only: bool) -> None:
        """With `local_pages_only`, browsers are served only for pages of this machine."""
        self._service = service
        self._options = options
        self._local_pages_only = local_pages_only

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request; a refusal becomes its status, the header x-ms-error-code and a JSON body."""
        begun, seen, why = time.monotonic(), _Seen(), ""
        try:
            response = await self._answer(request, seen)
        except RefusedError as error:
            log.info("request_refused", method=request.method, status=error.status, reason=error.message)
            response, why = _refusal(error), error.message
        response.headers.update(_VERSIONS_HEADER)
        if request.path != _HEALTH_PATH:
            self._observe(request, seen, response.status, why, time.monotonic() - begun)
        return response

    async def _answer(self, request: web.Request, seen: "_Seen") -> web.Response:
        raw_path = request.rel_url.raw_path
        query = Query(request.query.items())
        if raw_path == _HEALTH_PATH:  # the one address without authentication (C161)
            return _health(request.method, query)
        require_one_host(request)
        if self._local_pages_only:
            require_local_page(request.headers)
        verifier = self._service.verifier
        verifier.check_rest(request.headers.get("Authorization"), request.host, raw_path, now=time.time())
        await calls.meet(self._service.faults, Point.REST, Subject(_hub(raw_path)))
        if raw_path.endswith("/:send"):
            self._service.quota.require_messages()
        versions.check(query.all("api-version"))
        operation, target = operations.find(request.method, raw_path, self._options.decodes_slashes)
        base_url = verifier.audiences.endpoint_at(request.host, request.scheme)
        seen.operation = operation.name
        seen.call = call = Call(self._service, self._options, target, query, base_url, request)
        return await operation.execute(call)

    def _observe(self, request: web.Request, seen: "_Seen", status: int, why: str, duration_s: float) -> None:
        observer, call = self._service.observer, seen.call
        if call is None:  # refused before anything was looked at
            observer.asked(f"{request.method} {request.path}", None, status, why, duration_s)
            return
        names, outcome = call.parameters, call.outcome
        group = names.get("group")
        why_no_member = "" if group is None or outcome.receivers else observer.why_nobody(call.hub, group)
        asked_for = masking.query(pair for pair in request.query.items() if pair[0] != "api-version")
        words = why or outcome.words(call.hub.name, names, why_no_member)
        observer.asked(
            " ".join([seen.operation, *names.values(), *([f"?{asked_for}"] if asked_for else [])]),
            names_of_hubs.hub_key(call.hub_name),
            status,
            words,
            duration_s,
            connection=names.get("connection"),
            user=names.get("user"),
            group=group,
            outcome=outcome,
        )


class _Seen:
    """How far a request came, for the trace."""

    operation = ""
    call: Call | None = None


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
