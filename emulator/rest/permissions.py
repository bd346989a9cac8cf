"""The REST operations on the permissions of a connection: grant, revoke, ask.

Learn has `targetName` optional, for all groups without it; in Microsoft's emulator it is required (C118).
"""

from collections.abc import Callable
from operator import attrgetter

from aiohttp import web

from common.shortening import quoted
from emulator import names
from emulator.connection import Connection
from emulator.errors import bad_request, no_connection, no_permission
from emulator.permissions import GroupPermission
from emulator.rest.call import Call

_PERMISSIONS: dict[str, Callable[[object], GroupPermission]] = {
    "sendtogroup": attrgetter("send"),
    "1": attrgetter("send"),
    "joinleavegroup": attrgetter("join_leave"),
    "2": attrgetter("join_leave"),
}
"""What of a connection's permissions is meant, by name in lower case or by the number of the .NET SDK."""


async def grant(call: Call) -> web.Response:
    """Allow one group, or all, from now on."""
    group, permission = _asked(call)
    permission(_existing(call).session.permissions).grant(group)
    return web.Response()


async def revoke(call: Call) -> web.Response:
    """Deny one group, or all, from now on; memberships stay (C114). 204, also for a connection that is not there."""
    group, permission = _asked(call)
    if call.connection is not None:
        permission(call.connection.session.permissions).revoke(group)
    return web.Response(status=204)


async def check(call: Call) -> web.Response:
    """200 when the connection has the permission, on one group or on all; else 404 (C115)."""
    group, permission = _asked(call)
    found = permission(_existing(call).session.permissions)
    if not (found.allows_all() if group is None else found.allows(group)):
        raise no_permission(call.parameters["connection"], call.parameters["permission"], group)
    return web.Response()


def _existing(call: Call) -> Connection:
    if call.connection is None:
        raise no_connection(call.parameters["connection"], "Info")
    return call.connection


def _asked(call: Call) -> tuple[str | None, Callable[[object], GroupPermission]]:
    """The group, None for all, and the permission that a request names."""
    name = call.parameters["permission"]
    permission = _PERMISSIONS.get(name.lower())
    if permission is None:
        raise bad_request(f"{quoted(name)} is not a permission; expected sendToGroup or joinLeaveGroup.", "permission")
    group = call.query.one("targetName")
    if group is not None and not names.is_group(group):
        raise bad_request(f"targetName is {quoted(group)}, which is not a valid name of a group.", "targetName")
    return group, permission
