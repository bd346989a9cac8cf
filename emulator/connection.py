"""One connection as the hub knows it: its identity, its groups, its session and its way out; decides nothing."""

from collections.abc import Callable
from typing import Protocol

from emulator.messages import Action, Event, Message


class Encoder(Protocol):
    """A wire form of messages. Connections with the same encoder get the same bytes."""

    def message(self, message: Message) -> bytes:
        """The WebSocket frame of a message."""
        ...


class Session(Protocol):
    """One connection's protocol: what a client sends goes in, what is to be done comes out."""

    def opened(self) -> list[Action]:
        """What to do first."""
        ...

    def received(self, data: bytes, is_text: bool) -> list[Action]:
        """What a message of the client demands.

        Raises:
            ConnectionClosedError: the message breaks the protocol.
        """
        ...

    def event_failed(self, event: Event) -> list[Action]:
        """What to do when no event handler took `event`, or one failed."""
        ...


class Outgoing(Protocol):
    """Where frames for one client go."""

    append: Callable[[bytes], None]

    def flush(self) -> None:
        """Write what was appended."""
        ...


class Connection:
    """Compared by identity, so that it can stand in sets; `groups` is kept by the hub alone."""

    __slots__ = ("connection_id", "encoder", "groups", "outbox", "session", "user_id")

    def __init__(
        self, connection_id: str, user_id: str | None, encoder: Encoder, session: Session, outbox: Outgoing
    ) -> None:
        self.connection_id = connection_id
        self.user_id = user_id
        self.encoder = encoder
        self.session = session
        self.outbox = outbox
        self.groups: set[str] = set()
