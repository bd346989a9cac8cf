"""The table of fan-out: one publisher to a group of WebSocket subscribers, the emulator beside its peers.

Runs each server alone, one after the other.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.brokers.emulator import Emulator
from tests.benchmarks.brokers.fan_out import FanOut, median, one_round, payloads
from tests.benchmarks.brokers.nats import Nats
from tests.benchmarks.brokers.nchan import Nchan
from tests.benchmarks.brokers.publisher import Publisher
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll
from tests.benchmarks.table import rate, ratio, table

SUBSCRIBERS = 100
MESSAGES = 5_000
PAYLOAD_BYTES = 120
ROUNDS = 7
ROUNDS_S = 15.0


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


def ours_beside(ours: list[FanOut], theirs: FanOut) -> str:
    """How many times their deliveries per second ours are."""
    return ratio(median(ours).deliveries_per_s, theirs.deliveries_per_s)


def fan_out(broker: Broker, cores: Cores) -> list[FanOut] | str:
    """Start `broker` and measure up to `ROUNDS` rounds; or give the reason why that was not possible."""
    content = broker.encode(payloads(MESSAGES, PAYLOAD_BYTES))
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        try:
            broker.start(servers)
            readers = [broker.subscribe() for _ in range(SUBSCRIBERS)]
            poll = Poll(readers)
            publisher = Publisher(broker.publisher(), poll)
            begun = time.monotonic()
            rounds: list[FanOut] = []
            while len(rounds) < ROUNDS and time.monotonic() - begun < ROUNDS_S:
                rounds.append(one_round(readers, poll, lambda: publisher.publish(content), MESSAGES))
            return rounds
        except (ServerError, ConnectionLostError, OSError) as error:
            return f"failed: {servers.ended() or error}"
