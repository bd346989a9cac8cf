"""The protocol of one PubSub connection: requests in, replies and commands for the hub out; touches neither.

Order for every request: parse, look for a duplicate ack id, check the permission, execute, acknowledge. A request
without ack id gets no answer, not even a refusal (client specification, section 3.1).
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from emulator import streams
from emulator.connection import Encoder
from emulator.errors import INTERNAL_SERVER_ERROR, AckError, Close, duplicate, forbidden
from emulator.messages import (
    Ack,
    Acknowledge,
    Action,
    CancelInvocation,
    CloseConnection,
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
    Respond,
    SendToGroup,
    SequenceAck,
    StreamEnd,
    StreamPart,
    StreamStart,
)
from emulator.payload import Payload
from emulator.permissions import Permissions
from emulator.streams import Streams

REMEMBERED_ACK_IDS = 1000
"""How many ids of successful requests a connection remembers, as in Microsoft's emulator; the oldest go first."""


class Codec(Encoder, streams.Codec, Protocol):
    """The wire form of a PubSub subprotocol: requests to read, and the frames that only PubSub clients get."""

    @property
    def is_reliable(self) -> bool:
        """Whether its messages have sequence ids, and its connections can be recovered."""
        ...

    @property
    def is_json(self) -> bool:
        """Whether its messages are JSON."""
        ...

    def decode(self, data: bytes, is_text: bool) -> Request:
        """The request in a message; raises ConnectionClosedError."""
        ...

    def connected(self, user_id: str | None, connection_id: str, reconnection_token: str | None = None) -> bytes:
        """The first frame of a connection; a reliable one is given the token that recovers it."""
        ...

    def disconnected(self, message: str) -> bytes:
        """The last frame of a connection that the application server ends, with its reason."""
        ...

    def ack(self, ack_id: int, error: AckError | None = None) -> bytes:
        """The answer to a request with an ack id."""
        ...

    def pong(self) -> bytes:
        """The answer to a ping."""
        ...

    def invoke_response(self, invocation_id: str, result: Payload | None, error: AckError | None) -> bytes:
        """What became of an invocation."""
        ...


