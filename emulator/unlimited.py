"""What no source gives a limit for, though Azure may have one: it is taken, and told in the log. Refuses nothing."""

import structlog

from emulator.connection import Connection

LONG_TOKEN_CHARACTERS = 4096
"""Azure's sister service SignalR refuses the URLs of longer ones with 414."""

MANY_GROUPS = 1000
"""Of one connection. Ours: as many as it may have permissions for by name."""

_WHY = "Azure gives no limit, and may have one"

log = structlog.stdlib.get_logger("emulator")


def token(hub: str, characters: int) -> None:
    """A client came with an access token so long."""
    if characters > LONG_TOKEN_CHARACTERS:
        log.warning("long_token_accepted", hub=hub, characters=characters, reason=_WHY)


def joined(connection: Connection) -> None:
    """A connection is in one more group. Told when they become many."""
    if len(connection.groups) == MANY_GROUPS + 1:
        count = len(connection.groups)
        log.warning("many_groups_joined", connection_id=connection.connection_id, groups=count, reason=_WHY)
