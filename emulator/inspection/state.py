"""Who is connected at this moment, what each may do and how far it is behind; as objects for JSON. Changes nothing."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from emulator.connection import Connection
from emulator.hub import Hub, Hubs
from emulator.inspection.masking import Masking
from emulator.inspection.record import Seen, shown_time

MAX_LISTED = 500
"""Connections and groups that are listed if nobody asks for another number."""


MANY_UNACKNOWLEDGED = 500
"""Half of what ends a reliable connection."""


class Queues(Struct, frozen=True):
    """How far a client is behind: messages and bytes. `unacknowledged` is None where nothing is acknowledged."""

    untaken: tuple[int, int]
    unacknowledged: tuple[int, int] | None
    waiting_events: int


class Life(Struct, frozen=True):
    """One connection as it is now."""

    seen: Seen
    connection: Connection
    is_attached: bool  # whether it has a socket
    queues: Queues


def overview(hubs: Hubs, lives: Iterable[Life], hub: str, limit: int, masking: Masking) -> dict[str, Any]:
    """Hubs with their groups, and up to `limit` connections; with `hub` of that one alone. Names hold no secret."""
    wanted = {one.name: one for one in hubs if not hub or one.name == hub.lower()}
    chosen = [life for life in lives if life.seen.hub in wanted and _takes_part(life, wanted[life.seen.hub])]
    return {
        "hubs": [_hub(one, limit, masking) for _, one in sorted(wanted.items())],
        "connections": [_connection(life, masking) for life in chosen[:limit]],
        "connection_count": len(chosen),
    }


def _takes_part(life: Life, hub: Hub) -> bool:
    """Whether it has not ended; one that was sent its close frame has."""
    return hub.connections.get(life.seen.connection_id) is life.connection


def _hub(hub: Hub, limit: int, masking: Masking) -> dict[str, Any]:
    groups = sorted(hub.groups().items())
    return {
        "hub": hub.name,
        "connection_count": len(hub.connections),
        "group_count": len(groups),
        "groups": [{"group": masking.text(name), "members": members} for name, members in groups[:limit]],
    }


def _connection(life: Life, masking: Masking) -> dict[str, Any]:
    seen, connection = life.seen, life.connection
    permissions = connection.session.permissions
    return {
        "connection": seen.connection_id,
        "hub": seen.hub,
        "user": None if seen.user_id is None else masking.text(seen.user_id),
        "protocol": seen.protocol,
        "groups": [masking.text(group) for group in sorted(connection.groups)[:MAX_LISTED]],
        "may": {
            "join_and_leave": [masking.text(text) for text in permissions.join_leave.described()[:MAX_LISTED]],
            "send_to": [masking.text(text) for text in permissions.send.described()[:MAX_LISTED]],
        },
        "is_attached": life.is_attached,
        "opened_at": shown_time(seen.opened_at),
        "last_frame_at": None if seen.last_frame_at is None else shown_time(seen.last_frame_at),
        "remote": seen.remote,
        "untaken": _amount(life.queues.untaken),
        "unacknowledged": None if life.queues.unacknowledged is None else _amount(life.queues.unacknowledged),
        "waiting_events": life.queues.waiting_events,
        "is_behind": _is_behind(life.queues),
        "notes": _notes(life),
    }


def _amount(queue: tuple[int, int]) -> dict[str, int]:
    messages, size_bytes = queue
    return {"messages": messages, "bytes": size_bytes}


def _is_behind(queues: Queues) -> bool:
    return queues.untaken[0] > 0 or (queues.unacknowledged or (0, 0))[0] > MANY_UNACKNOWLEDGED


def _notes(life: Life) -> list[str]:
    """Why it may get less than somebody expects."""
    notes = []
    if not life.connection.groups:
        notes.append("In no group: what is sent to a group does not reach it.")
    if not life.is_attached:
        notes.append("Its socket is gone; messages are kept for its recovery.")
    if life.queues.untaken[0]:
        notes.append("Its socket does not take what is sent: it reads too slowly, or not at all.")
    if life.queues.unacknowledged and life.queues.unacknowledged[0] > MANY_UNACKNOWLEDGED:
        notes.append("It acknowledges little: with more than 1,000 messages unacknowledged it is closed.")
    if life.seen.protocol is None:
        notes.append("It speaks no subprotocol: it gets bare payloads and cannot join groups by itself.")
    return notes
