"""A tailer that tests step by hand: no background, a clock that stands still, every line kept."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.tail.checkpoint import Checkpoint
from streamer_agent.tail.facts import Notice, SourceFacts
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.saved_form import encode, sealed
from streamer_agent.tail.tailer import Tailer


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def counting_mint() -> Any:
    """Identities in order, so that failures can be read."""
    numbers = count(1)
    return lambda digits: f"{next(numbers):0{digits}x}"


def saved_form(checkpoint: Checkpoint) -> bytes:
    """What a save writes, made in one go."""
    steps = encode(checkpoint)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return sealed(end.value)


class Follower:
    """One run of an agent's tail over `inputs`, from start to stop or crash."""

    def __init__(
        self,
        state_dir: Path,
        *inputs: Path | str,
        mint: Any = None,
        wall_ms: Any = None,
        stdin: int = 0,
        **options: Any,
    ) -> None:
        self.clock = Clock()
        self.notices: list[Notice] = []
        self.blocks: list[LineBlock] = []
        self.partial: list[LineBlock] = []
        options = {"hints": False, "scan_interval_s": 3600.0} | options
        self.tailer = Tailer(
            TailOptions(inputs=tuple(map(str, inputs)), state_dir=state_dir, **options),
            clock=self.clock,
            wall_ms=wall_ms or (lambda: 0),
            mint=mint or counting_mint(),
            notify=self.notices.append,
            stdin=stdin,
        )

    async def look(self, *, settle: bool = True, max_bytes: int = 65536) -> list[str]:
        """Scan, then read all there is; return the new lines."""
        await self.tailer.scan()
        return await self.read(settle=settle, max_bytes=max_bytes)

    async def read(self, *, settle: bool = True, max_bytes: int = 65536) -> list[str]:
        """Read all that is known to be there, saving what has to be durable first; return the new lines."""
        lines: list[str] = []
        for _ in range(10_000):
            for key in self.tailer.ready():
                block = self.tailer.read(key, max_bytes)
                if block is not None and block.is_partial:
                    self.partial.append(block)
                elif block is not None:
                    self.blocks.append(block)
                    lines += block.lines
                    if settle:
                        self.tailer.settle(key, block.end)
            if not self.tailer.ready():
                if not self.tailer._lives.undurable:
                    return lines
                await self.tailer.scan()
        raise AssertionError(f"{self.tailer.ready()} stays ready without anything to read")

    def settle_all(self) -> None:
        """Acknowledge everything that was read."""
        for block in self.blocks:
            self.tailer.settle(block.key, block.end)

    def crash(self) -> None:
        """Go away without a word, as with kill -9: the kernel closes files and lets go of the lock."""
        self.tailer._lookout.close()
        self.tailer._lives.open_files.close_all()
        self.tailer._store.unlock()

    def facts(self, path: Path | str) -> list[SourceFacts]:
        """The facts of the lives at a path, oldest first."""
        return sorted((f for f in self.tailer.facts() if f.path == str(path)), key=lambda f: f.key.epoch)

    def told(self, event: str) -> list[dict[str, Any]]:
        """The fields of every notice of that name."""
        return [notice.fields for notice in self.notices if notice.event == event]

    def by_key(self) -> dict[EpochKey, list[str]]:
        """The lines of each life."""
        lines: dict[EpochKey, list[str]] = {}
        for block in self.blocks:
            lines.setdefault(block.key, []).extend(block.lines)
        return lines

    def by_epoch(self) -> list[list[str]]:
        """The lines of each life, in order of epoch; for tests of one source."""
        return [lines for _key, lines in sorted(self.by_key().items(), key=lambda item: item[0].epoch)]


@asynccontextmanager
async def following(state_dir: Path, *inputs: Path | str, **options: Any) -> Any:
    """A follower that has started, and stops in the end."""
    follower = Follower(state_dir, *inputs, **options)
    await follower.tailer.open()
    try:
        yield follower
    finally:
        await follower.tailer.stop()


def append(path: Path, text: str | bytes) -> None:
    """Write at the end of a file, as a logger does."""
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def let_file_clock_tick(directory: Path) -> None:
    """Return when what is written from now on is younger than all that was: the clock of files ticks slowly."""
    begun_ns, probe = directory.stat().st_mtime_ns, directory.with_name("clock")
    while True:
        probe.write_text("tick")
        if probe.stat().st_mtime_ns > begun_ns:
            return


def numbered(start: int, end: int) -> Iterator[str]:
    """Lines that carry a running number."""
    return (f"line {number}" for number in range(start, end))
