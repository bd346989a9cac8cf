"""One connection from its admission to its end: do what its session decides, over one socket or several in turn.

Holds no rule of the protocol; those are in the sessions. What happens on a socket is in `link`.
"""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial

import structlog
from aiohttp import web

from emulator.client_socket import ClientSocket
from emulator.clock import Timer
from emulator.connection import Connection, Session
from emulator.errors import Close, Closes, ConnectionClosedError
from emulator.faults import requests
from emulator.faults.rules import Rule
from emulator.handshake import Admission
from emulator.hub import Delivery
from emulator.inspection.state import Life, Queues
from emulator.link import Link
from emulator.messages import (
    Ack,
    Acknowledge,
    Action,
    CloseConnection,
    Event,
    Join,
    Leave,
    Publish,
    RaiseEvent,
    Reply,
    Respond,
    Wake,
)
from emulator.outbox import Outbox, ReliableOutbox
from emulator.protocols import frames
from emulator.protocols.raw import RAW
from emulator.raw_session import RawSession
from emulator.service import Service
from emulator.session import PubSubSession
from emulator.upstream.conversation import Conversation, Outcome

log = structlog.stdlib.get_logger("emulator")


class LiveConnection:
    """One connection, with its socket or, if it is of a reliable subprotocol, for a while without one.

    attached ── the socket is lost, or left without a farewell ──> detached ── recover() ──> attached
       └── close(), a farewell, a lost socket where nothing can be recovered ──> ended
                                          detached ── close(), the time to recover is over ──> ended
    """

    __slots__ = (
        *("_admission", "_alarm", "_alone", "_conversation", "_ended_by", "_forget", "_hub", "_link", "_observer"),
        *("_outbox", "_reads_as_text", "_reliable", "_service", "_window", "ack_faults", "connection", "seen"),
    )

    def __init__(
        self,
        service: Service,
        admission: Admission,
        connection_id: str,
        conversation: Conversation,
        forget: Callable[["LiveConnection"], None],
    ) -> None:
        """Make one without a socket yet; it calls `forget` when it has ended and has none any more."""
        self._service = service
        self._admission = admission
        self._conversation = conversation
        self._forget = forget
        self._reads_as_text = service.dialect.is_text(admission.codec)
        is_reliable = admission.codec is not None and admission.codec.is_reliable
        self._reliable = ReliableOutbox(None, self.close) if is_reliable else None
        self._outbox = self._reliable or Outbox(None, self.close)
        self.connection = _connection(service, admission, connection_id, self._outbox, self.end_by_server)
        self._alone = frozenset([self.connection])
        self._hub = service.hubs.add(admission.hub, self.connection)
        self._observer = service.observer
        self.seen = self._observer.seen(self._hub.name, self.connection)
        self._link: Link | None = None  # the socket, while there is one
        self._window: Timer | None = None  # runs out when it is too late to recover
        self._alarm: Timer | None = None  # goes off when the session wants to be asked
        self._ended_by: Close | None = None  # set once
        self.ack_faults: Sequence[tuple[int, Rule]] = ()  # what becomes of the next ack with each of these ids

    @property
    def hub(self) -> str:
        """The name of its hub."""
        return self._hub.name

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that it was admitted with, in its client's spelling."""
        return self._admission.subprotocol

    @property
    def is_recoverable(self) -> bool:
        """Whether it may go on over another socket."""
        return self._reliable is not None and self._ended_by is None

    @property
    def has_socket(self) -> bool:
        """Whether it has a socket that nobody has begun to close."""
        return self._link is not None and self._link.is_open

    @property
    def has_ended(self) -> bool:
        """Whether it is over for good."""
        return self._ended_by is not None

    @property
    def is_full(self) -> bool:
        """Whether so many events wait for their handler that the client should not be read."""
        return self._conversation.is_full

    async def drained(self) -> None:
        """Wait until no event waits."""
        await self._conversation.drained()

    def inspected(self) -> Life:
        """What there is to see of it now."""
        unacknowledged = None if self._reliable is None else self._reliable.unacknowledged
        queues = Queues(self._outbox.untaken, unacknowledged, self._conversation.waiting)
        return Life(self.seen, self.connection, self._link is not None, queues)

    def serve(
        self, socket: ClientSocket, request: web.Request, reconnection_token: str | None
    ) -> Coroutine[None, None, None]:
        """Begin with the first socket; give what serves it until it is gone."""
        link = self._attach(socket, request)
        self._observer.opened(self.seen, self.connection.session.permissions, self._admission.groups)
        self._perform(self.connection.session.opened(reconnection_token))
        self._perform(Join(group) for group in self._admission.groups)
        self._conversation.connected(self._admission.user_id, self._admission.subprotocol)
        self._service.faults.came(self)
        return self._run(link)

    def recover(
        self, socket: ClientSocket, request: web.Request, reconnection_token: str
    ) -> Coroutine[None, None, None]:
        """Go on over another socket; give what serves it until it is gone. The last one to come wins (C137).

        What was not acknowledged is sent again first, before anything new (client specification, section 1.4).
        """
        kept, _ = (0, 0) if self._reliable is None else self._reliable.unacknowledged
        self._observer.recovered(self.seen, kept, replaces=self._link is not None)
        if self._link is not None:
            self._link.cut(Closes.REPLACED)
        link = self._attach(socket, request)
        self._perform(self.connection.session.recovered(reconnection_token, self._service.recovery.announces))
        self._service.faults.came(self)
        return self._run(link)

    def close(self, close: Close) -> None:
        """End the connection for good: nothing more goes to it or comes from it but the close frames."""
        self._end(close, frames.close(close.code, close.reason))

    def close_unheard(self, close: Close) -> None:
        """Close and take nothing of what the client still sends."""
        self.close(close)
        if self._link is not None:
            self._link.end_writing()

    def end_by_server(self, close: Close) -> None:
        """End the connection as the application server wants it."""
        self._perform(self.connection.session.ended_by_server(close))

    def abort(self) -> None:
        """Cut the socket."""
        if self._link is not None:
            self._link.cut(Closes.LOST)

    def let_go(self, close: Close) -> None:
        """Close the socket, and keep the connection for a while if it can be recovered."""
        if self._reliable is None:
            self.close(close)
        elif self._link is not None and self._ended_by is None:
            self._detach(close, frames.close(close.code, close.reason))

    def drop(self, *, reset: bool) -> None:
        """Cut the socket without a close frame."""
        if self._link is not None:
            self._link.drop(reset=reset)

    def stall(self, *, reads: bool, writes: bool) -> None:
        """Take nothing of the client, send it nothing, or both, until told otherwise or until it has a new socket."""
        if self._link is not None:
            self._outbox.write_to(self._link.stall(reads=reads, writes=writes))

    def ping(self) -> None:
        """Ask the client for a sign of life, or cut it off if it gave none since it was last asked."""
        if self._link is not None:
            self._link.ping()

    def post(self, frame: bytes) -> None:
        """Send a frame behind what is queued."""
        self._service.turn.post(frame, self._alone)

    def received(self, data: bytes, is_text: bool) -> None:
        """Do what a message of the client demands."""
        is_text = is_text or self._reads_as_text
        try:
            faults = self._service.faults
            actions = (
                requests.received(faults, self, data, is_text)
                if faults.on_requests
                else self.connection.session.received(data, is_text)
            )
            self._observer.received(self.seen, self._hub, data, is_text, actions)
            self._perform(actions)
        except ConnectionClosedError as error:
            why = str(error.__cause__ or error.close.reason)  # names properties, and never holds their content
            log.info("message_refused", connection_id=self.connection.connection_id, why=why)
            self._observer.broke_off(self.seen, data, is_text, error.close, why)
            self.close(error.close)

    def left(self, close: Close, answer: bytes) -> None:
        """The client ends the socket. With code 1000 it does not mean to come back (C133 to C135)."""
        if close.code == 1000 or self._reliable is None:
            self._end(close, answer)
        else:
            self._detach(close, answer)

    def _attach(self, socket: ClientSocket, request: web.Request) -> Link:
        _cancel(self._window)
        self._link = link = Link(socket, request, self)
        self._outbox.attach(link.transport, self._service.clock.now())
        return link

    async def _run(self, link: Link) -> None:
        close = Closes.FAILED
        try:
            close = await link.run()
        finally:
            if link is self._link:  # else another one has come, or the client left before
                self._lost(close)

    def _lost(self, close: Close) -> None:
        """The socket is gone."""
        self._link = None
        if self._ended_by is not None:
            self._gone()
        elif self._reliable is not None:
            self._detach(close)
        else:
            self._end(close)

    def _detach(self, close: Close, last_frame: bytes = b"") -> None:
        """Let the socket go, and give the client time to come back."""
        assert self._reliable is not None
        connection_id, clock = self.connection.connection_id, self._service.clock
        log.info("connection_detached", connection_id=connection_id, code=close.code, reason=close.cause)
        self._observer.detached(self.seen, close, self._service.recovery.window_s)
        self._reliable.detach(last_frame, clock.now())
        if self._ended_by is not None:
            return  # what was still queued was too much for it
        if self._link is not None:
            self._link.closing(close)
            self._link = None
        self._window = clock.call_later(self._service.recovery.window_s, lambda: self._end(Closes.NOT_RECOVERED))

    def _end(self, close: Close, last_frame: bytes = b"") -> None:
        """The connection ends for good: once, whatever came to pass."""
        if self._ended_by is not None:
            return
        self._ended_by = close
        _cancel(self._window)
        _cancel(self._alarm)
        self._service.hubs.remove(self._hub, self.connection)
        self._observer.closed(self.seen, close)
        self._publish(self.connection.session.ended())
        self._outbox.close(last_frame, self._service.clock.now())
        self._conversation.disconnected(close.cause)
        if self._link is not None:
            self._link.closing(close)
        else:
            self._gone()

    def _gone(self) -> None:
        """It has ended, and its last socket too."""
        close = self._ended_by or Closes.LOST
        log.info("connection_closed", connection_id=self.connection.connection_id, code=close.code, reason=close.cause)
        self._forget(self)

    def _perform(self, actions: Iterable[Action]) -> None:
        service, hub, connection = self._service, self._hub, self.connection
        for action in actions:
            if isinstance(action, Publish):
                excluded = self._alone if action.no_echo else ()
                assert action.message.group is not None
                service.deliver(hub.publish(action.message.group, action.message, excluded))
            elif isinstance(action, Reply):
                if self.ack_faults and isinstance(action, Ack) and requests.withholds(service.faults, self, action):
                    continue
                self._observer.sent(self.seen, action.frame)
                service.turn.post(action.frame, self._alone)
            elif isinstance(action, Acknowledge):
                assert self._reliable is not None
                self._reliable.acknowledge(action.sequence_id)
            elif isinstance(action, Join):
                hub.join(connection, action.group)
            elif isinstance(action, Leave):
                hub.leave(connection, action.group)
            elif isinstance(action, RaiseEvent):
                self._conversation.tell(action.event, partial(self._event_told, action.event))
            elif isinstance(action, Respond):
                self._observer.answered(self.seen, action.message)
                service.deliver([Delivery(connection.encoder, action.message, self._alone)])
            elif isinstance(action, Wake):
                _cancel(self._alarm)
                self._alarm = service.clock.call_later(action.delay_s, self._tick)
            elif isinstance(action, CloseConnection):
                self.close(action.close)

    def _tick(self) -> None:
        self._publish(self.connection.session.tick())

    def _publish(self, actions: Sequence[Action]) -> None:
        """Do what no message of the client demands."""
        self._observer.published(self.seen, self._hub, actions)
        self._perform(actions)

    def _event_told(self, event: Event, outcome: Outcome) -> None:
        session = self.connection.session
        self._perform(
            session.event_succeeded(event, outcome.reply) if outcome.is_success else session.event_failed(event)
        )


def _cancel(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()


def _connection(
    service: Service, admission: Admission, connection_id: str, outbox: Outbox, end: Callable[[Close], None]
) -> Connection:
    user_id, permissions, codec = admission.user_id, admission.permissions, admission.codec
    if codec is None:
        session: Session = RawSession(admission.raw_mode, user_id, permissions)
        return Connection(connection_id, user_id, RAW, session, outbox, end)
    codec = service.dialect.codec(codec)
    session = PubSubSession(codec, connection_id, user_id, permissions, service.clock.now)
    return Connection(connection_id, user_id, codec, session, outbox, end)
