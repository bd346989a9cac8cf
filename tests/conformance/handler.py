"""An event handler on loopback: it keeps every request that it gets, and answers as a test tells it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import web
from multidict import CIMultiDictProxy

from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target, in_process
from tests.support.eventually import eventually

SYSTEM_EVENTS = ("connect", "connected", "disconnected")
HUB = "chat"
AT_ONCE = (0.0, 0.0, 0.0)
"""Delays before the three repetitions of a request; Azure's take nine seconds."""


class Call(NamedTuple):
    """One request that came."""

    method: str
    path: str
    query: str
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Reply(NamedTuple):
    """What to answer; with `hold`, not before that is set."""

    status: int = 204
    body: bytes | str = b""
    content_type: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    hold: asyncio.Event | None = None


class Handler:
    """Answers validation with `allowed`, and each event with the next of its replies, of which the last one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.allowed: Sequence[str] = ("*",)  # values of WebHook-Allowed-Origin
        self.validation: dict[str, int] = {"OPTIONS": 200, "GET": 404}
        self._replies: dict[str, list[Reply]] = {}
        self._held: list[asyncio.Event] = []  # all that were waited for; nobody waits beyond the test

    def reply(self, event: str, *replies: Reply) -> None:
        """Answer `event` so from now on."""
        self._replies[event] = list(replies)

    def settings(
        self, pattern: str = "*", system_events: Sequence[str] = SYSTEM_EVENTS, path: str = "/{event}"
    ) -> dict[str, Any]:
        """The settings of a handler that is this one."""
        return {"UrlTemplate": self.url + path, "EventPattern": pattern, "SystemEvents": list(system_events)}

    def events(self, name: str | None = None) -> list[Call]:
        """The events that came, all or those of a name."""
        return [call for call in self.calls if call.method == "POST" and name in (None, call.headers["ce-eventName"])]

    async def event(self, name: str, number: int = 0) -> Call:
        """The event of that name and number; waits for it."""
        await eventually(lambda: len(self.events(name)) > number, f"event {name} {number}")
        return self.events(name)[number]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body, url = await request.read(), request.rel_url
        self.calls.append(Call(request.method, url.raw_path, url.raw_query_string, request.headers, body))
        if request.method in self.validation:
            allowed = [("WebHook-Allowed-Origin", value) for value in self.allowed]
            return _response(Reply(self.validation[request.method], headers=allowed))
        replies = self._replies.get(request.headers["ce-eventName"], [Reply()])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.hold is not None:
            self._held.append(reply.hold)
            await reply.hold.wait()
        return _response(reply)


def _response(reply: Reply) -> web.Response:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    response = web.Response(status=reply.status, body=body)
    response.headers["Content-Type"] = reply.content_type or ""  # an absent one would become application/octet-stream
    for name, value in reply.headers:
        response.headers.add(name, value)
    return response


@asynccontextmanager
async def running_handler() -> AsyncIterator[Handler]:
    """A handler on a free port."""
    handler = Handler()
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", handler._handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    handler.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield handler
    finally:
        for event in handler._held:
            event.set()
        await runner.cleanup()


@asynccontextmanager
async def emulator_for(
    *handlers: dict[str, Any], hub: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Target]:
    """The emulator with these event handlers, and other settings of the hub or of its own."""
    hubs = json.dumps({HUB: {"EventHandlers": handlers, **(hub or {})}})
    async with in_process(**{"hubs": hubs, "handler_retry_delays": AT_ONCE, **settings}) as target:
        target.hub = HUB
        yield target


def send_event(client: RawClient, event: str = "e", ack_id: int | None = 1, **fields: Any) -> None:
    """Send a user event with data that does not matter, unless `fields` say otherwise."""
    client.send({"type": "event", "event": event, "data": 1, "ackId": ack_id, **fields})
