"""The REST operations on one connection."""

from aiohttp import web

from emulator.errors import no_connection
from emulator.rest.call import Call


async def exists(call: Call) -> web.Response:
    """200 while the connection is there, also while it is away and may be recovered (C146); else 404."""
    if call.connection is None:
        raise no_connection(call.parameters["connection"], "Warning")
    return web.Response()


async def close(call: Call) -> web.Response:
    """Close the connection for good: no recovery brings it back (C136)."""
    return call.close(call.hub.find([call.parameters["connection"]]))


async def send(call: Call) -> web.Response:
    """Send the body to the connection."""
    message = await call.read_message()
    return call.send(message, call.hub.find([call.parameters["connection"]]))


async def leave_all_groups(call: Call) -> web.Response:
    """Take the connection out of all its groups: 204, also when it is not there."""
    if call.connection is not None:
        call.hub.leave_all(call.connection)
    return web.Response(status=204)
