"""A connected client: read its socket, do what its session decides, and end it in good order.

Holds no rule of the protocol; those are in the sessions.
"""

import asyncio
import contextlib
from collections.abc import Iterable

import structlog
from aiohttp import WSMsgType, web

from emulator.client_socket import ClientSocket
from emulator.connection import Connection
from emulator.errors import Close, Closes, ConnectionClosedError
from emulator.handshake import Admission
from emulator.messages import Action, CloseConnection, Join, Leave, Publish, RaiseEvent, Reply
from emulator.outbox import Outbox
from emulator.protocols import frames
from emulator.protocols.raw import RAW
from emulator.raw_session import RawSession
from emulator.service import Service
from emulator.session import PubSubSession

CLOSE_GRACE_S = 5.0
"""How long a client has to take the close frame and what is before it, and to answer; then the socket is cut."""

MESSAGES_PER_TURN = 256
"""Frames of one client handled before others get their turn, and what they caused leaves."""

_LINGER_STEP_S = 0.02
_CLOSE_OF_ERROR = {1002: Closes.INVALID_FRAME, 1007: Closes.INVALID_TEXT, 1009: Closes.MESSAGE_TOO_LARGE}

log = structlog.stdlib.get_logger("emulator")


class LiveConnection:
    """One connection and its socket, from the upgrade to the end.

    open ── close() or the client's close frame ──> closing ── the client's answer, its loss, or the grace ──> gone
    """

    def __init__(
        self, service: Service, admission: Admission, connection_id: str, socket: ClientSocket, request: web.Request
    ) -> None:
        """Take over `socket`, which is prepared for `request` and not lost again."""
        transport = request.transport
        assert transport is not None
        self._service = service
        self._socket = socket
        self._request = request
        self._transport = transport
        self._outbox = Outbox(transport, on_full=lambda: self.close(Closes.OUTBOUND_QUEUE_FULL))
        self.connection = _connection(admission, connection_id, self._outbox)
        self._alone = frozenset([self.connection])
        self._hub = service.hubs.add(admission.hub, self.connection)
        self._groups = admission.groups
        self._ended_by: Close | None = None  # set once, when either side begins to close
        self._is_broken = False  # set when nothing that the client sends can be understood any more
        self._is_heard = True  # set by every frame from the client, cleared by every ping to it
        socket.on_protocol_error = self._protocol_error

    async def run(self) -> Close:
        """Serve the client until it is gone; say how it ended."""
        try:
            self._perform(self.connection.session.opened())
            self._perform(Join(group) for group in self._groups)
            await self._read()
            if self._is_broken:
                await self._linger()
        finally:
            self._service.hubs.remove(self._hub, self.connection)
        return self._ended_by or Close(1006, "The connection was lost.")

    def close(self, close: Close) -> None:
        """Begin to end the connection: nothing more goes to it or comes from it but the close frames."""
        self._end(close, frames.close(close.code, close.reason))

    def _end(self, close: Close, frame: bytes) -> None:
        if self._ended_by is not None:
            return
        self._ended_by = close
        self._service.hubs.remove(self._hub, self.connection)
        self._outbox.close(frame)
        asyncio.get_running_loop().call_later(CLOSE_GRACE_S, self._transport.abort)

    def close_unheard(self, close: Close) -> None:
        """Close when nothing of the client can be read any more, its answer neither: end our side of the socket.

        A client ends its own then. Ending both at once, with bytes of the client unread, would reset the connection
        and could destroy the close frame on its way.
        """
        self.close(close)
        with contextlib.suppress(OSError):
            self._transport.write_eof()

    def abort(self) -> None:
        """Cut the socket."""
        self._transport.abort()

    def ping(self) -> None:
        """Ask the client for a sign of life, or cut it off if it gave none since it was last asked."""
        if self._ended_by is not None:
            return
        if not self._is_heard:
            self._ended_by = Closes.PING_TIMEOUT
            self.abort()
            return
        self._is_heard = False
        self._service.turn.post(frames.PING, self._alone)

    async def _read(self) -> None:
        handled = 0
        while True:
            message = await self._socket.receive()  # waits only when no frame has come in
            self._is_heard = True
            kind = message.type
            if kind is WSMsgType.TEXT or kind is WSMsgType.BINARY:
                self._handle(message.data, kind is WSMsgType.TEXT)
            elif kind is WSMsgType.PING:
                self._service.turn.post(frames.pong(bytes(message.data)), self._alone)
            elif kind is WSMsgType.CLOSE:
                self._closed_by_client(message.data, message.extra or "")
                return
            elif kind is not WSMsgType.PONG:
                return  # lost, or broken
            handled += 1
            if handled % MESSAGES_PER_TURN == 0:
                await asyncio.sleep(0)

    def _closed_by_client(self, code: int, reason: str) -> None:
        """Answer a close frame with its own code; an empty one shows up as code 0 and counts as 1000 (C134)."""
        if code and (code == 1006 or code > 4999):  # codes that no frame may carry, and aiohttp lets through
            self.close(Closes.INVALID_FRAME)
        else:
            self._end(Close(code or 1000, reason), frames.close(code or 1000))

    def _handle(self, data: bytes, is_text: bool) -> None:
        if self._ended_by is not None:
            return
        try:
            self._perform(self.connection.session.received(data, is_text))
        except ConnectionClosedError as error:
            why = str(error.__cause__ or error.close.reason)  # names properties, and never holds their content
            log.info("message_refused", connection_id=self.connection.connection_id, why=why)
            self.close(error.close)

    def _perform(self, actions: Iterable[Action]) -> None:
        service, hub, connection = self._service, self._hub, self.connection
        for action in actions:
            if isinstance(action, Publish):
                excluded = self._alone if action.no_echo else ()
                assert action.message.group is not None
                service.deliver(hub.publish(action.message.group, action.message, excluded))
            elif isinstance(action, Reply):
                service.turn.post(action.frame, self._alone)
            elif isinstance(action, Join):
                hub.join(connection, action.group)
            elif isinstance(action, Leave):
                hub.leave(connection, action.group)
            elif isinstance(action, RaiseEvent):
                # There are no event handlers, so no event finds one (client specification: InternalServerError).
                self._perform(connection.session.event_failed(action.event))
            elif isinstance(action, CloseConnection):
                self.close(action.close)

    def _protocol_error(self, code: int) -> None:
        self._is_broken = True
        self.close_unheard(_CLOSE_OF_ERROR[code])

    async def _linger(self) -> None:
        """Discard what a client that broke the protocol still sends, until it is gone or its grace is over."""
        while self._request.transport is not None:  # noqa: ASYNC110 - nothing else tells that it has ended
            await asyncio.sleep(_LINGER_STEP_S)


def _connection(admission: Admission, connection_id: str, outbox: Outbox) -> Connection:
    user_id, permissions = admission.user_id, admission.permissions
    if admission.codec is None:
        session = RawSession(admission.raw_mode, user_id, permissions)
        return Connection(connection_id, user_id, RAW, session, outbox)
    return Connection(
        connection_id,
        user_id,
        admission.codec,
        PubSubSession(admission.codec, connection_id, user_id, permissions),
        outbox,
    )
