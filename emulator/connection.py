"""One connection as the hub knows it: its identity, its groups, its session and its way out; decides nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from emulator.errors import Close
from emulator.messages import Action, Event, Message, Request
from emulator.numbering import Unnumbered
from emulator.permissions import Permissions

if TYPE_CHECKING:
    from emulator.outbox import Sharing


class Encoder(Protocol):
    """A wire form of messages. Connections with the same encoder get the same bytes."""

    @property
    def subprotocol(self) -> str | None:
        """The PubSub subprotocol whose form it is; None for that of simple clients."""
        ...

    def message(self, message: Message) -> bytes | Unnumbered:
        """The WebSocket frame of a message; of a reliable subprotocol, what becomes one with a sequence id."""
        ...


class Session(Protocol):
    """One connection's protocol: what a client sends goes in, what is to be done comes out."""

    permissions: Permissions

    def opened(self, reconnection_token: str | None) -> list[Action]:
        """What to do first. A reliable connection has a token that its client is to be told."""
        ...

    def recovered(self, reconnection_token: str, announces: bool) -> list[Action]:
        """What to do when the client is back on another socket; with `announces` it is told its new token."""
        ...

    def received(self, data: bytes, is_text: bool) -> list[Action]:
        """What a message of the client demands.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        ...

    def decoded(self, data: bytes, is_text: bool) -> Request:
        """The request in a message, before anything is done about it.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        ...

    def requested(self, request: Request) -> list[Action]:
        """What a request demands; `received` is both in one.

        Raises:
            ConnectionClosedError: the client may not ask that.
        """
        ...

    def failed(self, request: Request) -> list[Action]:
        """What the client is told when the service fails on a request that something is to be done for."""
        ...

    def event_succeeded(self, event: Event, reply: Message | None) -> list[Action]:
        """What to do when an event handler took `event`, and answered `reply` or nothing."""
        ...

    def event_failed(self, event: Event) -> list[Action]:
        """What to do when no event handler took `event`, or one failed."""
        ...

    def tick(self) -> list[Action]:
        """What to do now; called when a Wake asked for it."""
        ...

    def ended_by_server(self, close: Close) -> list[Action]:
        """What to do when the application server ends the connection with `close`."""
        ...

    def ended(self) -> list[Action]:
        """What others must be told when the connection is over for good, and has left the hub."""
        ...


class Outgoing(Protocol):
    """Where frames for one client go."""

    append: Callable[[bytes | Unnumbered], None]

    def flush(self, sharing: "Sharing") -> None:
        """Write what was appended; connections of one turn share the work by `sharing`."""
        ...


class Connection:
    """Compared by identity, so that it can stand in sets; `groups` is kept by the hub alone."""

    __slots__ = ("connection_id", "encoder", "end", "groups", "outbox", "session", "user_id")

    def __init__(
        self,
        connection_id: str,
        user_id: str | None,
        encoder: Encoder,
        session: Session,
        outbox: Outgoing,
        end: Callable[[Close], None],
    ) -> None:
        """Make one that is in no hub yet; `end` ends it for good, on the word of the application server."""
        self.connection_id = connection_id
        self.user_id = user_id
        self.encoder = encoder
        self.session = session
        self.outbox = outbox
        self.end = end
        self.groups: set[str] = set()

    @property
    def protocol(self) -> str | None:
        """Its PubSub subprotocol; None for a simple client."""
        return self.encoder.subprotocol
