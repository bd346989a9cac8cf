"""Who asks for which role gets which permissions on the group; the publisher's key is judged here.

Pure. Knows nothing of tokens and URLs.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from common.wire import JOIN_LEAVE_ROLE, SEND_ROLE
from negotiate_service.errors import PublisherKeyError, UnknownRoleError


class Role(StrEnum):
    """What a client may do with the group. `ANYONE` is the tutorial's: both."""

    VIEWER = "viewer"
    PUBLISHER = "publisher"
    ANYONE = "anyone"


_ROLES = {
    Role.VIEWER: (JOIN_LEAVE_ROLE,),
    Role.PUBLISHER: (SEND_ROLE,),
    Role.ANYONE: (SEND_ROLE, JOIN_LEAVE_ROLE),
}


@dataclass(frozen=True)
class Access:
    """The rules: the one group, the key of its publishers, and whether a plain request may do both."""

    group: str
    publisher_key: str = field(repr=False)
    tutorial: bool = False

    def decide(self, role: str | None, authorization: str | None) -> Role:
        """Name the role that a request gets.

        Args:
            role: the query's `role`, or None.
            authorization: the Authorization header, or None.

        Raises:
            UnknownRoleError: there is no such role.
            PublisherKeyError: a publisher without the right key.
        """
        if role is None:
            return Role.ANYONE if self.tutorial else Role.VIEWER
        if role == Role.VIEWER:
            return Role.VIEWER
        if role == Role.PUBLISHER:
            self._check_key(authorization)
            return Role.PUBLISHER
        raise UnknownRoleError(
            "There is no such role; expected role=publisher, role=viewer, or no role, which is a viewer's"
        )

    def permissions(self, role: Role) -> list[str]:
        """The Web PubSub roles of a token for `role`; each names the group literally."""
        return [pattern.format(group=self.group) for pattern in _ROLES[role]]

    def _check_key(self, authorization: str | None) -> None:
        challenge = {"WWW-Authenticate": 'Bearer realm="tailcast"'}
        if not authorization:
            raise PublisherKeyError(
                "A publisher needs the publisher key: send Authorization: Bearer KEY. The streamer takes it from "
                "PUBLISHER_KEY or PUBLISHER_KEY_FILE",
                challenge,
            )
        scheme, _, key = authorization.partition(" ")
        # Digests have one length, so that the time taken tells nothing of the key's.
        given, wanted = (
            hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
            for text in (key.strip(), self.publisher_key)
        )
        if not hmac.compare_digest(given, wanted) or scheme.lower() != "bearer":
            raise PublisherKeyError(
                "The publisher key is wrong. The streamer and the negotiate service must have the same PUBLISHER_KEY, "
                "or read the same PUBLISHER_KEY_FILE",
                challenge,
            )
