import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail.errors import StateError
from streamer_agent.tail.store import DAMAGED, PREVIOUS, STATE
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.unit.streamer_agent.tail.following import Follower, append, counting_mint, following

NO_SPACE = OSError(28, "No space left on device")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("old\n")
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def fail(*_: Any) -> None:
    raise NO_SPACE


async def test_identity_outlives_a_crash_right_after_the_first_block(state: Path, log: Path) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    append(log, "new\n")
    assert await first.look(settle=False) == ["new"]
    first.crash()
    async with following(state, log) as second:
        assert await second.look() == ["new"]
        assert second.blocks[0].key == first.blocks[0].key
        assert second.blocks[0].offset == first.blocks[0].offset
        assert second.tailer.agent_id == first.tailer.agent_id


async def test_no_block_leaves_before_its_identity_is_saved(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following(state, log.parent) as follower:
        monkeypatch.setattr(follower.tailer._store, "save", fail)
        (log.parent / "new.log").write_text("one\n")
        append(log, "two\n")
        await follower.tailer.scan()
        (key,) = follower.tailer.ready()
        block = follower.tailer.read(key, 65536)
        assert block is not None
        assert block.lines == ["two"]
        monkeypatch.undo()
        assert await follower.look() == ["one"]


@case("T43")
async def test_full_disk_is_told_once_and_streaming_goes_on(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following(state, log) as follower:
        monkeypatch.setattr(follower.tailer._store, "save", fail)
        for number in range(3):
            append(log, f"{number}\n")
            assert await follower.look() == [str(number)]
            await follower.tailer._saver.save()
        assert "No space left" in follower.tailer.trouble
        assert len(follower.told("saving_failed")) == 1
        monkeypatch.undo()
        await follower.tailer._saver.save()
        assert follower.tailer.trouble == ""
        assert len(follower.told("positions_saved_again")) == 1


@case("T28")
async def test_first_start_on_a_full_disk_is_refused(state: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.tail.store.Store.save", fail)
    follower = Follower(state, log)
    with pytest.raises(StateError, match="No space left"):
        await follower.tailer.open()
    monkeypatch.undo()
    await follower.tailer.open()
    await follower.tailer.stop()


@case("T43")
async def test_later_start_on_a_full_disk_streams_the_known_files(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following(state, log):
        pass
    append(log, "while down\n")
    monkeypatch.setattr("streamer_agent.tail.store.Store.save", fail)
    async with following(state, log) as follower:
        assert await follower.read() == ["while down"]
        assert follower.tailer.trouble
        monkeypatch.undo()


async def test_progress_is_saved_now_and_then_and_new_identities_at_once(state: Path, log: Path) -> None:
    async with following(state, log, save_interval_s=5.0) as follower:
        saver, clock = follower.tailer._saver, follower.clock
        assert saver.due_at() == float("inf")
        append(log, "new\n")
        await follower.look()
        assert saver.due_at() == pytest.approx(clock.now + 5.0, abs=1.0)
        follower.tailer._lives.begin(str(log), None)
        assert saver.due_at() == 0.0


async def test_save_that_fails_while_nobody_waits_for_it_any_more_is_made_up_for(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following(state, log) as first:
        append(log, "one\n")
        await first.look()
        is_saving, may_fail = threading.Event(), threading.Event()

        def fail_late(_parts: Any) -> None:
            is_saving.set()
            may_fail.wait(10)
            fail()

        with monkeypatch.context() as patch:
            patch.setattr(first.tailer._store, "save", fail_late)
            saving = asyncio.create_task(first.tailer._saver.save())
            await eventually(is_saving.is_set, "the save has begun")
            saving.cancel()
            await asyncio.wait([saving])
        may_fail.set()
    async with following(state, log, mint=counting_mint()) as second:
        assert await second.look() == []


async def test_damaged_state_falls_back_to_the_previous_copy(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "one\n")
        await first.look()
        agent = first.tailer.agent_id
    (state / STATE).write_bytes(bytes(500))
    async with following(state, log) as second:
        assert second.tailer.agent_id == agent
        assert str(state / DAMAGED) in second.told("positions_damaged")[0]["damage"]
        assert await second.look() == ["one"]
        assert second.blocks[0].key == first.blocks[0].key
    assert (state / DAMAGED).read_bytes() == bytes(500)


async def test_without_any_good_copy_the_agent_starts_anew_and_says_so(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        agent = first.tailer.agent_id
    (state / STATE).write_bytes(b"\0" * 10)
    (state / PREVIOUS).write_bytes(b"positions: yaml\n")
    async with following(state, log, mint=lambda digits: "f" * digits) as second:
        assert second.tailer.agent_id != agent
        assert len(second.told("positions_lost")) == 1
        assert await second.look() == []


async def test_state_of_a_later_version_is_left_alone(state: Path, log: Path) -> None:
    async with following(state, log):
        pass
    saved = (state / STATE).read_bytes().replace(b"tailcast-positions 1", b"tailcast-positions 7", 1)
    (state / STATE).write_bytes(saved)
    with pytest.raises(StateError, match=f"{state} was written by a later version"):
        await Follower(state, log).tailer.open()
    assert (state / STATE).read_bytes() == saved


async def test_stop_saves_the_last_positions(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "one\ntwo\n")
        await first.look()
    async with following(state, log, mint=counting_mint()) as second:
        assert await second.look() == []
        assert second.facts(log)[0].end == 12
