"""Decide which source may send now, and how much: soon when idle, in full batches when busy. Reads and sends nothing.

- A source with nothing on its way sends what it has at once.
- A source whose last batch was full has more where that came from: it goes on while the window has room.
- A source whose last batch was not full waits for its acks; meanwhile its lines gather in the file to a fuller batch.
- Only a source with nothing on its way gets the last places of the window: quiet files do not wait behind a busy one.
"""

from streamer_agent.block import EpochKey
from streamer_agent.publish.window import AckWindow

FULL_SHARE = 0.5
"""A batch with less than this share of what was asked for was all there was."""
KEPT_SHARE = 8
"""One in so many of the window's messages is kept for quiet sources, and one batch of its bytes."""


class Pacing:
    """Allowances for sources, from what the window holds of them."""

    def __init__(self, window: AckWindow, batch_bytes: int) -> None:
        self._window = window
        self._batch_bytes = batch_bytes
        self._full: set[EpochKey] = set()  # sources whose last batch was full

    @property
    def is_idle(self) -> bool:
        """Whether everything that was sent is acknowledged."""
        return len(self._window) == 0

    @property
    def has_room(self) -> bool:
        """Whether any source could send now."""
        messages, size = self._window.room()
        return messages > 0 and size > 0

    def allowance(self, key: EpochKey) -> int:
        """How many bytes of `key` may be read and sent now; 0 means to wait."""
        messages, size = self._window.room()
        if not self._window.in_flight(key):
            self._full.discard(key)
            return self._batch_bytes if messages > 0 and size > 0 else 0
        if key not in self._full:
            return 0
        kept_messages, kept_size = self._window.max_messages // KEPT_SHARE, self._batch_bytes
        return self._batch_bytes if messages > kept_messages and size > kept_size else 0

    def sent(self, key: EpochKey, size: int) -> None:
        """Note that a batch of `size` bytes, counted as in the file, was sent."""
        if size >= self._batch_bytes * FULL_SHARE:
            self._full.add(key)
        else:
            self._full.discard(key)
