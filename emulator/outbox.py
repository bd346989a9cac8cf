"""What is on its way to clients: frames of one event-loop turn leave in one write per connection.

A hundred small messages to a hundred connections are so a hundred system calls, not ten thousand. Slow consumers
are found here by what their sockets did not take, and nobody waits for them. Makes no frames.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any, Protocol

from emulator.connection import Connection
from emulator.errors import Close, Closes
from emulator.numbering import Numbered, Unnumbered, number
from emulator.replay import Replay

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


class Sharing:
    """The work of one turn that connections with the same frames have in common, so that it is done once for all.

    Members of a group mostly get the same from one turn to the next; then comparing two lists, which looks at
    identities, is all that the second of them costs.
    """

    __slots__ = ("_joined", "_numbered", "now")

    def __init__(self, now: float) -> None:
        self.now = now
        self._joined: dict[tuple[int, int], tuple[Sequence[object], bytes]] = {}
        self._numbered: dict[tuple[int, int, int], tuple[Sequence[object], Numbered]] = {}

    def join(self, frames: Sequence[bytes]) -> bytes:
        """`frames` in one piece."""
        if len(frames) == 1:
            return frames[0]
        key = len(frames), id(frames[0])
        known = self._joined.get(key)
        if known is None or known[0] != frames:
            known = self._joined[key] = frames, b"".join(frames)
        return known[1]

    def number(self, items: Sequence[bytes | Unnumbered], first_id: int) -> Numbered:
        """`items` with sequence ids from `first_id` on."""
        key = first_id, len(items), id(items[0])
        known = self._numbered.get(key)
        if known is None or known[0] != items:
            known = self._numbered[key] = items, number(items, first_id, self.now)
        return known[1]


class Outbox:
    """The frames for one connection, in the order in which they were appended.

    `append` is the fan-out's fast path: a list's own method, so that a delivery costs no Python call.
    """

    __slots__ = ("_frames", "_limits", "_on_full", "_transport", "_untaken", "_untaken_bytes", "append")

    def __init__(
        self,
        transport: Transport | None,
        on_full: Callable[[Close], None],
        limits: tuple[int, int] = (MAX_UNTAKEN_MESSAGES, MAX_UNTAKEN_BYTES),
    ) -> None:
        """Write to `transport`; call `on_full` when it is behind by more than `limits` (messages, bytes)."""
        self._transport = transport  # None while there is no socket: what is written then is lost
        self._on_full = on_full
        self._limits = limits
        self._frames: list[Any] = []  # of this turn
        self.append: Callable[[bytes | Unnumbered], None] = self._frames.append
        self._untaken: deque[int] | None = None  # sizes of the frames that the socket has not taken whole
        self._untaken_bytes = 0  # their sum

    def flush(self, sharing: Sharing) -> None:
        """Write the frames of this turn, all in one."""
        frames = self._take()
        if frames:
            self._write(sharing.join(frames), lambda: map(len, frames))

    @property
    def untaken(self) -> tuple[int, int]:
        """How many messages and bytes the socket has not taken."""
        left = 0 if self._transport is None else self._transport.get_write_buffer_size()
        if self._untaken is not None:
            self._forget_taken(self._untaken, left)
        return len(self._untaken or ()), left

    def attach(self, transport: Transport, now: float) -> None:
        """Write to this socket from now on."""
        self._transport = transport

    def write_to(self, transport: Transport) -> None:
        """Write to this from now on, which leads to the same socket."""
        if self._transport is not None:
            self._transport = transport

    def close(self, frame: bytes, now: float) -> None:
        """Send what is queued and then `frame`, if it is one, at once; take nothing more."""
        self._on_full = _ignore
        if frame:
            self.append(frame)
        self.flush(Sharing(now))
        self.append = _discard

    def _take(self) -> list[Any]:
        """What was appended. What comes next goes into another list, as this one may be shared from now on."""
        frames = self._frames
        if frames:
            self._frames = []
            self.append = self._frames.append
        return frames

    def _write(self, data: bytes, sizes: Callable[[], Iterable[int]]) -> None:
        """Write `data`; `sizes` gives those of the frames in it, if that matters."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(data)
        left = transport.get_write_buffer_size()
        if left or self._untaken:
            untaken = self._untaken = self._untaken or deque()
            untaken.extend(sizes())
            self._untaken_bytes += len(data)
            self._count(untaken, left)

    def _forget_taken(self, untaken: deque[int], left: int) -> None:
        """Forget the frames that the socket took: all but those among the last `left` bytes."""
        while untaken and self._untaken_bytes - untaken[0] >= left:
            self._untaken_bytes -= untaken.popleft()

    def _count(self, untaken: deque[int], left: int) -> None:
        self._forget_taken(untaken, left)
        max_messages, max_bytes = self._limits
        if len(untaken) > max_messages or left > max_bytes:
            self._on_full(Closes.OUTBOUND_QUEUE_FULL)


