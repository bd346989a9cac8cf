"""Decide on a client that wants to connect, before its connection is upgraded: who it is, what it may do, what it
speaks. Reads no socket and answers nothing: a refusal is raised, with the status that the client will see.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from emulator import names, protocols
from emulator.auth import TokenVerifier, bearer
from emulator.errors import Closes, ConnectionClosedError, RefusedError, bad_request
from emulator.permissions import Permissions
from emulator.protocols.json import JsonCodec
from emulator.raw_session import RawMode


class Upgrade(Struct, frozen=True):
    """The facts of an upgrade request."""

    hub: str
    host: str  # the Host header
    query: Mapping[str, str]  # as `parameters` makes it
    offered: tuple[str, ...] = ()  # subprotocols, in the client's order
    authorization: str | None = None


class Admission(Struct, frozen=True):
    """A client that may connect. Without `codec` it is a simple one, and `raw_mode` says what its messages are."""

    hub: str
    user_id: str | None
    permissions: Permissions
    groups: tuple[str, ...]  # to join at once, without needing a role
    raw_mode: RawMode
    subprotocol: str | None = None  # for the answer, in the client's spelling
    codec: JsonCodec | None = None


def parameters(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A query by lower-case names; of a repeated parameter the last value counts."""
    return {name.lower(): value for name, value in query}


def offered_subprotocols(headers: Iterable[str]) -> tuple[str, ...]:
    """The names in all Sec-WebSocket-Protocol headers, in order."""
    return tuple(name for header in headers for part in header.split(",") if (name := part.strip()))


def require_local_page(origin: str | None) -> None:
    """Refuse a web page of another machine. For an emulator whose key is public: any page could sign itself a token.

    Programs send no Origin; pages do, and cannot leave it out.

    Raises:
        RefusedError: 403, naming what to set.
    """
    if origin is None:
        return
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        host = ""
    if host not in ("localhost", "127.0.0.1", "::1") and not host.endswith(".localhost"):
        raise RefusedError(
            403,
            f"A page of {origin!r} asks an emulator with the public default key, which only pages of this machine may "
            "use; set EMULATOR_ACCESS_KEY to a key of your own.",
        )


def admit(upgrade: Upgrade, verifier: TokenVerifier, now: float) -> Admission:
    """Check a client in the order in which the service checks.

    Raises:
        RefusedError: 400 or 401, before the upgrade.
        ConnectionClosedError: the client must be accepted first and then closed, for a refused recovery: any HTTP
            status would read as trouble that passes, and clients would try again for 30 s.
    """
    if not names.is_hub(upgrade.hub):
        raise bad_request(f"{upgrade.hub!r} is not a name of a hub; expected /client/hubs/{{hub}}.", "hub")
    query = upgrade.query
    if query.get("awps_connection_id"):
        # Nothing can be recovered while no reliable subprotocol is built; an access token would not matter.
        raise ConnectionClosedError(Closes.RECOVERY_REFUSED)
    selected = protocols.select(upgrade.offered)
    token = query.get("access_token") or bearer(upgrade.authorization)  # the query wins (C006)
    claims = verifier.client_claims(token, upgrade.hub, upgrade.host, now)
    if not all(names.is_group(group) for group in claims.groups):
        raise bad_request("The token contains an invalid group name.", "access_token")
    try:
        permissions = Permissions(claims.roles)
    except ValueError as error:
        raise bad_request(f"The token contains an invalid role: {error}.", "access_token") from error
    try:
        raw_mode = RawMode.from_query(query)
    except ValueError as error:
        raise bad_request(str(error), "webpubsub_mode") from error
    subprotocol, codec = selected or (None, None)
    return Admission(upgrade.hub, claims.user_id, permissions, claims.groups, raw_mode, subprotocol, codec)
