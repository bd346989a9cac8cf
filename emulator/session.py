"""The protocol of one PubSub connection: requests in, replies and commands for the hub out; touches neither.

Order for every request: parse, look for a duplicate ack id, check the permission, execute, acknowledge. A request
without ack id gets no answer, not even a refusal (client specification, section 3.1).
"""

from collections import deque
from typing import Protocol

from emulator.connection import Encoder
from emulator.errors import INTERNAL_SERVER_ERROR, AckError, duplicate, forbidden
from emulator.messages import (
    Action,
    Event,
    Join,
    JoinGroup,
    Leave,
    LeaveGroup,
    Message,
    Ping,
    Publish,
    RaiseEvent,
    Reply,
    Request,
    SendToGroup,
)
from emulator.permissions import Permissions

REMEMBERED_ACK_IDS = 1000
"""How many ids of successful requests a connection remembers, as in Microsoft's emulator; the oldest go first."""


class Codec(Encoder, Protocol):
    """The wire form of a PubSub subprotocol: requests to read, and the frames that only PubSub clients get."""

    subprotocol: str

    def decode(self, data: bytes, is_text: bool) -> Request:
        """The request in a message; raises ConnectionClosedError."""
        ...

    def connected(self, user_id: str | None, connection_id: str) -> bytes:
        """The first frame of a connection."""
        ...

    def ack(self, ack_id: int, error: AckError | None = None) -> bytes:
        """The answer to a request with an ack id."""
        ...

    def pong(self) -> bytes:
        """The answer to a ping."""
        ...


class PubSubSession:
    """One connection that speaks one of the PubSub subprotocols."""

    def __init__(self, codec: Codec, connection_id: str, user_id: str | None, permissions: Permissions) -> None:
        self._codec = codec
        self._connection_id = connection_id
        self._user_id = user_id
        self._permissions = permissions
        self._done = AckMemory(REMEMBERED_ACK_IDS)

    def opened(self) -> list[Action]:
        """Greet the client: exactly one connected message, before anything else (C047)."""
        return [Reply(self._codec.connected(self._user_id, self._connection_id))]

    def received(self, data: bytes, is_text: bool) -> list[Action]:
        """What a message of the client demands.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        request = self._codec.decode(data, is_text)
        if isinstance(request, SendToGroup):
            return self._checked(request.ack_id) or self._send(request)
        if isinstance(request, JoinGroup | LeaveGroup):
            return self._checked(request.ack_id) or self._join_or_leave(request)
        if isinstance(request, Event):
            return self._checked(request.ack_id) or [RaiseEvent(request)]
        if isinstance(request, Ping):
            return [Reply(self._codec.pong())]
        return []  # a sequence ack: without meaning where messages carry no sequence id (C083)

    def event_failed(self, event: Event) -> list[Action]:
        """The client learns it if it asked to, and the connection stays (C093, C094)."""
        return self._failed(event.ack_id, INTERNAL_SERVER_ERROR)

    def _send(self, request: SendToGroup) -> list[Action]:
        if not self._permissions.send.allows(request.group):
            return self._failed(request.ack_id, forbidden("send to group", request.group))
        message = Message(request.payload, request.group, self._user_id, request.metadata)
        return [Publish(message, request.no_echo), *self._succeeded(request.ack_id)]

    def _join_or_leave(self, request: JoinGroup | LeaveGroup) -> list[Action]:
        joins = isinstance(request, JoinGroup)
        if not self._permissions.join_leave.allows(request.group):
            return self._failed(request.ack_id, forbidden("join group" if joins else "leave group", request.group))
        command = Join(request.group) if joins else Leave(request.group)
        return [command, *self._succeeded(request.ack_id)]

    def _checked(self, ack_id: int | None) -> list[Action]:
        """The refusal of a request that has succeeded before, else nothing. One id space for all kinds (C078)."""
        return self._failed(ack_id, duplicate(ack_id)) if ack_id is not None and ack_id in self._done else []

    def _succeeded(self, ack_id: int | None) -> list[Action]:
        if ack_id is None:
            return []
        self._done.add(ack_id)
        return [Reply(self._codec.ack(ack_id))]

    def _failed(self, ack_id: int | None, error: AckError) -> list[Action]:
        """Failures are not remembered: the same id may be tried again (C079)."""
        return [] if ack_id is None else [Reply(self._codec.ack(ack_id, error))]


class AckMemory:
    """The last `size` ack ids of requests that succeeded."""

    __slots__ = ("_known", "_order", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._order: deque[int] = deque()
        self._known: set[int] = set()

    def __contains__(self, ack_id: int) -> bool:
        return ack_id in self._known

    def add(self, ack_id: int) -> None:
        """Remember one more, which must not be known, and forget the oldest when there are too many."""
        self._order.append(ack_id)
        self._known.add(ack_id)
        if len(self._order) > self._size:
            self._known.remove(self._order.popleft())
