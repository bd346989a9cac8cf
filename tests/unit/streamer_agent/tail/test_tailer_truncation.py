"""Truncated, rewritten and copied files, followed by the whole tail, stepped by hand."""

import os
import shutil
from pathlib import Path

import pytest

from tests.unit.streamer_agent.tail.following import Follower, append, following, numbered


async def test_truncated_file_begins_a_new_epoch_at_zero(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("x\n")
        assert await follower.look() == ["x"]
        assert [block.offset for block in follower.blocks] == [12, 0]
        assert follower.by_epoch() == [["one"], ["x"]]
        assert [fact.state for fact in follower.facts(log)] == ["ended", "tailing"]


async def test_rewritten_file_that_is_larger_than_before_is_read_from_zero(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("".join(f"{line}\n" for line in numbered(0, 100)))
        assert await follower.look() == list(numbered(0, 100))


@pytest.mark.parametrize("max_open_files", [1, 256], ids=["closed", "open"])
@pytest.mark.parametrize("content", ["x\n", "other lines\n" * 50], ids=["smaller", "larger"])
async def test_file_that_was_rewritten_while_no_agent_ran_is_read_from_zero(
    state: Path, logs: Path, log: Path, content: str, max_open_files: int
) -> None:
    (logs / "decoy.log").write_text("x\n")
    async with following(state, logs, max_open_files=max_open_files) as follower:
        append(log, "one\n")
        await follower.look()
    log.write_text(content)
    async with following(state, logs, max_open_files=max_open_files) as follower:
        assert await follower.look() == content.splitlines()


async def test_bytes_that_a_truncation_destroyed_are_told_as_a_gap(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "seen but not read\n")
        await follower.tailer.scan()
        log.write_text("x\n")
        assert await follower.look() == ["x"]
        old = follower.facts(log)[0]
        assert [tuple(gap) for gap in old.gaps] == [(12, 30, "truncated", True)]
        assert (old.state, old.end) == ("ended", 12)


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "down"])
async def test_rest_of_a_file_is_read_from_the_copy_that_copytruncate_made(
    state: Path, logs: Path, log: Path, is_running: bool
) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        if not is_running:
            await follower.tailer.stop()
        append(log, "two\nthree\n")
        shutil.copy(log, logs / "app.log.1")
        log.write_text("fresh\n")
        if not is_running:
            follower = Follower(state, log)
            await follower.tailer.open()
        assert await follower.look() == ["two", "three", "fresh"]
        assert follower.by_epoch()[-2:] == [["two", "three"] if not is_running else ["one", "two", "three"], ["fresh"]]
        assert [fact.gaps for fact in follower.facts(log)] == [(), ()]
        await follower.tailer.stop()


@pytest.mark.parametrize("inputs", ["{logs}/app.log", "{logs}"], ids=["path", "directory"])
async def test_copy_that_ends_before_what_was_read_is_not_read_again(
    state: Path, logs: Path, log: Path, inputs: str
) -> None:
    async with following(state, inputs.format(logs=logs)) as follower:
        append(log, "one\n")
        await follower.look()
        shutil.copy(log, logs / "app.log.1")
        os.utime(logs / "app.log.1", (1, 1))
        await follower.look()
        append(log, "written between the copy and the truncation\n")
        await follower.look()
        log.write_text("fresh\n")
        assert await follower.look() == ["fresh"]
        (logs / "app.log.1").rename(logs / "app.log.2")
        follower.clock.now += 20
        assert await follower.look() == []


async def test_unfinished_line_of_a_truncated_file_is_not_lost(state: Path, log: Path) -> None:
    log.with_name("app.log.1").write_text("something else, and no copy of it\n" * 10)
    async with following(state, log) as follower:
        append(log, "begun")
        await follower.look()
        log.write_text("x\n")
        assert await follower.look() == ["begun", "x"]


async def test_truncations_in_a_loop_show_every_surviving_line_once(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        for number in range(1, 51):
            with log.open("w" if number % 10 == 0 else "a") as file:
                file.write(f"{number}\n")
            if number % 3 == 0:
                await follower.look()
        await follower.look()
        lines = [line for epoch in follower.by_epoch() for line in epoch]
        assert len(lines) == len(set(lines))
        # 49 came after the last look and was destroyed before the next.
        assert set(lines) >= {str(number) for number in range(40, 49)} | {"50"}


async def test_truncation_of_a_file_that_a_full_window_keeps_unread_begins_one_new_life(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.tailer.scan()
        for text in ("a\n", "b\n"):
            log.write_text(text)
            await follower.tailer.scan()
            log.write_text("")
            await follower.tailer.scan()
        log.write_text("last\n")
        assert await follower.look() == ["last"]


async def test_copy_in_the_inode_of_a_file_that_was_removed_is_not_sent_again(state: Path, logs: Path) -> None:
    log, old = logs / "app.log", logs / "other.log"
    async with following(state, logs) as follower:
        append(log, "one\n")
        append(old, "other\n")
        assert sorted(await follower.look()) == ["one", "other"]
        old.rename(logs / "app.log.1")  # as if its inode had been given to the copy
        shutil.copyfile(log, logs / "app.log.1")
        log.write_text("two\n")
        assert await follower.look() == ["two"]
