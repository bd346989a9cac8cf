"""The table of one subscriber that never reads: what it costs those that do, and what becomes of it.

The slow one takes nothing from its socket, whose buffers in the kernel hold megabytes before anything queues.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.brokers.emulator import Emulator
from tests.benchmarks.brokers.fan_out import FanOut, median, one_round, payloads
from tests.benchmarks.brokers.publisher import WindowedPublisher
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll, Reader
from tests.benchmarks.table import rate, ratio, table

SUBSCRIBERS = 50
MESSAGES = 2_000
PAYLOAD_BYTES = 2_000
WINDOW = 256
ROUNDS = 7
END_S = 10.0


class Course:
    """An emulator of its own with its subscribers, one of which may be slow, and its publisher."""

    def __init__(self, name: str, servers: Servers, has_slow: bool) -> None:
        broker = Emulator()
        broker.start(servers)
        self.name = name
        self.broker = broker
        self.servers = servers
        self.readers = [broker.subscribe() for _ in range(SUBSCRIBERS)]
        self.slow = broker.subscribe() if has_slow else None
        self.poll = Poll(self.readers)
        self.publisher = WindowedPublisher(broker.publisher(), self.poll, WINDOW)
        self.rounds: list[FanOut] = []
        self.resident_bytes = 0
        """The most memory that the server had after a round."""

    def run(self) -> None:
        """Measure one more round."""
        frames = self.broker.with_ack_ids(payloads(MESSAGES, PAYLOAD_BYTES), len(self.rounds) * MESSAGES)
        self.rounds.append(one_round(self.readers, self.poll, lambda: self.publisher.publish(frames), MESSAGES))
        self.publisher.finish()
        self.resident_bytes = max(self.resident_bytes, self.servers.resident_bytes())


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure without and with the slow one in turns, print the table, and return what went wrong."""
    with ExitStack() as stack:
        alone_servers, beside_servers = (
            stack.enter_context(Servers(cores, Path(stack.enter_context(tempfile.TemporaryDirectory()))))
            for _ in range(2)
        )
        try:
            alone = Course("that read, alone", alone_servers, has_slow=False)
            beside = Course("beside one that never reads", beside_servers, has_slow=True)
            for _ in range(ROUNDS):
                alone.run()
                beside.run()
        except (ServerError, ConnectionLostError, OSError) as error:
            return [f"slow consumer: {alone_servers.ended() or beside_servers.ended() or error}"]
        assert beside.slow is not None
        end = how_it_ended(beside.slow)
    say(f"\n{SUBSCRIBERS} subscribers, {MESSAGES:,} × {PAYLOAD_BYTES:,} bytes, {WINDOW} unacknowledged:\n")
    rows = []
    for course in (alone, beside):
        middle = median(course.rounds)
        share = "" if course is alone else ratio(middle.deliveries_per_s, median(alone.rounds).deliveries_per_s)
        faults = next((one.faults for one in course.rounds if one.faults), "none")
        rows.append(
            [
                course.name,
                rate(middle.deliveries_per_s),
                share,
                f"{course.resident_bytes / 1e6:.0f}",
                faults,
                str(len(course.rounds)),
            ]
        )
    say(table(["Subscribers", "deliveries/s", "of alone", "server MB", "lost", "rounds"], rows))
    say(f"\nWhat became of the one that never reads: {end}")
    return [f"{course.name}: {one.faults}" for course in (alone, beside) for one in course.rounds if one.faults]


def how_it_ended(slow: Reader) -> str:
    """Read what is left for the slow one, to the end of its connection."""
    deadline = time.monotonic() + END_S
    while time.monotonic() < deadline:
        try:
            slow.receive()
        except BlockingIOError:
            time.sleep(0.01)
        except ConnectionLostError as error:
            return f"{error} after {slow.count:,} messages"
        except OSError as error:
            return f"connection cut ({error.strerror}) after {slow.count:,} messages"
    return f"still open after {slow.count:,} messages"
