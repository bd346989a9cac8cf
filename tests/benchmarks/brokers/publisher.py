"""Publishers of the measure: at full speed, or with a bounded number of messages that wait for their acks.

They live in the measuring process, beside the subscribers, on plain sockets.
"""

import selectors
import socket
import time
from collections.abc import Sequence

from tests.benchmarks.readers import ConnectionLostError, FrameReader, Poll

WRITE_BYTES = 64 * 1024
ACKS_S = 5.0


class Publisher:
    """Writes as fast as its socket takes it, and throws away what the server answers."""

    def __init__(self, connection: socket.socket, poll: Poll) -> None:
        self.socket = connection
        self.socket.setblocking(False)
        self.poll = poll
        self.unsent = memoryview(b"")
        self.key = poll.selector.register(connection, selectors.EVENT_READ, self.ready)

    def publish(self, content: bytes) -> None:
        """Begin to write `content`; the poll does the rest."""
        self.unsent = memoryview(content)
        self.poll.selector.modify(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self.ready)

    def ready(self) -> None:
        """Send and receive what can be without waiting."""
        try:
            if self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent[:WRITE_BYTES]) :]
                if not self.unsent:
                    self.poll.selector.modify(self.socket, selectors.EVENT_READ, self.ready)
            if not self.socket.recv(65536):
                raise ConnectionLostError("the server closed the publisher's connection")
        except BlockingIOError:
            pass


class WindowedPublisher:
    """Has at most `window` messages on their way without an ack, each of which the server must answer with one."""

    def __init__(self, connection: socket.socket, poll: Poll, window: int) -> None:
        self.acks = FrameReader(connection, b"")
        self.poll = poll
        self.window = window
        self.frames: Sequence[bytes] = ()
        self.sent = 0
        poll.selector.register(connection, selectors.EVENT_READ, self.ready)

    def publish(self, frames: Sequence[bytes]) -> None:
        """Begin to send `frames`, all of which asked for acks; the poll does the rest."""
        self.acks.count = self.sent = 0
        self.frames = frames
        self.send()

    def finish(self) -> None:
        """Take the last acks, which may come after the last message.

        Raises:
            ConnectionLostError: they do not come.
        """
        if not self.poll.run(lambda: self.acks.count >= len(self.frames), time.monotonic() + ACKS_S):
            raise ConnectionLostError(f"{len(self.frames) - self.acks.count:,} acks did not come")

    def ready(self) -> None:
        """Take what was acknowledged and send as much."""
        self.acks.receive()
        self.send()

    def send(self) -> None:
        """Fill the window. It holds less than a socket's buffer does, so this never waits for long."""
        until = min(len(self.frames), self.acks.count + self.window)
        if until > self.sent:
            content = b"".join(self.frames[self.sent : until])
            self.sent = until
            self.acks.socket.setblocking(True)
            self.acks.socket.sendall(content)
            self.acks.socket.setblocking(False)
