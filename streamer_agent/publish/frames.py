"""Write and read the frames of `json.reliable.webpubsub.azure.v1` that a publisher needs. Holds no state.

It decides nothing. Source: Learn, "Azure Web PubSub-supported Reliable JSON WebSocket subprotocol", and the client
specification, section 3.
"""

from dataclasses import dataclass, field

import orjson

from streamer_agent.publish.message import DataType, Message


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a connection can be recovered with."""

    connection_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """The service's first frame on a new connection; on a recovered one it may come, with a fresh token."""

    connection_id: str
    recovery: Recovery | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The service is about to close the connection and says why."""

    message: str


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to one ack id. `error` is empty on success, else the service's name for what went wrong."""

    ack_id: int
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Anything that a publisher has no use for: pong, a broadcast to all, a kind that is yet to be invented."""


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A message to this connection; unacknowledged ones pile up until the service closes it."""

    sequence_id: int


ServiceFrame = Connected | Disconnected | Ack | Sequenced | Other
OTHER = Other()


class GroupWriter:
    """Writes `sendToGroup` frames for one group, splicing each message's encoded content in unchanged."""

    def __init__(self, group: str) -> None:
        name = orjson.dumps(group)
        self._heads: dict[DataType, bytes] = {
            "json": b'{"type":"sendToGroup","group":' + name + b',"dataType":"json","ackId":',
            "text": b'{"type":"sendToGroup","group":' + name + b',"dataType":"text","ackId":',
        }

    def frame(self, ack_id: int, message: Message) -> bytes:
        """The frame's JSON text. `noEcho` is not needed: a publisher does not join the group it feeds."""
        return b'%b%d,"data":%b}' % (self._heads[message.data_type], ack_id, message.data)


def decode(text: bytes | str) -> ServiceFrame:
    """Read a frame of the service. What cannot be read is `Other`: a missing ack is asked for again anyway."""
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return OTHER
    if not isinstance(frame, dict):
        return OTHER
    match frame.get("type"):
        case "ack":
            return _ack(frame)
        case "system" if frame.get("event") == "connected":
            return _connected(frame)
        case "system" if frame.get("event") == "disconnected":
            return Disconnected(str(frame.get("message", "")))
        case "message" if type(sequence_id := frame.get("sequenceId")) is int:
            return Sequenced(sequence_id)
    return OTHER


def sequence_ack(sequence_id: int) -> bytes:
    """The frame which says that all messages up to this one have come (client specification, 3.2)."""
    return b'{"type":"sequenceAck","sequenceId":%d}' % sequence_id


def _connected(frame: dict[str, object]) -> Connected:
    connection_id = str(frame.get("connectionId", ""))
    token = frame.get("reconnectionToken")
    has_both = bool(connection_id) and isinstance(token, str)
    return Connected(connection_id, Recovery(connection_id, str(token)) if has_both else None)


def _ack(frame: dict[str, object]) -> ServiceFrame:
    ack_id = frame.get("ackId")
    if type(ack_id) is not int:
        return OTHER
    if frame.get("success") is True:
        return Ack(ack_id)
    error = frame.get("error")
    detail = error if isinstance(error, dict) else {}
    return Ack(ack_id, str(detail.get("name") or "Unknown"), str(detail.get("message") or ""))
