"""The real tail at work in this process, with a consumer that reads and acknowledges as the agent does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.tail.facts import Notice, SourceFacts
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.tailer import Tailer
from tests.support.eventually import TIMEOUT_S, eventually


class Tail:
    """One run. Every block is checked when it comes: lines of a life follow one another, and none comes twice."""

    def __init__(self, options: TailOptions) -> None:
        self.notices: list[Notice] = []
        self.tailer = Tailer(options, notify=self.notices.append)
        self.blocks: list[LineBlock] = []
        self.partial: list[LineBlock] = []
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self.reads = 0
        self._ends: dict[EpochKey, int] = {}

    async def read_on(self) -> None:
        while True:
            await self.tailer.wait_ready()
            await self.is_reading.wait()
            for key in self.tailer.ready():
                self.reads += 1
                block = self.tailer.read(key, 65536)
                if block is not None:
                    self._take(block)
            await asyncio.sleep(0)

    def _take(self, block: LineBlock) -> None:
        assert block.offset >= self._ends.get(block.key, 0), "bytes came twice, or out of order"
        if block.is_partial:
            self.partial.append(block)
            return
        self._ends[block.key] = block.end
        self.blocks.append(block)
        self.tailer.settle(block.key, block.end)

    @property
    def lines(self) -> list[str]:
        """All lines, in the order in which they came."""
        return [line for block in self.blocks for line in block.lines]

    def of(self, path: Path) -> list[list[str]]:
        """The lines of each life of a path, oldest first."""
        lives: dict[int, list[str]] = {}
        for block in self.blocks:
            if block.path == str(path):
                lives.setdefault(block.key.epoch, []).extend(block.lines)
        return [lives[epoch] for epoch in sorted(lives)]

    def facts(self, path: Path) -> list[SourceFacts]:
        """The facts of the lives of a path, oldest first."""
        return sorted((f for f in self.tailer.facts() if f.path == str(path)), key=lambda f: f.key.epoch)

    def told(self, event: str) -> list[dict[str, Any]]:
        """The fields of every notice of that name."""
        return [notice.fields for notice in self.notices if notice.event == event]

    async def gets(self, *lines: str, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until that many lines came, and see that they are exactly these."""
        await eventually(lambda: len(self.lines) >= len(lines), f"{len(lines)} lines come", timeout_s)
        assert self.lines == list(lines)


@asynccontextmanager
async def tail_of(root: Path, hints: bool, *inputs: Path | str, **options: Any) -> AsyncIterator[Tail]:
    """A tail of `inputs`. With hints the looks are as rare as by default, so that it is the hints that count."""
    pace = {} if hints else {"scan_interval_s": 0.05, "poll_interval_s": 0.02}
    options = {"inputs": tuple(map(str, inputs)), "state_dir": root / "state", "hints": hints} | pace | options
    tail = Tail(TailOptions(**options))
    await tail.tailer.start()
    reading = asyncio.create_task(tail.read_on())
    try:
        yield tail
    finally:
        reading.cancel()
        await asyncio.wait([reading])
        await tail.tailer.stop()
    if not reading.cancelled():
        reading.result()
