import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.unit.streamer_agent.tail.following import Follower


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for descriptor in (reader, writer):
        with contextlib.suppress(OSError):
            os.close(descriptor)


async def started(tmp_path: Path, descriptor: int) -> Follower:
    follower = Follower(tmp_path / "state", "-", stdin=descriptor)
    await follower.tailer.start()
    return follower


async def next_lines(follower: Follower, *, settle: bool = True) -> list[str]:
    async def some() -> list[str]:
        await follower.tailer.wait_ready()
        return await follower.read(settle=settle)

    return await eventually(some)


async def has_ended(follower: Follower) -> bool:
    await follower.read()
    return follower.facts("-")[0].state == "ended"


async def test_lines_come_as_they_are_written(tmp_path: Path, pipe: tuple[int, int]) -> None:
    follower = await started(tmp_path, pipe[0])
    os.write(pipe[1], b"one\ntw")
    assert await next_lines(follower) == ["one"]
    os.write(pipe[1], b"o\n")
    assert await next_lines(follower) == ["two"]
    assert [(fact.path, fact.state, fact.end) for fact in follower.tailer.facts()] == [("-", "tailing", 8)]
    await follower.tailer.stop()


async def test_input_is_exhausted_when_it_ended_and_all_is_settled(tmp_path: Path, pipe: tuple[int, int]) -> None:
    follower = await started(tmp_path, pipe[0])
    os.write(pipe[1], b"one\nunfinished")
    os.close(pipe[1])
    lines = await next_lines(follower, settle=False)
    while len(lines) < 2:
        lines += await next_lines(follower, settle=False)
    assert lines == ["one", "unfinished"]
    assert not follower.tailer.is_exhausted
    follower.settle_all()
    assert follower.tailer.is_exhausted
    assert follower.tailer.facts()[0].state == "ended"
    await follower.tailer.wait_ready()
    await follower.tailer.stop()


async def test_redirected_file_is_read_from_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("one\ntwo\n")
    descriptor = os.open(tmp_path / "input", os.O_RDONLY)
    follower = await started(tmp_path, descriptor)
    lines = await next_lines(follower)
    assert lines == ["one", "two"]
    await eventually(lambda: has_ended(follower))
    assert follower.tailer.is_exhausted
    await follower.tailer.stop()
    os.close(descriptor)


async def test_every_run_is_another_life_and_what_was_not_acknowledged_is_told_as_lost(
    tmp_path: Path, pipe: tuple[int, int]
) -> None:
    first = await started(tmp_path, pipe[0])
    os.write(pipe[1], b"one\n")
    await next_lines(first, settle=False)
    await first.tailer.stop()
    second = await started(tmp_path, pipe[0])
    before, now = second.facts("-")
    assert (before.key.epoch, before.state, [tuple(gap) for gap in before.gaps]) == (
        1,
        "ended",
        [(0, 4, "removed", False)],
    )
    assert (now.key.epoch, now.state, now.key.source) == (2, "tailing", before.key.source)
    await second.tailer.stop()


async def test_files_beside_standard_input_keep_the_agent_alive(tmp_path: Path, pipe: tuple[int, int]) -> None:
    follower = Follower(tmp_path / "state", "-", tmp_path / "a.log", stdin=pipe[0])
    await follower.tailer.start()
    os.close(pipe[1])
    await eventually(lambda: has_ended(follower))
    assert not follower.tailer.is_exhausted
    await follower.tailer.stop()


async def test_flags_of_the_shared_descriptor_are_left_alone(tmp_path: Path, pipe: tuple[int, int]) -> None:
    follower = await started(tmp_path, pipe[0])
    assert os.get_blocking(pipe[0])
    await follower.tailer.stop()
    os.fstat(pipe[0])  # and it is not closed
