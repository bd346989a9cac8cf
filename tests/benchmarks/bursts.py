"""Measure a burst: many lines appended at once, until the last client has the last of them.

Ends by a deadline, whatever the system does.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import lines
from tests.benchmarks.readers import Poll, Reader
from tests.benchmarks.readiness import append, settle

BURST_S = 60.0
"""The longest that one burst is waited for."""
ROUNDS = 5
ROUNDS_S = 15.0
"""No further round is begun after this long."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What became of `lines` lines appended at once, in the median of `rounds` rounds."""

    lines: int
    clients: int
    seconds: float
    """From the append to the last arrival at the last client, or to the last arrival before the deadline."""
    deliveries: int
    faults: str
    """What one client's numbering and all clients' counts show in the worst round; empty if all is well."""
    rounds: int

    @property
    def deliveries_per_s(self) -> float:
        return self.deliveries / self.seconds

    @property
    def lines_per_s(self) -> float:
        return self.deliveries_per_s / self.clients


def bursts(path: Path, poll: Poll, count: int) -> Burst:
    """Measure up to `ROUNDS` bursts of `count` lines, and return the median one with the worst round's faults."""
    content = lines.lines(count)
    begun = time.monotonic()
    rounds: list[Burst] = []
    while len(rounds) < ROUNDS and time.monotonic() - begun < ROUNDS_S:
        rounds.append(burst(path, poll, content, count))
        if rounds[-1].faults:
            break
        settle(poll)
    rounds.sort(key=lambda one: one.seconds)
    middle = rounds[len(rounds) // 2]
    return Burst(count, middle.clients, middle.seconds, middle.deliveries, worst(rounds), len(rounds))


def worst(rounds: Sequence[Burst]) -> str:
    """The first fault of any round."""
    return next((one.faults for one in rounds if one.faults), "")


def burst(path: Path, poll: Poll, content: bytes, count: int) -> Burst:
    """Append `content`, which holds `count` lines, and receive until every client has them all."""
    readers = poll.readers
    for reader in readers:
        reader.count = 0
    readers[0].record()
    begun = time.monotonic_ns()
    append(path, content)
    waiting = set(readers)

    def is_done() -> bool:
        waiting.difference_update([reader for reader in waiting if reader.count >= count])
        return not waiting

    in_time = poll.run(is_done, time.monotonic() + BURST_S)
    ended = max(begun + 1, *(reader.last_at for reader in readers))
    poll.once(0.05)  # a line too many would come now
    deliveries = sum(reader.count for reader in readers)
    return Burst(count, len(readers), (ended - begun) / 1e9, deliveries, faults(readers, count, in_time), rounds=1)


def faults(readers: Sequence[Reader], count: int, in_time: bool) -> str:
    """What went wrong in one round; empty if nothing."""
    if not in_time:
        missing = sum(max(0, count - reader.count) for reader in readers)
        return f"{missing:,} not there after {BURST_S:.0f} s"
    surplus = sum(reader.count - count for reader in readers)
    return f"{surplus} too many" if surplus else lines.faults(readers[0].numbers(), count)
