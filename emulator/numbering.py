"""Give messages of reliable connections their sequence ids; neither keeps nor sends them.

A reliable connection counts its messages from 1 (client specification, section 3.2), so the same message has another
frame on another connection. Connections that are at the same number and get the same messages share all of it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, repeat
from math import inf

from msgspec import Struct


class Unnumbered:
    """A message in the wire form of a reliable subprotocol, before a connection gives it a sequence id.

    `frame` makes the WebSocket frame with a sequence id, the same one each time it is asked; `ttl_s` is how long the
    message may wait to be received, 0 for ever.
    """

    __slots__ = ("frame", "ttl_s")

    def __init__(self, frame: Callable[[int], bytes], ttl_s: int = 0) -> None:
        self.frame = frame
        self.ttl_s = ttl_s


class Batch(Struct, frozen=True):
    """Messages that follow one another on a connection, the first with `first_id`. Never empty.

    It holds the messages and not their frames, which would be others on each connection: those are made again when
    they are needed again, and that is rarely.
    """

    first_id: int
    messages: Sequence[Unnumbered]
    size_bytes: int  # of their frames
    expires_at: Sequence[float] | None = None  # one for each message; None if none of them ever does

    def entries(self) -> "Iterator[tuple[int, Unnumbered, float]]":
        """Each message with its sequence id, and when it is no longer worth sending."""
        times = repeat(inf) if self.expires_at is None else self.expires_at
        ids = range(self.first_id, self.first_id + len(self.messages))
        return zip(ids, self.messages, times, strict=False)


class Numbered(Struct, frozen=True):
    """What a connection gets in one turn: the frames in one piece, and the messages among them."""

    items: Sequence[bytes | Unnumbered]
    first_id: int
    data: bytes
    batch: Batch | None

    def sizes(self) -> list[int]:
        """The size of each frame."""
        return list(map(len, _frames(self.items, self.first_id)))


def number(items: Sequence[bytes | Unnumbered], first_id: int, now: float) -> Numbered:
    """Number the messages among `items` from `first_id` on, and leave the other frames as they are."""
    data = b"".join(_frames(items, first_id))
    messages = [item for item in items if not isinstance(item, bytes)]
    if not messages:
        return Numbered(items, first_id, data, None)
    size_bytes = len(data) - sum(len(item) for item in items if isinstance(item, bytes))
    ttls = [message.ttl_s for message in messages]
    expires_at = [now + ttl_s if ttl_s else inf for ttl_s in ttls] if any(ttls) else None
    return Numbered(items, first_id, data, Batch(first_id, messages, size_bytes, expires_at))


def _frames(items: Sequence[bytes | Unnumbered], first_id: int) -> list[bytes]:
    sequence_ids = count(first_id)
    return [item if isinstance(item, bytes) else item.frame(next(sequence_ids)) for item in items]
