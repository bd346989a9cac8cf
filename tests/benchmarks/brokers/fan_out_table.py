"""The table of fan-out: one publisher to a group of WebSocket subscribers, the emulator beside its peers.

Runs each server alone, one after the other.
"""

import selectors
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import lines
from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.brokers.emulator import Emulator
from tests.benchmarks.brokers.nats import Nats
from tests.benchmarks.brokers.nchan import Nchan
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll, Reader
from tests.benchmarks.table import rate, ratio, table

SUBSCRIBERS = 100
MESSAGES = 5_000
PAYLOAD_BYTES = 120
WRITE_BYTES = 64 * 1024
ROUND_S = 30.0
ROUNDS = 7
ROUNDS_S = 15.0


@dataclass(frozen=True, slots=True)
class FanOut:
    """One round: every message to every subscriber, from the first write to the last arrival."""

    seconds: float
    deliveries: int
    faults: str

    @property
    def deliveries_per_s(self) -> float:
        return self.deliveries / self.seconds


class Publisher:
    """Writes as fast as its socket takes it, and throws away what the server answers."""

    def __init__(self, connection: socket.socket, poll: Poll) -> None:
        self.socket = connection
        self.socket.setblocking(False)
        self.poll = poll
        self.unsent = memoryview(b"")
        self.key = poll.selector.register(connection, selectors.EVENT_READ, self.ready)

    def publish(self, content: bytes) -> None:
        """Begin to write `content`; the poll does the rest."""
        self.unsent = memoryview(content)
        self.poll.selector.modify(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self.ready)

    def ready(self) -> None:
        """Send and receive what can be without waiting."""
        try:
            if self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent[:WRITE_BYTES]) :]
                if not self.unsent:
                    self.poll.selector.modify(self.socket, selectors.EVENT_READ, self.ready)
            if not self.socket.recv(65536):
                raise ConnectionLostError("the server closed the publisher's connection")
        except BlockingIOError:
            pass


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure every server and print the table; return what went wrong with the emulator."""
    brokers: list[Broker] = [Emulator(), Nats(PAYLOAD_BYTES), Nchan()]
    found = {broker.name: broker.missing() or fan_out(broker, cores) for broker in brokers}
    say(f"\nOne publisher, {MESSAGES:,} × {PAYLOAD_BYTES} bytes to {SUBSCRIBERS} subscribers, at full speed:\n")
    ours = found[Emulator.name]
    rows = []
    for name, rounds in found.items():
        if isinstance(rounds, str):
            rows.append([name, "not measured", *[""] * 4])
            continue
        middle = median(rounds)
        beside = "" if rounds is ours or isinstance(ours, str) else ours_beside(ours, middle)
        faults = next((one.faults for one in rounds if one.faults), "none")
        rows.append([name, f"{middle.seconds:.3f}", rate(middle.deliveries_per_s), beside, faults, str(len(rounds))])
    say(table(["Server", "seconds", "deliveries/s", "Tailcast is", "lost", "rounds"], rows))
    for name, reason in found.items():
        if isinstance(reason, str):
            say(f"\nNot measured: {name}: {reason}")
    if isinstance(ours, str):
        return [f"{Emulator.name}: {ours}"]
    return [f"{Emulator.name}: {one.faults}" for one in ours if one.faults]


def median(rounds: list[FanOut]) -> FanOut:
    """The round in the middle, by time."""
    return sorted(rounds, key=lambda one: one.seconds)[len(rounds) // 2]


def ours_beside(ours: list[FanOut], theirs: FanOut) -> str:
    """How many times their deliveries per second ours are."""
    return ratio(median(ours).deliveries_per_s, theirs.deliveries_per_s)


def fan_out(broker: Broker, cores: Cores) -> list[FanOut] | str:
    """Start `broker` and measure up to `ROUNDS` rounds; or give the reason why that was not possible."""
    payloads = [lines.line(number)[:-1].ljust(PAYLOAD_BYTES, b"x") for number in range(MESSAGES)]
    content = broker.encode(payloads)
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        try:
            broker.start(servers)
            readers = [broker.subscribe() for _ in range(SUBSCRIBERS)]
            poll = Poll(readers)
            publisher = Publisher(broker.publisher(), poll)
            begun = time.monotonic()
            rounds: list[FanOut] = []
            while len(rounds) < ROUNDS and time.monotonic() - begun < ROUNDS_S:
                rounds.append(one_round(readers, poll, publisher, content))
            return rounds
        except (ServerError, ConnectionLostError, OSError) as error:
            return f"failed: {servers.ended() or error}"


def one_round(readers: list[Reader], poll: Poll, publisher: Publisher, content: bytes) -> FanOut:
    """Publish `content` and receive until every subscriber has every message."""
    for reader in readers:
        reader.count = 0
    readers[0].record()
    waiting = set(readers)

    def is_done() -> bool:
        waiting.difference_update([reader for reader in waiting if reader.count >= MESSAGES])
        return not waiting

    begun = time.monotonic_ns()
    publisher.publish(content)
    in_time = poll.run(is_done, time.monotonic() + ROUND_S)
    ended = max(begun + 1, *(reader.last_at for reader in readers))
    deliveries = sum(reader.count for reader in readers)
    missing = f"{MESSAGES * SUBSCRIBERS - deliveries:,} not there after {ROUND_S:.0f} s"
    faults = lines.faults(readers[0].numbers(), MESSAGES) if in_time else missing
    return FanOut((ended - begun) / 1e9, deliveries, faults)
