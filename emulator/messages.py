"""What clients ask for, what the service tells them, and what a session decides, free of any wire form.

Only names and fields; the codecs in `protocols/` give them bytes, the sessions and the hub give them meaning.
"""

from collections.abc import Mapping

from msgspec import Struct

from emulator.errors import Close
from emulator.payload import Payload

MAX_ACK_ID = 2**64 - 1


class JoinGroup(Struct, frozen=True):
    """A client wants to receive what is sent to `group`."""

    group: str
    ack_id: int | None = None


class LeaveGroup(Struct, frozen=True):
    """A client wants no more of `group`."""

    group: str
    ack_id: int | None = None


class SendToGroup(Struct, frozen=True):
    """A client publishes to `group`; with `no_echo` it gets no copy itself."""

    group: str
    payload: Payload
    ack_id: int | None = None
    no_echo: bool = False
    metadata: Mapping[str, str] | None = None


class Event(Struct, frozen=True):
    """A client sends a user event to the event handlers; no other client ever gets it."""

    name: str
    payload: Payload
    ack_id: int | None = None
    metadata: Mapping[str, str] | None = None


class Ping(Struct, frozen=True):
    """A client asks for a pong."""


class SequenceAck(Struct, frozen=True):
    """A client has everything up to this sequence id; means nothing on a connection that is not reliable."""

    sequence_id: int


Request = JoinGroup | LeaveGroup | SendToGroup | Event | Ping | SequenceAck


class Message(Struct, frozen=True):
    """A message to clients: from the group `group`, or from the server when that is None.

    `from_user_id` is None for an anonymous sender and for messages published over REST.
    """

    payload: Payload
    group: str | None = None
    from_user_id: str | None = None
    metadata: Mapping[str, str] | None = None


class Join(Struct, frozen=True):
    """Decided: put the connection into `group`."""

    group: str


class Leave(Struct, frozen=True):
    """Decided: take the connection out of `group`."""

    group: str


class Publish(Struct, frozen=True):
    """Decided: give `message` to every member of its group, but not to the sender when `no_echo`."""

    message: Message
    no_echo: bool


class RaiseEvent(Struct, frozen=True):
    """Decided: hand `event` to the event handlers, then tell the session how it went."""

    event: Event


class Reply(Struct, frozen=True):
    """Decided: send this encoded WebSocket frame to the client itself."""

    frame: bytes


class CloseConnection(Struct, frozen=True):
    """Decided: end the connection."""

    close: Close


Action = Join | Leave | Publish | RaiseEvent | Reply | CloseConnection
