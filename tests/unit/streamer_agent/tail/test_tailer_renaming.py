"""Renamed, linked and swapped files, followed by the whole tail, stepped by hand."""

import os
from pathlib import Path

import pytest

from streamer_agent.tail.harvester import Harvester
from tests.unit.streamer_agent.tail.following import Follower, append, following


@pytest.mark.parametrize("inputs", ["{logs}/app.log", "{logs}"], ids=["path", "directory"])
async def test_renamed_file_is_drained_under_its_own_epoch(state: Path, logs: Path, log: Path, inputs: str) -> None:
    async with following(state, inputs.format(logs=logs)) as follower:
        append(log, "before\n")
        writer = log.open("a")
        log.rename(logs / "app.log.1")
        writer.write("late\n")
        writer.flush()
        log.write_text("fresh\n")
        assert await follower.look() == ["before", "late", "fresh"]
        writer.write("later still\n")
        writer.close()
        assert await follower.look() == ["later still"]
        assert follower.by_epoch() == [["before", "late", "later still"], ["fresh"]]
        assert len({key.source for key in follower.by_key()}) == 1


async def test_rotation_while_no_agent_ran_is_found_by_inode_under_any_name(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log):
        pass
    append(log, "rest\n")
    log.rename(logs / "kept-aside.txt")
    log.write_text("fresh\n")
    async with following(state, log) as follower:
        assert await follower.look() == ["rest", "fresh"]
        assert follower.by_epoch() == [["rest"], ["fresh"]]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "down"])
async def test_generations_that_nobody_saw_are_read_in_order(
    state: Path, logs: Path, log: Path, is_running: bool
) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    if not is_running:
        await first.tailer.stop()
    append(log, "a\n")
    for text in ("b\n", "c\n", "d\n"):
        for number in (3, 2, 1):
            if (logs / f"app.log.{number}").exists():
                (logs / f"app.log.{number}").rename(logs / f"app.log.{number + 1}")
        log.rename(logs / "app.log.1")
        log.write_text(text)
    follower = first if is_running else Follower(state, log)
    if not is_running:
        await follower.tailer.open()
    assert await follower.look() == ["a", "b", "c", "d"]
    assert follower.by_epoch() == [["a"], ["b"], ["c"], ["d"]]
    await follower.tailer.stop()


async def test_older_rotated_files_are_not_taken_for_missed_ones(state: Path, logs: Path, log: Path) -> None:
    (logs / "app.log.1").write_text("long ago\n")
    os.utime(logs / "app.log.1", (1, 1))
    async with following(state, log) as follower:
        (logs / "app.log.1").rename(logs / "app.log.2")
        log.rename(logs / "app.log.1")
        log.write_text("fresh\n")
        assert await follower.look() == ["fresh"]


async def test_rotated_files_beside_a_missing_one_are_not_taken_for_missed_ones(
    state: Path, logs: Path, log: Path
) -> None:
    log.rename(logs / "app.log.1")
    async with following(state, log) as follower:
        log.write_text("first\n")
        assert await follower.look() == ["first"]


async def test_new_file_much_later_than_the_rename_is_read_from_its_beginning(
    state: Path, logs: Path, log: Path
) -> None:
    async with following(state, log) as follower:
        log.rename(logs / "app.log.1")
        assert await follower.look() == []
        follower.clock.now += 20
        await follower.look()
        assert follower.facts(log)[-1].state == "waiting"
        log.write_text("fresh\n")
        assert await follower.look() == ["fresh"]


async def test_name_that_is_swapped_for_a_file_with_the_freed_inode_begins_a_new_life(
    state: Path, logs: Path, log: Path
) -> None:
    # rsyslog#4648: test1 goes, and test2 has its inode. An inode cannot be had at will, so a rename stands for it.
    async with following(state, logs, max_open_files=1) as follower:
        (logs / "decoy.log").write_text("x\n")
        await follower.look()
        assert not follower.tailer._lives.at_path[str(log)].is_open
        log.write_text("first line of the new file\nmore\n")
        log.rename(logs / "test2.log")
        assert await follower.look() == ["first line of the new file", "more"]
        assert follower.facts(log)[0].state == "ended"


async def test_directory_that_is_renamed_away_and_back_repeats_nothing(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        logs.rename(logs.with_name("away"))
        await follower.look()
        logs.with_name("away").rename(logs)
        append(log, "two\n")
        assert await follower.look() == ["two"]
        assert len({block.key for block in follower.blocks}) == 1


async def test_file_that_comes_back_after_its_end_goes_on(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.rename(logs / "elsewhere")
        await follower.look()
        follower.clock.now += 61
        await follower.look()
        assert follower.facts(log)[0].state == "ended"
        (logs / "elsewhere").rename(log)
        append(log, "two\n")
        assert await follower.look() == ["two"]
        assert follower.facts(log)[0].state == "tailing"


async def test_link_that_leads_elsewhere_begins_a_new_epoch_and_drains_the_old_file(state: Path, logs: Path) -> None:
    (logs / "one").write_text("")
    (logs / "two").write_text("of two\n")
    current = logs / "current.log"
    current.symlink_to("one")
    async with following(state, current) as follower:
        append(logs / "one", "of one\n")
        current.unlink()
        current.symlink_to("two")
        assert await follower.look() == ["of one", "of two"]
        assert follower.by_epoch() == [["of one"], ["of two"]]


async def test_file_that_is_reached_by_several_paths_is_read_once(state: Path, logs: Path, log: Path) -> None:
    (logs / "hard.log").hardlink_to(log)
    (logs / "soft.log").symlink_to(log)
    async with following(state, logs, log, f"{logs}/*.log") as follower:
        append(log, "new\n")
        assert await follower.look() == ["new"]


async def test_file_goes_on_under_its_second_name_when_the_first_is_deleted(state: Path, logs: Path, log: Path) -> None:
    (logs / "second.log").hardlink_to(log)
    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        log.unlink()
        append(logs / "second.log", "two\n")
        assert await follower.look() == ["two"]
        assert len(follower.by_key()) == 1


async def test_file_that_came_and_went_between_two_looks_behind_an_empty_one_keeps_no_other_waiting(
    state: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, opened = logs / "new.log", Harvester.open

    def rename_first(harvester: Harvester, path: str) -> None:
        if path == str(log):
            log.rename(logs / "new.log.1")
        opened(harvester, path)

    log.touch()
    async with following(state, log) as follower:
        await follower.look()
        append(log, "one\n")
        log.rename(logs / "new.log.2")
        append(log, "two\n")
        follower.tailer._lookout._hinted(str(log))
        with monkeypatch.context() as patch:
            patch.setattr(Harvester, "open", rename_first)
            assert follower.tailer.read(follower.tailer.ready()[0], 65536) is None
        if log.exists():
            log.rename(logs / "new.log.1")
        append(log, "three\n")
        follower.tailer._lookout._hinted(str(log))
        assert await follower.look() == ["one", "two", "three"]
