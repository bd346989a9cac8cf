"""The two measures of a road: a burst that is appended at once, and lines at a steady pace.

Both end by a deadline, whatever the system does.
"""

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.benchmarks import lines
from tests.benchmarks.readers import Poll, Reader

WARM_UP_S = 20.0
QUIET_S = 0.3
BURST_S = 60.0
"""The longest that one burst is waited for."""
ROUNDS = 5
ROUNDS_S = 15.0
"""No further round is begun after this long."""


class NotReadyError(Exception):
    """Not every client received a line in time."""


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


@dataclass(frozen=True, slots=True)
class Pace:
    """How long lines took from the append to the arrival, of one round or of several."""

    took_ms: tuple[float, ...]
    """Of each line that arrived; two at least."""
    lost: int

    def percentile_ms(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred lines arrived."""
        return statistics.quantiles(self.took_ms, n=100, method="inclusive")[percent - 1]

    @property
    def p50_ms(self) -> float:
        return self.percentile_ms(50)

    def __add__(self, other: "Pace") -> "Pace":
        return Pace(self.took_ms + other.took_ms, self.lost + other.lost)


def warm_up(path: Path, poll: Poll) -> None:
    """Append lines until every client has received one and all are quiet.

    Raises:
        NotReadyError: some client has received nothing in `WARM_UP_S`.
    """
    deadline = time.monotonic() + WARM_UP_S
    while not all(reader.count for reader in poll.readers):
        if time.monotonic() > deadline:
            silent = sum(not reader.count for reader in poll.readers)
            raise NotReadyError(f"{silent} of {len(poll.readers)} clients received nothing in {WARM_UP_S:.0f} s")
        append(path, lines.line(0))
        poll.run(lambda: all(reader.count for reader in poll.readers), time.monotonic() + 0.2)
    settle(poll)


def settle(poll: Poll) -> None:
    """Receive until nothing has come for `QUIET_S`."""
    quiet_since, seen = time.monotonic(), -1
    while time.monotonic() - quiet_since < QUIET_S:
        poll.once(0.05)
        total = sum(reader.count for reader in poll.readers)
        if total != seen:
            quiet_since, seen = time.monotonic(), total


def append(path: Path, content: bytes) -> None:
    """Add `content` to the end of the file in one write."""
    with path.open("ab", buffering=0) as file:
        file.write(content)


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


def pace(path: Path, poll: Poll, per_s: int, seconds: float) -> Pace:
    """Append single lines at about `per_s` for `seconds`, and note how long each takes to the first client.

    The gaps are even on average but jittered, so that no system's timer can keep step with them.

    Raises:
        NotReadyError: next to nothing arrived.
    """
    count = int(per_s * seconds)
    jitter = random.Random(1)
    start = time.monotonic() + 0.1
    due = [start + (number + jitter.random()) / per_s for number in range(count)]
    reader = poll.readers[0]
    reader.record()
    arrivals: dict[int, float] = {}
    with path.open("ab", buffering=0) as file:
        appended: list[int] = []
        while len(arrivals) < count and time.monotonic() < due[-1] + 5:
            arrivals.update(arrived(reader, appended))
            wait_s = due[len(appended)] - time.monotonic() if len(appended) < count else 0.1
            if wait_s <= 0:
                append_line(file, appended)
            else:
                poll.once(min(wait_s, 0.1))
    if len(arrivals) < 2:
        raise NotReadyError(f"{len(arrivals)} of {count} lines arrived")
    return Pace(tuple(arrivals.values()), lost=count - len(arrivals))


def append_line(file: IO[bytes], appended: list[int]) -> None:
    """Append the next line, having noted when, in nanoseconds."""
    content = lines.line(len(appended))
    appended.append(time.monotonic_ns())
    file.write(content)


def arrived(reader: Reader, appended: Sequence[int]) -> dict[int, float]:
    """Milliseconds that each line took which came since the last call, by number."""
    took = {number: (reader.last_at - appended[number]) / 1e6 for number in reader.numbers()}
    reader.record()
    return took
