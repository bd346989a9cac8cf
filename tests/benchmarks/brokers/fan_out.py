"""Measure one round of fan-out: every message to every subscriber, from the first write to the last arrival.

Knows no server and ends by a deadline.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks import lines
from tests.benchmarks.readers import Poll, Reader

ROUND_S = 30.0


@dataclass(frozen=True, slots=True)
class FanOut:
    """How one round went."""

    seconds: float
    deliveries: int
    faults: str

    @property
    def deliveries_per_s(self) -> float:
        return self.deliveries / self.seconds


def payloads(count: int, size: int) -> list[bytes]:
    """`count` numbered messages of `size` bytes."""
    return [lines.line(number)[:-1].ljust(size, b"x") for number in range(count)]


def one_round(readers: Sequence[Reader], poll: Poll, publish: Callable[[], None], messages: int) -> FanOut:
    """Let `publish` begin, and receive until every subscriber has as many messages."""
    for reader in readers:
        reader.count = 0
    readers[0].record()
    waiting = set(readers)

    def is_done() -> bool:
        waiting.difference_update([reader for reader in waiting if reader.count >= messages])
        return not waiting

    begun = time.monotonic_ns()
    publish()
    in_time = poll.run(is_done, time.monotonic() + ROUND_S)
    ended = max(begun + 1, *(reader.last_at for reader in readers))
    deliveries = sum(reader.count for reader in readers)
    missing = f"{messages * len(readers) - deliveries:,} not there after {ROUND_S:.0f} s"
    faults = lines.faults(readers[0].numbers(), messages) if in_time else missing
    return FanOut((ended - begun) / 1e9, deliveries, faults)


def median(rounds: Sequence[FanOut]) -> FanOut:
    """The round in the middle, by time."""
    return sorted(rounds, key=lambda one: one.seconds)[len(rounds) // 2]
