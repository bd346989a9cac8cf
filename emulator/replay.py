"""What a reliable connection was sent and has not acknowledged, to be sent again after a recovery; sends nothing.

Messages come in batches, which connections that got the same share: releasing one costs each of them next to nothing.
"""

from collections.abc import Iterator

from emulator.numbering import Batch, Unnumbered

MAX_MESSAGES = 1000
MAX_BYTES = 16 * 1024 * 1024
"""Most that may be unacknowledged: 1,000 messages or 16 MB (client specification, section 3.2)."""


class Replay:
    """The messages of one connection that it has not acknowledged, in their order.

    Messages whose time to live is over are not in it any more, but keep their sequence ids: the next one is not
    numbered again, since the client may have seen it.
    """

    __slots__ = ("_acknowledged_id", "_batches", "_bytes", "_limits", "_messages", "next_id")

    def __init__(self, limits: tuple[int, int] = (MAX_MESSAGES, MAX_BYTES)) -> None:
        """Keep at most `limits`, messages and bytes."""
        self.next_id = 1  # of the next message
        self._acknowledged_id = 0  # everything up to it has been received
        self._batches: list[Batch] = []  # all that is not acknowledged, and perhaps the front of the first
        self._messages = 0  # in all of the batches
        self._bytes = 0
        self._limits = limits

    @property
    def size(self) -> tuple[int, int]:
        """How many messages and bytes are kept; up to a batch more than is unacknowledged."""
        return self._messages, self._bytes

    def add(self, batch: Batch) -> None:
        """Keep one more batch, which begins with `next_id`."""
        self._batches.append(batch)
        self._messages += len(batch.messages)
        self._bytes += batch.size_bytes
        self.next_id += len(batch.messages)

    def acknowledge(self, sequence_id: int) -> None:
        """Release everything up to `sequence_id`. One from before changes nothing, and one never given is ignored."""
        if not self._acknowledged_id < sequence_id < self.next_id:
            return
        self._acknowledged_id = sequence_id
        done = 0
        for batch in self._batches:
            if batch.first_id + len(batch.messages) > sequence_id + 1:
                break
            self._messages -= len(batch.messages)
            self._bytes -= batch.size_bytes
            done += 1
        del self._batches[:done]

    def is_over(self, now: float) -> bool:
        """Whether more is unacknowledged than may be."""
        max_messages, max_bytes = self._limits
        if self._messages <= max_messages and self._bytes <= max_bytes:
            return False
        self._drop_the_rest(now)  # and so count exactly
        return self._messages > max_messages or self._bytes > max_bytes

    def frames(self, now: float) -> list[bytes]:
        """What to send again, byte for byte as it was sent (C143)."""
        return [message.frame(sequence_id) for sequence_id, message, _ in self._unacknowledged(now)]

    def _unacknowledged(self, now: float) -> Iterator[tuple[int, Unnumbered, float]]:
        """The messages that are still worth sending, with their ids and when that ends."""
        for batch in self._batches:
            for entry in batch.entries():
                if entry[0] > self._acknowledged_id and now < entry[2]:
                    yield entry

    def _drop_the_rest(self, now: float) -> None:
        """Keep nothing but those, each in a batch of its own."""
        self._batches = [
            Batch(sequence_id, (message,), len(message.frame(sequence_id)), (expires_at,))
            for sequence_id, message, expires_at in self._unacknowledged(now)
        ]
        self._messages = len(self._batches)
        self._bytes = sum(batch.size_bytes for batch in self._batches)
