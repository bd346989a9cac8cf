"""The background: what tests of single steps leave out. Each with hints and with polling only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail.facts import Notice
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.tailer import Tailer
from tests.support.eventually import eventually
from tests.unit.streamer_agent.tail.following import append, numbered


class Running:
    """A tailer at work, and the lines that a loop as the agent's reads from it."""

    def __init__(self, options: TailOptions) -> None:
        self.notices: list[Notice] = []
        self.tailer = Tailer(options, notify=self.notices.append)
        self.lines: list[str] = []
        self.is_acknowledging = True

    async def read_on(self) -> None:
        while True:
            await self.tailer.wait_ready()
            for key in self.tailer.ready():
                block = self.tailer.read(key, 65536)
                if block is not None:
                    self.lines += block.lines
                    if self.is_acknowledging:
                        self.tailer.settle(key, block.end)
            await asyncio.sleep(0)

    async def gets(self, *lines: str) -> None:
        """Wait until exactly these lines came."""
        await eventually(lambda: self.lines == list(lines), f"{lines} of {self.lines}")


@asynccontextmanager
async def running(root: Path, *inputs: Path, **options: Any) -> AsyncIterator[Running]:
    run = Running(TailOptions(inputs=tuple(map(str, inputs)), state_dir=root / "state", **options))
    await run.tailer.start()
    reading = asyncio.create_task(run.read_on())
    try:
        yield run
    finally:
        reading.cancel()
        await asyncio.wait([reading])
        await run.tailer.stop()
    if not reading.cancelled():
        reading.result()


@pytest.fixture(params=["hints", "polling"])
def how(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Polling is quick here, and with hints all but off, so that each must do by itself."""
    if request.param == "hints":
        return {"scan_interval_s": 3600.0, "poll_interval_s": 3600.0}
    return {"hints": False, "scan_interval_s": 0.02, "poll_interval_s": 0.01}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "logs" / "app.log"
    path.parent.mkdir()
    path.write_text("old\n")
    return path


async def test_lines_arrive_as_they_are_written(tmp_path: Path, log: Path, how: dict[str, Any]) -> None:
    async with running(tmp_path, log, **how) as run:
        for number in range(5):
            append(log, f"{number}\n")
            await run.gets(*map(str, range(number + 1)))


async def test_rotation_and_new_files_are_followed(tmp_path: Path, log: Path, how: dict[str, Any]) -> None:
    async with running(tmp_path, log.parent, **how) as run:
        append(log, "before\n")
        await run.gets("before")
        log.rename(log.with_name("app.log.1"))
        log.write_text("after\n")
        await run.gets("before", "after")
        append(log.with_name("app.log.1"), "late\n")
        await run.gets("before", "after", "late")
        (log.parent / "new").mkdir()
        (log.parent / "new" / "b.log").write_text("deep\n")
        await run.gets("before", "after", "late", "deep")


async def test_truncation_is_followed(tmp_path: Path, log: Path, how: dict[str, Any]) -> None:
    async with running(tmp_path, log, **how) as run:
        append(log, "before\n")
        await run.gets("before")
        log.write_text("after\n")
        await run.gets("before", "after")


async def test_positions_are_saved_while_it_runs(tmp_path: Path, log: Path, how: dict[str, Any]) -> None:
    async with running(tmp_path, log, save_interval_s=0.01, **(how | {"scan_interval_s": 0.02})) as run:
        state = tmp_path / "state" / "positions"
        append(log, "one\n")
        await run.gets("one")
        await eventually(lambda: state.exists() and b'"end":8' in state.read_bytes())


async def test_many_rotations_under_load_lose_nothing(tmp_path: Path, log: Path, how: dict[str, Any]) -> None:
    lines = list(numbered(0, 3000))
    async with running(tmp_path, log, **how) as run:
        for start in range(0, 3000, 100):
            append(log, "".join(f"{line}\n" for line in lines[start : start + 100]))
            await asyncio.sleep(0.002)  # the tailer gets to run, but not until it has caught up: that is the load
            for number in range(start // 100, 0, -1):
                log.with_name(f"app.log.{number}").rename(log.with_name(f"app.log.{number + 1}"))
            log.rename(log.with_name("app.log.1"))
            log.touch()
        await eventually(lambda: len(run.lines) >= 3000, f"got {len(run.lines)} of 3000")
        assert run.lines == lines


async def test_failure_in_the_background_reaches_the_reader(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    tailer = Tailer(TailOptions(inputs=(str(log),), state_dir=tmp_path / "state", hints=False, scan_interval_s=0.01))
    await tailer.start()
    monkeypatch.setattr(tailer._lookout._upkeep, "tend", broken)
    await tailer.wait_ready()
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        await tailer.wait_ready()
    await tailer.stop()


async def test_idle_tail_does_nothing_between_looks(tmp_path: Path, log: Path) -> None:
    async with running(tmp_path, log, scan_interval_s=3600.0, poll_interval_s=3600.0) as run:
        await eventually(lambda: not run.tailer._lookout._scan_pace._is_wanted)
        looks = run.tailer._lookout._scan_pace._ran_at
        await asyncio.sleep(0.05)  # that nothing happens can only be seen over time
        assert run.tailer._lookout._scan_pace._ran_at == looks
