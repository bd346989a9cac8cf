"""Hold the messages that the service has not acknowledged: the only buffer of the agent. Sends nothing, reads no clock.

Delivery rules kept here:
- An ack id is used for one message on one connection. On the same connection it is asked for again under the same id,
  and the service answers `Duplicate` if it had it (client specification, 3.1). A new connection gets new ids.
- The service remembers 1,000 ids per connection and forgets the oldest first, so the ids in use never span more:
  otherwise asking again for an old one would be a second publication.
- A position is safe when its message and all earlier ones of the same life of the file are acknowledged: the ack floor.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from streamer_agent.block import EpochKey
from streamer_agent.publish.message import Message
from streamer_agent.traffic import Traffic

REMEMBERED_ACK_IDS = 1000
"""How many ack ids the service remembers per connection (Azure Web PubSub client specification, 3.1)."""


@dataclass(slots=True)
class _Mark:
    """Where a message of some key ends, kept until all earlier ones are acknowledged too; without the content."""

    end: int
    acked: bool = False


@dataclass(slots=True)
class InFlight:
    """A message that was offered; it leaves the window when it is acknowledged."""

    message: Message
    ack_id: int
    """Changes with every new connection."""
    due_at: float
    """When to ask again if no ack has come."""
    asked: int = 1
    """How often it was sent on this connection without an answer."""
    refusals: int = 0
    """How often the service answered that it could not take it."""
    mark: _Mark | None = None
    """Shared with the list that the ack floor is read from; None when the message holds no position."""


class AckWindow:
    """Unacknowledged messages in order, bounded in number and bytes.

    `offer` answers None when the window is full: that is the backpressure, and the reader stops on it.
    """

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        assert 0 < max_messages < REMEMBERED_ACK_IDS
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self.bytes = 0  # of unacknowledged content
        self.offered = Traffic()  # taken since the start
        self.acked = Traffic()  # of that, acknowledged
        self._entries: dict[int, InFlight] = {}  # unacknowledged, by ack id, in order
        self._marks: dict[EpochKey, deque[_Mark]] = {}  # what the ack floor of each key waits for, in order
        self._next_id = 1  # never goes back, not even with a new connection

    def __len__(self) -> int:
        return len(self._entries)

    def room(self) -> tuple[int, int]:
        """How many more messages and bytes are allowed; bytes can be overdrawn by one message, so negative."""
        oldest = next(iter(self._entries), self._next_id)
        return self.max_messages - (self._next_id - oldest), self.max_bytes - self.bytes

    def in_flight(self, key: EpochKey) -> bool:
        """Whether anything of `key` is still to be acknowledged."""
        return key in self._marks

    def offer(self, message: Message, due_at: float) -> int | None:
        """Take `message` and return its ack id, or None when the window is full."""
        messages, size = self.room()
        if messages <= 0 or size <= 0:
            return None
        entry = InFlight(message, self._next_id, due_at)
        self._next_id += 1
        self._entries[entry.ack_id] = entry
        self.bytes += len(message.data)
        self.offered.add(message.lines, message.raw_bytes, messages=1)
        if message.key is not None:
            entry.mark = _Mark(message.end)
            self._marks.setdefault(message.key, deque()).append(entry.mark)
        return entry.ack_id

    def settle(self, ack_id: int) -> tuple[EpochKey, int] | None:
        """Note that `ack_id` was acknowledged. Return (key, end) if that moved the ack floor of its key.

        An id that is not in flight is ignored: acks are repeated when messages are.
        """
        entry = self._entries.pop(ack_id, None)
        if entry is None:
            return None
        self.bytes -= len(entry.message.data)
        self.acked.add(entry.message.lines, entry.message.raw_bytes, messages=1)
        key = entry.message.key
        if key is None or entry.mark is None:
            return None
        entry.mark.acked = True
        marks = self._marks[key]
        floor = None
        while marks and marks[0].acked:
            floor = marks.popleft().end
        if not marks:
            del self._marks[key]
        return None if floor is None else (key, floor)

    def skip(self, key: EpochKey, end: int) -> int | None:
        """Note that what precedes `end` of `key` and was not offered will never be sent.

        Return the ack floor if that moved it at once; otherwise the acks of earlier messages will.
        """
        marks = self._marks.get(key)
        if not marks:
            return end
        if marks[-1].acked:
            marks[-1].end = end
        else:
            marks.append(_Mark(end, acked=True))
        return None

    def get(self, ack_id: int) -> InFlight | None:
        """What is in flight under `ack_id`."""
        return self._entries.get(ack_id)

    def unacked(self) -> Iterator[InFlight]:
        """All that is in flight, in the order in which it was offered: the list to send again."""
        return iter(self._entries.values())

    def renumber(self, due_at: float) -> None:
        """Give everything in flight a new ack id, in order: on a new connection the old ids mean nothing."""
        entries = list(self._entries.values())
        self._entries.clear()
        for entry in entries:
            entry.ack_id, entry.due_at, entry.asked = self._next_id, due_at, 1
            self._entries[entry.ack_id] = entry
            self._next_id += 1

    def overdue(self, now: float) -> list[InFlight]:
        """What should be asked for again by `now`, in order."""
        return [entry for entry in self._entries.values() if entry.due_at <= now]
