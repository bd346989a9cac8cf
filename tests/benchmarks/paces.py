"""Measure lines at a steady pace: how soon each is at the last client.

Ends by a deadline, whatever the system does.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import lines
from tests.benchmarks.readers import Poll
from tests.benchmarks.readiness import NotReadyError

LATE_S = 5.0
"""A line that has not come so long after the last was sent is lost."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long lines took from being sent to the last client, in one round or in several."""

    took_ms: tuple[float, ...]
    """Of each line that arrived everywhere; two at least."""
    lost: int

    def percentile_ms(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred lines arrived."""
        return statistics.quantiles(self.took_ms, n=100, method="inclusive")[percent - 1]

    def __add__(self, other: "Pace") -> "Pace":
        return Pace(self.took_ms + other.took_ms, self.lost + other.lost)


class Lines:
    """When each line was sent, and when it was at the last of the clients; in nanoseconds of one clock."""

    def __init__(self, poll: Poll) -> None:
        self.poll = poll
        self.sent: list[int] = []
        self.arrived: dict[int, int] = {}
        self.arrivals: Counter[int] = Counter()  # at how many clients, by number
        for reader in poll.readers:
            reader.record()

    @property
    def complete(self) -> int:
        """How many lines are at every client."""
        return sum(count == len(self.poll.readers) for count in self.arrivals.values())

    def receive(self, timeout_s: float) -> None:
        """Wait for at most `timeout_s` and note what has come."""
        self.poll.once(timeout_s)
        for reader in self.poll.readers:
            if reader.recorded:
                for number in reader.numbers():
                    self.arrivals[number] += 1
                    self.arrived[number] = max(reader.last_at, self.arrived.get(number, 0))
                reader.record()

    def took_ms(self) -> tuple[float, ...]:
        """How long each line took that is at every client."""
        return tuple(
            (self.arrived[number] - self.sent[number]) / 1e6
            for number, count in self.arrivals.items()
            if count == len(self.poll.readers)
        )


def pace(send: Callable[[bytes], object], poll: Poll, per_s: int, seconds: float) -> Pace:
    """Send single lines at about `per_s` for `seconds`, and note how long each takes to the last client.

    The gaps are even on average but jittered, so that no system's timer can keep step with them.

    Raises:
        NotReadyError: next to nothing arrived.
    """
    count = int(per_s * seconds)
    jitter = random.Random(1)
    start = time.monotonic() + 0.1
    due = [start + (number + jitter.random()) / per_s for number in range(count)]
    sent = Lines(poll)
    for number, due_at in enumerate(due):
        while (wait_s := due_at - time.monotonic()) > 0:
            sent.receive(wait_s)
        content = lines.line(number)
        sent.sent.append(time.monotonic_ns())
        send(content)
    while sent.complete < count and time.monotonic() < due[-1] + LATE_S:
        sent.receive(0.1)
    took_ms = sent.took_ms()
    if len(took_ms) < 2:
        raise NotReadyError(f"{len(took_ms)} of {count} lines arrived")
    return Pace(took_ms, lost=count - len(took_ms))


def append_pace(path: Path, poll: Poll, per_s: int, seconds: float) -> Pace:
    """The same for lines that are appended to a file.

    Raises:
        NotReadyError: next to nothing arrived.
    """
    with path.open("ab", buffering=0) as file:
        return pace(file.write, poll, per_s, seconds)
