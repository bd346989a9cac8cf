"""The protocol of a simple client, one without a PubSub subprotocol: every message is an event or a publication.

Which of the two, the query of its URL says (Learn: "Client protocols", simple WebSocket client). Such a client gets
payloads only, never an envelope, an ack or a system message.
"""

from collections.abc import Mapping

from msgspec import Struct

from common.shortening import quoted
from emulator import names
from emulator.errors import Close, Closes, ConnectionClosedError
from emulator.messages import (
    Action,
    CloseConnection,
    Event,
    Message,
    Publish,
    RaiseEvent,
    Request,
    Respond,
    SendToGroup,
)
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions

RAW_EVENT = "message"
"""The user event that messages in mode sendEvent become."""


class RawMode(Struct, frozen=True):
    """What the messages of a raw client become: events, or with `group` publications to it."""

    group: str | None = None
    no_echo: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "RawMode":
        """Read `webpubsub_mode`, `group` and `noEcho`; the keys of `query` are in lower case, values in any.

        Raises:
            ValueError: another mode, an invalid group, or a noEcho that is no boolean (C041 to C044).
        """
        mode = query.get("webpubsub_mode", "").lower()
        if mode in ("", "sendevent"):
            return cls()
        if mode != "sendtogroup":
            raise ValueError(f"webpubsub_mode is {quoted(query['webpubsub_mode'])}; expected sendEvent or sendToGroup.")
        group = query.get("group", "")
        if not names.is_group(group):
            raise ValueError("webpubsub_mode=sendToGroup needs group with 1 to 1024 characters, not only white space.")
        no_echo = query.get("noecho", "").lower()
        if no_echo not in ("", "true", "false"):
            raise ValueError(f"noEcho is {quoted(query['noecho'])}; expected true or false.")
        return cls(group, no_echo == "true")


class RawSession:
    """One connection of a simple client."""

    def __init__(self, mode: RawMode, user_id: str | None, permissions: Permissions) -> None:
        self._mode = mode
        self._user_id = user_id
        self.permissions = permissions

    def opened(self, reconnection_token: str | None) -> list[Action]:
        """Nothing: a simple client gets no connected message."""
        return []

    def recovered(self, reconnection_token: str, announces: bool) -> list[Action]:
        """Never asked: only connections of the reliable subprotocols can be recovered."""
        return []

    def received(self, data: bytes, is_text: bool) -> list[Action]:
        """Turn a message into an event or a publication.

        Raises:
            ConnectionClosedError: with 1007 for text that is not UTF-8, with 1008 for a publication without the role.
        """
        return self.requested(self.decoded(data, is_text))

    def decoded(self, data: bytes, is_text: bool) -> Event | SendToGroup:
        """What a message is, before anything is done about it.

        Raises:
            ConnectionClosedError: with 1007 for text that is not UTF-8.
        """
        if is_text and not _is_utf8(data):
            raise ConnectionClosedError(Closes.INVALID_TEXT)
        payload = Payload.of(DataType.TEXT if is_text else DataType.BINARY, data)
        if self._mode.group is None:
            return Event(RAW_EVENT, payload)
        return SendToGroup(self._mode.group, payload, no_echo=self._mode.no_echo)

    def requested(self, request: Request) -> list[Action]:
        """Do what a message is.

        Raises:
            ConnectionClosedError: with 1008 for a publication without the role.
        """
        if isinstance(request, Event):
            return [RaiseEvent(request)]
        assert isinstance(request, SendToGroup)
        if not self.permissions.send.allows(request.group):
            raise ConnectionClosedError(Closes.RAW_SEND_FORBIDDEN)
        return [Publish(Message(request.payload, request.group, self._user_id), request.no_echo)]

    def failed(self, request: Request) -> list[Action]:
        """The service is to fail on this message; the connection ends, as where an event fails."""
        return [CloseConnection(Closes.RAW_EVENT_FAILED)]

    def event_succeeded(self, event: Event, reply: Message | None) -> list[Action]:
        """The answer is all that such a client gets of it."""
        return [] if reply is None else [Respond(reply)]

    def event_failed(self, event: Event) -> list[Action]:
        """A simple client has no ack to read it from, so the connection ends (C037)."""
        return [CloseConnection(Closes.RAW_EVENT_FAILED)]

    def ended_by_server(self, close: Close) -> list[Action]:
        """Nothing but the close frame: a simple client gets no disconnected message (C046)."""
        return [CloseConnection(close)]

    def tick(self) -> list[Action]:
        """Nothing: it never asks for this."""
        return []

    def ended(self) -> list[Action]:
        """Nothing: whoever was to know its messages has them."""
        return []


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
