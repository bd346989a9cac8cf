"""The REST operation that makes a token with which a client can connect."""

import time

from aiohttp import web

from common.shortening import quoted
from emulator import names
from emulator.errors import bad_request, not_implemented
from emulator.permissions import Permissions
from emulator.rest.call import Call

DEFAULT_MINUTES = 60

_OTHER_CLIENTS = {"mqtt": "tokens for MQTT clients", "socketio": "tokens for Socket.IO clients"}


async def generate_client_token(call: Call) -> web.Response:
    """Sign a token for the client endpoint of the hub (C221 to C223)."""
    query = call.query
    client_type = query.one("clientType") or "Default"
    if client_type.lower() in _OTHER_CLIENTS:
        raise not_implemented(_OTHER_CLIENTS[client_type.lower()], "clientType")
    if client_type.lower() != "default":
        raise bad_request(f"clientType is {quoted(client_type)}; expected Default, MQTT or SocketIO.", "clientType")
    groups, roles = query.all("group"), query.all("role")
    if not all(names.is_group(group) for group in groups):
        raise bad_request("A group is not a name of 1 to 1024 characters, not only white space.", "group")
    try:
        Permissions(roles)
    except ValueError as error:
        raise bad_request(f"A role is not valid: {error}.", "role") from error
    token = call.service.verifier.issue_client_token(
        audience=f"{call.base_url}/client/hubs/{names.hub_key(call.hub_name)}",
        user_id=query.one("userId") or None,
        roles=roles,
        groups=groups,
        now=time.time(),
        lifetime_s=60 * (query.number("minutesToExpire", 1) or DEFAULT_MINUTES),
    )
    return web.json_response({"token": token})
