"""The REST operations on a user, that is on all connections that the user has at this moment."""

from aiohttp import web

from emulator.errors import no_user
from emulator.rest.call import Call
from emulator.rest.selection import Selection, parsed


async def exists(call: Call) -> web.Response:
    """200 while the user has a connection, else 404."""
    if not call.hub.of_user(call.parameters["user"]):
        raise no_user(call.parameters["user"], "Warning")
    return web.Response()


async def send(call: Call) -> web.Response:
    """Send the body to the user's connections, or to those that pass the filter."""
    selection = Selection(parsed(call.query.one("filter")))
    message = await call.read_message()
    return call.send(message, call.pick(selection, call.hub.of_user(call.parameters["user"])))


async def close(call: Call) -> web.Response:
    """Close the user's connections but for the excluded ones."""
    selection = Selection(excluded=call.query.all("excluded"))
    return call.close(call.pick(selection, call.hub.of_user(call.parameters["user"])))


async def leave_all_groups(call: Call) -> web.Response:
    """Take the user's connections out of all groups: 204, also when there are none."""
    hub = call.hub
    for connection in hub.of_user(call.parameters["user"]):
        hub.leave_all(connection)
    return web.Response(status=204)


async def join(call: Call) -> web.Response:
    """Make all connections of the user members of the group; one that comes later is not (C201).

    When there is none: 404 as in Microsoft's emulator, unless 200 is wanted, the one answer that the specification of
    the REST API lists.
    """
    hub = call.hub
    connections = hub.of_user(call.parameters["user"])
    if not connections and call.options.missing_user_is_error:
        raise no_user(call.parameters["user"], "Error")
    for connection in connections:
        hub.join(connection, call.parameters["group"])
    return web.Response()


async def leave(call: Call) -> web.Response:
    """Take the user's connections out of the group: 204, also when none is in it (C202)."""
    hub = call.hub
    for connection in hub.of_user(call.parameters["user"]):
        hub.leave(connection, call.parameters["group"])
    return web.Response(status=204)
