"""The faults over HTTP: `/_emulator/faults` and `/_emulator/faults/{id}`. Who may ask is for the door to say."""

import json

from aiohttp import web

from common.shortening import quoted
from emulator.errors import RefusedError, bad_request, not_found, unsupported_media_type
from emulator.faults.fault import Fault
from emulator.faults.injector import Injector
from emulator.faults.reading import parse
from emulator.faults.rules import Rule
from emulator.local_door import behind_door

PATH = "/_emulator/faults"
MAX_BODY_BYTES = 64 * 1024

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def add_routes(app: web.Application, faults: Injector, access_key: str, *, is_on: bool) -> None:
    """Register the routes; while faults are not switched on, all they say is how to do that."""
    endpoint = _Faults(faults)
    for method, path, handler in (
        ("GET", PATH, endpoint.list),
        ("POST", PATH, endpoint.set),
        ("DELETE", PATH, endpoint.clear),
        ("GET", f"{PATH}/{{id}}", endpoint.show),
        ("DELETE", f"{PATH}/{{id}}", endpoint.delete),
    ):
        app.router.add_route(method, path, behind_door(handler if is_on else _off, access_key))


class _Faults:
    """What the routes do."""

    def __init__(self, faults: Injector) -> None:
        self._faults = faults

    async def list(self, _request: web.Request) -> web.Response:
        """Those in force and the last ones that are over."""
        return self._json({"faults": [self._faults.as_json(rule) for rule in self._faults.all()]})

    async def set(self, request: web.Request) -> web.Response:
        """Set the fault in the body: 201, with its id."""
        rule = self._faults.add(await _read(request))
        return self._json(self._faults.as_json(rule), status=201, location=f"{PATH}/{rule.id}")

    async def show(self, request: web.Request) -> web.Response:
        """One fault."""
        return self._json(self._faults.as_json(self._find(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """End one fault and forget it."""
        self._faults.forget(self._find(request))
        return web.Response(status=204)

    async def clear(self, _request: web.Request) -> web.Response:
        """End all."""
        self._faults.clear()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Rule:
        rule = self._faults.get(request.match_info["id"])
        if rule is None:
            raise not_found(f"There is no fault {quoted(request.match_info['id'])}; GET {PATH} lists them.")
        return rule

    @staticmethod
    def _json(body: object, status: int = 200, location: str | None = None) -> web.Response:
        headers = {**_HEADERS, **({} if location is None else {"Location": location})}
        return web.json_response(body, status=status, headers=headers)


async def _read(request: web.Request) -> Fault:
    """The fault in the body of a request.

    Raises:
        RefusedError: 415 for another type than JSON, which pages of other origins could send unasked; 413 or 400.
    """
    if request.content_type != "application/json":
        expected = "application/json: curl --json, or -H 'Content-Type: application/json'"
        raise unsupported_media_type(repr(request.content_type), expected=expected)
    body = await request.content.read(MAX_BODY_BYTES + 1)
    while len(body) <= MAX_BODY_BYTES and (more := await request.content.read(MAX_BODY_BYTES + 1 - len(body))):
        body += more
    if len(body) > MAX_BODY_BYTES:
        raise RefusedError(413, f"A fault has at most {MAX_BODY_BYTES} bytes.", "Error.BadRequest", "Fault")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"The body is no JSON: {error}.", "Fault") from error
    try:
        return parse(value)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"{error}.", "Fault") from error


async def _off(_request: web.Request) -> web.Response:
    raise not_found("Fault injection is off; start the emulator with EMULATOR_FAULTS=1.")
