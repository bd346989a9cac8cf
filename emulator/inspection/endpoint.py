"""The page under /_emulator/ and what stands behind it: the state and the trace as JSON, and the trace as it grows.

What is told is made in `observer` and `state`; who may ask is for `local_door` to say.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog
from aiohttp import hdrs, web

from emulator.errors import bad_request, too_many_watchers
from emulator.inspection import state, trace_filter
from emulator.inspection.record import Record
from emulator.inspection.trace_filter import TraceFilter
from emulator.live_connection import LiveConnection
from emulator.local_door import behind_door, let_in
from emulator.service import Service

PATH = "/_emulator/"

LOOK_EVERY_S = 0.2
"""How often it is looked whether there is something new for those who watch; while nobody does, never."""

SIGN_OF_LIFE_EVERY_S = 10.0

MAX_RECORDS_AT_ONCE = 500
"""Records looked at for a watcher each time. What comes faster is skipped, and said to be: nobody can read it."""

MAX_WATCHERS = 20
"""Live traces at once; each costs the emulator's time."""

PATIENCE_S = 10.0
"""How long a watcher may take to read what waits for it, beside what the kernel keeps for it."""

DEFAULT_RECORDS = 500

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""Memory for the texts of the records of one answer. Those that are left out are the oldest, and are counted."""

MAX_LOGIN_BYTES = 4096

_FILES = {
    "page.js": "text/javascript",
    "connections.js": "text/javascript",
    "dom.js": "text/javascript",
    "records.js": "text/javascript",
    "style.css": "text/css",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.stdlib.get_logger("emulator")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class InspectionEndpoint:
    """Shows one emulator to who may see it."""

    def __init__(self, service: Service, live: Callable[[], Iterable[LiveConnection]], access_key: str) -> None:
        """`live` gives all connections."""
        self._service = service
        self._live = live
        self._key = access_key
        self._masking = service.observer.masking
        self._page = Path(__file__).parent / "page"
        self._stopping = False
        self._watchers = 0

    def add_routes(self, app: web.Application) -> None:
        """Register everything, and that watchers are let go when `app` ends."""
        for path, handler in (("state", self._state), ("trace", self._trace), ("trace/live", self._watch)):
            app.router.add_get(PATH + path, behind_door(handler, self._key))
        app.router.add_get(PATH, self._html("index.html"))
        app.router.add_get(PATH.rstrip("/"), self._redirect)
        app.router.add_get(f"{PATH}login", self._html("login.html"))
        app.router.add_post(f"{PATH}login", self._login)
        app.router.add_get(f"{PATH}page/{{file}}", self._file)
        app.on_shutdown.append(self._stop)

    async def _stop(self, _app: web.Application) -> None:
        self._stopping = True

    async def _redirect(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=308, headers={**_HEADERS, hdrs.LOCATION: PATH})

    async def _login(self, request: web.Request) -> web.StreamResponse:
        """Let a browser in that shows the key, by a cookie; the key is in no address."""
        if (request.content_length or MAX_LOGIN_BYTES + 1) > MAX_LOGIN_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_LOGIN_BYTES, request.content_length or 0, headers=_HEADERS)
        is_form = request.content_type == "application/x-www-form-urlencoded"
        shown = (await request.post()).get("key") if is_form else None
        response = web.Response(status=303, headers={**_HEADERS, hdrs.LOCATION: PATH})
        if isinstance(shown, str) and let_in(response, request, shown.strip(), self._key):
            return response
        return await self._html("wrong-key.html", 403)(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file of the page; there is no secret in any."""
        name = request.match_info["file"]
        if name not in _FILES:
            return _json({"code": "Error.NotFound", "message": "There is no such file."}, 404)
        text = (self._page / name).read_text("utf-8")
        return web.Response(text=text, content_type=_FILES[name], charset="utf-8", headers=_HEADERS)

    def _html(self, name: str, status: int = 200) -> Handler:
        """What serves a page, in which there is nothing of the emulator itself."""

        async def serve(_request: web.Request) -> web.StreamResponse:
            text = (self._page / name).read_text("utf-8")
            return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)

        return serve

    async def _state(self, request: web.Request) -> web.StreamResponse:
        """Hubs, groups, connections; `hub` and `limit` in the query narrow it down."""
        limit = _number(request, "limit", state.MAX_LISTED)
        lives = (one.inspected() for one in tuple(self._live()))
        hub = request.query.get("hub", "")
        return _json(state.overview(self._service.hubs, lives, hub, limit, self._masking))

    async def _trace(self, request: web.Request) -> web.StreamResponse:
        """The last `limit` records after `since` that pass the filter."""
        wanted, since = _filter(request), self._since(request.query.get("since", ""))
        entries = self._service.observer.trace.since(since)
        records = trace_filter.selected(entries, wanted, self._masking)
        limit = _number(request, "limit", DEFAULT_RECORDS)
        return _json(self._batch(records[-limit:] if limit else [], self._service.observer.trace.number, 0))

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        """The same as server-sent events, and then whatever comes, until the watcher goes or no longer reads."""
        wanted = _filter(request)
        since = self._since(request.headers.get("Last-Event-ID") or request.query.get("since", ""))
        if self._watchers >= MAX_WATCHERS:
            raise too_many_watchers(MAX_WATCHERS)
        response = web.StreamResponse(headers={**_HEADERS, hdrs.CONTENT_TYPE: "text/event-stream"})
        self._watchers += 1
        try:
            await response.prepare(request)
            await self._tell(request, response, wanted, since)
        except ConnectionResetError:
            pass  # the watcher has gone
        except TimeoutError:
            log.info("watcher_dropped", reason=f"It did not read for {PATIENCE_S:g} s.")
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._watchers -= 1
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse, wanted: TraceFilter, since: int) -> None:
        """Write what is wanted of what comes after `since`, until the watcher has gone.

        Raises:
            ConnectionResetError: it went in the middle of something.
            TimeoutError: it does not read.
        """
        trace, silent_s = self._service.observer.trace, SIGN_OF_LIFE_EVERY_S
        entries = trace.since(since)  # the first time all, so that a filter finds what is old
        while not self._stopping and request.transport is not None:
            skipped = max(0, trace.number - since - len(entries)) if since else 0
            since = trace.number
            records = trace_filter.selected(entries, wanted, self._masking)
            if records or skipped or silent_s >= SIGN_OF_LIFE_EVERY_S:
                batch = json.dumps(self._batch(records[-DEFAULT_RECORDS:], since, skipped))
                async with asyncio.timeout(PATIENCE_S):
                    await response.write(f"id: {trace.epoch}.{since}\ndata: {batch}\n\n".encode())
                silent_s = 0.0
            await asyncio.sleep(LOOK_EVERY_S)
            silent_s += LOOK_EVERY_S
            entries = trace.since(since)[-MAX_RECORDS_AT_ONCE:]

    def _batch(self, records: Sequence[Record], number: int, skipped: int) -> dict[str, Any]:
        """The last of `records` that there is room for. `skipped` are others that a reader will not see."""
        told, size_bytes = 0, 0
        for record in reversed(records):
            size_bytes += record.size_bytes
            if size_bytes > MAX_ANSWER_BYTES:
                break
            told += 1
        return {
            "records": [record.as_json() for record in records[len(records) - told :]],
            "next": f"{self._service.observer.trace.epoch}.{number}",
            "skipped": skipped + len(records) - told,
        }

    def _since(self, text: str) -> int:
        """The number in `since`: one, or what an answer called `next`. Of another life of the emulator it is 0.

        Raises:
            RefusedError: 400, it is neither.
        """
        epoch, _, number = text.rpartition(".")
        if not text:
            return 0
        if not number.isdecimal() or len(number) > 18:
            raise bad_request("since is a number of a record, or `next` of an earlier answer.", "since")
        trace = self._service.observer.trace
        return int(number) if epoch in ("", trace.epoch) and int(number) <= trace.number else 0


def _filter(request: web.Request) -> TraceFilter:
    try:
        return TraceFilter.of(request.query.items())
    except ValueError as error:
        raise bad_request(f"{error}.", "kind") from error


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or len(text) > 9:
        raise bad_request(f"{name} is not a number.", name)
    return int(text)


def _json(content: Any, status: int = 200) -> web.Response:
    return web.json_response(content, status=status, headers=_HEADERS)