class PubSubSession:
    """One connection that speaks one of the PubSub subprotocols."""

    __slots__ = (
        *("_codec", "_connection_id", "_done", "_invocations", "_now", "_raised", "_streams", "_user_id"),
        "permissions",
    )

    def __init__(
        self,
        codec: Codec,
        connection_id: str,
        user_id: str | None,
        permissions: Permissions,
        now: Callable[[], float],
    ) -> None:
        """Begin; `now` is a clock in seconds, for the streams that fall silent."""
        self._codec = codec
        self._connection_id = connection_id
        self._user_id = user_id
        self.permissions = permissions
        self._now = now
        self._done = AckMemory(REMEMBERED_ACK_IDS)
        self._raised: dict[int, int] = {}  # ack ids of events not yet answered, and how often each was repeated since
        self._invocations: dict[str, Event] = {}  # those that the client waits for, by their ids
        self._streams: Streams | None = None  # made for the first one

    def opened(self, reconnection_token: str | None) -> list[Action]:
        """Greet the client: exactly one connected message, before anything else (C047)."""
        return [Reply(self._codec.connected(self._user_id, self._connection_id, reconnection_token))]

    def recovered(self, reconnection_token: str, announces: bool) -> list[Action]:
        """Greet it again if it is to be, or if it publishes streams: clients hold those back until they are greeted.

        The client specification allows it (section 1.2); Microsoft's emulator never does.
        """
        return self.opened(reconnection_token) if announces or self._streams else []

    def received(self, data: bytes, is_text: bool) -> list[Action]:
        """What a message of the client demands.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        return self.requested(self._codec.decode(data, is_text))

    def decoded(self, data: bytes, is_text: bool) -> Request:
        """The request in a message, before anything is done about it.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        return self._codec.decode(data, is_text)

    def requested(self, request: Request) -> list[Action]:
        """What a request demands."""
        if isinstance(request, SendToGroup):
            return self._send(request) if self._is_new(request.ack_id) else self._repeated(request.ack_id)
        if isinstance(request, SequenceAck):
            return [Acknowledge(request.sequence_id)] if self._codec.is_reliable else []  # else it means nothing (C083)
        if isinstance(request, JoinGroup | LeaveGroup):
            return self._join_or_leave(request) if self._is_new(request.ack_id) else self._repeated(request.ack_id)
        if isinstance(request, Event):
            return self._raise(request) if self._is_new(request.ack_id) else self._repeated(request.ack_id)
        if isinstance(request, StreamStart):
            return self._start_stream(request) if self._is_new(request.ack_id) else self._repeated(request.ack_id)
        if isinstance(request, StreamPart):
            return self._all_streams.part(request)
        if isinstance(request, StreamEnd):
            return self._all_streams.end(request)
        if isinstance(request, CancelInvocation):
            self._invocations.pop(request.invocation_id, None)
            return []
        assert isinstance(request, Ping)
        return [Reply(self._codec.pong())]

    def event_succeeded(self, event: Event, reply: Message | None) -> list[Action]:
        """The answer comes before the ack (C092); that to an invocation is its result, and no message."""
        if event.invocation_id is not None:
            return self._invoked(event, None if reply is None else reply.payload, None)
        repeats = self._answered(event.ack_id)
        return [
            *([] if reply is None else [Respond(reply)]),
            *self._succeeded(event.ack_id),
            *(action for _ in range(repeats) for action in self._repeated(event.ack_id)),
        ]

    def event_failed(self, event: Event) -> list[Action]:
        """The client learns it if it asked to, and the connection stays (C093, C094, C272)."""
        if event.invocation_id is not None:
            return self._invoked(event, None, INTERNAL_SERVER_ERROR)
        repeats = self._answered(event.ack_id)
        return self._failed(event.ack_id, INTERNAL_SERVER_ERROR) * (1 + repeats)

    def failed(self, request: Request) -> list[Action]:
        """The service is to fail on this request: it is not performed, and its client learns it if it asked to."""
        if isinstance(request, StreamStart):
            refused = self._all_streams.refused(request, INTERNAL_SERVER_ERROR)
            return [*refused, *self._failed(request.ack_id, INTERNAL_SERVER_ERROR)]
        if isinstance(request, Event) and request.invocation_id is not None:
            response = self._codec.invoke_response(request.invocation_id, None, INTERNAL_SERVER_ERROR)
            return [Reply(response)]
        assert isinstance(request, Event | JoinGroup | LeaveGroup | SendToGroup)
        return self._failed(request.ack_id, INTERNAL_SERVER_ERROR)

    def ended_by_server(self, close: Close) -> list[Action]:
        """The client is told before it is closed (C207)."""
        return [Reply(self._codec.disconnected(close.cause)), CloseConnection(close)]

    def tick(self) -> list[Action]:
        """End streams that were silent for too long (C266)."""
        return self._all_streams.tick()

    def ended(self) -> list[Action]:
        """Whoever received a stream of this client is told that nothing more comes of it."""
        return self._streams.cancel() if self._streams else []

    def _send(self, request: SendToGroup) -> list[Action]:
        if not self.permissions.send.allows(request.group):
            return self._failed(request.ack_id, forbidden("send to group", request.group))
        message = Message(request.payload, request.group, self._user_id, request.metadata, request.ttl_s)
        return [Publish(message, request.no_echo), *self._succeeded(request.ack_id)]

    def _join_or_leave(self, request: JoinGroup | LeaveGroup) -> list[Action]:
        joins = isinstance(request, JoinGroup)
        if not self.permissions.join_leave.allows(request.group):
            return self._failed(request.ack_id, forbidden("join group" if joins else "leave group", request.group))
        command = Join(request.group) if joins else Leave(request.group)
        return [command, *self._succeeded(request.ack_id)]

    def _raise(self, event: Event) -> list[Action]:
        if event.ack_id is not None:
            self._raised[event.ack_id] = 0
        if event.invocation_id is not None:
            if event.invocation_id in self._invocations:
                return []  # its first answer is for both
            self._invocations[event.invocation_id] = event
        return [RaiseEvent(event)]

    def _invoked(self, event: Event, result: Payload | None, error: AckError | None) -> list[Action]:
        """Answer an invocation, unless the client cancelled it (C273), and perhaps used its id again."""
        invocation_id = event.invocation_id
        if invocation_id is None or self._invocations.get(invocation_id) is not event:
            return []
        del self._invocations[invocation_id]
        return [Reply(self._codec.invoke_response(invocation_id, result, error))]

    @property
    def _all_streams(self) -> Streams:
        if self._streams is None:
            self._streams = Streams(self._codec, self._user_id, self.permissions, self._now)
        return self._streams

    def _start_stream(self, request: StreamStart) -> list[Action]:
        """A stream has answers of its own; an ack comes beside them only if the client asked for one."""
        error = self._all_streams.start(request)
        if error is not None:
            return [*self._all_streams.refused(request, error), *self._failed(request.ack_id, error)]
        return [*self._all_streams.started(request), *self._succeeded(request.ack_id)]

    def _answered(self, ack_id: int | None) -> int:
        """An event is answered: how often it was repeated meanwhile."""
        return 0 if ack_id is None else self._raised.pop(ack_id, 0)

    def _is_new(self, ack_id: int | None) -> bool:
        """Whether no request with this id has succeeded or is under way. One id space for all kinds (C078)."""
        return ack_id is None or (ack_id not in self._done and ack_id not in self._raised)

    def _repeated(self, ack_id: int | None) -> list[Action]:
        """A request that has succeeded is refused; one under way is not begun again, and both get its answer."""
        assert ack_id is not None
        if ack_id in self._raised:
            self._raised[ack_id] += 1
            return []
        return self._failed(ack_id, duplicate(ack_id))

    def _succeeded(self, ack_id: int | None) -> list[Action]:
        if ack_id is None:
            return []
        self._done.add(ack_id)
        return [Ack(self._codec.ack(ack_id), ack_id)]

    def _failed(self, ack_id: int | None, error: AckError) -> list[Action]:
        """Failures are not remembered: the same id may be tried again (C079)."""
        return [] if ack_id is None else [Ack(self._codec.ack(ack_id, error), ack_id)]


class AckMemory:
    """The last `size` ack ids of requests that succeeded. Takes no room before the first one."""

    __slots__ = ("_known", "_order", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._order: deque[int] | None = None
        self._known: set[int] = _NONE

    def __contains__(self, ack_id: int) -> bool:
        return ack_id in self._known

    def add(self, ack_id: int) -> None:
        """Remember one more, which must not be known, and forget the oldest when there are too many."""
        if self._order is None:
            self._order, self._known = deque(), set()
        self._order.append(ack_id)
        self._known.add(ack_id)
        if len(self._order) > self._size:
            self._known.remove(self._order.popleft())


_NONE: set[int] = set()
