"""Deleted files, followed by the whole tail to their end, stepped by hand."""

import shutil
from pathlib import Path

from tests.unit.streamer_agent.tail.following import append, following


async def test_deleted_file_is_drained_and_ends_after_it_was_quiet(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        writer = log.open("a")
        await follower.look()
        log.unlink()
        writer.write("last words\n")
        writer.flush()
        assert await follower.look() == ["last words"]
        follower.clock.now += 59
        writer.write("really the last")
        writer.close()
        assert await follower.look() == []
        follower.clock.now += 61
        assert await follower.look() == ["really the last"]
        assert follower.facts(log)[0].state == "ended"
        assert not follower.tailer._lives.adrift


async def test_file_deleted_while_no_agent_ran_is_told_as_a_gap(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "never acknowledged\n")
        await follower.look(settle=False)
    log.unlink()
    async with following(state, log) as follower:
        follower.clock.now += 5
        await follower.look()
        fact = follower.facts(log)[0]
        assert (fact.state, [tuple(gap) for gap in fact.gaps]) == ("ended", [(12, 31, "removed", True)])


async def test_file_deleted_and_made_anew_is_another_epoch(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        for text in ("one\n", "one\n", "one\n"):
            log.unlink()
            await follower.look()
            log.write_text(text)
            assert await follower.look() == ["one"]
        assert len(follower.by_key()) == 3


async def test_rename_gzip_and_unlink_loses_nothing_of_an_open_file(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        append(log, "one\n")
        log.rename(logs / "app.log.1")
        shutil.copy(logs / "app.log.1", logs / "app.log.1.gz")
        (logs / "app.log.1").unlink()
        log.write_text("fresh\n")
        assert await follower.look() == ["one", "fresh"]
        assert [fact.state for fact in follower.facts(logs / "app.log.1.gz")] == ["skipped"]


async def test_ended_lives_are_forgotten_but_no_epoch_is_used_twice(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("x\n")
        await follower.look()
        follower.clock.now += 3601
        await follower.look()
        assert [fact.key.epoch for fact in follower.facts(log)] == [2]
        log.write_text("")
        await follower.look()
        assert follower.facts(log)[-1].key.epoch == 3
