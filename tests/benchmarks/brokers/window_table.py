"""The table of reliable subscribers beside plain ones, under the same window of the publisher.

Both kinds take turns on emulators of their own, so that what else happens on the machine does not meet one alone.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.brokers.emulator import Emulator, ReliableEmulator
from tests.benchmarks.brokers.fan_out import FanOut, median, one_round, payloads
from tests.benchmarks.brokers.publisher import WindowedPublisher
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll
from tests.benchmarks.table import rate, ratio, table

SUBSCRIBERS = 100
MESSAGES = 5_000
PAYLOAD_BYTES = 120
WINDOW = 256
ROUNDS = 7
ROUNDS_S = 30.0


class Course:
    """One emulator with its subscribers and its publisher."""

    def __init__(self, broker: Emulator, servers: Servers) -> None:
        broker.start(servers)
        self.broker = broker
        self.readers = [broker.subscribe() for _ in range(SUBSCRIBERS)]
        self.poll = Poll(self.readers)
        self.publisher = WindowedPublisher(broker.publisher(), self.poll, WINDOW)
        self.rounds: list[FanOut] = []

    def run(self) -> None:
        """Measure one more round."""
        first_ack_id = len(self.rounds) * MESSAGES
        frames = self.broker.with_ack_ids(payloads(MESSAGES, PAYLOAD_BYTES), first_ack_id)
        self.rounds.append(one_round(self.readers, self.poll, lambda: self.publisher.publish(frames), MESSAGES))
        self.publisher.finish()


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong."""
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        try:
            courses = [Course(broker, servers) for broker in (Emulator(), ReliableEmulator())]
            begun = time.monotonic()
            while len(courses[0].rounds) < ROUNDS and time.monotonic() - begun < ROUNDS_S:
                for course in courses:
                    course.run()
        except (ServerError, ConnectionLostError, OSError) as error:
            return [f"reliable subscribers: {servers.ended() or error}"]
    say(
        f"\nThe same with at most {WINDOW} messages of the publisher unacknowledged; reliable subscribers acknowledge "
        f"every {ReliableEmulator.ACK_EVERY} messages:\n"
    )
    plain = median(courses[0].rounds)
    rows = []
    for course in courses:
        middle = median(course.rounds)
        beside = "" if middle is plain else ratio(middle.deliveries_per_s, plain.deliveries_per_s)
        faults = next((one.faults for one in course.rounds if one.faults), "none")
        rows.append(
            [
                course.broker.subprotocol,
                f"{middle.seconds:.3f}",
                rate(middle.deliveries_per_s),
                beside,
                faults,
                str(len(course.rounds)),
            ]
        )
    say(table(["Subscribers", "seconds", "deliveries/s", "of plain", "lost", "rounds"], rows))
    return [f"{course.broker.subprotocol}: {one.faults}" for course in courses for one in course.rounds if one.faults]
