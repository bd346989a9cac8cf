"""The operations of the REST data plane, and which one a request asks for; executes none.

From the REST API specification of Azure Web PubSub, version 2024-12-01. Each operation is here, whether built or
not, so that a missing one is refused by its name.
"""

import re
from urllib.parse import unquote

from msgspec import Struct

from emulator import names
from emulator.errors import RefusedError, bad_request, not_found

API_VERSIONS = ("2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", "2024-12-01")


class Operation(Struct, frozen=True):
    """One method on one kind of path, under the name that the specification gives it."""

    name: str
    method: str
    path: str  # below /api/hubs/{hub}; a segment in braces takes any text


_HUB_PATH = "/api/hubs/"
OPERATIONS = (
    Operation("SendToAll", "POST", ":send"),
    Operation("CloseAllConnections", "POST", ":closeConnections"),
    Operation("GenerateClientToken", "POST", ":generateToken"),
    Operation("AddConnectionsToGroups", "POST", ":addToGroups"),
    Operation("RemoveConnectionsFromGroups", "POST", ":removeFromGroups"),
    Operation("ConnectionExists", "HEAD", "connections/{connection}"),
    Operation("CloseConnection", "DELETE", "connections/{connection}"),
    Operation("SendToConnection", "POST", "connections/{connection}/:send"),
    Operation("RemoveConnectionFromAllGroups", "DELETE", "connections/{connection}/groups"),
    Operation("GroupExists", "HEAD", "groups/{group}"),
    Operation("SendToGroup", "POST", "groups/{group}/:send"),
    Operation("CloseGroupConnections", "POST", "groups/{group}/:closeConnections"),
    Operation("ListConnectionsInGroup", "GET", "groups/{group}/connections"),
    Operation("AddConnectionToGroup", "PUT", "groups/{group}/connections/{connection}"),
    Operation("RemoveConnectionFromGroup", "DELETE", "groups/{group}/connections/{connection}"),
    Operation("UserExists", "HEAD", "users/{user}"),
    Operation("SendToUser", "POST", "users/{user}/:send"),
    Operation("CloseUserConnections", "POST", "users/{user}/:closeConnections"),
    Operation("RemoveUserFromAllGroups", "DELETE", "users/{user}/groups"),
    Operation("AddUserToGroup", "PUT", "users/{user}/groups/{group}"),
    Operation("RemoveUserFromGroup", "DELETE", "users/{user}/groups/{group}"),
    Operation("GrantPermission", "PUT", "permissions/{permission}/connections/{connection}"),
    Operation("RevokePermission", "DELETE", "permissions/{permission}/connections/{connection}"),
    Operation("CheckPermission", "HEAD", "permissions/{permission}/connections/{connection}"),
)


class Call(Struct, frozen=True):
    """A request for an operation, with the parameters in its path, decoded."""

    operation: Operation
    hub: str
    parameters: dict[str, str]


def find(method: str, raw_path: str) -> Call:
    """The operation that `method` on `raw_path` asks for; the path is as it was sent, still percent-encoded.

    Raises:
        RefusedError: 404 for an unknown path, 405 for a known one with another method, 400 for an invalid parameter.
    """
    if not raw_path.startswith(_HUB_PATH):
        raise not_found(f"Nothing is at {raw_path}.")
    hub, _, rest = raw_path.removeprefix(_HUB_PATH).partition("/")
    segments = rest.split("/")
    allowed = []
    for operation in OPERATIONS:
        parameters = _match(operation.path.split("/"), segments)
        if parameters is None:
            continue
        if operation.method == method:
            return Call(operation, _checked_hub(_decode(hub)), _checked(parameters))
        allowed.append(operation.method)
    if not allowed:
        raise not_found(f"No operation is at {raw_path}.")
    raise RefusedError(405, f"{method} is not allowed here; expected {' or '.join(allowed)}.", "Error.MethodNotAllowed")


def check_api_version(versions: list[str]) -> None:
    """Check the values of `api-version`; without one the newest is meant (C173, C174).

    Raises:
        RefusedError: 400 for an unsupported one, or for several.
    """
    if len(versions) > 1 or (versions and versions[0] not in API_VERSIONS):
        raise bad_request(
            f"api-version is {' and '.join(versions)!r}; expected one of {', '.join(API_VERSIONS)}.", "api-version"
        )


def _match(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    parameters = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            parameters[wanted.strip("{}")] = given
        elif wanted != given:
            return None
    return parameters


def _decode(segment: str) -> str:
    """Decode once, but leave an encoded slash as it is: that is how the supported versions behave (C218)."""
    try:
        return unquote(re.sub("%(?=2[Ff])", "%25", segment), errors="strict")
    except UnicodeDecodeError as error:
        raise bad_request(f"The path holds {segment!r}, which is not UTF-8.") from error


def _checked_hub(hub: str) -> str:
    if not names.is_hub(hub):
        raise bad_request(f"{hub!r} is not a name of a hub.", "hub")
    return hub


def _checked(raw: dict[str, str]) -> dict[str, str]:
    parameters = {name: _decode(value) for name, value in raw.items()}
    for name, value in parameters.items():
        if not value or (name == "group" and not names.is_group(value)):
            raise bad_request(f"{value!r} is not a valid {name}.", name)
    return parameters
