"""The whole tail on real files, stepped by hand: where reading begins, and in which turn."""

from pathlib import Path

from tests.unit.streamer_agent.tail.following import append, counting_mint, following, numbered


async def test_file_that_exists_at_the_first_start_is_followed_from_its_end(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        assert await follower.look() == []
        append(log, "new\n")
        assert await follower.look() == ["new"]
        assert follower.blocks[0].offset == 12


async def test_line_that_is_unfinished_at_the_first_start_is_shown_whole(state: Path, log: Path) -> None:
    append(log, "begun")
    async with following(state, log) as follower:
        append(log, " and done\n")
        assert await follower.look() == ["begun and done"]


async def test_file_that_appears_later_is_read_from_its_beginning(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        (logs / "later.log").write_text("one\ntwo\n")
        assert await follower.look() == ["one", "two"]


async def test_file_that_appeared_while_no_agent_ran_is_read_from_its_beginning(
    state: Path, logs: Path, log: Path
) -> None:
    async with following(state, logs):
        pass
    (logs / "later.log").write_text("one\n")
    async with following(state, logs) as follower:
        assert await follower.look() == ["one"]


async def test_file_of_an_input_that_is_new_is_followed_from_its_end(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log):
        pass
    (logs / "other.log").write_text("old\n")
    async with following(state, log, logs / "other.log") as follower:
        append(logs / "other.log", "new\n")
        assert await follower.look() == ["new"]


async def test_input_that_was_left_out_for_a_run_goes_on_where_it_was(state: Path, logs: Path, log: Path) -> None:
    (logs / "other.log").write_text("old\n")
    async with following(state, log, logs / "other.log"):
        pass
    append(log, "while left out\n")
    async with following(state, logs / "other.log") as second:
        assert [fact.path for fact in second.tailer.facts()] == [str(logs / "other.log")]
    async with following(state, log, logs / "other.log") as third:
        assert await third.look() == ["while left out"]


async def test_missing_file_is_waited_for_and_read_from_its_beginning(state: Path, tmp_path: Path) -> None:
    log = tmp_path / "not" / "yet" / "app.log"
    async with following(state, log) as follower:
        (fact,) = follower.facts(log)
        assert (fact.state, fact.detail) == ("waiting", "nothing is there yet")
        log.parent.mkdir(parents=True)
        log.write_text("first\n")
        assert await follower.look() == ["first"]
        (now,) = follower.facts(log)
        assert (now.key, now.state, now.detail) == (fact.key, "tailing", "")


async def test_glob_without_files_is_waited_for_until_one_matches(state: Path, logs: Path) -> None:
    async with following(state, f"{logs}/*.log") as follower:
        assert [fact.state for fact in follower.facts(f"{logs}/*.log")] == ["waiting"]
        (logs / "a.log").write_text("first\n")
        assert await follower.look() == ["first"]
        assert [fact.state for fact in follower.facts(f"{logs}/*.log")] == ["ended"]


async def test_long_line_is_cut_and_what_follows_is_intact(state: Path, log: Path) -> None:
    async with following(state, log, max_line_bytes=1000) as follower:
        append(log, "x" * 2_000_000 + "\nnext\n")
        assert await follower.look() == ["x" * 1000, "next"]
        assert follower.blocks[0].lengths[0] == 2_000_001
        assert follower.blocks[0].cut == [0]


async def test_files_are_served_in_turn(state: Path, logs: Path) -> None:
    async with following(state, logs) as follower:
        (logs / "busy.log").write_text("".join(f"{line}\n" for line in numbered(0, 20_000)))
        (logs / "quiet.log").write_text("quiet\n")
        await follower.tailer.scan()
        while not any(block.lines == ["quiet"] for block in follower.blocks):
            for key in follower.tailer.ready():
                block = follower.tailer.read(key, 8192)
                assert block is not None
                follower.blocks.append(block)
        assert len(follower.blocks) <= 2


async def test_more_files_than_descriptors_are_all_followed(state: Path, logs: Path) -> None:
    paths = [logs / f"{number}.log" for number in range(50)]
    async with following(state, logs, max_open_files=4) as follower:
        for round_ in range(3):
            for path in paths:
                append(path, f"{round_} of {path.name}\nunfin")
                append(path, "ished\n")
            lines = await follower.look(max_bytes=64)
            assert len(lines) == 100
            assert sum(harvester.is_open for harvester in follower.tailer._lives.by_key.values()) <= 4


async def test_deleted_file_beyond_the_descriptors_is_told_as_a_gap(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs, max_open_files=1) as follower:
        append(log, "never read\n")
        await follower.tailer.scan()
        (logs / "other.log").write_text("other\n")
        await follower.tailer.scan()
        assert not follower.tailer._lives.at_path[str(log)].is_open
        log.unlink()
        await follower.look()
        assert follower.facts(log)[0].gaps == ()
        follower.clock.now += 5
        await follower.look()
        assert [tuple(gap) for gap in follower.facts(log)[0].gaps] == [(12, 23, "removed", True)]


async def test_settling_moves_the_position_and_never_back(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\ntwo\n")
        await follower.look(settle=False)
        (block,) = follower.blocks
        follower.tailer.settle(block.key, 16)
        follower.tailer.settle(block.key, 14)
        fact = follower.facts(log)[0]
        assert (fact.start, fact.end, fact.lag) == (12, 16, 4)


async def test_facts_since_a_revision_are_only_the_news(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        revision = follower.tailer.revision
        append(log, "one\n")
        await follower.look()
        assert follower.tailer.facts(revision) == []
        (logs / "b.log").touch()
        await follower.look()
        assert [fact.path for fact in follower.tailer.facts(revision)] == [str(logs / "b.log")]


async def test_hot_files_are_polled_between_scans(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        append(log, "two\n")
        follower.tailer.poll()
        assert await follower.read() == ["two"]
        follower.clock.now += 11
        append(log, "three\n")
        follower.tailer.poll()
        follower.tailer.poll()
        assert await follower.read() == []


async def test_poll_that_finds_a_file_moved_asks_for_a_scan(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.rename(logs / "app.log.1")
        follower.tailer.poll()
        assert follower.tailer._lookout._scan_pace.due_at() < follower.clock.now + 10


async def test_identities_are_minted_once(state: Path, logs: Path, log: Path) -> None:
    mint = counting_mint()
    async with following(state, logs, mint=mint) as first:
        append(log, "one\n")
        await first.look()
    async with following(state, logs, mint=mint) as second:
        append(log, "two\n")
        await second.look()
    assert second.tailer.agent_id == first.tailer.agent_id
    assert second.blocks[0].key == first.blocks[0].key
