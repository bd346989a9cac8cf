"""One socket of a connection: what the client sends goes to its owner in order, until either side ends it.

Knows WebSocket and nothing above it, and not what becomes of the connection when this socket is gone.
"""

import asyncio
import contextlib
import socket as sockets
import struct
from typing import Protocol

from aiohttp import WSMsgType, web

from emulator.client_socket import ClientSocket
from emulator.errors import Close, Closes
from emulator.faults.held_transport import HeldTransport
from emulator.outbox import Transport
from emulator.protocols import frames

CLOSE_GRACE_S = 5.0
"""How long a client has to take the close frame and what is before it, and to answer; then the socket is cut."""

MESSAGES_PER_TURN = 256
"""Frames of one client handled before others get their turn, and what they caused leaves."""

_LINGER_STEP_S = 0.02
_END_BY_RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends RST and drops what was not sent
_CLOSE_OF_ERROR = {1002: Closes.INVALID_FRAME, 1007: Closes.INVALID_TEXT, 1009: Closes.MESSAGE_TOO_LARGE}


class Owner(Protocol):
    """The connection that a socket belongs to."""

    def received(self, data: bytes, is_text: bool) -> None:
        """Take a message of the client."""
        ...

    def post(self, frame: bytes) -> None:
        """Send a frame behind what is queued."""
        ...

    def left(self, close: Close, answer: bytes) -> None:
        """The client ends the socket by a close frame; send `answer` as the last frame."""
        ...

    def close(self, close: Close) -> None:
        """End the connection for good."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether the client is not to be read for now."""
        ...

    async def drained(self) -> None:
        """Wait until it is to be read again."""
        ...


class Link:
    """One socket from the upgrade to its end.

    open ── closing(), or the client's close frame ──> closing ── the client's answer, its loss, or the grace ──> gone
      └── cut(), or its loss ──> gone
    """

    __slots__ = (
        *("_ended_by", "_held", "_is_broken", "_is_heard", "_is_paused", "_owner", "_request", "_socket", "_stall"),
        "transport",
    )

    def __init__(self, socket: ClientSocket, request: web.Request, owner: Owner) -> None:
        """Take over `socket`, which is prepared for `request` and not lost again."""
        assert request.transport is not None
        self.transport = request.transport
        self._socket = socket
        self._request = request
        self._owner = owner
        self._ended_by: Close | None = None  # set once, when either side begins to close
        self._is_broken = False  # set when nothing that the client sends can be understood any more
        self._is_heard = True  # set by every frame from the client, cleared by every ping to it
        self._is_paused = False  # set while the client is not read
        self._stall: asyncio.Future[None] | None = None  # while a fault stalls what the client sends
        self._held: HeldTransport | None = None  # while a fault stalls what it is sent
        socket.on_protocol_error = self._protocol_error

    @property
    def is_open(self) -> bool:
        """Whether neither side has begun to close."""
        return self._ended_by is None

    async def run(self) -> Close:
        """Serve the socket until it is gone; say how it ended."""
        await self._read()
        if self._is_broken:
            await self._linger()
        return self._ended_by or Closes.LOST

    def closing(self, close: Close) -> None:
        """The last frame is on its way: take no more messages, and give the client its time to answer."""
        if self._ended_by is None:
            self._ended_by = close
            asyncio.get_running_loop().call_later(CLOSE_GRACE_S, self._abort)

    def cut(self, close: Close) -> None:
        """End the socket at once, without a word, because of `close`."""
        self._ended_by = self._ended_by or close
        self._abort()

    def drop(self, *, reset: bool) -> None:
        """Cut it as a network does: with `reset` TCP ends by RST, else by FIN (but by RST where the client wrote
        what was not read yet).
        """
        if reset and (raw := self.transport.get_extra_info("socket")) is not None:
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, _END_BY_RESET)
        self.cut(Closes.LOST)

    def stall(self, *, reads: bool, writes: bool) -> Transport:
        """Take nothing of what the client sends, send nothing, or both, until it is told otherwise.

        Returns:
            Where to write from now on.
        """
        if reads and self._stall is None:
            self._stall = asyncio.get_running_loop().create_future()
        elif not reads:
            self._resume()
        if writes and self._held is None:
            self._held = HeldTransport(self.transport)
        elif not writes and self._held is not None:
            self._held.release()
            self._held = None
        return self._held or self.transport

    def end_writing(self) -> None:
        """End our side of the socket, whose client cannot be read any more. It ends its own then.

        Ending both at once, with bytes of the client unread, would reset the connection and could destroy the close
        frame on its way.
        """
        with contextlib.suppress(OSError):
            self.transport.write_eof()

    def ping(self) -> None:
        """Ask the client for a sign of life, or cut it off if it gave none since it was last asked."""
        if self._ended_by is not None or self._stall is not None or self._held is not None:
            return
        if not (self._is_heard or self._is_paused):
            self.cut(Closes.PING_TIMEOUT)
            return
        self._is_heard = False
        self._owner.post(frames.PING)

    async def _read(self) -> None:
        handled = 0
        while True:
            message = await self._socket.receive()  # waits only when no frame has come in
            if self._stall is not None:
                await self._stall
            self._is_heard = True
            kind = message.type
            if kind is WSMsgType.TEXT or kind is WSMsgType.BINARY:
                if self._ended_by is None:
                    self._owner.received(message.data, kind is WSMsgType.TEXT)
                    if self._owner.is_full:
                        await self._pause()
            elif kind is WSMsgType.PING:
                if self._ended_by is None:
                    self._owner.post(frames.pong(bytes(message.data)))
            elif kind is WSMsgType.CLOSE:
                self._left(message.data, message.extra or "")
                return
            elif kind is not WSMsgType.PONG:
                return  # lost, or broken
            handled += 1
            if handled % MESSAGES_PER_TURN == 0:
                await asyncio.sleep(0)

    def _abort(self) -> None:
        self._resume()  # else nobody would see that it is gone
        self.transport.abort()

    def _resume(self) -> None:
        stall, self._stall = self._stall, None
        if stall is not None and not stall.done():  # cancelled with the task that waits for it
            stall.set_result(None)

    async def _pause(self) -> None:
        """Let the client wait, by its socket, until its owner has caught up with it."""
        self._is_paused = True
        await self._owner.drained()
        self._is_paused, self._is_heard = False, True

    def _left(self, code: int, reason: str) -> None:
        """Answer a close frame with its own code; an empty one shows up as code 0 and counts as 1000 (C134)."""
        if self._ended_by is not None:
            return  # it is the answer to ours
        if code and (code == 1006 or code > 4999):  # codes that no frame may carry, and aiohttp lets through
            self._owner.close(Closes.INVALID_FRAME)
        else:
            self._owner.left(Close(code or 1000, reason), frames.close(code or 1000))

    def _protocol_error(self, code: int) -> None:
        self._is_broken = True
        if self._ended_by is None:
            self._owner.close(_CLOSE_OF_ERROR[code])
        self.end_writing()

    async def _linger(self) -> None:
        """Discard what a client that broke the protocol still sends, until it is gone or its grace is over."""
        while self._request.transport is not None:  # noqa: ASYNC110 - nothing else tells that it has ended
            await asyncio.sleep(_LINGER_STEP_S)
