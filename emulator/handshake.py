"""Decide on a client that wants to connect, before its connection is upgraded: who it is, what it may do, what it
speaks. Reads no socket and answers nothing: a refusal is raised, with the status that the client will see.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from common.shortening import quoted
from emulator import names, protocols
from emulator.auth import ClientClaims, TokenVerifier, bearer
from emulator.errors import RefusedError, bad_request
from emulator.permissions import Permissions
from emulator.raw_session import RawMode
from emulator.session import Codec
from emulator.upstream.connect_answer import UNCHANGED, Verdict


class Upgrade(Struct, frozen=True):
    """The facts of an upgrade request."""

    hub: str
    host: str  # the Host header
    query: Mapping[str, str]  # as `parameters` makes it
    offered: tuple[str, ...] = ()  # subprotocols, in the client's order
    authorization: str | None = None

    @property
    def token(self) -> str:
        """The access token, empty if there is none. The query wins (C006)."""
        return self.query.get("access_token") or bearer(self.authorization) or ""


class Applicant(Struct, frozen=True):
    """A client whose request is in order. Whether it may connect is for its connect handler to say, if it has one."""

    hub: str
    claims: ClientClaims
    permissions: Permissions
    raw_mode: RawMode
    offered: tuple[str, ...] = ()


class RecoveryClaim(Struct, frozen=True):
    """A client that wants to go on with an earlier connection, and shows what it was given for that."""

    hub: str
    connection_id: str
    token: str


class Admission(Struct, frozen=True):
    """A client that may connect. Without `codec` it is a simple one, and `raw_mode` says what its messages are."""

    hub: str
    user_id: str | None
    permissions: Permissions
    groups: tuple[str, ...]  # to join at once, without needing a role
    raw_mode: RawMode
    subprotocol: str | None = None  # for the answer, in the client's spelling
    codec: Codec | None = None


def parameters(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A query by lower-case names; of a repeated parameter the last value counts."""
    return {name.lower(): value for name, value in query}


def offered_subprotocols(headers: Iterable[str]) -> tuple[str, ...]:
    """The names in all Sec-WebSocket-Protocol headers, in order."""
    return tuple(name for header in headers for part in header.split(",") if (name := part.strip()))


def recovery(upgrade: Upgrade) -> RecoveryClaim | None:
    """What a client says that wants to go on with an earlier connection; None if it wants a new one.

    The connection's id alone decides (C139); an access token does not matter then, not even an expired one (C126).

    Raises:
        RefusedError: 400, there can be no such hub.
    """
    _check_hub(upgrade)
    connection_id = upgrade.query.get("awps_connection_id")
    if not connection_id:
        return None
    return RecoveryClaim(upgrade.hub, connection_id, upgrade.query.get("awps_reconnection_token", ""))


def screen(upgrade: Upgrade, verifier: TokenVerifier, now: float, *, allows_anonymous: bool = False) -> Applicant:
    """Check a client in the order in which the service checks. With `allows_anonymous` it needs no token.

    Raises:
        RefusedError: 400 or 401, before the upgrade.
    """
    _check_hub(upgrade)
    query = upgrade.query
    token = upgrade.token
    if not token and allows_anonymous:
        claims = ClientClaims()
    else:
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
    return Applicant(upgrade.hub, claims, permissions, raw_mode, upgrade.offered)


def admit(applicant: Applicant, verdict: Verdict = UNCHANGED) -> Admission:
    """Let a client in, as its token says and its connect handler may have changed (C231, C236 to C238).

    Raises:
        RefusedError: 400 for a subprotocol that is not built, 500 for a verdict with a role beyond the limits.
    """
    claims = applicant.claims
    if verdict.subprotocol is None:
        subprotocol, codec = protocols.select(applicant.offered) or (None, None)
    else:  # one that is none of ours means raw frames
        subprotocol, codec = protocols.select((verdict.subprotocol,)) or (verdict.subprotocol, None)
    try:
        permissions = applicant.permissions if verdict.roles is None else Permissions(verdict.roles)
    except ValueError as error:
        raise RefusedError(500, f"The event handler gave an invalid role: {error}.") from error
    return Admission(
        hub=applicant.hub,
        user_id=claims.user_id if verdict.user_id is None else verdict.user_id,
        permissions=permissions,
        groups=claims.groups if verdict.groups is None else verdict.groups,
        raw_mode=applicant.raw_mode,
        subprotocol=subprotocol,
        codec=codec,
    )


def _check_hub(upgrade: Upgrade) -> None:
    if not names.is_hub(upgrade.hub):
        raise bad_request(f"{quoted(upgrade.hub)} is not a name of a hub; expected /client/hubs/{{hub}}.", "hub")
