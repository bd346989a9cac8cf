"""A web server on loopback for the unit tests: it does what a function says, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]
ALLOWED = {"WebHook-Allowed-Origin": "*"}


class Webhook:
    """`respond` answers; `seen` is method and path of every request."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[str] = []
        self.respond: Respond = nothing
        self.released = asyncio.Event()  # set for those who `hang`, at the latest when the webhook ends

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(f"{request.method} {request.path_qs}")
        return await self.respond(request)

    async def hang(self, _request: web.Request) -> web.StreamResponse:
        """Agree, but not before we are released."""
        await self.released.wait()
        return web.Response(status=204, headers=ALLOWED)


async def nothing(_request: web.Request) -> web.StreamResponse:
    """Agree to everything."""
    return web.Response(status=204, headers=ALLOWED)


def statuses(*given: int) -> Respond:
    """Answer with these statuses in turn, and keep to the last."""
    left = list(given)

    async def respond(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=left.pop(0) if len(left) > 1 else left[0], headers=ALLOWED)

    return respond


@asynccontextmanager
async def running() -> AsyncIterator[Webhook]:
    """One on a free port."""
    webhook = Webhook()
    runner = web.ServerRunner(web.Server(webhook.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    webhook.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield webhook
    finally:
        webhook.released.set()
        await runner.cleanup()
