"""The operations of the REST data plane, and which one a request asks for.

From the REST API specification of Azure Web PubSub, version 2024-12-01, which has one more: HEAD /api/health.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web
from msgspec import Struct

from common.shortening import shortened
from emulator.errors import MAX_NAME_CHARACTERS, method_not_allowed, not_found
from emulator.rest import connections, groups, hubs, members, path, permissions, tokens, users
from emulator.rest.call import Call
from emulator.rest.path import Target

_HUB_PATH = "/api/hubs/"


class Operation(Struct, frozen=True):
    """One method on one kind of path, under the name that the specification gives it."""

    name: str
    method: str
    path: str  # below /api/hubs/{hub}; a segment in braces takes any text
    execute: Callable[[Call], Awaitable[web.Response]]


OPERATIONS = (
    Operation("SendToAll", "POST", ":send", hubs.send_to_all),
    Operation("CloseAllConnections", "POST", ":closeConnections", hubs.close_all_connections),
    Operation("GenerateClientToken", "POST", ":generateToken", tokens.generate_client_token),
    Operation("AddConnectionsToGroups", "POST", ":addToGroups", hubs.add_connections_to_groups),
    Operation("RemoveConnectionsFromGroups", "POST", ":removeFromGroups", hubs.remove_connections_from_groups),
    Operation("ConnectionExists", "HEAD", "connections/{connection}", connections.exists),
    Operation("CloseConnection", "DELETE", "connections/{connection}", connections.close),
    Operation("SendToConnection", "POST", "connections/{connection}/:send", connections.send),
    Operation(
        "RemoveConnectionFromAllGroups", "DELETE", "connections/{connection}/groups", connections.leave_all_groups
    ),
    Operation("GroupExists", "HEAD", "groups/{group}", groups.exists),
    Operation("SendToGroup", "POST", "groups/{group}/:send", groups.send),
    Operation("CloseGroupConnections", "POST", "groups/{group}/:closeConnections", groups.close),
    Operation("ListConnectionsInGroup", "GET", "groups/{group}/connections", members.list_connections),
    Operation("AddConnectionToGroup", "PUT", "groups/{group}/connections/{connection}", groups.join),
    Operation("RemoveConnectionFromGroup", "DELETE", "groups/{group}/connections/{connection}", groups.leave),
    Operation("UserExists", "HEAD", "users/{user}", users.exists),
    Operation("SendToUser", "POST", "users/{user}/:send", users.send),
    Operation("CloseUserConnections", "POST", "users/{user}/:closeConnections", users.close),
    Operation("RemoveUserFromAllGroups", "DELETE", "users/{user}/groups", users.leave_all_groups),
    Operation("AddUserToGroup", "PUT", "users/{user}/groups/{group}", users.join),
    Operation("RemoveUserFromGroup", "DELETE", "users/{user}/groups/{group}", users.leave),
    Operation("GrantPermission", "PUT", "permissions/{permission}/connections/{connection}", permissions.grant),
    Operation("RevokePermission", "DELETE", "permissions/{permission}/connections/{connection}", permissions.revoke),
    Operation("CheckPermission", "HEAD", "permissions/{permission}/connections/{connection}", permissions.check),
)


def find(method: str, raw_path: str, decodes_slashes: bool = False) -> tuple[Operation, Target]:
    """The operation that `method` on `raw_path` asks for, and what the path names.

    The path is as it was sent, still percent-encoded; `decodes_slashes` as in `path.target`.

    Raises:
        RefusedError: 404 for an unknown path, 405 for a known one with another method, 400 for an invalid name in it.
    """
    if not raw_path.startswith(_HUB_PATH):
        raise not_found(f"Nothing is at {shortened(raw_path, MAX_NAME_CHARACTERS)}.")
    hub, _, rest = raw_path.removeprefix(_HUB_PATH).partition("/")
    segments = rest.split("/")
    allowed = []
    for operation in OPERATIONS:
        parameters = path.match(operation.path.split("/"), segments)
        if parameters is None:
            continue
        if operation.method == method:
            return operation, path.target(hub, parameters, decodes_slashes)
        allowed.append(operation.method)
    if not allowed:
        raise not_found(f"No operation is at {shortened(raw_path, MAX_NAME_CHARACTERS)}.")
    raise method_not_allowed(method, allowed)
