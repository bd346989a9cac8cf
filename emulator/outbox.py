"""What is on its way to clients: frames of one event-loop turn leave in one write per connection.

A hundred small messages to a hundred connections are so a hundred system calls, not ten thousand. Slow consumers
are found here by what their sockets did not take, and nobody waits for them. Makes no frames.
"""

from collections import deque
from collections.abc import Callable, Set
from typing import Protocol

from emulator.connection import Connection

MAX_UNTAKEN_MESSAGES = 1000
MAX_UNTAKEN_BYTES = 16 * 1024 * 1024
"""What a client may be behind, in messages and bytes, as in Microsoft's emulator. The kernel's own buffers, which
hold megabytes before anything waits here, do not count.
"""


class Transport(Protocol):
    """The part of asyncio.WriteTransport that an outbox uses."""

    def write(self, data: bytes, /) -> None:
        """Send what the socket takes, keep the rest."""
        ...

    def get_write_buffer_size(self) -> int:
        """How many bytes were kept."""
        ...

    def is_closing(self) -> bool:
        """Whether writing is of no use any more."""
        ...


class Outbox:
    """The frames for one connection, in the order in which they were appended.

    `append` is the fan-out's fast path: a list's own method, so that a delivery costs no Python call.
    """

    __slots__ = ("_frames", "_limits", "_on_full", "_transport", "_untaken", "_untaken_bytes", "append")

    def __init__(
        self,
        transport: Transport,
        on_full: Callable[[], None],
        limits: tuple[int, int] = (MAX_UNTAKEN_MESSAGES, MAX_UNTAKEN_BYTES),
    ) -> None:
        """Write to `transport`; call `on_full` when it is behind by more than `limits` (messages, bytes)."""
        self._transport = transport
        self._on_full = on_full
        self._limits = limits
        self._frames: list[bytes] = []  # of this turn
        self.append: Callable[[bytes], None] = self._frames.append
        self._untaken: deque[int] = deque()  # sizes of the frames that the socket has not taken whole
        self._untaken_bytes = 0  # their sum

    def flush(self) -> None:
        """Write the frames of this turn, all in one."""
        frames = self._frames
        if not frames:
            return
        transport = self._transport
        if transport.is_closing():
            frames.clear()
            return
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        transport.write(data)
        left = transport.get_write_buffer_size()
        if left or self._untaken:
            self._untaken.extend(map(len, frames))
            self._untaken_bytes += len(data)
        frames.clear()
        if self._untaken:
            self._count(left)

    def close(self, frame: bytes) -> None:
        """Send what is queued and then `frame`, at once; take nothing more."""
        self._on_full = _ignore
        self.append(frame)
        self.append = _discard
        self.flush()

    def _count(self, left: int) -> None:
        """Forget the frames that the socket took: all but those among the last `left` bytes."""
        untaken = self._untaken
        while untaken and self._untaken_bytes - untaken[0] >= left:
            self._untaken_bytes -= untaken.popleft()
        max_messages, max_bytes = self._limits
        if len(untaken) > max_messages or left > max_bytes:
            self._on_full()


class Turn:
    """Which connections got frames in this turn of the event loop. At its end each is flushed once."""

    def __init__(self, at_end: Callable[[Callable[[], None]], object]) -> None:
        """Have `at_end` (an event loop's `call_soon`) call the flush when the turn is over."""
        self._at_end = at_end
        self._written: set[Connection] = set()

    def post(self, frame: bytes, connections: Set[Connection]) -> None:
        """Append one frame to the outboxes of `connections`."""
        for connection in connections:
            connection.outbox.append(frame)
        if not self._written and connections:
            self._at_end(self._flush)
        self._written |= connections

    def _flush(self) -> None:
        written, self._written = self._written, set()
        for connection in written:
            connection.outbox.flush()


def _discard(_frame: bytes) -> None:
    pass


def _ignore() -> None:
    pass
