"""Files that are copied and emptied over and over between two looks, followed by the whole tail, stepped by hand."""

import os
import shutil
from itertools import chain
from pathlib import Path

import pytest

from streamer_agent.tail.copies import Copies
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.options import Beginning
from streamer_agent.tail.snapshot import FileFacts
from streamer_agent.tail.succession import Succession
from tests.unit.streamer_agent.tail.following import Follower, append, following, let_file_clock_tick


def copytruncate(log: Path) -> None:
    """What logrotate does with `copytruncate`."""
    for number in sorted((int(path.suffix[1:]) for path in log.parent.glob(f"{log.name}.*")), reverse=True):
        log.with_name(f"{log.name}.{number}").rename(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)


@pytest.mark.parametrize("nuls", [b"", b"\0" * 100], ids=["empty", "a hole"])
async def test_every_copy_is_read_although_each_look_finds_the_file_empty(state: Path, log: Path, nuls: bytes) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        for number in range(2, 9):
            append(log, f"{number}\n")
            copytruncate(log)
            append(log, nuls)
            if number % 2:
                await follower.tailer.scan()
        await follower.look()
        assert sorted(chain(*follower.by_epoch())) == ["2", "3", "4", "5", "6", "7", "8", "one"]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "down"])
@pytest.mark.parametrize("is_copied", [True, False], ids=["copied", "renamed"])
@pytest.mark.parametrize("directory", [".", "new"])
async def test_file_that_a_glob_means_is_read_from_what_was_rotated_before_its_first_look(
    state: Path, logs: Path, directory: str, is_copied: bool, is_running: bool
) -> None:
    log, glob = logs / directory / "app.log", logs / "**" / "*.log"
    append(logs / "app.log.9", "rotated before anybody looked\n")
    async with following(state, glob) as follower:
        if not is_running:
            await follower.tailer.stop()
        let_file_clock_tick(logs)
        log.parent.mkdir(exist_ok=True)
        for number in range(3):
            append(log, f"{number}\n")
            if is_copied:
                copytruncate(log)
            else:
                log.rename(log.with_name(f"app.log.{3 - number}"))
        if not is_running:
            follower = Follower(state, glob)
            await follower.tailer.open()
        assert await follower.look() == ["0", "1", "2"]
        append(log, "3\n")
        assert await follower.look() == ["3"]
        assert [len(lines) for lines in follower.by_epoch()] == [1, 1, 1, 1]
        await follower.tailer.stop()


async def test_history_beside_a_file_that_is_new_to_a_glob_is_not_read(state: Path, logs: Path) -> None:
    append(logs / "app.log.1", "old\n")
    append(logs / "app.log.2", "older\n")
    async with following(state, logs / "*.log") as follower:
        append(logs / "app.log", "new\n")
        (logs / "app.log.2").rename(logs / "app.log.3")
        assert await follower.look() == ["new"]


async def test_file_that_nobody_asked_for_is_not_read_when_it_is_rotated(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(logs / "other.log.1", "not meant\n")
        assert await follower.look() == []


async def test_copy_that_is_renamed_while_it_is_looked_for_is_followed(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds, moved = Copies.holds, log.with_name("app.log.2")

    def rename_first(copies: Copies, path: str, life: Harvester) -> bool:
        if not moved.exists():
            Path(path).rename(moved)
        return holds(copies, path, life)

    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        append(log, "two\n")
        copytruncate(log)
        append(log, "three\n")
        monkeypatch.setattr(Copies, "holds", rename_first)
        assert await follower.look() == ["two", "three"]


async def test_copy_of_a_file_that_was_removed_while_no_agent_ran_is_read_on_once_the_search_for_that_ends(
    state: Path, logs: Path, log: Path, tmp_path: Path
) -> None:
    (tmp_path / "next").write_text("three\n")  # made before the inode of the log is free
    async with following(state, logs) as first:
        append(log, "one\n")
        await first.look()
    append(log, "two\n")
    shutil.copyfile(log, logs / "app.log.1")
    log.unlink()
    (tmp_path / "next").rename(log)
    async with following(state, logs) as second:
        lines = await second.look()
        second.clock.now += 4
        lines += await second.look()
        second.clock.now += 2
        assert sorted(lines + await second.look()) == ["three", "two"]


async def test_copy_that_was_empty_when_it_was_listed_is_known_for_one(
    state: Path, logs: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copy = Copies.original, log.with_name("app.log.1")

    def fill_first(copies: Copies, path: str, file: FileFacts) -> Harvester | None:
        if path == str(copy) and not copy.stat().st_size:
            shutil.copyfile(log, copy)
            os.truncate(log, 0)
        return original(copies, path, file)

    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        copy.touch()
        monkeypatch.setattr(Copies, "original", fill_first)
        assert await follower.look() == []
        assert await follower.look() == []


async def test_copy_that_was_empty_when_it_was_compared_is_known_for_one(
    state: Path, logs: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, copy = Harvester.open, log.with_name("app.log.1")

    def fill_first(harvester: Harvester, path: str) -> None:
        if path == str(copy) and not copy.stat().st_size:
            shutil.copyfile(log, copy)
            os.truncate(log, 0)
        opened(harvester, path)

    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        copy.touch()
        monkeypatch.setattr(Harvester, "open", fill_first)
        assert await follower.look() == []
        assert await follower.look() == []


async def test_file_that_was_copied_and_emptied_since_it_was_seen_is_not_told_as_lost(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = Succession._present

    def rotate_first(succession: Succession, path: str, file: FileFacts, *, is_at_end: bool = False) -> None:
        copytruncate(log)
        append(log, "three\n")
        present(succession, path, file, is_at_end=is_at_end)

    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        append(log, "two\n")
        with monkeypatch.context() as patch:
            patch.setattr(Succession, "_present", rotate_first)
            await follower.tailer.scan()
        assert await follower.look() == ["two", "three"]
        assert [fact.gaps for fact in follower.facts(log)] == [(), ()]


async def test_copies_are_found_after_a_restart_although_the_file_was_read_on_since_the_last_look(
    state: Path, log: Path
) -> None:
    log.write_text("banner\n")
    async with following(state, log, begin=Beginning("start")) as follower:
        await follower.tailer.scan()
        for number in range(3):
            append(log, f"{number}\n")
            copytruncate(log)
            append(log, "banner\n")
        assert await follower.read(settle=False) == ["banner"]
    async with following(state, log) as follower:
        append(log, "3\n")
        lines = await follower.look()
        assert [line for line in lines if line != "banner"] == ["0", "1", "2", "3"]


async def test_nothing_is_told_as_lost_of_a_file_that_was_emptied_filled_and_renamed_while_it_was_looked_at(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present, rotated = Succession._present, log.with_name("app.log.1")

    def rotate_first(succession: Succession, path: str, file: FileFacts, **how: bool) -> None:
        if not rotated.exists():
            log.write_text("two\n")
            log.rename(rotated)
            log.write_text("three\n")
        present(succession, path, file, **how)

    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        append(log, "lost, and longer than what comes\n")
        monkeypatch.setattr(Succession, "_present", rotate_first)
        lines = await follower.look()
        assert lines + await follower.look() == ["two", "three"]
        assert [len(life.gaps) for life in follower.facts(log)] == [1, 0, 0]
