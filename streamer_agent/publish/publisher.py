"""Move text between the session and a WebSocket, connection after connection. Decides nothing: the session does."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, time
from typing import Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from streamer_agent import events
from streamer_agent.block import EpochKey
from streamer_agent.errors import ConnectionLostError, StreamerError, label
from streamer_agent.publish.frames import Recovery
from streamer_agent.publish.message import Message
from streamer_agent.publish.negotiation import Access
from streamer_agent.publish.outage import Outage
from streamer_agent.publish.session import (
    NORMAL_CLOSURE,
    Action,
    Ask,
    Close,
    Fail,
    Proven,
    Refused,
    Resumed,
    Send,
    Session,
    Settle,
    State,
    Welcome,
)
from streamer_agent.publish.units import Units
from streamer_agent.publish.websocket import hang_up, lost, open_socket, recovery_url

TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a connection ends, and the close frame that says so if it is ours to send."""

    error: StreamerError
    code: int = NORMAL_CLOSURE
    reason: str = ""


class Negotiates(Protocol):
    """Whoever hands out access URLs."""

    async def access(self) -> Access: ...


class Publisher:
    """Keeps a connection to the service for as long as it takes."""

    def __init__(
        self,
        session: Session,
        negotiator: Negotiates,
        *,
        on_settled: Callable[[EpochKey, int], None],
        on_change: Callable[[], None],
        ping_interval_s: float,
    ) -> None:
        """
        Args:
            session: decides what is sent.
            negotiator: hands out a fresh URL for every connection.
            on_settled: called with a life of a file and the offset before which all is acknowledged.
            on_change: called after anything that may let a message be sent, or end a wait for acks.
            ping_interval_s: between the pings that keep idle connections alive and find half-open ones.
        """
        self._session = session
        self._negotiator = negotiator
        self._on_settled = on_settled
        self._on_change = on_change
        self._ping_interval_s = ping_interval_s
        self.units = Units()
        self.connections = 0  # opened since the start
        self.recoveries = 0  # connections that went on
        self.failures: Counter[str] = Counter()  # connections, and attempts at one, that ended, by reason
        self.refused: Counter[str] = Counter()  # messages, by the service's word
        self._access: Access | None = None  # of the last new connection
        self._outage = Outage()  # of connections
        self._refusals = Outage()  # of messages, on this connection
        self._outgoing: deque[bytes] = deque()  # frames that the socket has yet to take, in order
        self._has_outgoing = asyncio.Event()
        self._trouble = "not connected yet"  # why nothing is published; empty while connected

    @property
    def is_connected(self) -> bool:
        """Whether messages are accepted at present, room in the window aside."""
        return self._session.state is State.CONNECTED

    @property
    def trouble(self) -> str:
        """Why nothing can be published at present, for people; empty when it can."""
        return self._trouble

    def publish(self, message: Message) -> bool:
        """Accept `message` and see to its delivery; False when it must wait for `on_change`."""
        action = self._session.offer(message, monotonic())
        if action is None:
            return False
        self._send(action)
        return True

    def skip(self, key: EpochKey, end: int) -> None:
        """Settle bytes of `key` up to `end` that are left out, as soon as all before them are acknowledged."""
        action = self._session.skip(key, end)
        if action is not None:
            self._on_settled(action.key, action.end)

    async def run(self) -> None:
        """Publish until cancelled; the connection is then closed in good order, whatever is still unacknowledged.

        Raises:
            StreamerError: it cannot pass by itself: a wrong key, a missing permission.
        """
        recovery: Recovery | None = None
        while True:
            error = await self._one_connection(recovery)
            what_next = self._session.ended(error, monotonic())
            self._trouble = str(error)
            self.failures[label(error)] += 1
            self._on_change()
            if isinstance(what_next, Fail):
                raise what_next.error
            if self._outage.failed(str(error), monotonic()):
                events.publishing_interrupted(error, what_next.after_s)
            recovery = what_next.recovery
            await asyncio.sleep(what_next.after_s)

    async def _one_connection(self, recovery: Recovery | None) -> StreamerError:
        """Publish over a new connection, or one that is recovered, until it ends; return why."""
        try:
            socket = await self._open(recovery)
        except StreamerError as error:
            return error
        code, why = NORMAL_CLOSURE, ""
        try:
            ending = await self._converse(socket)
            code, why = ending.code, ending.reason
            return ending.error
        finally:
            await hang_up(socket, code, why)

    async def _open(self, recovery: Recovery | None) -> ClientConnection:
        # Frames of an earlier connection are cleared: the session sends again what matters.
        if recovery is None:
            self._access = await self._negotiator.access()
            socket = await open_socket(self._access.url, self._ping_interval_s)
            self._outgoing.clear()
            self._session.opened(self._access.group, monotonic())
        else:
            assert self._access is not None
            socket = await open_socket(recovery_url(self._access.url, recovery), self._ping_interval_s)
            self._outgoing.clear()
            self._do(self._session.recovered(monotonic()))
        return socket

    async def _converse(self, socket: ClientConnection) -> Ending:
        """Read, write and tick until one of them ends the connection."""
        tasks = [asyncio.create_task(part) for part in (self._read(socket), self._write(socket), self._tick())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        return next(task.result() for task in tasks if task in done)

    async def _read(self, socket: ClientConnection) -> Ending:
        try:
            while True:
                text = await socket.recv(decode=False)
                ending = self._do(self._session.received(text, monotonic()))
                if ending is not None:
                    return ending
        except ConnectionClosed as closed:
            return Ending(lost(closed, self._ping_interval_s))

    async def _write(self, socket: ClientConnection) -> Ending:
        try:
            while True:
                while self._outgoing:
                    await socket.send(self._outgoing.popleft(), text=True)
                self._has_outgoing.clear()
                await self._has_outgoing.wait()
        except ConnectionClosed as closed:
            return Ending(lost(closed, self._ping_interval_s))

    async def _tick(self) -> Ending:
        while True:
            await asyncio.sleep(TICK_S)
            ending = self._do(self._session.tick(monotonic()))
            if ending is not None:
                return ending

    def _do(self, actions: Iterable[Action]) -> Ending | None:
        for action in actions:
            match action:
                case Send():
                    self._send(action)
                case Settle(key, end):
                    self._on_settled(key, end)
                case Welcome(connection_id, repeated):
                    self._trouble = ""
                    self.connections += 1
                    self._refusals.over(monotonic())
                    events.connection_opened(connection_id, repeated)
                case Resumed(connection_id, repeated):
                    self._trouble = ""
                    self.recoveries += 1
                    events.connection_recovered(connection_id, repeated)
                case Proven():
                    events.publishing_proven(*self._outage.over(monotonic()))
                case Ask(messages):
                    events.acks_overdue(messages)
                case Refused(error, after_s):
                    self.refused[label(error)] += 1
                    if self._refusals.failed(str(error), monotonic()):
                        events.message_refused(error, after_s)
                case Close(code, why):
                    return Ending(ConnectionLostError(code, f"The connection was given up: {why}"), code, why)
                case Fail(fatal):
                    return Ending(fatal)
        self._on_change()
        return None

    def _send(self, action: Send) -> None:
        if action.is_delivered:
            self.units.sent(len(action.frame), time())
        self._outgoing.append(action.frame)
        self._has_outgoing.set()
