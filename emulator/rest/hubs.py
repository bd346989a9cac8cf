"""The REST operations on all connections of a hub: sending, closing, and changing many memberships at once."""

from collections.abc import Callable

import msgspec
from aiohttp import web
from msgspec import Struct

from emulator import names
from emulator.connection import Connection
from emulator.errors import bad_request
from emulator.hub import Hub
from emulator.rest.call import Call
from emulator.rest.selection import Selection, parsed


async def send_to_all(call: Call) -> web.Response:
    """Send the body to every connection but the excluded ones, or to those that pass the filter."""
    selection = Selection.of(call.query)
    message = await call.read_message()
    return call.send(message, call.pick(selection, call.hub.connections.values()))


async def close_all_connections(call: Call) -> web.Response:
    """Close every connection but the excluded ones."""
    selection = Selection(excluded=call.query.all("excluded"))
    return call.close(call.pick(selection, call.hub.connections.values()))


async def add_connections_to_groups(call: Call) -> web.Response:
    """Make the connections that pass a filter members of groups (C203 to C205)."""
    return await _change_groups(call, Hub.join)


async def remove_connections_from_groups(call: Call) -> web.Response:
    """End the memberships in groups of the connections that pass a filter (C206)."""
    return await _change_groups(call, Hub.leave)


class _Change(Struct):
    """The body of both; without a filter all connections are meant."""

    groups: list[str]
    filter: str | None = None


async def _change_groups(call: Call, change: Callable[[Hub, Connection, str], None]) -> web.Response:
    try:
        wanted = msgspec.json.decode(await call.read_json(), type=_Change)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise bad_request(f"The request body does not hold groups and filter: {error}.") from error
    if not wanted.groups or not all(names.is_group(group) for group in wanted.groups):
        raise bad_request("groups is not a list of names of 1 to 1024 characters, not only white space.", "groups")
    selection = Selection(parsed(wanted.filter))
    hub = call.hub
    for connection in call.pick(selection, hub.connections.values()):
        for group in wanted.groups:
            change(hub, connection, group)
    return web.Response(status=200)
