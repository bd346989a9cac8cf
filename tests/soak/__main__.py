"""Run everything for some minutes while everything goes wrong, and account for every line: `make soak MINUTES=10`.

Twenty files of 2,000 lines a second each, rotated every few seconds, an agent, an emulator, and a reader. Exits with 1
if a line is unexplained: neither received once and in order nor in a gap that the reader can name.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.soak.ledger import Ledger, Verdict
from tests.soak.trouble import Trouble
from tests.soak.writing import files, written
from tests.support.eventually import eventually
from tests.support.processes import Process, Processes
from tests.support.reader import Reader
from tests.support.system import System

FILES = 20
LINES_PER_S = 2_000
WRITES_PER_S = 10
ROTATE_S = (4.0, 12.0)
TAKE_S = 0.25
REPORT_S = 15.0
SETTLE_S = 120.0


class Soak:
    """One run. `seed` decides on rotations and faults, not on what the machine makes of them."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self.random = random.Random(seed)
        self.seed = seed
        self.files = files(system.log_directory, FILES)
        self.ledger = Ledger()
        self.rotations = 0
        self.repeats = 0
        self.peak_mb: dict[str, float] = {}

    async def run(self, minutes: float) -> tuple[Verdict, Trouble]:
        """Write for `minutes`, then let everything arrive, and account for it."""
        await self.system.start()
        trouble = Trouble(self.system, self.start_agent, await self.start_agent(), self.seed)
        async with self.system.reader() as reader:
            for file in self.files:
                file.write(1, 0)
            background = [asyncio.create_task(self.take(reader)), asyncio.create_task(self.report(trouble))]
            making = asyncio.create_task(trouble.run())
            try:
                await self.write(minutes * 60)
                await trouble.over()
                making.cancel()
                for file in self.files:
                    file.finish_line()
                self.say("written; waiting for the last lines")
                with suppress(AssertionError):  # the verdict then says what is missing
                    await eventually(lambda: not self.verdict(reader).unexplained, timeout_s=SETTLE_S, step_s=1.0)
                self.measure(trouble)
                self.repeats = reader.receiver.repeats
                return self.verdict(reader), trouble
            finally:
                for task in (making, *background):
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def start_agent(self) -> Process:
        return await self.system.agent(self.system.log_directory / "*.log")

    async def write(self, seconds: float) -> None:
        """Write at a steady pace, and rotate each file at moments of its own."""
        start = time.monotonic()
        rotate_at = {file.number: start + self.random.uniform(*ROTATE_S) for file in self.files}
        ticks = int(seconds * WRITES_PER_S)
        for tick in range(ticks):
            await asyncio.sleep(max(0.0, start + tick / WRITES_PER_S - time.monotonic()))
            for file in self.files:
                if time.monotonic() >= rotate_at[file.number]:
                    file.rotate()
                    self.rotations += 1
                    rotate_at[file.number] = time.monotonic() + self.random.uniform(*ROTATE_S)
                file.write(LINES_PER_S // WRITES_PER_S, self.random.choice((0, 0, 1, 60, 119)))
                await asyncio.sleep(0)

    async def take(self, reader: Reader) -> None:
        """Enter what has arrived, so that nothing is kept but the account."""
        while True:
            reader.check()
            lines = reader.receiver.lines
            reader.receiver.lines = []
            self.ledger.take(lines)
            await asyncio.sleep(TAKE_S)

    async def report(self, trouble: Trouble) -> None:
        """Say now and then how far it is."""
        while True:
            await asyncio.sleep(REPORT_S)
            self.measure(trouble)
            faults = sum(trouble.counts.values())
            self.say(f"{written(self.files):,} written, {self.ledger.received:,} received, {faults} faults")

    def measure(self, trouble: Trouble) -> None:
        """Note the most memory that each service has held so far; proc(5), status, VmHWM."""
        for process in (trouble.agent, *self.system.services):
            status = Path(f"/proc/{process.pid}/status")
            with suppress(OSError, StopIteration):
                peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
                self.peak_mb[process.name] = max(self.peak_mb.get(process.name, 0), int(peak.split()[1]) / 1000)

    def verdict(self, reader: Reader) -> Verdict:
        receiver = reader.receiver
        names = {str(file.path): file.number for file in self.files}
        sources = {
            epoch: names[path] for epoch in receiver.states if (path := receiver.paths.get(epoch[:2], "")) in names
        }
        return self.ledger.settle([file.lives for file in self.files], receiver.gaps(), sources)

    def say(self, text: str) -> None:
        print(text, flush=True)


async def main(minutes: float, seed: int) -> int:
    """Run, print the totals, and return the exit code."""
    print(f"Soaking for {minutes:g} minutes, seed {seed}.", flush=True)
    with tempfile.TemporaryDirectory(prefix="tailcast-soak-") as name:
        directory = Path(name)
        (directory / "output").mkdir()
        with Processes(directory / "output") as processes:
            soak = Soak(System(processes, directory, {}), seed)
            verdict, trouble = await soak.run(minutes)
    total = written(soak.files)
    print(f"\n{total:,} lines written to {FILES} files in {sum(len(file.lives) for file in soak.files):,} lives")
    print(f"{verdict.received:,} received, {soak.repeats:,} repeats recognised and dropped")
    for reason, count in verdict.named.items():
        print(f"{count:,} in gaps that the reader names: {reason}")
    print(f"{verdict.unexplained:,} unexplained, {verdict.wrong:,} doubled, out of place or not as written")
    print("faults: " + ", ".join(f"{count} × {name}" for name, count in sorted(trouble.counts.items())))
    print("peak memory: " + ", ".join(f"{name} {peak:.0f} MB" for name, peak in sorted(soak.peak_mb.items())))
    for sentence in (*verdict.examples, *verdict.problems):
        print(f"wrong: {sentence}", file=sys.stderr)
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to write (default: 10)")
    parser.add_argument("--seed", type=int, default=None, help="of rotations and faults; random by default")
    options = parser.parse_args()
    chosen = random.randrange(2**32) if options.seed is None else options.seed
    sys.exit(asyncio.run(main(options.minutes, chosen)))
