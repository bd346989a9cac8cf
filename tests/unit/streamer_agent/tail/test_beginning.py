"""Where reading begins as --from and --exclude say, the whole tail stepped by hand."""

from pathlib import Path

import pytest

from streamer_agent.tail.errors import StateError
from streamer_agent.tail.options import Beginning
from tests.unit.streamer_agent.tail.following import Follower, append, following


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("one\ntwo\nthree\nunfin")
    return path


async def test_start_reads_what_is_there(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log, begin=Beginning("start")) as follower:
        assert await follower.look() == ["one", "two", "three"]


async def test_last_lines_are_read_and_the_unfinished_one_when_it_is_whole(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log, begin=Beginning(lines=2)) as follower:
        assert await follower.look() == ["two", "three"]
        assert follower.facts(log)[0].start == 4
        append(log, "ished\n")
        assert await follower.look() == ["unfinished"]


async def test_saved_position_counts_more_than_where_to_begin(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log) as follower:
        append(log, "ished\n")
        await follower.look()
    append(log, "while down\n")
    for begin in (Beginning("start"), Beginning(lines=3), Beginning("checkpoint")):
        second = Follower(tmp_path / "state", log, begin=begin)
        await second.tailer.open()
        assert await second.look(settle=False) == ["while down"]
        await second.tailer.stop()


async def test_checkpoint_without_a_saved_state_is_refused(tmp_path: Path, log: Path) -> None:
    with pytest.raises(StateError, match=r"no saved positions in .* which --from checkpoint asks for"):
        await Follower(tmp_path / "state", log, begin=Beginning("checkpoint")).tailer.open()


async def test_what_is_excluded_is_not_followed_and_goes_on_when_it_is_no_more(tmp_path: Path, log: Path) -> None:
    other = tmp_path / "debug.log"
    other.touch()
    async with following(tmp_path / "state", f"{tmp_path}/*.log"):
        pass
    append(other, "excluded for now\n")
    async with following(tmp_path / "state", f"{tmp_path}/*.log", exclude=("debug*",)) as follower:
        assert await follower.look() == []
        assert [fact.path for fact in follower.tailer.facts()] == [str(log)]
    async with following(tmp_path / "state", f"{tmp_path}/*.log") as follower:
        assert await follower.look() == ["excluded for now"]


async def test_input_that_is_excluded_says_so(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log, exclude=("app.log",)) as follower:
        (fact,) = follower.tailer.facts()
        assert fact.state == "skipped"
        assert "--exclude" in fact.detail


async def test_deleted_file_is_let_go_after_its_time_with_a_gap(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log, hold_deleted_s=600) as follower:
        append(log, "ished\nnever sent\n")
        await follower.tailer.scan()
        log.unlink()
        await follower.tailer.scan()
        follower.clock.now += 599
        await follower.tailer.scan()
        assert follower.facts(log)[0].gaps == ()
        follower.clock.now += 2
        await follower.tailer.scan()
        fact = follower.facts(log)[0]
        assert [(gap.start, gap.reason) for gap in fact.gaps] == [(14, "removed")]


async def test_unfinished_line_is_shown_after_a_while_and_again_when_it_grew(tmp_path: Path, log: Path) -> None:
    async with following(tmp_path / "state", log) as follower:
        await follower.look()
        for text in ("", "ish"):
            append(log, text)
            await follower.look()
            follower.clock.now += 1.1
            follower.tailer.poll()
            assert await follower.read() == []
        assert [(block.offset, block.lines, block.lengths) for block in follower.partial] == [
            (14, ["unfin"], [5]),
            (14, ["unfinish"], [8]),
        ]
        follower.clock.now += 10
        follower.tailer.poll()
        assert await follower.read() == []
        append(log, "ed\n")
        assert await follower.look() == ["unfinished"]
        assert len(follower.partial) == 2
