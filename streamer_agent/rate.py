"""Decide how much of each source may be sent, by lines and bytes a second. Drops nothing itself, reads no clock."""

from dataclasses import dataclass

from streamer_agent.block import LineBlock

BURST_S = 1.0
"""A bucket holds what may be sent in this time."""
MOST_BUCKETS = 10_000
"""Then those that are full go: they are as good as new ones."""


@dataclass(slots=True)
class _Bucket:
    """What one source may still send. Both can be overdrawn by one line, and then take longer to fill."""

    lines: float
    bytes: float
    at: float
    is_open: bool = True
    """False from when one of them was empty until both are full again."""


class RateLimit:
    """Token buckets, one per source.

    An emptied bucket stays closed until it is full again: what is left out of a source that is too fast is then one
    range of bytes a second, not one between any two lines, and each can be told to receivers.
    """

    def __init__(self, lines_per_s: float | None, bytes_per_s: float | None) -> None:
        """None is no limit."""
        infinite = float("inf")
        self._lines_per_s = infinite if lines_per_s is None else lines_per_s
        self._bytes_per_s = infinite if bytes_per_s is None else bytes_per_s
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, block: LineBlock, now: float) -> int:
        """How many lines of `block`, from its first, may be sent; the others are to be left out."""
        bucket = self._filled(block.key.source, now)
        if not bucket.is_open:
            return 0
        admitted = 0
        for length in block.lengths:
            if bucket.lines < 1 or bucket.bytes <= 0:
                bucket.is_open = False
                break
            bucket.lines -= 1
            bucket.bytes -= length
            admitted += 1
        return admitted

    def _filled(self, source: str, now: float) -> _Bucket:
        bucket = self._buckets.get(source)
        if bucket is None:
            self._forget_full(now)
            bucket = self._buckets[source] = _Bucket(self._most_lines, self._most_bytes, now)
        self._fill(bucket, now)
        return bucket

    def _fill(self, bucket: _Bucket, now: float) -> None:
        passed_s, bucket.at = now - bucket.at, now
        if passed_s > 0:  # infinity times nothing is not a number
            bucket.lines = min(self._most_lines, bucket.lines + passed_s * self._lines_per_s)
            bucket.bytes = min(self._most_bytes, bucket.bytes + passed_s * self._bytes_per_s)
        bucket.is_open |= bucket.lines >= self._most_lines and bucket.bytes >= self._most_bytes

    def _forget_full(self, now: float) -> None:
        if len(self._buckets) >= MOST_BUCKETS:
            for bucket in self._buckets.values():
                self._fill(bucket, now)
            self._buckets = {
                source: bucket
                for source, bucket in self._buckets.items()
                if bucket.lines < self._most_lines or bucket.bytes < self._most_bytes
            }

    @property
    def _most_lines(self) -> float:
        return max(1.0, self._lines_per_s * BURST_S)

    @property
    def _most_bytes(self) -> float:
        return self._bytes_per_s * BURST_S
