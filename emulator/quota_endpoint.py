"""`GET /_emulator/quota`: what is allowed and what was used. Counts nothing itself."""

from collections.abc import Callable

from aiohttp import web

from emulator.local_door import behind_door
from emulator.quota import Quota

PATH = "/_emulator/quota"


def add_route(app: web.Application, quota: Quota, open_connections: Callable[[], int], access_key: str) -> None:
    """Register the route."""

    async def show(_request: web.Request) -> web.Response:
        return web.json_response(quota.as_json(open_connections()), headers={"Cache-Control": "no-store"})

    app.router.add_get(PATH, behind_door(show, access_key))
