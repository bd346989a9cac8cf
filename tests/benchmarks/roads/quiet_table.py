"""The table of a quiet file beside a busy one: how soon its lines arrive while the other always has a backlog.

Both go to one client, which counts the busy file's lines and times those of the quiet one.
"""

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.benchmarks import lines
from tests.benchmarks.cores import Cores
from tests.benchmarks.paces import LATE_S, Pace
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, FrameReader, Poll, Reader
from tests.benchmarks.readiness import NotReadyError, append, settle
from tests.benchmarks.roads.tailcast import AllInOne, Tailcast, count_lines
from tests.benchmarks.table import rate, table

QUIET_PER_S = 50
SECONDS = 10.0
BACKLOG_LINES = 60_000
"""Lines of the busy file that are kept waiting: 7 MB, below what the service keeps for a reader that is slow."""
CHUNK_LINES = 5_000
QUIET = "quiet.log"
BUSY_LINE = b"2026-11-23T20:00:00.000Z INFO busy ".ljust(lines.LINE_BYTES - 1, b"x") + b"\n"


class Course:
    """A client of one system that follows a directory with both files."""

    def __init__(self, directory: Path, reader: Reader) -> None:
        assert isinstance(reader, FrameReader)
        self.quiet, self.busy = directory / QUIET, directory / "busy.log"
        self.reader = reader
        self.poll = Poll([reader])
        self.appended = self.received = 0  # lines of the busy file
        self.arrived: dict[int, int] = {}  # time.monotonic_ns() of quiet lines, by number
        reader.count_lines = self.take

    def take(self, buffer: bytearray, start: int, stop: int) -> int:
        """Count the lines of one message, and note the arrival of those of the quiet file."""
        count = count_lines(buffer, start, stop)
        if buffer.find(QUIET.encode(), start, start + 400) >= 0:
            for number in lines.NUMBER.findall(buffer, start, stop):
                self.arrived.setdefault(int(number), self.reader.last_at)
        else:
            self.received += count
        return count

    def feed(self) -> None:
        """Keep the busy file's backlog."""
        if self.appended - self.received < BACKLOG_LINES:
            append(self.busy, BUSY_LINE * CHUNK_LINES)
            self.appended += CHUNK_LINES

    def run(self) -> tuple[Pace, float]:
        """Append quiet lines at jittered moments; return how long they took, and the busy file's lines per second.

        Raises:
            NotReadyError: next to nothing arrived.
        """
        count = int(QUIET_PER_S * SECONDS)
        jitter = random.Random(1)
        begun, before = time.monotonic(), self.received
        due = [begun + 0.5 + (number + jitter.random()) / QUIET_PER_S for number in range(count)]
        appended: list[int] = []
        for number, due_at in enumerate(due, start=1):
            while (wait_s := due_at - time.monotonic()) > 0:
                self.feed()
                self.poll.once(min(wait_s, 0.001))
            appended.append(time.monotonic_ns())
            append(self.quiet, lines.line(number))
        busy_per_s = (self.received - before) / (time.monotonic() - begun)
        self.poll.run(lambda: len(self.arrived) > count, time.monotonic() + LATE_S)
        took = tuple(
            (self.arrived[number] - sent) / 1e6
            for number, sent in enumerate(appended, start=1)
            if number in self.arrived
        )
        if len(took) < 2:
            raise NotReadyError(f"{len(took)} of {count} lines arrived")
        return Pace(took, count - len(took)), busy_per_s

    def warm_up(self) -> None:
        """Append line 0 until it arrives."""
        deadline = time.monotonic() + 20.0
        while not self.arrived:
            if time.monotonic() > deadline:
                raise NotReadyError("the client received nothing")
            append(self.quiet, lines.line(0))
            self.poll.run(lambda: bool(self.arrived), time.monotonic() + 0.2)
        settle(self.poll)


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong."""
    found = {road.name: measure(road, cores) for road in (Tailcast(), AllInOne())}
    say(f"\n{QUIET_PER_S} lines/s of a quiet file beside one that always has {BACKLOG_LINES:,} lines waiting:\n")
    rows = [
        [name, "not measured", *[""] * 4]
        if isinstance(figure, str)
        else [
            name,
            *(f"{figure[0].percentile_ms(percent):.2f}" for percent in (50, 90, 99)),
            rate(figure[1]),
            str(figure[0].lost) if figure[0].lost else "none",
        ]
        for name, figure in found.items()
    ]
    say(table(["System", "p50 ms", "p90 ms", "p99 ms", "busy lines/s", "lost"], rows))
    return [f"{name}: {figure}" for name, figure in found.items() if isinstance(figure, str)] + [
        f"{name}: {figure[0].lost} lines of the quiet file lost"
        for name, figure in found.items()
        if not isinstance(figure, str) and figure[0].lost
    ]


def measure(road: Tailcast, cores: Cores) -> tuple[Pace, float] | str:
    """The figures of one system, or the reason why there are none."""
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as name, Servers(cores, Path(name)) as servers:
        directory = Path(name) / "logs"
        directory.mkdir()
        try:
            road.start(servers, directory)
            course = Course(directory, road.connect())
            with closing(course.poll):
                course.warm_up()
                return course.run()
        except (ServerError, ConnectionLostError, NotReadyError, OSError) as error:
            return f"failed: {servers.ended() or error}"