class ReliableOutbox(Outbox):
    """The same for a connection that outlives its socket: it numbers messages and keeps them until they are
    acknowledged. While there is no socket, messages are kept and all other frames are lost, as a socket loses them.
    """

    __slots__ = ("_replay",)

    def __init__(
        self, transport: Transport | None, on_full: Callable[[Close], None], replay: Replay | None = None
    ) -> None:
        """Also call `on_full` when more is unacknowledged than `replay` may hold."""
        super().__init__(transport, on_full)
        self._replay = replay or Replay()

    def flush(self, sharing: Sharing) -> None:
        """Number the messages of this turn and keep them; write everything."""
        items = self._take()
        if items:
            numbered = self._keep(items, sharing)
            self._write(numbered.data, numbered.sizes)
            self._check(sharing.now)

    @property
    def unacknowledged(self) -> tuple[int, int]:
        """How many messages and bytes are kept for the client."""
        return self._replay.size

    def acknowledge(self, sequence_id: int) -> None:
        """Keep nothing up to this message any more."""
        self._replay.acknowledge(sequence_id)

    def detach(self, frame: bytes, now: float) -> None:
        """Send what is queued and then `frame`, if it is one, at once; write nothing more to this socket."""
        if frame:
            self.append(frame)
        self.flush(Sharing(now))
        self._transport = None

    def attach(self, transport: Transport, now: float) -> None:
        """Write to this socket from now on, beginning with everything that was not acknowledged."""
        items = self._take()
        if items:
            self._keep(items, Sharing(now))
        self._transport = transport
        frames = self._replay.frames(now)
        if frames:
            self._write(b"".join(frames), lambda: map(len, frames))
        self._check(now)

    def _keep(self, items: list[Any], sharing: Sharing) -> Numbered:
        numbered = sharing.number(items, self._replay.next_id)
        if numbered.batch is not None:
            self._replay.add(numbered.batch)
        return numbered

    def _check(self, now: float) -> None:
        if self._replay.is_over(now):
            self._on_full(Closes.RELIABLE_BUFFER_FULL)


class Turn:
    """Which connections got frames in this turn of the event loop. At its end each is flushed once."""

    def __init__(self, at_end: Callable[[Callable[[], None]], object], now: Callable[[], float]) -> None:
        """Have `at_end` (an event loop's `call_soon`) call the flush when the turn is over."""
        self._at_end = at_end
        self._now = now
        self._written: set[Connection] = set()

    def post(self, frame: bytes | Unnumbered, connections: Set[Connection]) -> None:
        """Append one frame to the outboxes of `connections`."""
        for connection in connections:
            connection.outbox.append(frame)
        if not self._written and connections:
            self._at_end(self._flush)
        self._written |= connections

    def _flush(self) -> None:
        written, self._written = self._written, set()
        sharing = Sharing(self._now())
        for connection in written:
            connection.outbox.flush(sharing)


def _discard(_frame: bytes | Unnumbered) -> None:
    pass


def _ignore(_close: Close) -> None:
    pass
