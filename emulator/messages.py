"""What clients ask for, what the service tells them, and what a session decides, free of any wire form.

Only names and fields; the codecs in `protocols/` give them bytes, the sessions and the hub give them meaning.
"""

from collections.abc import Mapping

from msgspec import Struct

from emulator.errors import Close
from emulator.payload import Payload

MAX_ACK_ID = 2**64 - 1

MAX_TTL_S = 300
"""The longest time-to-live of a message (Learn: "JSON WebSocket subprotocol", ttlSeconds; C087, C190)."""

DEFAULT_IDLE_TIMEOUT_MS = 300_000
"""How long a stream may be silent if its client does not say: five minutes (client specification, section 3.6)."""

USER_ERROR = "UserError"
"""The name of every error that the publisher of a stream reports itself."""


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
    ttl_s: int = 0  # how long it may wait for a client that is away; 0 is for ever


class Event(Struct, frozen=True):
    """A client sends a user event to the event handlers; no other client ever gets it.

    With `invocation_id` it is an invocation: what the handler answers is the result, under that id.
    """

    name: str
    payload: Payload
    ack_id: int | None = None
    metadata: Mapping[str, str] | None = None
    invocation_id: str | None = None


class CancelInvocation(Struct, frozen=True):
    """A client does not wait for this result any more."""

    invocation_id: str


class StreamStart(Struct, frozen=True):
    """A client begins a stream of messages to `group`; everything but the id holds for all of them."""

    stream_id: str
    group: str
    idle_timeout_s: float
    ack_id: int | None = None
    no_echo: bool = False
    metadata: Mapping[str, str] | None = None
    ttl_s: int = 0


class StreamPart(Struct, frozen=True):
    """A client sends the next part of a stream, or says by one without content that the stream is alive."""

    stream_id: str
    content: tuple[int, Payload] | None = None  # the number within the stream, from 1, and the data


class StreamError(Struct, frozen=True):
    """Why a stream ended before its time; `user_error_code` where its publisher gave one."""

    name: str
    message: str
    user_error_code: str | None = None


class StreamEnd(Struct, frozen=True):
    """A client ends a stream, with an error of its own if something went wrong."""

    stream_id: str
    error: StreamError | None = None


class Ping(Struct, frozen=True):
    """A client asks for a pong."""


class SequenceAck(Struct, frozen=True):
    """A client has everything up to this sequence id; means nothing on a connection that is not reliable."""

    sequence_id: int


Request = (
    JoinGroup
    | LeaveGroup
    | SendToGroup
    | Event
    | CancelInvocation
    | StreamStart
    | StreamPart
    | StreamEnd
    | Ping
    | SequenceAck
)


class StreamInfo(Struct, frozen=True):
    """What makes a message part of a stream. The last one of a stream says so, and how it ended."""

    stream_id: str
    sequence_id: int
    is_end: bool = False
    error: StreamError | None = None


class Message(Struct, frozen=True):
    """A message to clients: from the group `group`, or from the server when that is None.

    `from_user_id` is None for an anonymous sender and for messages published over REST.
    """

    payload: Payload
    group: str | None = None
    from_user_id: str | None = None
    metadata: Mapping[str, str] | None = None
    ttl_s: int = 0  # how long it may wait for a client that is away; 0 is for ever
    stream: StreamInfo | None = None


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


class Respond(Struct, frozen=True):
    """Decided: give `message`, an event handler's answer, to the client itself."""

    message: Message


class Reply(Struct, frozen=True):
    """Decided: send this encoded WebSocket frame to the client itself."""

    frame: bytes


class Ack(Reply, frozen=True):
    """Decided: answer the request with this ack id."""

    ack_id: int


class Acknowledge(Struct, frozen=True):
    """Decided: the client has every message up to this sequence id; keep them no longer."""

    sequence_id: int


class Wake(Struct, frozen=True):
    """Decided: call the session's `tick` after so long, and not when it was told before."""

    delay_s: float


class CloseConnection(Struct, frozen=True):
    """Decided: end the connection."""

    close: Close


Action = Join | Leave | Publish | RaiseEvent | Respond | Reply | Acknowledge | Wake | CloseConnection
