"""Clients that receive, count and note when the last of it came.

They live in the one process that measures, on plain sockets, so that counting costs little beside the kernel's copy.
"""

import selectors
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from tests.benchmarks import websocket
from tests.benchmarks.lines import NUMBER

RECEIVE_BYTES = 256 * 1024
"""Asked of the kernel at once: small enough to stay in the processor's cache while it is counted."""

KEEP_ALIVE_S = 10.0

Count = Callable[[bytearray, int, int], int]
"""Lines in the message that stands in a buffer from one index to another."""


class ConnectionLostError(Exception):
    """The server closed a connection that was being measured."""


class Reader(ABC):
    """One connection: its socket, what it has counted, and when the last byte came."""

    keep_alive = b""
    """Sent every `KEEP_ALIVE_S` where the protocol asks its clients for a sign of life."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.socket.setblocking(False)
        self.count = 0
        self.last_at = 0  # time.monotonic_ns() of the last arrival
        self.recorded: list[bytes] | None = None  # a copy of what comes, from record() on

    @abstractmethod
    def receive(self) -> None:
        """Take what has arrived.

        Raises:
            ConnectionLostError: the server ended the connection.
        """

    def record(self) -> None:
        """Forget what was counted and keep a copy of all that comes from now on."""
        self.count = 0
        self.recorded = []

    def numbers(self) -> list[int]:
        """The numbers of the recorded lines, in the order of their arrival."""
        return [int(number) for number in NUMBER.findall(b"".join(self.recorded or ()))]

    def close(self) -> None:
        """Leave without ceremony."""
        self.socket.close()


class FrameReader(Reader):
    """Splits the stream into WebSocket messages and counts what they hold.

    Without `count_lines` each message counts as one. Then a run of messages of equal size is counted in one step.
    """

    def __init__(self, connection: socket.socket, received: bytes, count_lines: Count | None = None) -> None:
        super().__init__(connection)
        self.count_lines = count_lines
        self.buffer = bytearray(received.ljust(2 * RECEIVE_BYTES, b"\0"))
        self.start, self.end = 0, len(received)
        self.split()

    def receive(self) -> None:
        if len(self.buffer) - self.end < RECEIVE_BYTES:
            self.make_room()
        with memoryview(self.buffer) as view:
            size = self.socket.recv_into(view[self.end :], RECEIVE_BYTES)
        self.last_at = time.monotonic_ns()
        if not size:
            raise ConnectionLostError("the server closed a connection")
        self.end += size
        self.split()

    def make_room(self) -> None:
        """Move the unfinished message to the front, and grow when it fills more than half of the buffer."""
        size = self.end - self.start
        self.buffer[:size] = self.buffer[self.start : self.end]
        self.start, self.end = 0, size
        if len(self.buffer) - size < RECEIVE_BYTES:
            self.buffer.extend(bytes(len(self.buffer)))

    def split(self) -> None:
        """Count every finished message. Frames are whole messages here: no measured server fragments."""
        buffer, start, end = self.buffer, self.start, self.end
        while end - start >= 2:
            body, size = start + 2, buffer[start + 1]
            if size == 126:
                body, size = start + 4, int.from_bytes(buffer[start + 2 : start + 4])
            elif size == 127:
                body, size = start + 10, int.from_bytes(buffer[start + 2 : start + 10])
            stop = body + size
            if stop > end:
                break
            opcode = buffer[start] & 0x0F
            if opcode >= websocket.CLOSE:
                self.control(opcode, bytes(buffer[body:stop]))
            elif self.count_lines is not None:
                self.count += self.count_lines(buffer, body, stop)
            else:
                alike = frames_alike(buffer, start, body, stop, end)
                self.count += alike
                stop = start + alike * (stop - start)
            if self.recorded is not None:
                self.recorded.append(bytes(buffer[body:stop]))
            start = stop
        self.start, self.end = (0, 0) if start == end else (start, end)

    def control(self, opcode: int, payload: bytes) -> None:
        """Answer a ping; a close frame ends the measure."""
        if opcode == websocket.CLOSE:
            code, reason = int.from_bytes(payload[:2]), payload[2:].decode(errors="replace")
            raise ConnectionLostError(f"the server closed a connection: {code} {reason}")
        if opcode == websocket.PING:
            self.socket.send(websocket.frame(payload, websocket.PONG))


def frames_alike(buffer: bytearray, start: int, body: int, stop: int, end: int) -> int:
    """Finished frames in a row, before `end`, whose headers equal that of the frame from `start` to `stop`.

    Equal headers say equal sizes, so each of them says where the next one stands: looking at those places is exact.
    """
    size = stop - start
    frames = (end - start) // size
    limit = start + frames * size
    for place in range(start, body):
        column = buffer[place:limit:size]
        if column.count(buffer[place]) < frames:
            return 1
    return frames


class ByteReader(Reader):
    """Counts units of a known, constant size by bytes alone: the least that a client can do."""

    def __init__(self, connection: socket.socket, unit_bytes: int) -> None:
        super().__init__(connection)
        self.unit_bytes = unit_bytes
        self.rest_bytes = 0  # of a unit that has come in part
        self.buffer = bytearray(RECEIVE_BYTES)

    def receive(self) -> None:
        size = self.socket.recv_into(self.buffer)
        self.last_at = time.monotonic_ns()
        if not size:
            raise ConnectionLostError("the server closed a connection")
        whole, self.rest_bytes = divmod(self.rest_bytes + size, self.unit_bytes)
        self.count += whole
        if self.recorded is not None:
            self.recorded.append(bytes(self.buffer[:size]))


class Poll:
    """Serves every reader's socket, and others, from one thread."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.selector = selectors.EpollSelector()
        self.readers = readers
        self.kept_alive_at = time.monotonic()
        for reader in readers:
            self.selector.register(reader.socket, selectors.EVENT_READ, reader.receive)

    def run(self, is_done: Callable[[], bool], deadline: float) -> bool:
        """Receive until `is_done`, asked after each round, or until time.monotonic() passes `deadline`; say which."""
        while not is_done():
            now = time.monotonic()
            if now > deadline:
                return False
            self.once(min(deadline - now, 0.1))
        return True

    def once(self, timeout_s: float) -> None:
        """Wait for at most `timeout_s` and call what is ready."""
        for key, _ in self.selector.select(timeout_s):
            key.data()
        if time.monotonic() - self.kept_alive_at > KEEP_ALIVE_S:
            self.keep_alive()

    def keep_alive(self) -> None:
        """Give the sign of life that some protocols ask of clients."""
        self.kept_alive_at = time.monotonic()
        for reader in self.readers:
            if reader.keep_alive:
                reader.socket.send(reader.keep_alive)

    def close(self) -> None:
        """Close every reader."""
        self.selector.close()
        for reader in self.readers:
            reader.close()
