"""Restarts of the whole tail, stepped by hand."""

import os
import shutil
from pathlib import Path

import pytest

from streamer_agent.tail.errors import StateLockedError
from tests.nasty.cases import case
from tests.unit.streamer_agent.tail.following import Follower, append, following


@pytest.mark.parametrize("how", ["stop", "crash"])
async def test_restart_continues_behind_what_was_acknowledged(state: Path, log: Path, how: str) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    append(log, "one\n")
    await first.look()
    append(log, "two\n")
    await first.look(settle=False)
    await first.tailer._saver.save()
    await first.tailer.stop() if how == "stop" else first.crash()
    append(log, "three\n")
    async with following(state, log) as second:
        assert await second.look() == ["two", "three"]
        assert second.blocks[0].key == first.blocks[0].key
        assert second.blocks[0].offset == 16


@pytest.mark.parametrize(
    "names", [("app.log.1", "app.log.2"), ("app.log.old", "app.log.old2"), ("app.1.log", "app.2.log")]
)
async def test_files_that_were_rotated_twice_while_no_agent_ran_are_read(
    state: Path, log: Path, names: tuple[str, str]
) -> None:
    newer, older = names
    async with following(state, log) as first:
        append(log, "one\n")
        assert await first.look() == ["one"]
    append(log, "two\n")
    log.rename(log.with_name(older))
    append(log, "three\n")
    log.rename(log.with_name(newer))
    append(log, "four\n")
    async with following(state, log) as second:
        assert await second.look() == ["two", "three", "four"]


async def test_unfinished_line_is_shown_once_and_whole_after_a_restart(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "be")
        assert await first.look() == []
    append(log, "gun\n")
    async with following(state, log) as second:
        assert await second.look() == ["begun"]


async def test_second_agent_on_one_state_directory_is_refused(state: Path, log: Path) -> None:
    async with following(state, log):
        with pytest.raises(StateLockedError, match=str(os.getpid())):
            await Follower(state, log).tailer.open()


async def test_file_that_came_and_went_in_the_inode_of_a_deleted_one_while_no_agent_ran_is_read(
    state: Path, logs: Path, log: Path, tmp_path: Path
) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    append(log, "zero\n")
    await first.look()
    # An inode cannot be had at will: a file that was hidden and written anew stands for a new one in a freed inode.
    freed = log.rename(tmp_path / "freed")
    append(log, "one\n")
    await first.look()
    await first.tailer._saver.save()
    first.crash()
    log.rename(logs / "app.log.2")
    freed.write_text("another\n")
    freed.rename(logs / "app.log.1")
    append(log, "last\n")
    async with following(state, log) as second:
        assert await second.look() == ["another", "last"]


@case("T36")
async def test_other_device_number_after_a_reboot_repeats_nothing(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "one\n")
        await first.look()
        for position in first.tailer._lives.checkpoint.positions.values():
            assert position.identity is not None
            position.identity = position.identity._replace(device=4711)
        key = first.blocks[0].key
    append(log, "two\n")
    async with following(state, log) as second:
        assert await second.look() == ["two"]
        assert second.blocks[0].key == key
        append(log, "three\n")
        assert await second.look() == ["three"]


@pytest.mark.parametrize("before", ["", "empty", "missing", "lines"])
async def test_positions_of_an_earlier_day_give_no_number_to_another_content(
    state: Path, log: Path, before: str
) -> None:
    now_ms = iter(range(1_793_000_000_000, 1_794_000_000_000, 1000))
    runs: list[Follower] = []

    async def run(*texts: str) -> None:
        async with following(state, log, wall_ms=lambda: next(now_ms)) as follower:
            runs.append(follower)
            for text in texts:
                log.write_text(text)
                assert await follower.look() == text.splitlines()

    if before == "empty":
        log.write_text("")
    elif before == "missing":
        log.unlink()
    await run(*["first\n"] * (before == "lines"))
    backup = shutil.copytree(state, state.with_name("backup"))
    await run("of one\n", "of two\n", "three\n")
    shutil.rmtree(state)
    shutil.copytree(backup, state)
    log.write_text("another\n")
    await run("another\n", "and another\n")
    identities = [(block.key, block.offset) for follower in runs for block in follower.blocks]
    assert len(identities) == len(set(identities)), "one identity names two lines"


async def test_previous_copy_of_the_positions_gives_no_number_to_another_content(state: Path, log: Path) -> None:
    now_ms = iter(range(1_793_000_000_000, 1_794_000_000_000, 1000))
    first = Follower(state, log, wall_ms=lambda: next(now_ms))
    await first.tailer.open()
    log.write_text("of two\n")
    await first.look()
    first.crash()
    (state / "positions").write_bytes(b"damaged")
    log.write_text("another\n")
    async with following(state, log, wall_ms=lambda: next(now_ms)) as second:
        assert await second.look() == ["another"]
        assert second.blocks[0].key not in first.by_key()


async def test_file_that_is_shorter_than_it_was_before_the_restart_is_another(state: Path, log: Path) -> None:
    header = "# a header of more than 4 KiB\n" * 200
    log.write_text("")
    first = Follower(state, log)
    await first.tailer.open()
    append(log, header + "one\ntwo\nthree\n")
    await first.look(settle=False)
    await first.tailer._saver.save()
    first.crash()
    log.write_text(header + "one\n2nd\n")
    async with following(state, log) as second:
        assert (await second.look())[-2:] == ["one", "2nd"]
        assert second.blocks[0].key not in first.by_key()
