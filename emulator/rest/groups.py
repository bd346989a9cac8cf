"""The REST operations on a group and its members; `members` lists them page by page."""

from aiohttp import web

from emulator.errors import no_connection, no_group
from emulator.rest.call import Call
from emulator.rest.selection import Selection


async def exists(call: Call) -> web.Response:
    """200 while the group has a member, else 404."""
    if not call.hub.members(call.parameters["group"]):
        raise no_group(call.parameters["group"])
    return web.Response()


async def send(call: Call) -> web.Response:
    """Send the body to the members, but for the excluded ones, or to those that pass the filter.

    They get it from the group, without a sender (C098).
    """
    selection = Selection.of(call.query)
    message = await call.read_message(call.parameters["group"])
    return call.send(message, call.pick(selection, call.hub.members(call.parameters["group"])))


async def close(call: Call) -> web.Response:
    """Close the members but for the excluded ones."""
    selection = Selection(excluded=call.query.all("excluded"))
    return call.close(call.pick(selection, call.hub.members(call.parameters["group"])))


async def join(call: Call) -> web.Response:
    """Make a connection a member; it needs no role for that (C197)."""
    if call.connection is None:
        raise no_connection(call.parameters["connection"], "Error")
    call.hub.join(call.connection, call.parameters["group"])
    return web.Response()


async def leave(call: Call) -> web.Response:
    """End a membership: 204, also when there is none (C199)."""
    if call.connection is not None:
        call.hub.leave(call.connection, call.parameters["group"])
    return web.Response(status=204)
